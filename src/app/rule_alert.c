/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rule_alert.h"

#include "app/rule_observe.h"
#include "app/rule_references.h"
#include "inspect/content_store.h"
#include "inspect/eve_packet.h"
#include "inspect/l7_settings.h"
#include "net/flow/flow.h"

#include <stdlib.h>

/* Nothing is dropped here, as in a Suricata that only listens: only what a rule rejects counts as blocked there. */
static const char *
action_word(enum rule_action action)
{
	return action >= RULE_REJECT && action <= RULE_REJECT_BOTH ? "blocked" : "allowed";
}

static struct bytes
class_text(const struct rule_set *set, const struct rule *rule)
{
	for (size_t i = 0; i < set->class_count; i++)
		if (bytes_eq_nocase(set->classes[i].name, rule->classtype))
			return set->classes[i].text;
	return (struct bytes){0};
}

/* The writer's keys are ours; this one is the author's, and escaped. */
static void
open_named_array(struct json *j, struct bytes name)
{
	json_begin(j, (struct bytes){0});
	json_put_text(j, name);
	json_mark(j, ':');
	json_mark(j, '[');
	j->comma = false;
}

/* The same key may stand in a rule several times: EVE gives an array for each. */
static void
write_metadata(struct json *j, const struct rule *rule)
{
	if (rule->metadata_count == 0)
		return;
	json_open_object(j, JSON_KEY("metadata"));
	for (size_t i = 0; i < rule->metadata_count; i++) {
		bool first = true;
		for (size_t k = 0; k < i; k++)
			first = first && !bytes_eq(rule->metadata[k].name, rule->metadata[i].name);
		if (!first)
			continue;
		open_named_array(j, rule->metadata[i].name);
		for (size_t k = i; k < rule->metadata_count; k++)
			if (bytes_eq(rule->metadata[k].name, rule->metadata[i].name))
				json_text(j, (struct bytes){0}, rule->metadata[k].value);
		json_close_array(j);
	}
	json_close_object(j);
}

static void
write_ends(struct json *j, struct bytes key, const struct rule_hit *hit, bool of_source)
{
	const struct view_flow *flow = hit->flow;
	bool client = of_source != hit->from_server;
	const struct addr *address = flow != NULL ? (client ? &flow->client : &flow->server)
	    : of_source                           ? &hit->packet->source
	                                          : &hit->packet->target;
	uint16_t port = flow != NULL ? (client ? flow->client_port : flow->server_port)
	    : of_source              ? hit->packet->source_port
	                             : hit->packet->target_port;
	json_open_object(j, key);
	json_addr_full(j, JSON_KEY("ip"), address);
	json_u64(j, JSON_KEY("port"), port);
	json_close_object(j);
}

static void
write_flow(struct json *j, const struct view_flow *flow)
{
	json_open_object(j, JSON_KEY("flow"));
	json_u64(j, JSON_KEY("pkts_toserver"), flow->packets[0]);
	json_u64(j, JSON_KEY("pkts_toclient"), flow->packets[1]);
	json_u64(j, JSON_KEY("bytes_toserver"), flow->bytes[0]);
	json_u64(j, JSON_KEY("bytes_toclient"), flow->bytes[1]);
	json_time(j, JSON_KEY("start"), flow->start_ns);
	json_addr_full(j, JSON_KEY("src_ip"), &flow->client);
	json_addr_full(j, JSON_KEY("dest_ip"), &flow->server);
	json_u64(j, JSON_KEY("src_port"), flow->client_port);
	json_u64(j, JSON_KEY("dest_port"), flow->server_port);
	json_close_object(j);
}

static void
write_icmp(struct json *j, const struct view_packet *p)
{
	if (p == NULL || !p->has_transport || (p->ip_proto != IP_PROTO_ICMP && p->ip_proto != IP_PROTO_ICMPV6))
		return;
	json_u64(j, JSON_KEY("icmp_type"), p->icmp_type);
	json_u64(j, JSON_KEY("icmp_code"), p->icmp_code);
}

/* What expressions of the rule found for the alert: {"context":{"NAME":"text"}}. */
static void
write_context(struct json *j, const struct rule_hit *hit)
{
	bool open = false;
	for (size_t i = 0; i < hit->captured_count; i++) {
		const struct rule_captured *c = &hit->captured[i];
		if (c->what->scope != RULE_CAPTURE_ALERT)
			continue;
		if (!open)
			json_open_object(j, JSON_KEY("context"));
		open = true;
		json_begin(j, (struct bytes){0}); /* the name is the author's: escaped */
		json_put_text(j, c->what->name);
		json_mark(j, ':');
		json_put_text(j, (struct bytes){c->text, c->len});
	}
	if (open)
		json_close_object(j);
}

static void
write_rule(struct json *j, const struct rule_hit *hit, const struct rule_set *set, const struct eve_settings *eve)
{
	const struct rule *r = hit->rule;
	json_open_object(j, JSON_KEY("alert"));
	json_cstr(j, JSON_KEY("action"), action_word(hit->action));
	json_u64(j, JSON_KEY("gid"), r->gid);
	json_u64(j, JSON_KEY("signature_id"), r->sid);
	json_u64(j, JSON_KEY("rev"), r->rev);
	json_text(j, JSON_KEY("signature"), r->msg.at == NULL ? BYTES("") : r->msg);
	struct bytes category = class_text(set, r);
	json_text(j, JSON_KEY("category"), category.at == NULL ? BYTES("") : category);
	json_u64(j, JSON_KEY("severity"), r->priority);
	if (r->target_is_source || r->target_is_target) {
		write_ends(j, JSON_KEY("source"), hit, r->target_is_target);
		write_ends(j, JSON_KEY("target"), hit, r->target_is_source);
	}
	if (eve->alert.rule_metadata)
		write_metadata(j, r);
	if (eve->alert.reference && r->reference_count > 0) {
		json_open_array(j, JSON_KEY("references"));
		for (size_t i = 0; i < r->reference_count; i++)
			rule_references_write(j, set, r->references[i].name, r->references[i].value);
		json_close_array(j);
	}
	write_context(j, hit);
	if (eve->alert.rule_text)
		json_text(j, JSON_KEY("rule"), r->text);
	json_close_object(j);
}

/* What was looked at: the stream as far as it is at hand, or the packet. */
static void
write_payload(struct sink *sink, struct json *j, const struct rule_hit *hit, const struct eve_settings *eve)
{
	const struct packet *packet = sink_packet(sink);
	bool in_stream = hit->packet == NULL && hit->flow != NULL && hit->flow->ip_proto == IP_PROTO_TCP;
	struct bytes payload = in_stream ? sink_stream(sink) : packet != NULL ? packet->payload : (struct bytes){0};
	if (!eve->alert.payload && !eve->alert.printable)
		return;
	eve_packet_write_payload(
	    j, in_stream ? bytes_first(payload, eve->alert.payload_max) : payload, eve->alert.payload, eve->alert.printable);
	json_u64(j, JSON_KEY("stream"), in_stream);
}

static const char *
verdict_word(enum rule_action action)
{
	return action == RULE_PASS ? "pass" : "alert";
}

static struct l7_flow
ends_of(const struct sink *sink, const struct rule_hit *hit)
{
	const struct packet *packet = sink_packet(sink);
	const struct view_flow *flow = hit->flow;
	struct l7_flow ends = {.packet_number = packet == NULL ? 0 : hit->number, .time_ns = hit->time_ns};
	if (flow != NULL) {
		ends.flow_id = flow->id;
		ends.client = hit->from_server ? flow->server : flow->client;
		ends.server = hit->from_server ? flow->client : flow->server;
		ends.client_port = hit->from_server ? flow->server_port : flow->client_port;
		ends.server_port = hit->from_server ? flow->client_port : flow->server_port;
		ends.ip_proto = flow->ip_proto;
		ends.ip_version = flow->ip_version;
	} else {
		ends.client = hit->packet->source;
		ends.server = hit->packet->target;
		ends.client_port = hit->packet->source_port;
		ends.server_port = hit->packet->target_port;
		ends.ip_proto = hit->packet->ip_proto;
		ends.ip_version = hit->packet->ip_version;
	}
	for (size_t i = 0; packet != NULL && i < packet->vlan_count && i < LENGTH_OF(ends.vlan); i++)
		ends.vlan[ends.vlan_count++] = packet->vlan[i];
	return ends;
}

/* What does not depend on the packet that the alert is told with. */
static void
write_body(struct sink *sink, struct json *j, const struct rule_hit *hit, const struct rule_set *set)
{
	const struct view_flow *flow = hit->flow;
	const struct packet *packet = sink_packet(sink);
	const struct eve_settings *eve = &sink_settings(sink)->eve;
	write_icmp(j, hit->packet);
	if (hit->tx != NULL)
		json_u64(j, JSON_KEY("tx_id"), hit->tx->id);
	write_rule(j, hit, set, eve);
	if (packet != NULL)
		eve_packet_write_tunnel(j, packet);
	if (flow != NULL && flow->app_cstr[0] != '\0')
		json_cstr(j, JSON_KEY("app_proto"), flow->app_cstr);
	if (eve->alert.app_layer && hit->tx != NULL && hit->tx->describe != NULL)
		hit->tx->describe(hit->tx->context, j);
	if (hit->tx != NULL && flow != NULL)
		content_store_write_files(sink_contents(sink), j, flow->id, hit->tx->id, hit->from_server);
	if (flow != NULL) {
		json_cstr(j, JSON_KEY("direction"), hit->from_server ? "to_client" : "to_server");
		if (eve->alert.flow)
			write_flow(j, flow);
	}
	write_payload(sink, j, hit, eve);
	if (eve->alert.verdict) {
		json_open_object(j, JSON_KEY("verdict"));
		json_cstr(j, JSON_KEY("action"), verdict_word(hit->action));
		json_close_object(j);
	}
}

/* The event's beginning; packet NULL: its flow ended before another packet came. */
static struct json *
open_event(struct sink *sink, const struct l7_flow *ends, const struct packet *packet)
{
	const struct packet *at_hand = sink_packet(sink);
	sink_at(sink, packet);
	struct json *j = sink_open(sink, BYTES("alert"), ends);
	sink_at(sink, at_hand);
	if (j != NULL && packet == NULL)
		json_cstr(j, JSON_KEY("pkt_src"), "stream (flow timeout)");
	else if (j != NULL && !sink_settings(sink)->eve.packet_source)
		json_cstr(j, JSON_KEY("pkt_src"), sink_packet_source(packet));
	return j;
}

static void
write_packet(const struct sink *sink, struct json *j, const struct packet *packet)
{
	if (sink_settings(sink)->eve.alert.packet && packet != NULL)
		eve_packet_write(j, packet, packet->frame.len);
}

/* ---- Alerts that wait ---- */

enum { WAITING_MAX = 64, BODY_MAX = 16384 };

struct rule_alert_waiting {
	size_t count;
	struct {
		struct l7_flow ends;
		bool from_server;
		size_t len;
	} alerts[WAITING_MAX];
	char bodies[WAITING_MAX][BODY_MAX];
};

struct rule_alert_waiting *
rule_alert_new(void)
{
	return calloc(1, sizeof(struct rule_alert_waiting));
}

void
rule_alert_free(struct rule_alert_waiting *waiting)
{
	free(waiting);
}

/* Where bytes are read when their receiver acknowledges them, the packet at hand is the receiver's: what they show is told with the next
 * packet of their sender. */
static bool
must_wait(const struct packet *packet, const struct rule_hit *hit, const struct l7_flow *ends)
{
	return hit->packet == NULL && hit->flow != NULL && hit->flow->ip_proto == IP_PROTO_TCP && hit->number != 0 &&
	    packet != NULL && packet->src_port == ends->server_port && addr_eq(&packet->src, &ends->server) &&
	    !(packet->dst_port == packet->src_port && addr_eq(&packet->src, &packet->dst));
}

static bool
put_by(struct rule_alert_waiting *waiting, struct sink *sink, const struct rule_hit *hit, const struct rule_set *set,
    const struct l7_flow *ends)
{
	if (waiting == NULL || waiting->count == WAITING_MAX)
		return false;
	size_t at = waiting->count;
	struct json j = json_of(waiting->bodies[at], BODY_MAX);
	json_open_object(&j, (struct bytes){0});
	write_body(sink, &j, hit, set);
	if (!json_ok(&j))
		return false; /* too long to wait: told at once */
	waiting->alerts[at].ends = *ends;
	waiting->alerts[at].from_server = hit->from_server;
	waiting->alerts[at].len = json_length(&j);
	waiting->count++;
	return true;
}

static void
tell(struct rule_alert_waiting *waiting, size_t at, struct sink *sink, const struct packet *packet, int64_t time_ns)
{
	struct l7_flow ends = waiting->alerts[at].ends;
	struct bytes body = bytes_after((struct bytes){(const uint8_t *)waiting->bodies[at], waiting->alerts[at].len}, 1);
	ends.packet_number = packet == NULL ? 0 : packet->number;
	ends.time_ns = time_ns;
	struct json *j = open_event(sink, &ends, packet);
	if (j == NULL)
		return;
	json_begin(j, (struct bytes){0});
	char *room = json_room(j, body.len);
	if (room != NULL) {
		memcpy(room, body.at, body.len);
		json_commit(j, room + body.len);
	}
	write_packet(sink, j, packet);
	sink_close(sink);
}

void
rule_alert_tell(struct rule_alert_waiting *waiting, struct sink *sink, uint64_t flow_id, int from_server, int64_t time_ns)
{
	size_t kept = 0;
	for (size_t i = 0; i < waiting->count; i++) {
		bool is_due = waiting->alerts[i].ends.flow_id == flow_id &&
		    (from_server < 0 || waiting->alerts[i].from_server == (from_server != 0));
		if (is_due) {
			tell(waiting, i, sink, from_server < 0 ? NULL : sink_packet(sink), time_ns);
		} else if (kept++ != i) {
			waiting->alerts[kept - 1] = waiting->alerts[i];
			memcpy(waiting->bodies[kept - 1], waiting->bodies[i], waiting->alerts[i].len);
		}
	}
	waiting->count = kept;
}

bool
rule_alert_waits(const struct rule_alert_waiting *waiting)
{
	return waiting->count > 0;
}

void
rule_alert_write(
    struct rule_alert_waiting *waiting, struct sink *sink, const struct rule_hit *hit, const struct rule_set *set)
{
	const struct packet *packet = hit->number == 0 ? NULL : sink_packet(sink);
	struct l7_flow ends = ends_of(sink, hit);
	if (hit->flow != NULL)
		sink_note_alert(sink);
	rule_observe(sink, hit, class_text(set, hit->rule), &ends);
	if (must_wait(packet, hit, &ends) && put_by(waiting, sink, hit, set, &ends))
		return;
	struct json *j = open_event(sink, &ends, packet);
	if (j == NULL)
		return;
	write_body(sink, j, hit, set);
	write_packet(sink, j, packet);
	sink_close(sink);
}

void
rule_alert_write_tagged(struct sink *sink, const struct view_packet *seen)
{
	const struct packet *packet = sink_packet(sink);
	struct rule_hit hit = {.flow = seen->flow,
	    .packet = seen,
	    .from_server = seen->from_server,
	    .time_ns = seen->time_ns,
	    .number = seen->number};
	if (packet == NULL || !sink_settings(sink)->eve.alert.tagged_packets)
		return;
	struct l7_flow ends = ends_of(sink, &hit);
	struct json *j = sink_open(sink, BYTES("packet"), &ends);
	if (j == NULL)
		return;
	eve_packet_write(j, packet, packet->frame.len);
	sink_close(sink);
}
