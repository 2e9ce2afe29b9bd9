/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_relevance.h - what a table of labelled flows can teach: counted here, said elsewhere.
 *
 * Pure, one pass over the rows. What is held against another table (leakage, likeness) needs the same schema.
 */
#ifndef DETECT_LEARN_LEARN_RELEVANCE_H
#define DETECT_LEARN_LEARN_RELEVANCE_H

#include "detect/learn/learn_table.h"

enum { LEARN_RELEVANCE_FEW = 50 /* rows of a family, below which nothing is learned of it */ };

struct learn_relevance_family {
	uint64_t rows;
	uint32_t groups; /* files or captures in which it is */
};

/* What one code alone would tell. */
struct learn_relevance_code {
	uint64_t known; /* rows that have it */
	double
	    alone; /* (attacks found + normal flows left in peace) / 2, by the commoner label of each value; 0.5 is nothing */
	float psi; /* against the other table; -1: not compared */
};

struct learn_relevance {
	uint64_t rows, labels[3];      /* enum learn_label */
	uint64_t distinct, duplicates; /* labelled rows: different ones, and those that repeat one */
	uint64_t conflicts;            /* rows whose codes are there with the other label too */
	uint64_t hosts, undated;
	int64_t first_ns, last_ns;        /* of rows that have a time */
	unsigned codes_known, codes_full; /* codes that some rows have, that all have */
	struct learn_relevance_code code[FLOW_CODES];
	struct learn_relevance_family *families; /* by the table's number; learn_relevance_done() frees them */
	size_t family_count;
	/* against another table */
	bool is_compared, is_unlike; /* PSI says so, as learn_drift_alarm() */
	uint64_t other_rows, leaked; /* rows of this table whose codes are in the other one */
	unsigned worst;              /* the code that differs most */
};

/* other may be NULL. 0 or -ENOMEM; learn_relevance_done() after. */
MUST_USE int
learn_relevance_count(const struct learn_table *t, const struct learn_table *other, struct learn_relevance *out);
void learn_relevance_done(struct learn_relevance *worth);

#endif
