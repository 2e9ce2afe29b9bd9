/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/report_pictures.h - what is known of an incident, as pictures in its document. */
#ifndef REPORT_REPORT_PICTURES_H
#define REPORT_REPORT_PICTURES_H

#include "report/report.h"

/* milestones_only: the moments of the incident itself and its alerts, without what people logged. */
void report_pictures_timeline(struct doc *d, const struct report_incident *incident, bool milestones_only);
void report_pictures_clocks(struct doc *d, const struct report_incident *incident, int64_t now_s);
void report_pictures_causes(struct doc *d, const struct report_incident *incident); /* the tree, then Ishikawa */
void report_pictures_map(struct doc *d, const struct report_incident *incident);
void report_pictures_arrows(struct doc *d, const struct report_arrow *arrows, size_t count);
void report_pictures_alerts(struct doc *d, const struct report_period *p);
/* Alerts, and traffic where it was kept. */
void report_pictures_steps(struct doc *d, const struct report_period *p);

#endif
