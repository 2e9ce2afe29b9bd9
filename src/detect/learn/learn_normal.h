/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_normal.h - what is usual at this site: one histogram of 256 counters for each of the 64 codes of a profile.
 *
 * From them two measures of how strange a flow is, both sums over its codes of -log2 of a probability: how rare each value is
 * (HBOS: Goldstein, Dengel 2012) and how far out in its distribution (two-sided tails, ECOD: Li et al. 2022). Eight steps per bit,
 * integers only: the same everywhere. What is counted is not yet believed: once a day learn_normal_adopt() compares what was
 * counted with what is in force, and puts it in force if it is not suddenly another world; who poisons a profile must do it
 * slowly, and past the guard of learn_site_learn().
 *
 * 96 kB, no allocation. Scoring reads 64 words; learning adds to 64.
 */
#ifndef DETECT_LEARN_LEARN_NORMAL_H
#define DETECT_LEARN_LEARN_NORMAL_H

#include "core/bytes.h"
#include "record/flow_vector.h"

enum { LEARN_NORMAL_VALUES = 256, LEARN_NORMAL_FIRST = 500, LEARN_NORMAL_QUANTILES = 128 };

struct learn_normal {
	uint32_t counts[FLOW_CODES][LEARN_NORMAL_VALUES];
	uint16_t strange[FLOW_CODES][LEARN_NORMAL_VALUES]; /* in force: tail << 8 | rarity, in eighths of a bit */
	uint64_t counted;                                  /* flows in counts, halved with them */
	uint64_t adopted;                                  /* flows that `strange` rests on; 0: nothing is in force */
	uint32_t scores[LEARN_NORMAL_QUANTILES];           /* of flows seen since, by learn_normal_score_bin() */
	uint64_t scored;
};

struct learn_normal_score {
	unsigned rarity, tail; /* eighths of a bit, over all codes that are known */
};

struct learn_normal_score learn_normal_score(const struct learn_normal *n, const struct flow_vector *v);
/* Counts a flow. */
void learn_normal_learn(struct learn_normal *n, const struct flow_vector *v);
/* Keeps how strange ordinary flows are, so that a score can be told as "one flow in so many". */
void learn_normal_note(struct learn_normal *n, struct learn_normal_score s);
/* Of flows noted, how many in a million were as strange or stranger; 1000000 before any was. */
unsigned learn_normal_share(const struct learn_normal *n, struct learn_normal_score s);
unsigned learn_normal_score_bin(struct learn_normal_score s);

enum learn_normal_adoption { LEARN_NORMAL_ADOPTED, LEARN_NORMAL_TOO_FEW, LEARN_NORMAL_CHANGED };
/* What was counted comes into force, and counts are halved, unless it changed as learn_drift.h says (psi: 64 values of it).
 * After an incident-free change a person says so: `by_person`. */
enum learn_normal_who { LEARN_NORMAL_BY_ITSELF, LEARN_NORMAL_BY_PERSON };
enum learn_normal_adoption
learn_normal_adopt(struct learn_normal *n, enum learn_normal_who who, float psi[static FLOW_CODES]);
/* The value of a code that is most usual here (the median), and those at 5 and 95 of 100: for sentences. False: not known. */
bool learn_normal_usual(const struct learn_normal *n, enum flow_code code, uint8_t *low, uint8_t *median, uint8_t *high);

/* Codes whose values are names, not sizes: their tails mean nothing. */
bool learn_normal_is_name(unsigned code);
/* -log2(part / whole) in eighths of a bit, for whole >= part >= 1; at most 255. */
unsigned learn_normal_bits(uint64_t part, uint64_t whole);

#endif
