/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/study_coverage.h - which rules of a catalogue (data/study/catalogues.yaml) the measures and the baseline of a study cover. */
#ifndef STUDY_STUDY_COVERAGE_H
#define STUDY_STUDY_COVERAGE_H

#include "study/study.h"

enum { STUDY_COVERAGE_BY_MAX = 8 };

enum study_covered { STUDY_NOT_COVERED, STUDY_PLANNED, STUDY_APPLIED };

struct study_coverage_rule {
	const struct data_tree *rule; /* number, name, level, iso27002, mitigations */
	enum study_covered state;
	size_t by[STUDY_COVERAGE_BY_MAX]; /* measures and items of the baseline: records; the first ones */
	size_t by_count;
};

struct study_coverage {
	const char *id_cstr;
	const char *name_cstr[2];
	struct study_coverage_rule *rules;
	size_t count, of_state[STUDY_APPLIED + 1];
};

/* Fills the arena of the study. 0, or a negative errno with diag. */
MUST_USE int study_coverage(
    const struct study *s, struct bytes catalogues, struct study_coverage **out, size_t *count, struct diag *diag);
/* "applied", "planned", "open" */
const char *study_coverage_word(enum study_covered state);

#endif
