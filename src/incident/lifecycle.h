/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/lifecycle.h - what may change in the file of an incident, and what must be there first. Pure.
 *
 * States and their transitions are one table. An incident closes with a root cause that has an action and a proof, or with the
 * reason why none is known; an action closes with a proof and a check of its effect.
 */
#ifndef INCIDENT_LIFECYCLE_H
#define INCIDENT_LIFECYCLE_H

#include "incident/vocabulary.h"
#include "record/case_file.h"

struct lifecycle_state {
	const char *state_cstr;
	const char *time_cstr;  /* the field that keeps when it was entered; NULL: none */
	const char *label_cstr; /* English */
	const char *next[6];    /* states that may follow */
};

const struct lifecycle_state *lifecycle_states(size_t *count);
/* An incident without a state is new. */
const struct lifecycle_state *lifecycle_state(const struct case_item *incident);
const struct lifecycle_state *lifecycle_find(const char *state_cstr);
/* Closed, false positive or merged. */
bool lifecycle_is_over(const struct case_item *incident);

/* Whether an item may be as `after` says, in this file. before: as it is now; NULL for a new one. 0, or -EINVAL or -EPERM with
 * diag: what is missing, and what to do. */
MUST_USE int lifecycle_check(const struct vocabulary *v, const struct case_file *file, const struct case_item *before,
    const struct case_item *after, struct diag *diag);

#endif
