/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_facts.h"

#include "detect/rules/rule_countries.h"
#include "detect/rules/rule_eval.h"
#include "detect/rules/rule_reputation.h"

/* False: there is no such number here. */
static bool
packet_number(const struct view_packet *p, enum rule_field field, int64_t *out)
{
	bool icmp = p->ip_proto == 1 || p->ip_proto == 58, tcp = p->ip_proto == 6 && p->has_transport;
	switch ((unsigned)field) {
	case RULE_FIELD_TTL: *out = p->ttl; return true;
	case RULE_FIELD_IP_ID: *out = p->ip_id; return p->ip_version == 4;
	case RULE_FIELD_TOS: *out = p->tos; return true;
	case RULE_FIELD_IP_PROTO: *out = p->ip_proto; return true;
	case RULE_FIELD_FRAGMENT_OFFSET: /* as in the header: eights of bytes */
		*out = p->fragment_offset / 8;
		return p->is_fragment || p->ip_version == 4;
	case RULE_FIELD_ICMP_TYPE: *out = p->icmp_type; return icmp && p->has_transport;
	case RULE_FIELD_ICMP_CODE: *out = p->icmp_code; return icmp && p->has_transport;
	case RULE_FIELD_ICMP_ID: *out = p->icmp_id; return icmp && p->has_transport;
	case RULE_FIELD_ICMP_SEQ: *out = p->icmp_seq; return icmp && p->has_transport;
	case RULE_FIELD_TCP_SEQ: *out = p->tcp_seq; return tcp;
	case RULE_FIELD_TCP_ACK: *out = p->tcp_ack; return tcp;
	case RULE_FIELD_TCP_WINDOW: *out = p->tcp_window; return tcp;
	case RULE_FIELD_TCP_WSCALE: *out = p->tcp_scale; return tcp && p->tcp_scale != 0xff;
	case RULE_FIELD_IGMP_TYPE: *out = p->icmp_type; return p->ip_proto == 2;
	case RULE_FIELD_ICMPV6_MTU: *out = p->icmp_mtu; return p->ip_proto == 58 && p->has_transport && p->icmp_type == 2;
	case RULE_FIELD_TCP_MSS: *out = p->tcp_mss; return tcp && p->tcp_mss != 0;
	case RULE_FIELD_PAYLOAD_SIZE: *out = (int64_t)p->payload.len; return !p->is_encrypted;
	case RULE_FIELD_VLAN_LAYERS: *out = p->vlan_count; return true;
	default: return false;
	}
}

static bool
flow_number(const struct view_flow *flow, int64_t now_ns, enum rule_field field, int64_t *out)
{
	switch ((unsigned)field) {
	case RULE_FIELD_FLOW_AGE: *out = (now_ns - flow->start_ns) / 1000000000; return true;
	case RULE_FIELD_FLOW_PACKETS: *out = (int64_t)flow->packets[0] + flow->packets[1]; return true;
	case RULE_FIELD_FLOW_PACKETS_TO_SERVER: *out = flow->packets[0]; return true;
	case RULE_FIELD_FLOW_PACKETS_TO_CLIENT: *out = flow->packets[1]; return true;
	case RULE_FIELD_FLOW_BYTES_TO_SERVER: *out = (int64_t)flow->bytes[0]; return true;
	case RULE_FIELD_FLOW_BYTES_TO_CLIENT: *out = (int64_t)flow->bytes[1]; return true;
	default: return false;
	}
}

static bool
number_holds(const struct rule_number *n, const struct view_packet *packet, const struct view_flow *flow)
{
	int64_t value;
	bool known = packet != NULL && packet_number(packet, n->field, &value);
	if (!known && flow != NULL)
		known = flow_number(flow, flow->now_ns, n->field, &value);
	/* dsize:!N is asked of payloads: a packet without one has no size to be another. */
	if (n->field == RULE_FIELD_PAYLOAD_SIZE && n->compare == RULE_NOT_EQUAL && known && value == 0)
		return false;
	return known && rule_eval_compare(n->compare, value, n->low, n->high);
}

static bool
mask_holds(const struct rule_mask *m, const struct view_packet *p)
{
	if (p == NULL || (m->what == RULE_TCP_FLAGS && (p->ip_proto != 6 || !p->has_transport)))
		return false;
	return rule_facts_mask_fits(m, m->what == RULE_TCP_FLAGS ? p->tcp_flags : p->fragment_bits);
}

bool
rule_facts_mask_fits(const struct rule_mask *m, uint8_t bits)
{
	bits &= (uint8_t)~m->ignored;
	switch (m->how) {
	case RULE_MASK_EXACT: return bits == m->bits;
	case RULE_MASK_ALL: return (bits & m->bits) == m->bits;
	case RULE_MASK_ANY: return (bits & m->bits) != 0;
	case RULE_MASK_NOT: return (bits & m->bits) != m->bits;
	}
	return false;
}

static bool
stream_size_holds(const struct rule_word *w, const struct view_flow *flow)
{
	if (flow == NULL || flow->ip_proto != 6)
		return false;
	bool client = rule_eval_compare(w->compare, (int64_t)flow->stream_bytes[0], w->number, 0);
	bool server = rule_eval_compare(w->compare, (int64_t)flow->stream_bytes[1], w->number, 0);
	if (bytes_eq_nocase(w->text, BYTES("client")))
		return client;
	if (bytes_eq_nocase(w->text, BYTES("server")))
		return server;
	return bytes_eq_nocase(w->text, BYTES("both")) ? client && server : client || server;
}

static bool
has_anomaly(const struct view_packet *p, const char *name_cstr)
{
	for (size_t i = 0; i < p->anomaly_count; i++)
		if (strcmp(p->anomalies[i], name_cstr) == 0)
			return true;
	return false;
}

/* Only packets that have such a checksum; where none is verified, all are right. */
static bool
checksum_holds(const struct rule_word *w, const struct view_packet *p)
{
	static const struct {
		const char *word_cstr, *anomaly_cstr;
		uint8_t ip_version, ip_proto;
	} rows[] = {{"ipv4", "decoder.ipv4.bad_checksum", 4, 0}, {"tcpv4", "decoder.tcp.bad_checksum", 4, 6},
	    {"tcpv6", "decoder.tcp.bad_checksum", 6, 6}, {"udpv4", "decoder.udp.bad_checksum", 4, 17},
	    {"udpv6", "decoder.udp.bad_checksum", 6, 17}, {"icmpv4", "decoder.icmpv4.bad_checksum", 4, 1},
	    {"icmpv6", "decoder.icmpv6.bad_checksum", 6, 58}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (bytes_eq(w->text, bytes_of_cstr(rows[i].word_cstr)))
			return p->ip_version == rows[i].ip_version &&
			    (rows[i].ip_proto == 0 || (p->ip_proto == rows[i].ip_proto && p->has_transport)) &&
			    has_anomaly(p, rows[i].anomaly_cstr) == w->negated;
	return false;
}

/* number, high: compared with one identifier, or with each; layer: 0 the outermost, -1 the innermost ... */
static bool
vlan_holds(const struct rule_word *w, const struct view_packet *p)
{
	size_t count = p->vlan_count > LENGTH_OF(p->vlan) ? LENGTH_OF(p->vlan) : p->vlan_count, holding = 0;
	for (size_t i = 0; i < count; i++)
		holding += rule_eval_compare(w->compare, p->vlan[i], w->number, w->high);
	if (w->layer == RULE_LAYER_ANY)
		return holding > 0;
	if (w->layer == RULE_LAYER_ALL)
		return count > 0 && holding == count;
	int at = w->layer < 0 ? (int)count + w->layer : w->layer;
	return at >= 0 && (size_t)at < count && rule_eval_compare(w->compare, p->vlan[at], w->number, w->high);
}

static bool
word_holds(const struct rule_word *w, const struct view_packet *p, const struct view_flow *flow, const struct addr *source,
    const struct addr *target)
{
	if (w->kind == RULE_WORD_STREAM_SIZE)
		return stream_size_holds(w, flow);
	if (w->kind == RULE_WORD_IP_REPUTATION)
		return rule_reputation_holds(w, source, target);
	if (w->kind == RULE_WORD_GEO_IP)
		return rule_countries_holds(w, source, target);
	if (p == NULL)
		return false;
	switch ((unsigned)w->kind) {
	case RULE_WORD_SAME_IP: return addr_eq(&p->source, &p->target);
	case RULE_WORD_CHECKSUM: return checksum_holds(w, p);
	case RULE_WORD_IP_OPTION: return (p->ip_options & (uint32_t)w->number) != 0;
	case RULE_WORD_VLAN_ID: return vlan_holds(w, p);
	default: return false;
	}
}

bool
rule_facts_has_word(enum rule_word_kind kind)
{
	switch ((unsigned)kind) {
	case RULE_WORD_STREAM_SIZE:
	case RULE_WORD_SAME_IP:
	case RULE_WORD_CHECKSUM:
	case RULE_WORD_IP_OPTION:
	case RULE_WORD_VLAN_ID:
	case RULE_WORD_GEO_IP:
	case RULE_WORD_IP_REPUTATION: return true;
	default: return false;
	}
}

bool
rule_facts_has_number(enum rule_field field)
{
	/* Packets that have all that can be asked. */
	static const struct view_packet all[] = {
	    {.ip_version = 4, .ip_proto = 6, .has_transport = true, .tcp_mss = 1, .vlan_count = 1},
	    {.ip_version = 4, .ip_proto = 1, .has_transport = true}, {.ip_version = 4, .ip_proto = 2},
	    {.ip_version = 6, .ip_proto = 58, .has_transport = true, .icmp_type = 2}};
	static const struct view_flow flow;
	int64_t value;
	for (size_t i = 0; i < LENGTH_OF(all); i++)
		if (packet_number(&all[i], field, &value))
			return true;
	return flow_number(&flow, 0, field, &value);
}

/* Events of the decoder and of streams are anomalies of this packet, under EVE's names. */
static bool
event_holds(const struct rule_event *e, const struct view_packet *p)
{
	for (size_t i = 0; p != NULL && i < p->anomaly_count; i++) {
		struct bytes name = bytes_of_cstr(p->anomalies[i]),
		             kind = e->layer == RULE_EVENT_STREAM ? BYTES("stream.") : BYTES("decoder.");
		if (bytes_start_with(name, kind) && bytes_eq(bytes_after(name, kind.len), e->name))
			return true;
	}
	return false;
}

bool
rule_facts_hold(const struct rule *r, const struct view_packet *packet, const struct view_flow *flow,
    const struct addr *source, const struct addr *target)
{
	for (size_t i = 0; i < r->number_count; i++)
		if (!number_holds(&r->numbers[i], packet, flow))
			return false;
	for (size_t i = 0; i < r->mask_count; i++)
		if (!mask_holds(&r->masks[i], packet))
			return false;
	for (size_t i = 0; i < r->word_count; i++)
		if (!word_holds(&r->words[i], packet, flow, source, target))
			return false;
	for (size_t i = 0; i < r->event_count; i++)
		if (r->events[i].layer != RULE_EVENT_APP && !event_holds(&r->events[i], packet))
			return false;
	return true;
}
