/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_open.h - how incidents come to be: by hand, from an alert, or out of another one. */
#ifndef DESK_DESK_OPEN_H
#define DESK_DESK_OPEN_H

#include "desk/desk.h"

MUST_USE int desk_open_incident(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_open_alert(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_open_split(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
