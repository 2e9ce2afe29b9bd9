/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_worth.h - what a model is worth on rows that it was not trained on: everything an evaluation tells of one split. */
#ifndef DETECT_LEARN_LEARN_WORTH_H
#define DETECT_LEARN_LEARN_WORTH_H

#include "detect/learn/learn_conformal.h"
#include "detect/learn/learn_curve.h"
#include "detect/learn/learn_incidents.h"
#include "detect/learn/learn_local.h"
#include "detect/learn/learn_sample.h"
#include "detect/learn/learn_threshold.h"

/* Three thresholds side by side. */
enum learn_worth_threshold {
	LEARN_WORTH_FROZEN, /* set on rows kept back from training */
	LEARN_WORTH_SITE,   /* raised, by service, on the first benign flows here */
	LEARN_WORTH_LABELS, /* trained again with a twentieth of the rows here */
};
enum { LEARN_WORTH_THRESHOLDS = 3, LEARN_WORTH_FAMILIES = 64 };

struct learn_worth_rate {
	bool is_known;
	struct learn_threshold_choice choice;
	uint64_t alarms, benign, found, attacks; /* benign flows called attacks, of so many; attacks found, of so many */
};

/* Flows that are decided, and how many of them wrongly. */
struct learn_worth_decided {
	bool is_known;
	double epsilon;
	uint64_t all, decided, errors, neither, both;
};

struct learn_worth_family {
	uint16_t family; /* of the table's names */
	uint64_t rows, found, undecided;
};

struct learn_worth {
	uint64_t rows, attacks, repeats;
	struct learn_curve curve; /* without rows whose vector is in training */
	struct learn_curve whole; /* with them: flows as they come */
	double ece;
	uint64_t plain_errors; /* at probability a half */
	struct learn_worth_rate rates[LEARN_WORTH_THRESHOLDS];
	struct learn_worth_decided frozen, site; /* with bounds from training; with the benign bound from this site */
	size_t family_count;
	struct learn_worth_family families[LEARN_WORTH_FAMILIES]; /* by the threshold in force: the site's where known */
	struct learn_incidents incidents;
};

/* What calls a flow an attack: a margin, or one for each class of services (NULL: the one margin). */
struct learn_worth_line {
	float margin;
	const struct learn_local_choice *local;
};
/* The least threshold that keeps a target on all benign rows of a sample. */
void learn_worth_freeze(const struct learn_sample *s, double target, struct learn_threshold_choice *out);
/* Thresholds by service on the first benign rows, `flows` of them at most; *used: rows read. */
void learn_worth_localize(const struct learn_sample *s, uint64_t flows, double target, float came_with,
    struct learn_local_choice *out, size_t *used);
bool learn_worth_calls(const struct learn_worth_line *line, const struct flow_vector *v, float margin);
void learn_worth_rate(const struct learn_sample *s, const struct learn_worth_line *line, struct learn_worth_rate *out);
/* local: of this site; NULL: the bounds alone. */
void learn_worth_decide(const struct learn_sample *s, const struct learn_conformal *bounds,
    const struct learn_local_choice *local, struct learn_worth_decided *out);
/* Families of attacks, by a threshold; undecided by the bounds (NULL: none). Sets s->alerts. */
void learn_worth_families(struct learn_sample *s, const struct learn_worth_line *line, const struct learn_conformal *bounds,
    struct learn_worth *out);

#endif
