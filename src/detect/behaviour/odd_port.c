/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/odd_port.h"

#include "detect/behaviour/tuning.h"
#include "detect/behaviour/weakness.h"

static const char name_cstr[] = "odd-port";

enum { PORTS_MAX = 10 };

/* Protocols that belong somewhere: elsewhere is worth a question. The registry of IANA, and the alternatives that people use. */
static const uint16_t homes[APP_COUNT][PORTS_MAX] = {
    [APP_SSH] = {22, 2222, 830, 29418},
    [APP_RDP] = {3389, 3388, 443},
    [APP_TELNET] = {23, 2323, 992},
    [APP_VNC] = {5900, 5901, 5902, 5903, 5904, 5905, 5800, 5500},
    [APP_SMB] = {445, 139},
    [APP_FTP] = {21, 2121, 990, 2811, 6665, 6666, 6667, 6668, 6669, 7000}, /* chat (IRC) begins with the same words */
    [APP_SMTP] = {25, 587, 465, 2525, 10024, 10025, 10026, 24},
    [APP_POP3] = {110, 995},
    [APP_IMAP] = {143, 993},
    [APP_LDAP] = {389, 636, 3268, 3269},
    [APP_MYSQL] = {3306, 3307, 33060},
    [APP_POSTGRESQL] = {5432, 5433, 6432},
    [APP_MODBUS] = {502, 802},
};

/* Protocols that go anywhere, but have no business on the port of another one. */
static const uint16_t taken[] = {
    20, 21, 22, 23, 53, 67, 68, 69, 88, 123, 135, 137, 138, 139, 161, 389, 445, 502, 1433, 3306, 3389, 5432};

struct state {
	struct weakness_set found; /* the key's what: enum app_proto */
	uint64_t data_packets_min;
};

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->data_packets_min = tuning_u64(tuning, name_cstr, "data_packets");
	return weakness_start(&s->found, tuning, name_cstr, memory_bytes);
}

static bool
is_odd(uint8_t app, uint16_t port)
{
	if (app == APP_HTTP || app == APP_TLS) {
		if (port == 443 || port == 80)
			return app == APP_TLS && port == 80;
		for (size_t i = 0; i < LENGTH_OF(taken); i++)
			if (taken[i] == port)
				/* LDAP and databases begin TLS inside their own protocol or on their own port. */
				return app != APP_TLS ||
				    (port != 389 && port != 3389 && port != 1433 && port != 3306 && port != 5432);
		return false;
	}
	if (homes[app][0] == 0)
		return false;
	for (size_t i = 0; i < PORTS_MAX; i++)
		if (homes[app][i] == port)
			return false;
	return true;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_flow *f = &o->flow;
	if (f->app <= APP_NONE || f->app >= APP_COUNT || !is_odd(f->app, o->dst_port))
		return;
	/* Of a connection whose beginning was not seen, nobody knows who opened it. */
	if (o->ip_proto != 6 || f->midstream != 0 || f->data_packets[0] < s->data_packets_min ||
	    f->data_packets[1] < s->data_packets_min)
		return;
	const struct weakness *w;
	struct weakness_key key = {.machine = o->dst, .port = o->dst_port, .what = f->app};
	if (!weakness_note(&s->found, &key, f->last_ns, &w))
		return;
	struct alert alert;
	detector_alert(&alert, &odd_port_detector, o);
	weakness_dress(w, &alert);
	/* From here to the outside, it may be a way around the firewall. */
	bool leaves = addr_is_private(&o->src) && !addr_is_private(&o->dst);
	alert.severity = leaves ? SEVERITY_SIGNIFICANT : SEVERITY_MINOR;
	alert.confidence = 85;
	alert.app = f->app;
	const char *app_cstr = observation_app_name((enum app_proto)f->app);
	alert_fact_text(&alert, "protocol", bytes_of_cstr(app_cstr == NULL ? "?" : app_cstr));
	alert_fact_u64(&alert, "port", o->dst_port);
	seen->out->say(seen->out->context, &alert);
}

const struct detector odd_port_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000027,
    .technique_cstr = "T1571",
    .stage = STAGE_HYGIENE,
    .severity = SEVERITY_MINOR,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = weakness_stop,
};
