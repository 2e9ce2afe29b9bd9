/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_compare.h - over all incidents: has this happened before, and how long does it take us to see and to repair? */
#ifndef DESK_DESK_COMPARE_H
#define DESK_DESK_COMPARE_H

#include "desk/desk.h"
#include "incident/recurrence.h"
#include "incident/statistics.h"

struct desk_likeness {
	const struct case_file *file; /* valid during the call */
	unsigned common;              /* enum recurrence, ORed */
	const char *what_cstr;
};

/* Each other incident that this person may see and that has something in common. Their number, or a negative errno with diag. */
MUST_USE int desk_compare_each(struct desk *desk, const struct case_file *asked,
    void (*each)(void *context, const struct desk_likeness *likeness), void *context, struct diag *diag);
/* Counts what this person may see; in the arena. 0, or a negative errno with diag. */
MUST_USE int desk_compare_count(struct desk *desk, struct statistics **out, struct diag *diag);

MUST_USE int desk_compare_similar(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_compare_statistics(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
