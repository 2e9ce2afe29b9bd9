/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_alert.h - alerts: a page of them, one with its sentences, its packets. */
#ifndef DESK_DESK_ALERT_H
#define DESK_DESK_ALERT_H

#include "desk/desk.h"

MUST_USE int desk_alert_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_alert_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_alert_evidence(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
/* One in a list. incident_cstr may be NULL. */
void desk_alert_json(struct desk *desk, struct json *out, const struct kept_alert *kept, const char *incident_cstr);

#endif
