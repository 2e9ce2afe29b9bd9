/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_session.h - who is signed in, and one's own account. */
#ifndef DESK_DESK_SESSION_H
#define DESK_DESK_SESSION_H

#include "desk/desk.h"

MUST_USE int desk_session_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
