/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/incident_grouping.h - alerts of one cause become one incident.
 *
 * Alerts of one attacker belong together while no more than a day passes between them; an attacked machine that then
 * attacks others joins the incident of who attacked it (lateral movement); hygiene findings of one machine are an
 * incident of their own. Bounded: the oldest incident is closed and given out when the memory is full.
 */
#ifndef INCIDENT_INCIDENT_GROUPING_H
#define INCIDENT_INCIDENT_GROUPING_H

#include "record/incident.h"

struct incident_grouping;

MUST_USE struct incident_grouping *incident_grouping_new(void); /* NULL: no memory */
void incident_grouping_free(struct incident_grouping *grouping);
/* The incident the alert was put in; valid until the next call. */
const struct incident *incident_grouping_add(struct incident_grouping *grouping, const struct alert *alert);
/* All incidents, gravest first, then by first_ns, then by id. */
void incident_grouping_each(struct incident_grouping *grouping, void (*each)(void *context, const struct incident *incident),
    void *context);

#endif
