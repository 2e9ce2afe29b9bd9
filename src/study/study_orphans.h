/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/study_orphans.h - where the chain from the threat to the proof is broken: the eleven kinds of domain 5.5, before each committee. */
#ifndef STUDY_STUDY_ORPHANS_H
#define STUDY_STUDY_ORPHANS_H

#include "study/study.h"

enum study_orphan {
	STUDY_RISK_WITHOUT_REQUIREMENT,
	STUDY_REQUIREMENT_WITHOUT_MEASURE,
	STUDY_MEASURE_WITHOUT_TEST,
	STUDY_TEST_NOT_RUN,
	STUDY_DETECTION_WITHOUT_RULE,
	STUDY_TECHNIQUE_WITHOUT_CONTROL,
	STUDY_INCIDENT_WITHOUT_CAUSE,
	STUDY_CAUSE_WITHOUT_ACTION,
	STUDY_ACTION_WITHOUT_PROOF,
	STUDY_PROOF_ALTERED,
	STUDY_REQUIREMENT_WITHOUT_ORIGIN,
};

/* Whether the file of a proof has the hash that the study says. */
struct study_orphans_proofs {
	const bool *good; /* of each record; NULL: nobody looked, and no proof is told */
};

/* Calls say() for each, in the order of the kinds, then of the study. today_cstr: "2026-11-28"; a test counts when it was run within the
 * twelve months before. word_cstr: the technique; otherwise "". 0 or -ENOMEM. */
MUST_USE int study_orphans(const struct study *s, const char *today_cstr, const struct study_orphans_proofs *proofs,
    void (*say)(void *context, enum study_orphan kind, size_t record, const char *word_cstr), void *context);

/* "risk-without-requirement" and the like, and what is wrong in words, N_(). */
const char *study_orphans_code(enum study_orphan kind);
const char *study_orphans_sentence(enum study_orphan kind);

#endif
