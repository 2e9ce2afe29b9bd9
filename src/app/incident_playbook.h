/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_playbook.h - `beffroi incident playbook`: the reflex card and the steps, and the steps as tasks. */
#ifndef APP_INCIDENT_PLAYBOOK_H
#define APP_INCIDENT_PLAYBOOK_H

#include "app/incident_session.h"

/* `playbook` alone or with the name of one. */
MUST_USE int incident_playbook_print(struct incident_session *s, struct diag *diag);
/* `playbook ID [NAME]`: that of the incident's category, unless another one is named. */
MUST_USE int incident_playbook_of(struct incident_session *s, struct diag *diag);
/* `playbook ID [NAME] tasks`: its steps become tasks, with their deadlines. */
MUST_USE int incident_playbook_tasks(struct incident_session *s, struct diag *diag);

#endif
