/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* connect/ticket.h - what is sent of an incident, as GLPI or a webhook wants it. What may not leave has been left out or veiled by
 * whoever fills a struct ticket; here everything is escaped.
 */
#ifndef CONNECT_TICKET_H
#define CONNECT_TICKET_H

#include "connect/connectors.h"
#include "core/json.h"
#include "core/text.h"

enum { TICKET_VICTIMS_MAX = 32, TICKET_ROOM = 65536 };

struct ticket {
	const char *id_cstr, *title_cstr, *category_cstr, *state_cstr, *tlp_cstr, *pap_cstr;
	unsigned severity; /* 1 to 4 */
	bool is_exercise;
	int64_t happened_s, seen_s, aware_s; /* 0: not said */
	int64_t first_s, last_s;             /* of its alerts; 0: none */
	uint64_t alerts;
	const char *deadline_cstr; /* the next legal one, "2026-10-27T10:00:00Z"; "": none */
	/* Empty unless personal data may leave, or veiled. */
	const char *owner_cstr, *description_cstr, *attacker_cstr;
	const char *victims[TICKET_VICTIMS_MAX];
	size_t victim_count;
};

/* What its TLP and the connector allow: 0; -EPERM with diag. */
MUST_USE int
ticket_may_leave(const struct connector *connector, const char *tlp_cstr, const char *restricted_to_cstr, struct diag *diag);
/* {"input": {...}} of POST and PUT /Ticket; its content is HTML. known_cstr: the ticket that is changed; "": a new one. */
void ticket_write_glpi(struct json *out, const struct ticket *ticket, const char *known_cstr, enum language language);
/* {"type": "incident.sent", "timestamp": ..., "data": {...}} */
void ticket_write_webhook(struct json *out, const struct ticket *ticket, int64_t now_s);

#endif
