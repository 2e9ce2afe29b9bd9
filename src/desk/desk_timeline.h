/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_timeline.h - all moments of an incident in the order of time, and the tree of its causes. */
#ifndef DESK_DESK_TIMELINE_H
#define DESK_DESK_TIMELINE_H

#include "desk/desk.h"
#include "record/case_file.h"

struct desk_moment {
	int64_t at_s;
	const char *kind_cstr; /* "alert", "log", "happened" ...: for programs */
	const char *id_cstr, *text_cstr, *by_cstr;
	size_t order; /* of equal times: as they were found */
};

struct desk_moments {
	struct desk *desk;
	struct desk_moment *all;
	size_t count;
	bool full; /* there is more */
};

MUST_USE int
desk_timeline_collect(struct desk *desk, const struct case_file *file, struct desk_moments *out, struct diag *diag);
/* Depth first: each cause, and how deep it lies. */
void desk_timeline_each_cause(
    const struct case_file *file, void (*each)(void *context, const struct case_item *cause, size_t depth), void *context);

MUST_USE int desk_timeline_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_timeline_causes(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
