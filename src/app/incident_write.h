/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_write.h - the words of `beffroi incident` that write: open, set, aware, what is added to a file, merge, split,
 * reopen. Each checks the rules (incident/lifecycle.h, incident/case_clock.h), then keeps all or nothing.
 */
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
/* Checks and keeps a change: an item with some fields, of this file. before: NULL for a new one. */
MUST_USE int incident_write_keep(struct incident_session *s, struct case_file *file, const struct case_item *before,
    struct case_item *change, struct diag *diag);

#endif
