/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_dataset_tell.h - the relevance report of a set: for people, and for programs. */
#ifndef APP_LEARN_DATASET_TELL_H
#define APP_LEARN_DATASET_TELL_H

#include "app/learn_finding.h"
#include "core/diag.h"

/* Each writes to standard output. 0, or a negative errno . */
MUST_USE int
learn_dataset_tell_people(enum language language, const struct learn_subject *s, const struct learn_findings *findings);
MUST_USE int learn_dataset_tell_json(const struct learn_subject *s, const struct learn_findings *findings);

#endif
