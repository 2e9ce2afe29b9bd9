/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_session.h - coming in and going out, and what people do with their own account. */
#ifndef DESK_DESK_SESSION_H
#define DESK_DESK_SESSION_H

#include "desk/desk.h"

MUST_USE int desk_session_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_session_open(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_session_link(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_session_close(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_session_password(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_session_totp(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
