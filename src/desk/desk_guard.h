/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_guard.h - what belongs to incidents that this person may not know of: hidden wherever else it would show, in lists of
 * alerts, graphs and the journal. */
#ifndef DESK_DESK_GUARD_H
#define DESK_DESK_GUARD_H

#include "desk/desk.h"

/* Reads which incidents are not for everybody: once for an order, before the questions below. 0 or a negative errno with diag. */
MUST_USE int desk_guard_load(struct desk *desk, struct diag *diag);
/* Of an incident by its id. */
bool desk_guard_hides_incident(const struct desk *desk, const char *incident_id_cstr);
/* Of any object: the incident it belongs to counts. What cannot be read is hidden. */
bool desk_guard_hides(struct desk *desk, const char *id_cstr);

#endif
