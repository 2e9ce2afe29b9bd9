/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_spoken.h - which rules and detectors spoke. */
#ifndef DESK_DESK_SPOKEN_H
#define DESK_DESK_SPOKEN_H

#include "desk/desk.h"

int desk_spoken_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
