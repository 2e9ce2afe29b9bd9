/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_people.h - accounts, for whoever keeps them, and one's own tokens for programs. */
#ifndef DESK_DESK_PEOPLE_H
#define DESK_DESK_PEOPLE_H

#include "desk/desk.h"

MUST_USE int desk_people_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_people_add(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_people_set(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_people_tokens(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_people_add_token(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_people_end_token(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
/* ,"roles":[...] */
void desk_people_roles(const struct desk *desk, struct json *out);

#endif
