/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_settings.h - what the organisation says of itself, once for all documents. */
#ifndef DESK_DESK_SETTINGS_H
#define DESK_DESK_SETTINGS_H

#include "desk/desk.h"

/* What counts where nothing was set. */
#define DESK_SETTINGS_ZONE "Europe/Paris"

MUST_USE int desk_settings_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_settings_set(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
/* Set, or what counts without; in the arena. "" when it cannot be read. */
const char *desk_settings_value(struct desk *desk, const char *name_cstr);

#endif
