/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_law.h - `beffroi incident clock` and `incident notice`: what the law waits for, and drafts of it. */
#ifndef APP_INCIDENT_LAW_H
#define APP_INCIDENT_LAW_H

#include "app/incident_session.h"

MUST_USE int incident_law_clock(struct incident_session *s, struct diag *diag);
MUST_USE int incident_law_notice(struct incident_session *s, struct diag *diag);

#endif
