/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/incident_view.h - kept incidents, read back: one line each, or the whole story of one. */
#ifndef CLI_INCIDENT_VIEW_H
#define CLI_INCIDENT_VIEW_H

#include "cli/present.h"

/* One line of the list. */
void incident_view_line(const struct presenter *p, const struct incident *incident);
/* "Machines concerned: ..." */
void incident_view_victims(const struct presenter *p, const struct incident *incident);
/* One line of the timeline, and where its proof is. evidence_cstr: a path, empty when there is none. */
void incident_view_alert(const struct presenter *p, const struct alert *alert, const char *evidence_cstr);

#endif
