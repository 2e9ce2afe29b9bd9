/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/flow_measure.h"

#include <math.h>

static uint64_t
micros(int64_t from_ns, int64_t to_ns)
{
	return to_ns > from_ns ? (uint64_t)(to_ns - from_ns) / 1000 : 0; /* captures may go back in time */
}

static uint32_t
fit(double value)
{
	return value >= UINT32_MAX ? UINT32_MAX : value > 0 ? (uint32_t)value : 0;
}

static void
measure_gaps(const struct flow_side_stats *s, unsigned side, struct flow_numbers *out)
{
	if (s->packets < 2)
		return;
	double gaps = s->packets - 1, mean_us = (double)(s->last_ns - s->first_ns) / 1000.0 / gaps;
	double variance = s->gap_squares / gaps - mean_us * mean_us;
	out->gap_min_us[side] = s->gap_min_us;
	out->gap_mean_us[side] = fit(mean_us);
	out->gap_deviation_us[side] = fit(variance > 0 ? sqrt(variance) : 0);
	out->gap_max_us[side] = s->gap_max_us;
}

/* Of the first SYN; 0 where the two were not seen. */
static uint64_t
handshake_us(const struct flow *flow)
{
	const struct flow_side_stats *opener = &flow->side[FLOW_OPENER], *answerer = &flow->side[FLOW_ANSWERER];
	bool answered = (answerer->tcp_flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
	if ((flow->first_tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN || !answered || opener->packets == 0)
		return 0;
	return micros(opener->first_ns, answerer->first_ns);
}

void
flow_measure(const struct flow *flow, const uint32_t retransmitted[static 2], uint8_t app, struct flow_numbers *out)
{
	*out = (struct flow_numbers){.known = FLOW_KNOWN_PACKETS,
	    .duration_us = micros(flow->first_ns, flow->last_ns),
	    .silence_us = flow->silence_max_us,
	    .handshake_us = handshake_us(flow),
	    .syns = flow->syn_packets,
	    .rsts = flow->rst_packets,
	    .size_min = flow->side[FLOW_OPENER].size_min,
	    .ip_proto = flow->key.ip_proto,
	    .source = FLOW_VECTOR_PACKETS,
	    .first_count = flow->first_count};
	for (unsigned side = 0; side < 2; side++) {
		const struct flow_side_stats *s = &flow->side[side];
		out->packets[side] = s->packets;
		out->bytes[side] = s->bytes;
		out->payload[side] = s->payload_bytes;
		out->size_max[side] = s->size_max;
		out->retransmitted[side] = retransmitted[side];
		out->tcp_flags[side] = s->tcp_flags;
		measure_gaps(s, side, out);
	}
	_Static_assert(
	    sizeof(out->size_classes) == sizeof(flow->size_classes) && sizeof(out->first_sizes) == sizeof(flow->first_sizes),
	    "both have the same classes");
	memcpy(out->size_classes, flow->size_classes, sizeof(out->size_classes));
	memcpy(out->first_sizes, flow->first_sizes, sizeof(out->first_sizes));
	out->state = flow_vector_state_of(flow->key.ip_proto, out->tcp_flags, out->packets);
	uint16_t port;
	(void)flow_answerer(flow, &port);
	out->service = flow_vector_service(flow->key.ip_proto, port, app);
	if (flow->first_count > 0) {
		enum flow_side first = flow->first_sizes[0] < 0 ? FLOW_ANSWERER : FLOW_OPENER;
		out->entropy_x31 = (uint8_t)((flow->entropy_x32[first] * 31u + 16u) / 32u);
	}
}
