/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_timeline.h - `beffroi incident timeline`: what alerts and what people say, in one order of time; and
 * `incident causes`: why it happened, as a tree.
 */
#ifndef APP_INCIDENT_TIMELINE_H
#define APP_INCIDENT_TIMELINE_H

#include "app/incident_session.h"

MUST_USE int incident_timeline_show(struct incident_session *s, struct diag *diag);
MUST_USE int incident_timeline_causes(struct incident_session *s, struct diag *diag);

#endif
