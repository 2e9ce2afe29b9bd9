/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_write.h - the words of `beffroi incident` that write: each makes an order for the desk of its words. */
#ifndef APP_INCIDENT_WRITE_H
#define APP_INCIDENT_WRITE_H

#include "app/incident_session.h"

MUST_USE int incident_write_open(struct incident_session *s, struct diag *diag);
MUST_USE int incident_write_set(struct incident_session *s, struct diag *diag);
MUST_USE int incident_write_aware(struct incident_session *s, struct diag *diag);
MUST_USE int incident_write_reopen(struct incident_session *s, struct diag *diag);
MUST_USE int incident_write_merge(struct incident_session *s, struct diag *diag);
MUST_USE int incident_write_split(struct incident_session *s, struct diag *diag);
/* words[0] is the verb of a kind: log, task, cause ... */
MUST_USE int incident_write_add(struct incident_session *s, struct diag *diag);

#endif
