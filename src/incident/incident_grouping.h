/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/incident_grouping.h - alerts of one cause become one incident.
 *
 * Alerts of one attacker belong together while no more than a day passes between them; an attacked machine that then
 * attacks others joins the incident of who attacked it (lateral movement); hygiene findings of one machine are an
 * incident of their own. Bounded: with INCIDENT_GROUPING_MAX incidents open, what would open another one joins the latest,
 * so that it is counted rather than lost. Constant time per alert, whatever the number of incidents.
 */
#ifndef INCIDENT_INCIDENT_GROUPING_H
#define INCIDENT_INCIDENT_GROUPING_H

#include "record/incident.h"

enum { INCIDENT_GROUPING_MAX = 4096 };

struct incident_grouping;

MUST_USE struct incident_grouping *incident_grouping_new(void); /* NULL: no memory */
void incident_grouping_free(struct incident_grouping *grouping);
/* The incident the alert was put in; valid until the next call. NULL: no memory for a single incident. */
const struct incident *incident_grouping_add(struct incident_grouping *grouping, const struct alert *alert);
/* All incidents, gravest first, then by first_ns, then by id. Each is valid during its call. */
void incident_grouping_each(
    struct incident_grouping *grouping, void (*each)(void *context, const struct incident *incident), void *context);

#endif
