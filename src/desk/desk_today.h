/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_today.h - what needs somebody now, which clocks run, whether sensors see, and the same figures for programs. */
#ifndef DESK_DESK_TODAY_H
#define DESK_DESK_TODAY_H

#include "desk/desk.h"

MUST_USE int desk_today_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
/* Prometheus's text format, version 0.0.4. */
MUST_USE int desk_today_metrics(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
/* That something changed: the console asks once, and then hears of it (ORDER_CHANGED). */
MUST_USE int desk_today_stream(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
