/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_stress.h - what training on these rows stands: wrong labels, rows slipped in, attackers who add, packets and codes that are
 * missing. All on one split drawn from the rows: figures to compare with its clean one, not with another split.
 *
 * Evasion is a random search among what an attacker can add to a flow (packets, bytes, time), so a bound from below of what one can do.
 * Lost packets are made of the codes (counts fall, first messages shift), not of captures.
 */
#ifndef DETECT_LEARN_LEARN_STRESS_H
#define DETECT_LEARN_LEARN_STRESS_H

#include "detect/learn/learn_backdoor.h"
#include "detect/learn/learn_curve.h"
#include "detect/learn/learn_fold.h"

enum { LEARN_STRESS_STEPS = 3, LEARN_STRESS_SOURCES = 3 };

struct learn_stress_point {
	double amount; /* share of labels, or of packets */
	double pr_auc;
	bool has_recall; /* at one false alarm in a hundred benign flows */
	double recall;
};

struct learn_stress {
	struct learn_stress_point clean;
	struct learn_stress_point noise[LEARN_STRESS_STEPS]; /* 1, 5, 10 of 100 labels turned */
	unsigned trials, found, false_pairs, clean_pairs;    /* backdoors; pairs told besides them; of rows as they are */
	bool knows_flows;                                    /* fv64: the rest was measured */
	uint64_t tried, kept,
	    kept_hardened; /* attacks that were found, and still are after evasion; hardened: trained on such flows too */
	struct learn_stress_point hardened;                      /* its price on clean rows */
	struct learn_stress_point loss[LEARN_STRESS_STEPS];      /* 1, 5, 10 of 100 packets */
	struct learn_stress_point sources[LEARN_STRESS_SOURCES]; /* learn_stress_source() */
};

/* "zeek", "netflow", "argus". */
const char *learn_stress_source(unsigned i);
/* trials: backdoors planted. told: NULL, or called after each part. 0 or a negative errno with diag. */
MUST_USE int learn_stress_run(const struct learn_table *t, const struct learn_settings *settings, unsigned trials,
    struct learn_stress *out, struct diag *diag);

#endif
