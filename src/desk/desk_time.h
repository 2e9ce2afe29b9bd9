/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_time.h - times that an order gives: "2026-10-24T12:00:00+02:00", a local time, or a day alone, which is its beginning. */
#ifndef DESK_DESK_TIME_H
#define DESK_DESK_TIME_H

#include "desk/desk.h"

/* *out_ns stays when the input was not given. 0, or -EINVAL with diag. */
MUST_USE int
desk_time_read(struct desk *desk, const struct desk_order *order, const char *name_cstr, int64_t *out_ns, struct diag *diag);

#endif
