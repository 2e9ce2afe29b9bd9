/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_send.h - `beffroi incident send ID glpi|webhook`: an incident becomes a ticket elsewhere, or a message. */
#ifndef APP_INCIDENT_SEND_H
#define APP_INCIDENT_SEND_H

#include "app/incident_session.h"

/* Before the sandbox: reads connectors.yaml, and starts the process that will speak to the network. 0 or a negative errno with diag. */
MUST_USE int incident_send_prepare(struct incident_session *s, struct diag *diag);
MUST_USE int incident_send(struct incident_session *s, struct diag *diag);

#endif
