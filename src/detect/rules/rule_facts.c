/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_facts.h"

#include "detect/rules/rule_eval.h"

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
	case RULE_FIELD_FRAGMENT_OFFSET: *out = p->fragment_offset; return p->is_fragment || p->ip_version == 4;
	case RULE_FIELD_ICMP_TYPE: *out = p->icmp_type; return icmp && p->has_transport;
	case RULE_FIELD_ICMP_CODE: *out = p->icmp_code; return icmp && p->has_transport;
	case RULE_FIELD_ICMP_ID: *out = p->icmp_id; return icmp && p->has_transport;
	case RULE_FIELD_ICMP_SEQ: *out = p->icmp_seq; return icmp && p->has_transport;
	case RULE_FIELD_TCP_SEQ: *out = p->tcp_seq; return tcp;
	case RULE_FIELD_TCP_ACK: *out = p->tcp_ack; return tcp;
	case RULE_FIELD_TCP_WINDOW: *out = p->tcp_window; return tcp;
	case RULE_FIELD_TCP_MSS: *out = p->tcp_mss; return tcp && p->tcp_mss != 0;
	case RULE_FIELD_PAYLOAD_SIZE: *out = (int64_t)p->payload.len; return true;
	case RULE_FIELD_VLAN_ID: *out = p->vlan; return p->vlan_count > 0;
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
	return known && rule_eval_compare(n->compare, value, n->low, n->high);
}

static bool
mask_holds(const struct rule_mask *m, const struct view_packet *p)
{
	if (p == NULL || (m->what == RULE_TCP_FLAGS && (p->ip_proto != 6 || !p->has_transport)))
		return false;
	uint8_t bits = (uint8_t)((m->what == RULE_TCP_FLAGS ? p->tcp_flags : p->fragment_bits) & ~m->ignored);
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
word_holds(const struct rule_word *w, const struct view_packet *p, const struct view_flow *flow)
{
	if (w->kind == RULE_WORD_STREAM_SIZE)
		return stream_size_holds(w, flow);
	if (w->kind == RULE_WORD_SAME_IP)
		return p != NULL && addr_eq(&p->source, &p->target);
	return w->kind == RULE_WORD_CHECKSUM && p != NULL && p->bad_checksum == w->negated;
}

bool
rule_facts_has_word(enum rule_word_kind kind)
{
	return kind == RULE_WORD_STREAM_SIZE || kind == RULE_WORD_SAME_IP || kind == RULE_WORD_CHECKSUM;
}

bool
rule_facts_has_number(enum rule_field field)
{
	/* Packets that have all that can be asked. */
	static const struct view_packet all[] = {
	    {.ip_version = 4, .ip_proto = 6, .has_transport = true, .tcp_mss = 1, .vlan_count = 1},
	    {.ip_version = 4, .ip_proto = 1, .has_transport = true}};
	static const struct view_flow flow;
	int64_t value;
	return packet_number(&all[0], field, &value) || packet_number(&all[1], field, &value) ||
	    flow_number(&flow, 0, field, &value);
}

/* Events of the decoder and of streams are anomalies of this packet, under EVE's names. */
static bool
event_holds(const struct rule_event *e, const struct view_packet *p)
{
	for (size_t i = 0; p != NULL && i < p->anomaly_count; i++) {
		struct bytes name = bytes_of_cstr(p->anomalies[i]);
		if (e->layer == RULE_EVENT_STREAM && !bytes_start_with(name, BYTES("stream.")))
			continue;
		if (bytes_eq(e->layer == RULE_EVENT_STREAM ? bytes_after(name, 7) : name, e->name))
			return true;
	}
	return false;
}

bool
rule_facts_hold(const struct rule *r, const struct view_packet *packet, const struct view_flow *flow)
{
	for (size_t i = 0; i < r->number_count; i++)
		if (!number_holds(&r->numbers[i], packet, flow))
			return false;
	for (size_t i = 0; i < r->mask_count; i++)
		if (!mask_holds(&r->masks[i], packet))
			return false;
	for (size_t i = 0; i < r->word_count; i++)
		if (!word_holds(&r->words[i], packet, flow))
			return false;
	for (size_t i = 0; i < r->event_count; i++)
		if (r->events[i].layer != RULE_EVENT_APP && !event_holds(&r->events[i], packet))
			return false;
	return true;
}
