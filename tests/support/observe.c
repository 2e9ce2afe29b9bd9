/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "observe.h"

#include "detect/behaviour/tuning.h"

#include <stdio.h>
#include <stdlib.h>

extern const unsigned char behaviour_ini[];
extern const size_t behaviour_ini_len;

struct observe {
	struct tuning *tuning;
	struct behaviour *behaviour;
	uint64_t number;
	size_t total, kept;
	struct alert alerts[OBSERVE_ALERTS_MAX];
};

static void
keep(void *context, const struct alert *alert)
{
	struct observe *w = context;
	w->total++;
	if (w->kept < OBSERVE_ALERTS_MAX)
		w->alerts[w->kept++] = *alert;
}

static void
must(bool holds, const char *what_cstr)
{
	if (holds)
		return;
	fprintf(stderr, "observe: %s\n", what_cstr);
	abort();
}

static struct tuning *
read_tuning(const char *site_cstr)
{
	struct diag diag = {0};
	struct tuning *t = tuning_new(
	    (struct bytes){behaviour_ini, behaviour_ini_len}, bytes_of_cstr(site_cstr), "test", &diag);
	must(t != NULL, diag.text_cstr);
	return t;
}

struct observe *
observe_new_with(const char *tuning_cstr, size_t memory_bytes)
{
	struct observe *w = calloc(1, sizeof(*w));
	must(w != NULL, "no memory");
	w->tuning = read_tuning(tuning_cstr);
	w->behaviour = behaviour_new(w->tuning, memory_bytes, (struct alert_out){keep, w});
	must(w->behaviour != NULL, "no memory");
	return w;
}

struct observe *
observe_new(void)
{
	return observe_new_with("", OBSERVE_MEMORY);
}

void
observe_free(struct observe *w)
{
	behaviour_free(w->behaviour);
	tuning_free(w->tuning);
	free(w);
}

uint64_t
observe_tuning(const char *detector_cstr, const char *name_cstr)
{
	struct tuning *t = read_tuning("");
	uint64_t value = tuning_u64(t, detector_cstr, name_cstr);
	tuning_free(t);
	return value;
}

struct addr
observe_addr(const char *text_cstr)
{
	struct addr a;
	must(addr_parse(bytes_of_cstr(text_cstr), &a), text_cstr);
	return a;
}

static struct observation
flow_end(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t first_ns, uint8_t ip_proto)
{
	return (struct observation){.kind = OBSERVATION_FLOW_END,
	    .ip_proto = ip_proto,
	    .time_ns = first_ns,
	    .src_port = 40000,
	    .dst_port = port,
	    .src = observe_addr(src_cstr),
	    .dst = observe_addr(dst_cstr),
	    .flow = {.first_ns = first_ns, .last_ns = first_ns, .app = APP_NONE}};
}

struct observation
observe_syn(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t first_ns)
{
	struct observation o = flow_end(src_cstr, dst_cstr, port, first_ns, 6);
	o.flow.packets[0] = 1;
	o.flow.bytes[0] = 60;
	o.flow.first_flags = o.flow.tcp_flags[0] = 0x02;
	o.flow.state = FLOW_STATE_NEW;
	return o;
}

struct observation
observe_refused(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t first_ns)
{
	struct observation o = observe_syn(src_cstr, dst_cstr, port, first_ns);
	o.flow.packets[1] = 1;
	o.flow.bytes[1] = 40;
	o.flow.tcp_flags[1] = 0x14;
	o.flow.state = FLOW_STATE_REFUSED;
	return o;
}

struct observation
observe_session(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t first_ns, uint32_t packets_sent,
    uint64_t bytes_sent, uint32_t packets_answered, uint64_t bytes_answered)
{
	struct observation o = observe_syn(src_cstr, dst_cstr, port, first_ns);
	o.flow.last_ns = first_ns + 400000000;
	o.flow.state = FLOW_STATE_CLOSED;
	o.flow.packets[0] = packets_sent + 4;
	o.flow.packets[1] = packets_answered + 3;
	o.flow.data_packets[0] = packets_sent;
	o.flow.data_packets[1] = packets_answered;
	o.flow.payload_bytes[0] = bytes_sent;
	o.flow.payload_bytes[1] = bytes_answered;
	o.flow.bytes[0] = bytes_sent + o.flow.packets[0] * 52;
	o.flow.bytes[1] = bytes_answered + o.flow.packets[1] * 52;
	o.flow.tcp_flags[0] = o.flow.tcp_flags[1] = 0x1b;
	o.flow.app = APP_UNKNOWN;
	return o;
}

struct observation
observe_datagrams(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t first_ns, uint64_t sent,
    uint64_t answered, uint64_t bytes_each)
{
	struct observation o = flow_end(src_cstr, dst_cstr, port, first_ns, 17);
	o.flow.packets[0] = sent;
	o.flow.packets[1] = answered;
	o.flow.bytes[0] = sent * bytes_each;
	o.flow.bytes[1] = answered * bytes_each;
	o.flow.data_packets[0] = (uint32_t)sent;
	o.flow.data_packets[1] = (uint32_t)answered;
	o.flow.state = answered > 0 ? FLOW_STATE_ESTABLISHED : FLOW_STATE_NEW;
	o.flow.app = APP_UNKNOWN;
	return o;
}

struct observation
observe_login(const char *src_cstr, const char *dst_cstr, enum app_proto app, enum login_outcome outcome,
    const char *user_cstr, int64_t time_ns)
{
	struct observation o = {.kind = OBSERVATION_LOGIN,
	    .ip_proto = 6,
	    .time_ns = time_ns,
	    .src_port = 40000,
	    .dst_port = 21,
	    .src = observe_addr(src_cstr),
	    .dst = observe_addr(dst_cstr)};
	o.login.app = (uint8_t)app;
	o.login.outcome = (uint8_t)outcome;
	o.login.user_len = (uint16_t)snprintf(o.login.user, sizeof(o.login.user), "%s", user_cstr);
	return o;
}

void
observe_feed(struct observe *w, const struct observation *o)
{
	struct observation numbered = *o;
	numbered.number = ++w->number;
	behaviour_observe(w->behaviour, &numbered);
}

void
observe_finish(struct observe *w)
{
	behaviour_finish(w->behaviour);
}

size_t
observe_said(const struct observe *w, const char *detector_cstr)
{
	size_t n = 0;
	for (size_t i = 0; i < w->kept; i++)
		n += strcmp(w->alerts[i].detector_cstr, detector_cstr) == 0;
	return n;
}

const struct alert *
observe_last(const struct observe *w, const char *detector_cstr)
{
	for (size_t i = w->kept; i > 0; i--)
		if (strcmp(w->alerts[i - 1].detector_cstr, detector_cstr) == 0)
			return &w->alerts[i - 1];
	must(false, detector_cstr);
	return NULL;
}

size_t
observe_said_in_all(const struct observe *w)
{
	return w->total;
}
