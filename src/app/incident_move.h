/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_move.h - `beffroi incident export` and `incident import`. */
#ifndef APP_INCIDENT_MOVE_H
#define APP_INCIDENT_MOVE_H

#include "app/incident_session.h"

MUST_USE int incident_move_export(struct incident_session *s, struct diag *diag);
/* Good items go in, in one transaction; what is bad is told on standard error, with its line. -EBADMSG when there was any: what was
 * good is kept all the same. */
MUST_USE int incident_move_import(struct incident_session *s, struct diag *diag);

#endif
