/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/report_model.h - the card of a model (D24): what it was made of, what it is worth, where it fails, who answers for it.
 *
 * Everything that was measured comes with its interval; what was not is said to be missing, and is no reason to leave a line out.
 */
#ifndef REPORT_REPORT_MODEL_H
#define REPORT_REPORT_MODEL_H

#include "report/doc.h"

struct report_model_share {
	bool is_known;
	double share, low, high; /* exact interval of 95 % */
	uint64_t of;
};

struct report_model_split {
	const char *kind_cstr, *name_cstr; /* "capture", what was left out */
	const char *hash_cstr;             /* of the split */
	uint64_t rows, attacks;
	bool has_pr_auc, has_baselines;
	double pr_auc, base_rate, one_code, logistic;
	struct report_model_share frozen_alarms, frozen_found, site_alarms, site_found, decided, wrong;
};

struct report_model_family {
	const char *name_cstr, *split_cstr;
	struct report_model_share found;
};

struct report_model_stress {
	bool is_known;
	double clean, noise[3]; /* PR-AUC: as it is, with 1, 5, 10 of 100 labels turned */
	uint64_t trials, backdoors_found, clean_pairs;
	bool knows_flows;
	uint64_t attacks, still_found, still_found_hardened;
	double loss[3]; /* with 1, 5, 10 of 100 packets lost */
};

struct report_model {
	const char *file_cstr, *hash_cstr, *schema_cstr, *settings_cstr, *sheet_cstr, *approver_cstr, *key_cstr;
	const char *why_not_cstr; /* it may not be deployed; "": it may */
	const char *codes_read_cstr, *codes_left_cstr;
	const char *training_hash_cstr;
	uint64_t rows, positives, seed, trees, depth, bytes;
	const char *expires_cstr;
	int64_t now_s;
	double ns_per_flow;
	bool has_site;
	double target, epsilon, benign_most, attack_least;
	uint64_t calibrated_on;
	const struct report_model_split *splits;
	const struct report_model_family *families;
	size_t split_count, family_count;
	struct report_model_stress stress;
};

/* Into an arena; the caller asks doc_ok(). */
void report_model_build(
    const struct report_model *m, enum language language, const struct zone *zone, struct arena *arena, struct doc *out);

#endif
