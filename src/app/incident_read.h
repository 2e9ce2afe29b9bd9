/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_read.h - the words of `beffroi incident` that only read: list, show, similar, stats, categories, fields. */
#ifndef APP_INCIDENT_READ_H
#define APP_INCIDENT_READ_H

#include "app/incident_session.h"

MUST_USE int incident_read_list(struct incident_session *s, struct diag *diag);
MUST_USE int incident_read_show(struct incident_session *s, struct diag *diag);
MUST_USE int incident_read_similar(struct incident_session *s, struct diag *diag);
MUST_USE int incident_read_stats(struct incident_session *s, struct diag *diag);
MUST_USE int incident_read_categories(struct incident_session *s, struct diag *diag);
MUST_USE int incident_read_fields(struct incident_session *s, struct diag *diag);

#endif
