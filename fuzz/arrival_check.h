/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/arrival_check.h - what all that follows an import believes of an alert, an observation and a machine. */
#ifndef FUZZ_ARRIVAL_CHECK_H
#define FUZZ_ARRIVAL_CHECK_H

#include "arrival/arrival_event.h"
#include "core/ensure.h"
#include "core/json_value.h"
#include "core/utf8.h"
#include "record/alert_text.h"
#include "record/machine.h"
#include "record/wire.h"

/* The receiver of alerts between our roles is strict: it must take this one. */
static inline void
arrival_check_alert(const struct alert *alert)
{
	static uint8_t room[65536];
	struct alert again;
	struct writer w = writer_of(room, sizeof(room));
	wire_put_alert(&w, alert);
	ENSURE(writer_ok(&w));
	struct cursor c = cursor_of(writer_written(&w));
	ENSURE(wire_get_alert(&c, alert_text_known, &again) == PARSE_OK);
	ENSURE(alert->first_ns <= alert->last_ns && alert->count > 0);
	ENSURE(!addr_is_zero(&alert->source));
}

static inline void
arrival_check_observation(const struct observation *o)
{
	ENSURE(o->kind < OBSERVATION_KINDS && o->time_ns >= 0);
	switch ((enum observation_kind)o->kind) {
	case OBSERVATION_FLOW_END:
		ENSURE(o->flow.first_ns <= o->flow.last_ns && o->flow.last_ns == o->time_ns);
		ENSURE(o->flow.app < APP_COUNT && o->flow.state <= FLOW_STATE_REFUSED);
		break;
	case OBSERVATION_DNS: ENSURE(o->dns.name_len <= sizeof(o->dns.name)); break;
	case OBSERVATION_TLS:
		ENSURE(o->tls.name_len <= sizeof(o->tls.name) && o->tls.subject_len <= sizeof(o->tls.subject) &&
		    o->tls.issuer_len <= sizeof(o->tls.issuer));
		ENSURE(memchr(o->tls.ja3, '\0', sizeof(o->tls.ja3)) != NULL);
		break;
	case OBSERVATION_HTTP: ENSURE(o->http.path_len <= sizeof(o->http.path)); break;
	case OBSERVATION_SSH: ENSURE(o->ssh.client_len <= sizeof(o->ssh.client)); break;
	case OBSERVATION_LOGIN:
		ENSURE(o->login.app < APP_COUNT && o->login.outcome <= LOGIN_REFUSED &&
		    o->login.user_len <= sizeof(o->login.user));
		break;
	case OBSERVATION_DHCP: ENSURE(o->dhcp.type > 0 && o->dhcp.host_len <= sizeof(o->dhcp.host)); break;
	case OBSERVATION_FLOW_UPDATE:
	case OBSERVATION_ARP:
	case OBSERVATION_RULE:
	case OBSERVATION_VECTOR:
	case OBSERVATION_KINDS: ENSURE(false);
	}
}

/* As an event it reads again, with the same ends and time (to the microsecond). */
static inline void
arrival_check_event(const struct arrival *arrival)
{
	static struct json_value_list list;
	static struct arrival again;
	char room[8192];
	struct json j = json_of(room, sizeof(room));
	struct diag diag = {.offset = UINT64_MAX};
	bool written = arrival_event_write(&j, arrival, "fuzz");
	ENSURE(written == (arrival->kind != ARRIVAL_NOTHING));
	if (!written)
		return;
	ENSURE(arrival_eve_read(&list, json_written(&j), &again, &diag) == 0);
	if (again.kind != ARRIVAL_OBSERVATION || arrival->kind != ARRIVAL_OBSERVATION)
		return;
	const struct observation *a = &arrival->observation, *b = &again.observation;
	ENSURE(a->kind == b->kind && a->time_ns / 1000 == b->time_ns / 1000 && a->ip_proto == b->ip_proto);
	if (a->kind != OBSERVATION_DNS) /* there the one who asked comes first */
		ENSURE(addr_eq(&a->src, &b->src) && addr_eq(&a->dst, &b->dst) && a->dst_port == b->dst_port);
	if (a->kind == OBSERVATION_FLOW_END)
		ENSURE(a->flow.packets[0] == b->flow.packets[0] && a->flow.bytes[1] == b->flow.bytes[1]);
}

static inline void
arrival_check(const struct arrival *arrival)
{
	ENSURE(arrival->kind <= ARRIVAL_OBSERVATION);
	arrival_check_event(arrival);
	if (arrival->kind == ARRIVAL_ALERT)
		arrival_check_alert(&arrival->alert);
	if (arrival->kind == ARRIVAL_OBSERVATION)
		arrival_check_observation(&arrival->observation);
}

/* UTF-8 without controls, so that a database takes it and a terminal obeys nothing. */
static inline void
arrival_check_text(const char *text_cstr)
{
	struct bytes text = bytes_of_cstr(text_cstr);
	while (text.len > 0) {
		size_t len = text.at[0] < 0x80 ? 1 : utf8_length(text);
		ENSURE(len > 0 && (len > 1 || (text.at[0] >= 0x20 && text.at[0] != 0x7f)));
		text = bytes_after(text, len);
	}
}

static inline void
arrival_check_machine(const struct machine *machine)
{
	static uint8_t room[65536];
	static struct machine again;
	struct writer w = writer_of(room, sizeof(room));
	wire_put_machine(&w, machine);
	ENSURE(writer_ok(&w));
	struct cursor c = cursor_of(writer_written(&w));
	ENSURE(wire_get_machine(&c, &again) == PARSE_OK && c.left == 0);
	for (size_t i = 0; i < MACHINE_FIELDS; i++)
		arrival_check_text(machine->texts[i]);
	for (size_t i = 0; i < machine->service_count; i++) {
		const struct machine_service *s = &machine->services[i];
		ENSURE(s->port > 0 && s->ip_proto > 0);
		arrival_check_text(s->name_cstr);
		arrival_check_text(s->product_cstr);
		arrival_check_text(s->version_cstr);
	}
}

#endif
