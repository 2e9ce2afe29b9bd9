/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_change.h - what is done to the file of an incident: fields set, things added, awareness, merging, reopening, tasks. Each
 * checks the rules, then keeps all or nothing, and answers what was written. */
#ifndef DESK_DESK_CHANGE_H
#define DESK_DESK_CHANGE_H

#include "desk/desk.h"

/* Fields of an incident, or of any thing in its file. */
MUST_USE int desk_change_set(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_change_add(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_change_aware(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_change_close(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_change_reopen(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_change_merge(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
