/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_model.h - boosted trees over the 64 codes of a flow: what they hold, and how a flow is scored.
 *
 * Everything that decides is a whole number: a flow has the same margin on every machine, one by one or in blocks, with any
 * instructions of the processor. A model never changes once made, so any number of threads may read it; scoring allocates
 * nothing.
 */
#ifndef DETECT_LEARN_LEARN_MODEL_H
#define DETECT_LEARN_LEARN_MODEL_H

#include "core/bytes.h"
#include "core/diag.h"
#include "record/flow_vector.h"

enum learn_growth {
	LEARN_SYMMETRIC, /* one test for each level: a table of 2^depth leaves */
	LEARN_LEVELS,    /* a test for each node, level by level, as XGBoost grows */
};

enum {
	LEARN_TREES_MAX = 1024,
	LEARN_DEPTH_MAX = 8,
	LEARN_SYMMETRIC_DEPTH_MAX = 6,
	LEARN_LEAF_MAX = 4095,     /* of a narrow model: eight of them add up in 16 bits */
	LEARN_WIDE_MAX = 0xffffff, /* of a wide one: as precise as the float leaves it was imported with */
	LEARN_PLANE_TURNED =
	    64, /* added to the number of a code: the test reads code + 1 modulo 256, where "not known" is least */
	LEARN_LIMIT_NEVER = 255, /* no byte is greater: a test that sends every flow to the first child */
	LEARN_BLOCK = 64,
	LEARN_HASH = 32,
	LEARN_SCHEMA = 24,
	LEARN_EXPONENT_MIN = -64,
	LEARN_EXPONENT_MAX = 64,
};

/* Trees as they are kept in files. Test t of a tree sends a flow to the second child when its plane's byte is greater than the
 * limit. Levels: tests in heap order (children of n: 2n + 1, 2n + 2), leaves from first to last child. Symmetric: tests from
 * the root, each the bit of the number of the leaf below the one before. A leaf that lies higher is repeated below tests that
 * never hold. */
struct learn_forest {
	enum learn_growth growth;
	unsigned trees, depth;
	int exponent; /* a margin is (base + sum of leaves) / 2^exponent */
	int64_t base;
	uint8_t *planes, *limits; /* trees x learn_model_tests() */
	int32_t *leaves;          /* trees x 2^depth */
	float *covers;            /* the weight of the training rows in each leaf; for explanations */
};

struct learn_facts {
	char schema[LEARN_SCHEMA];         /* NUL-terminated: what the codes mean */
	uint64_t mask;                     /* bit i: may read code i */
	uint64_t seed, rows, positives;    /* of the training */
	uint8_t training_hash[LEARN_HASH]; /* SHA-256 of the rows trained on, 0: not known */
	uint8_t schema_hash[LEARN_HASH];   /* of the names of the codes and the version of their coding */
	int64_t made_s, expires_s;         /* 0: not said, never */
};

struct learn_model;

/* 64 flows, code by code: what scoring reads fastest, and what a sensor fills directly. */
struct learn_block {
	_Alignas(64) uint8_t code[FLOW_CODES][LEARN_BLOCK];
};

/* Copies the trees and makes the tables that scoring reads. 0, -EINVAL with diag (what is wrong with them), or -ENOMEM. */
MUST_USE int learn_model_new(
    const struct learn_forest *forest, const struct learn_facts *facts, struct learn_model **out, struct diag *diag);
/* From the bytes of a file (detect/learn/learn_file.h), of any origin; borrows nothing. Whether it may be deployed is another
 * question (detect/learn/learn_seal.h). 0, -EINVAL with diag, or -ENOMEM. */
MUST_USE int learn_model_read(struct bytes file, struct learn_model **out, struct diag *diag);
void learn_model_free(struct learn_model *model);

const struct learn_forest *learn_model_forest(const struct learn_model *model);
const struct learn_facts *learn_model_facts(const struct learn_model *model);
static inline size_t
learn_model_tests(enum learn_growth growth, unsigned depth)
{
	return growth == LEARN_SYMMETRIC ? depth : (1u << depth) - 1u;
}

/* The log-odds of an attack. */
float learn_model_margin(const struct learn_model *model, const struct flow_vector *vector);
void learn_model_margins(const struct learn_model *model, const struct flow_vector *vectors, size_t rows, float *out);
/* 64 margins for each block. */
void learn_model_blocks(const struct learn_model *model, const struct learn_block *blocks, size_t count, float *out);
/* Scores with these instructions from now on; for tests and benchmarks, before any thread reads the model. False: this processor
 * lacks them. */
enum learn_kernel;
bool learn_model_kernel(struct learn_model *model, enum learn_kernel kernel);
/* 1 / (1 + e^-margin). */
float learn_model_probability(float margin);

#endif
