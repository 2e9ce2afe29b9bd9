/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_move.h - files of incidents on their way out, in the formats that others read, and in. */
#ifndef DESK_DESK_MOVE_H
#define DESK_DESK_MOVE_H

#include "desk/desk.h"
#include "incident/case_read.h"

/* A document. */
MUST_USE int desk_move_export(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

struct desk_moved {
	uint64_t kept;
	const struct case_read *read; /* what was refused */
	size_t orphan_count;          /* items whose incident is neither in the file nor in the dossier: refused too */
	const struct case_item *orphans[CASE_READ_BAD_MAX];
};
/* JSON or CSV as desk_move_export() wrote it: good items go in, bad ones are told. 0, or a negative errno with diag when nothing
 * of it can be read. */
MUST_USE int desk_move_import(struct desk *desk, struct bytes text, struct desk_moved *out, struct diag *diag);

#endif
