/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_flow.h"

#include <math.h>

static const char *
state_name(const struct flow *flow, const struct eve_flow *e)
{
	if (flow->key.ip_proto == IP_PROTO_TCP && ((flow->flags & FLOW_CLOSED) != 0 || e->tcp_ends))
		return "closed";
	return (flow->flags & FLOW_ESTABLISHED) != 0 ? "established" : "new";
}

static const char *
reason_name(enum flow_end why)
{
	switch (why) {
	case FLOW_END_TIMEOUT:
	case FLOW_END_CLOSED: return "timeout";
	case FLOW_END_CAPTURE: return "shutdown";
	case FLOW_END_REUSED: return "tcp_reuse";
	case FLOW_END_EVICTED: return "forced";
	}
	return "unknown";
}

static void
write_flag_names(struct json *j, uint8_t flags)
{
	static const struct {
		uint8_t bit;
		struct bytes key;
	} names[] = {{TCP_SYN, {(const uint8_t *)",\"syn\":", 7}}, {TCP_FIN, {(const uint8_t *)",\"fin\":", 7}},
	    {TCP_RST, {(const uint8_t *)",\"rst\":", 7}}, {TCP_PSH, {(const uint8_t *)",\"psh\":", 7}},
	    {TCP_ACK, {(const uint8_t *)",\"ack\":", 7}}, {TCP_URG, {(const uint8_t *)",\"urg\":", 7}},
	    {TCP_ECE, {(const uint8_t *)",\"ecn\":", 7}}, {TCP_CWR, {(const uint8_t *)",\"cwr\":", 7}}};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if ((flags & names[i].bit) != 0)
			json_bool(j, names[i].key, true);
}

static void
write_tcp(struct json *j, const struct flow *flow, const struct eve_flow *e)
{
	uint8_t ts = flow->side[FLOW_OPENER].tcp_flags, tc = flow->side[FLOW_ANSWERER].tcp_flags, all = ts | tc;
	json_open_object(j, JSON_KEY("tcp"));
	json_hex(j, JSON_KEY("tcp_flags"), (struct bytes){&all, 1}, '\0');
	json_hex(j, JSON_KEY("tcp_flags_ts"), (struct bytes){&ts, 1}, '\0');
	json_hex(j, JSON_KEY("tcp_flags_tc"), (struct bytes){&tc, 1}, '\0');
	write_flag_names(j, all);
	json_cstr(j, JSON_KEY("state"), e->tcp_state_cstr);
	if (e->regions[FLOW_OPENER] != 0) {
		json_u64(j, JSON_KEY("ts_max_regions"), e->regions[FLOW_OPENER]);
		json_u64(j, JSON_KEY("tc_max_regions"), e->regions[FLOW_ANSWERER]);
	}
	json_close_object(j);
}

static char *
write_word(char *at, const char *word_cstr)
{
	size_t len = strlen(word_cstr);
	memcpy(at, word_cstr, len);
	return at + len;
}

/* What the ports of a flow's key mean where there are none. */
static void
write_pseudo_ports(struct json *j, const struct flow *flow)
{
	uint16_t port[2];
	(void)flow_opener(flow, &port[0]);
	(void)flow_answerer(flow, &port[1]);
	if (flow->key.ip_proto == IP_PROTO_ESP)
		json_u64(j, JSON_KEY("spi"), (uint32_t)flow->key.low_port << 16 | flow->key.high_port);
	if (flow->key.ip_proto != IP_PROTO_ICMP && flow->key.ip_proto != IP_PROTO_ICMPV6)
		return;
	bool paired = flow_icmp_is_paired(flow->key.ip_proto, (uint8_t)port[0]);
	json_u64(j, JSON_KEY("icmp_type"), port[0]);
	json_u64(j, JSON_KEY("icmp_code"), paired ? 0 : port[1]);
	if (flow->side[FLOW_ANSWERER].packets == 0)
		return;
	json_u64(j, JSON_KEY("response_icmp_type"), paired ? port[1] : port[0]);
	json_u64(j, JSON_KEY("response_icmp_code"), paired ? 0 : port[1]);
}

static void
write_apps(struct json *j, const struct eve_flow *e)
{
	json_cstr(j, JSON_KEY("app_proto"), observation_app_name(e->app));
	if (e->before != APP_UNKNOWN)
		json_cstr(j, JSON_KEY("app_proto_orig"), observation_app_name(e->before));
}

static uint64_t
age_s(const struct flow *flow)
{
	int64_t age = flow->last_ns / 1000000000 - flow->first_ns / 1000000000;
	return age > 0 ? (uint64_t)age : 0;
}

size_t
eve_flow_write(struct json *j, const struct flow *flow, const struct eve_flow *e)
{
	enum { FLOW_MAX = 768 };
	const struct flow_side_stats *ts = &flow->side[FLOW_OPENER], *tc = &flow->side[FLOW_ANSWERER];
	write_pseudo_ports(j, flow);
	write_apps(j, e);
	char *at = json_room(j, FLOW_MAX);
	if (at == NULL)
		return 0;
	at = json_at_u64(json_at_literal(at, ",\"flow\":{\"pkts_toserver\":"), ts->packets);
	at = json_at_u64(json_at_literal(at, ",\"pkts_toclient\":"), tc->packets);
	at = json_at_u64(json_at_literal(at, ",\"bytes_toserver\":"), ts->wire_bytes);
	at = json_at_u64(json_at_literal(at, ",\"bytes_toclient\":"), tc->wire_bytes);
	at = json_at_time(json_at_literal(at, ",\"start\":"), flow->first_ns);
	at = json_at_time(json_at_literal(at, ",\"end\":"), flow->last_ns);
	at = json_at_u64(json_at_literal(at, ",\"age\":"), age_s(flow));
	at = write_word(json_at_literal(at, ",\"state\":\""), state_name(flow, e));
	at = write_word(json_at_literal(at, "\",\"reason\":\""), reason_name(e->why));
	at = json_at_literal(at, "\"");
	if (e->has_tx_count)
		at = json_at_u64(json_at_literal(at, ",\"tx_cnt\":"), e->tx_count);
	at = json_at_literal(at, ",\"alerted\":");
	size_t alerted_at = json_length(j) + (size_t)(at - j->at);
	at = e->alerted ? json_at_literal(at, "true}") : json_at_literal(at, "false}");
	json_commit(j, at);
	if (flow->key.ip_proto == IP_PROTO_TCP)
		write_tcp(j, flow, e);
	return alerted_at;
}

/* One direction by itself. */
void
eve_flow_write_net(struct json *j, const struct flow *flow, enum flow_side side, const struct eve_flow *e)
{
	const struct flow_side_stats *s = &flow->side[side];
	write_pseudo_ports(j, flow);
	write_apps(j, e);
	json_open_object(j, JSON_KEY("netflow"));
	json_u64(j, JSON_KEY("pkts"), s->packets);
	json_u64(j, JSON_KEY("bytes"), s->wire_bytes);
	json_time(j, JSON_KEY("start"), flow->first_ns);
	json_time(j, JSON_KEY("end"), flow->last_ns);
	json_u64(j, JSON_KEY("age"), age_s(flow));
	json_u64(j, JSON_KEY("min_ttl"), s->ttl_min);
	json_u64(j, JSON_KEY("max_ttl"), s->ttl_max);
	if (e->has_tx_count)
		json_u64(j, JSON_KEY("tx_cnt"), e->tx_count);
	json_close_object(j);
	if (flow->key.ip_proto != IP_PROTO_TCP)
		return;
	json_open_object(j, JSON_KEY("tcp"));
	json_hex(j, JSON_KEY("tcp_flags"), (struct bytes){&s->tcp_flags, 1}, '\0');
	write_flag_names(j, s->tcp_flags);
	json_close_object(j);
}

static double
deviation(double squares, double sum, double count)
{
	if (count < 2)
		return 0.0;
	double mean = sum / count, variance = squares / count - mean * mean;
	return variance > 0 ? sqrt(variance) : 0.0;
}

static void
write_side(struct json *j, struct bytes key, const struct flow_side_stats *s, bool tcp, uint32_t retransmitted)
{
	json_open_object(j, key);
	json_u64(j, JSON_KEY("packets"), s->packets);
	json_u64(j, JSON_KEY("ip_bytes"), s->bytes);
	json_u64(j, JSON_KEY("payload_bytes"), s->payload_bytes);
	json_u64(j, JSON_KEY("data_packets"), s->data_packets);
	if (s->packets > 0) {
		json_u64(j, JSON_KEY("size_min_bytes"), s->size_min);
		json_double(j, JSON_KEY("size_mean_bytes"), (double)s->bytes / s->packets, 2);
		json_u64(j, JSON_KEY("size_max_bytes"), s->size_max);
		json_double(j, JSON_KEY("size_sigma_bytes"), deviation(s->size_squares, (double)s->bytes, s->packets), 2);
	}
	if (s->packets > 1) {
		double gaps = s->packets - 1, sum_us = (double)(s->last_ns - s->first_ns) / 1000.0;
		json_u64(j, JSON_KEY("gap_min_us"), s->gap_min_us);
		json_double(j, JSON_KEY("gap_mean_us"), sum_us / gaps, 1);
		json_u64(j, JSON_KEY("gap_max_us"), s->gap_max_us);
		json_double(j, JSON_KEY("gap_sigma_us"), deviation(s->gap_squares, sum_us, gaps), 1);
	}
	if (tcp) {
		json_u64(j, JSON_KEY("window_first"), s->window_first);
		json_u64(j, JSON_KEY("window_min"), s->window_min);
		json_u64(j, JSON_KEY("window_max"), s->window_max);
		json_u64(j, JSON_KEY("retransmitted_packets"), retransmitted);
	}
	json_close_object(j);
}

void
eve_flow_write_features(struct json *j, const struct flow *flow, const uint32_t retransmitted[static 2])
{
	bool tcp = flow->key.ip_proto == IP_PROTO_TCP;
	json_open_object(j, JSON_KEY("features"));
	json_i64(j, JSON_KEY("duration_us"), (flow->last_ns - flow->first_ns) / 1000);
	write_side(j, JSON_KEY("toserver"), &flow->side[FLOW_OPENER], tcp, retransmitted[FLOW_OPENER]);
	write_side(j, JSON_KEY("toclient"), &flow->side[FLOW_ANSWERER], tcp, retransmitted[FLOW_ANSWERER]);
	json_open_array(j, JSON_KEY("packets_by_size")); /* <=128 <=256 <=512 <=1024 >1024 bytes */
	for (size_t i = 0; i < FLOW_SIZE_CLASSES; i++)
		json_u64(j, (struct bytes){0}, flow->size_classes[i]);
	json_close_array(j);
	json_open_array(j, JSON_KEY("first_payload_bytes")); /* negative: towards the client */
	for (size_t i = 0; i < flow->first_count; i++)
		json_i64(j, (struct bytes){0}, flow->first_sizes[i]);
	json_close_array(j);
	json_open_array(j, JSON_KEY("first_gaps_us"));
	for (size_t i = 0; i < flow->first_count; i++)
		json_u64(j, (struct bytes){0}, flow->first_gaps_us[i]);
	json_close_array(j);
	json_u64(j, JSON_KEY("idle_count"), flow->idle_count);
	json_u64(j, JSON_KEY("idle_ms"), flow->idle_ms);
	json_u64(j, JSON_KEY("idle_max_ms"), flow_idle_max_ms(flow));
	json_double(j, JSON_KEY("entropy_toserver_bits"), flow->entropy_x32[FLOW_OPENER] / 32.0, 2);
	json_double(j, JSON_KEY("entropy_toclient_bits"), flow->entropy_x32[FLOW_ANSWERER] / 32.0, 2);
	json_close_object(j);
}
