/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_asset.h - machines: a page of them, one, what people say of it, which are one; and the map of who did what to whom. */
#ifndef DESK_DESK_ASSET_H
#define DESK_DESK_ASSET_H

#include "desk/desk.h"

MUST_USE int desk_asset_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_asset_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_asset_set(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_asset_merge(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_asset_split(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_asset_map(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
