/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/scan_stealth.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

enum { KINDS }; /* of series.extra: bit 1 << enum odd of those seen */

enum odd { ODD_NOT, ODD_NULL, ODD_FIN, ODD_XMAS, ODD_OTHER };

struct state {
	struct series_table *sources; /* source -> ports (of any machine) */
};

/* RFC 9293 3.10.7.4: after the opening every honest segment carries ACK; an opening carries SYN and neither FIN nor RST. */
static enum odd
odd_of(uint8_t flags)
{
	unsigned f = flags & FLOW_SHAPE_ALL;
	if ((f & FLOW_SHAPE_SYN) != 0)
		return (f & (FLOW_SHAPE_FIN | FLOW_SHAPE_RST)) != 0 ? ODD_OTHER : ODD_NOT;
	if ((f & (FLOW_SHAPE_ACK | FLOW_SHAPE_RST)) != 0)
		return ODD_NOT;
	if (f == 0)
		return ODD_NULL;
	if (f == FLOW_SHAPE_FIN)
		return ODD_FIN;
	return f == (FLOW_SHAPE_FIN | FLOW_SHAPE_PSH | FLOW_SHAPE_URG) ? ODD_XMAS : ODD_OTHER;
}

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	static const char *const names[] = {
	    [ODD_NULL] = "NULL", [ODD_FIN] = "FIN", [ODD_XMAS] = "XMAS", [ODD_OTHER] = "SYN+FIN..."};
	char text[32];
	size_t n = 0;
	(void)key;
	for (size_t i = ODD_NULL; i < LENGTH_OF(names); i++) {
		if ((s->extra[KINDS] >> i & 1) == 0)
			continue;
		if (n > 0)
			text[n++] = ' ';
		size_t len = strlen(names[i]);
		memcpy(text + n, names[i], len);
		n += len;
	}
	alert->count = series_distinct(s);
	alert->targets = s->host_count;
	if (s->host_count == 1)
		alert->target = s->hosts[0];
	alert->confidence = 97;
	alert_fact_u64(alert, "ports", alert->count);
	alert_fact_text(alert, "flags", (struct bytes){(const uint8_t *)text, n});
	series_fact_ports(s, "examples", alert);
	series_fact_hosts(s, "machines", alert);
	series_fact_rate(s, "rate", alert);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->sources = series_table_new(&(struct series_options){.detector = &scan_stealth_detector,
	    .tuning = tuning,
	    .threshold_cstr = "ports",
	    .measure = SERIES_DISTINCT,
	    .memory_bytes = memory_bytes,
	    .dress = dress});
	return s->sources == NULL ? -ENOMEM : 0;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	if (o->ip_proto != FLOW_SHAPE_TCP)
		return;
	enum odd odd = odd_of(o->flow.first_flags);
	if (LIKELY(odd == ODD_NOT) || o->flow.data_packets[0] + o->flow.data_packets[1] > 0)
		return;
	uint8_t place[18];
	memcpy(place, o->dst.at, 16);
	memcpy(place + 16, &o->dst_port, 2);
	struct series_key key = {.source = o->src};
	struct series *series = series_note(s->sources, &key, o, o->flow.first_ns, 1, (struct bytes){place, sizeof(place)});
	series->extra[KINDS] |= UINT64_C(1) << odd;
	series_keep_port(series, o->dst_port);
	series_keep_host(series, &o->dst);
	(void)series_tell(s->sources, &key, series, seen->out);
}

const struct detector scan_stealth_detector = {
    .name_cstr = "scan-stealth",
    .signature_id = 9000003,
    .technique_cstr = "T1046",
    .stage = STAGE_RECONNAISSANCE,
    .severity = SEVERITY_SIGNIFICANT,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
