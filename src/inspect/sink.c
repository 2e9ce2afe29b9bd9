/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/sink.h"

#include "core/ensure.h"
#include "inspect/l7_turn.h"
#include "inspect/content_store.h"
#include "inspect/l7_expect.h"
#include "inspect/l7_http_body.h"
#include "inspect/l7_settings.h"
#include "inspect/sink_later.h"
#include "inspect/viewer.h"
#include "net/flow/flow.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct event_file {
	pthread_mutex_t lock; /* shared by the workers: one writes at a time, whole lines */
	int fd;               /* -1: none */
	int error;
	void (*also)(void *context, const char *text, size_t len);
	void *context;
	const char *prefix_cstr; /* NULL: none */
	bool in_line;            /* what was written last did not end its line */
};

struct sink {
	struct event_file *file;
	struct observation_buffer *observations;
	struct json line; /* the event being written, at the end of the buffer */
	bool open, waits; /* waits: the line is in `later` */
	struct sink_later *later;
	size_t used;   /* bytes of whole lines in the buffer */
	uint32_t rank; /* of observations within one packet */
	uint64_t rank_packet;
	struct sink_counters counters;
	char *buffer;
	const struct viewer *viewer; /* NULL: nobody looks */
	struct view_flow *view_flow;
	struct view_set views;
	struct content_store *contents;         /* NULL: nobody wants them */
	struct l7_http_body_store *http_bodies; /* the same */
	struct l7_expect *expect;
	const struct l7_settings *settings;
	const struct packet *packet;
	struct bytes stream;
	const char *file_name_cstr;
	bool muted; /* of the protocol at hand nothing is said */
};

struct event_file *
sink_file_new(int fd)
{
	struct event_file *file = calloc(1, sizeof(*file));
	if (file == NULL)
		return NULL;
	pthread_mutex_init(&file->lock, NULL);
	file->fd = fd;
	return file;
}

void
sink_file_free(struct event_file *file)
{
	if (file == NULL)
		return;
	pthread_mutex_destroy(&file->lock);
	free(file);
}

void
sink_file_also(struct event_file *file, void (*also)(void *context, const char *text, size_t len), void *context)
{
	file->also = also;
	file->context = context;
}

int
sink_file_error(struct event_file *file)
{
	pthread_mutex_lock(&file->lock);
	int error = file->error;
	pthread_mutex_unlock(&file->lock);
	return error;
}

static int
write_all(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

void
sink_file_lock(struct event_file *file)
{
	pthread_mutex_lock(&file->lock);
}

void
sink_file_unlock(struct event_file *file)
{
	pthread_mutex_unlock(&file->lock);
}

void
sink_file_prefix(struct event_file *file, const char *prefix_cstr)
{
	file->prefix_cstr = prefix_cstr == NULL || prefix_cstr[0] == '\0' ? NULL : prefix_cstr;
}

static int
write_prefixed(struct event_file *file, const char *at, size_t len)
{
	int r = 0;
	while (len > 0 && r == 0) {
		if (!file->in_line)
			r = write_all(file->fd, file->prefix_cstr, strlen(file->prefix_cstr));
		const char *end = memchr(at, '\n', len);
		size_t part = end == NULL ? len : (size_t)(end - at) + 1;
		file->in_line = end == NULL;
		if (r == 0)
			r = write_all(file->fd, at, part);
		at += part;
		len -= part;
	}
	return r;
}

void
sink_file_write(struct event_file *file, const char *text, size_t len)
{
	if (file->also != NULL && len > 0)
		file->also(file->context, text, len);
	if (file->fd >= 0 && file->error == 0 && len > 0)
		file->error = file->prefix_cstr == NULL ? write_all(file->fd, text, len) : write_prefixed(file, text, len);
}

struct sink *
sink_new(struct event_file *file)
{
	struct sink *sink = calloc(1, sizeof(*sink));
	if (sink == NULL)
		return NULL;
	sink->file = file;
	sink->buffer = malloc(SINK_BUFFER_SIZE);
	if (sink->buffer == NULL) {
		free(sink);
		return NULL;
	}
	return sink;
}

void
sink_flush(struct sink *sink)
{
	if (sink->file == NULL || sink->used == 0)
		return;
	sink_file_lock(sink->file);
	sink_file_write(sink->file, sink->buffer, sink->used);
	if (sink->file->error != 0)
		sink->counters.lost++;
	sink_file_unlock(sink->file);
	sink->used = 0;
}

void
sink_free(struct sink *sink)
{
	if (sink == NULL)
		return;
	sink_flush(sink);
	free(sink->buffer);
	free(sink);
}

void
sink_flows_into(struct sink *sink, struct sink_later *later)
{
	sink->later = later;
}

void
sink_observe_into(struct sink *sink, struct observation_buffer *buffer)
{
	sink->observations = buffer;
}

const struct sink_counters *
sink_count(const struct sink *sink)
{
	return &sink->counters;
}

struct bytes
sink_ip_proto_name(uint8_t ip_proto)
{
	/* As /etc/protocols and Suricata spell them; the others by number. */
	static const char *const names[256] = {[0] = "HOPOPT",
	    [1] = "ICMP",
	    [2] = "IGMP",
	    [4] = "IPv4",
	    [6] = "TCP",
	    [8] = "EGP",
	    [17] = "UDP",
	    [41] = "IPv6",
	    [43] = "IPv6-Route",
	    [44] = "IPv6-Frag",
	    [46] = "RSVP",
	    [47] = "GRE",
	    [50] = "ESP",
	    [51] = "AH",
	    [58] = "IPv6-ICMP",
	    [59] = "IPv6-NoNxt",
	    [60] = "IPv6-Opts",
	    [88] = "EIGRP",
	    [89] = "OSPFIGP",
	    [94] = "IPIP",
	    [103] = "PIM",
	    [108] = "IPComp",
	    [112] = "VRRP",
	    [115] = "L2TP",
	    [132] = "SCTP",
	    [136] = "UDPLite"};
	const char *name = names[ip_proto];
	return name != NULL ? bytes_of_cstr(name) : (struct bytes){0};
}

const char *
sink_packet_source(const struct packet *p)
{
	enum { PORT_TEREDO = 3544, PORT_VXLAN = 4789, PORT_GENEVE = 6081 };
	const struct packet *outer = p->outer;
	if (outer == NULL)
		return p->was_fragmented ? "defrag" : "wire/pcap";
	if (outer->ip_proto == IP_PROTO_GRE)
		return "gre tunnel";
	if (outer->ip_proto == IP_PROTO_UDP)
		return outer->dst_port == PORT_VXLAN ? "vxlan encapsulation"
		    : outer->dst_port == PORT_GENEVE ? "geneve encapsulation"
		                                     : "teredo tunnel";
	return outer->ip_version == 4 ? "ipv4 tunnel" : "ipv6 tunnel";
}

static const struct eve_settings *
eve(const struct sink *sink)
{
	return &sink_settings(sink)->eve;
}

/* Room for one more line, or NULL when nobody reads such events. */
static struct json *
open_line(struct sink *sink, struct bytes event_type)
{
	if (sink->file == NULL || sink->muted || !eve_settings_has(eve(sink), event_type))
		return NULL;
	ENSURE(!sink->open);
	if (SINK_BUFFER_SIZE - sink->used < SINK_LINE_MAX)
		sink_flush(sink);
	sink->line = json_of(sink->buffer + sink->used, SINK_LINE_MAX);
	sink->open = true;
	return &sink->line;
}

static void
write_mac(struct json *j, struct bytes key, const uint8_t mac[static 6])
{
	json_hex(j, key, (struct bytes){mac, 6}, ':');
}

/* Whose the MAC addresses of a packet are, the event's source may not have been told in that order. */
static void
write_ether(const struct sink *sink, struct json *j, const struct l7_flow *flow)
{
	const struct packet *p = sink->packet;
	if (p != NULL && p->has_mac) {
		bool turned = flow != NULL && p->kind == PACKET_IP && !addr_eq(&p->src, &flow->client) &&
		    addr_eq(&p->src, &flow->server);
		json_open_object(j, JSON_KEY("ether"));
		write_mac(j, JSON_KEY("src_mac"), turned ? p->mac_dst : p->mac_src);
		write_mac(j, JSON_KEY("dest_mac"), turned ? p->mac_src : p->mac_dst);
		json_close_object(j);
	}
}

void
sink_write_macs(struct sink *sink, struct json *j, const uint8_t source[6], const uint8_t target[6], bool known)
{
	if (!known || !eve(sink)->ethernet)
		return;
	json_open_object(j, JSON_KEY("ether"));
	json_open_array(j, JSON_KEY("dest_macs"));
	write_mac(j, (struct bytes){0}, target);
	json_close_array(j);
	json_open_array(j, JSON_KEY("src_macs"));
	write_mac(j, (struct bytes){0}, source);
	json_close_array(j);
	json_close_object(j);
}

/* Of the flow of an event; the ports of ICMP are those of its key. */
static void
write_community_id(const struct sink *sink, struct json *j, const struct l7_flow *flow)
{
	char text[FLOW_COMMUNITY_ID_SIZE];
	struct flow_key key = {.low = flow->client,
	    .high = flow->server,
	    .low_port = flow->client_port,
	    .high_port = flow->server_port,
	    .ip_proto = flow->ip_proto};
	flow_community_id(&key, eve(sink)->community_seed, text);
	json_cstr(j, JSON_KEY("community_id"), text);
}

/* What a site may ask for. */
static void
write_more(const struct sink *sink, struct json *j, const struct l7_flow *flow)
{
	const struct eve_settings *s = eve(sink);
	if (s->packet_source && sink->packet != NULL)
		json_cstr(j, JSON_KEY("pkt_src"), sink_packet_source(sink->packet));
	if (s->ethernet)
		write_ether(sink, j, flow);
	if (s->community_id && flow != NULL && flow->flow_id != 0)
		write_community_id(sink, j, flow);
	if (s->metadata && flow != NULL && flow->flow_id != 0 && sink->viewer != NULL && sink->viewer->metadata != NULL)
		sink->viewer->metadata(sink->viewer->context, flow->flow_id, j);
	if (s->sensor_cstr[0] != '\0')
		json_cstr(j, JSON_KEY("host"), s->sensor_cstr);
	if (s->version)
		json_cstr(j, JSON_KEY("suricata_version"), "8.0.0");
	if (s->file_name && sink->file_name_cstr != NULL)
		json_cstr(j, JSON_KEY("pcap_filename"), sink->file_name_cstr);
}

struct json *
sink_open_plain(struct sink *sink, struct bytes event_type, int64_t time_ns, uint64_t packet_number)
{
	struct json *j = open_line(sink, event_type);
	if (j == NULL)
		return NULL;
	json_open_object(j, (struct bytes){0});
	json_time(j, JSON_KEY("timestamp"), time_ns);
	if (packet_number > 0)
		json_u64(j, JSON_KEY("pcap_cnt"), packet_number);
	json_text(j, JSON_KEY("event_type"), event_type);
	write_more(sink, j, NULL);
	return j;
}

/* All of the following in one go: what they have in common is written millions of times. */
enum { HEADER_MAX = 768 };

static char *
write_proto(char *at, uint8_t ip_proto)
{
	struct bytes name = sink_ip_proto_name(ip_proto);
	if (name.len > 0) {
		memcpy(at, name.at, name.len);
		return at + name.len;
	}
	at[0] = (char)('0' + ip_proto / 100);
	at[1] = (char)('0' + ip_proto / 10 % 10);
	at[2] = (char)('0' + ip_proto % 10);
	return at + 3;
}

static char *
write_ends(char *at, const struct l7_flow *flow)
{
	bool with_ports = flow->ip_proto == 6 || flow->ip_proto == 17 || flow->ip_proto == 132;
	at = json_at_addr_full(json_at_literal(at, ",\"src_ip\":"), &flow->client);
	if (with_ports)
		at = json_at_u64(json_at_literal(at, ",\"src_port\":"), flow->client_port);
	at = json_at_addr_full(json_at_literal(at, ",\"dest_ip\":"), &flow->server);
	if (with_ports)
		at = json_at_u64(json_at_literal(at, ",\"dest_port\":"), flow->server_port);
	if (flow->ip_proto != 0) /* 0: ARP, or a machine rather than a packet */
		at = json_at_literal(write_proto(json_at_literal(at, ",\"proto\":\""), flow->ip_proto), "\"");
	at = json_at_literal(at, ",\"ip_v\":");
	*at++ = (char)('0' + flow->ip_version);
	return at;
}

static char *
write_vlans(char *at, const struct l7_flow *flow)
{
	at = json_at_literal(at, ",\"vlan\":[");
	for (size_t i = 0; i < flow->vlan_count; i++) {
		if (i > 0)
			*at++ = ',';
		at = json_at_u64(at, flow->vlan[i]);
	}
	*at++ = ']';
	return at;
}

static struct json *
write_header(struct sink *sink, struct json *j, struct bytes event_type, const struct l7_flow *flow)
{
	if (j == NULL)
		return NULL;
	char *at = json_room(j, HEADER_MAX); /* a line has room for 64 KiB */
	ENSURE(at != NULL && event_type.len < 64);
	at = json_at_time(json_at_literal(at, "{\"timestamp\":"), flow->time_ns);
	if (flow->flow_id != 0)
		at = json_at_u64(json_at_literal(at, ",\"flow_id\":"), flow->flow_id);
	if (flow->packet_number > 0)
		at = json_at_u64(json_at_literal(at, ",\"pcap_cnt\":"), flow->packet_number);
	at = json_at_literal(at, ",\"event_type\":\""); /* ours: nothing to escape */
	memcpy(at, event_type.at, event_type.len);
	at += event_type.len;
	*at++ = '"';
	if (flow->vlan_count > 0)
		at = write_vlans(at, flow);
	json_commit(j, write_ends(at, flow));
	write_more(sink, j, flow);
	return j;
}

struct json *
sink_open(struct sink *sink, struct bytes event_type, const struct l7_flow *flow)
{
	return write_header(sink, open_line(sink, event_type), event_type, flow);
}

struct json *
sink_open_flow(struct sink *sink, const struct l7_flow *flow)
{
	if (sink->file == NULL || sink->later == NULL || !sink_later_has_room(sink->later) ||
	    !eve_settings_has(eve(sink), BYTES("flow")))
		return sink_open(sink, BYTES("flow"), flow);
	ENSURE(!sink->open);
	sink->line = json_of(sink->later->text + sink->later->used, SINK_LATER_LINE_MAX);
	sink->open = sink->waits = true;
	return write_header(sink, &sink->line, BYTES("flow"), flow);
}

void
sink_close_flow(struct sink *sink, uint64_t flow_id, size_t alerted_at, bool alerted)
{
	if (!sink->waits) {
		sink_close(sink);
		return;
	}
	json_close_object(&sink->line);
	json_newline(&sink->line);
	sink->open = sink->waits = false;
	if (json_ok(&sink->line)) {
		sink_later_add(sink->later, json_length(&sink->line), flow_id, alerted_at, alerted);
		sink->counters.events++;
	} else {
		sink->counters.too_long++;
	}
}

void
sink_close(struct sink *sink)
{
	ENSURE(sink->open);
	json_close_object(&sink->line);
	json_newline(&sink->line);
	sink->open = false;
	if (json_ok(&sink->line)) {
		sink->used += json_length(&sink->line);
		sink->counters.events++;
	} else {
		sink->counters.too_long++;
	}
}

struct observation *
sink_observe(struct sink *sink, enum observation_kind kind, const struct l7_flow *flow)
{
	if (sink->observations == NULL)
		return NULL;
	struct observation *o = observation_add(sink->observations, kind);
	if (o == NULL)
		return NULL;
	if (flow->packet_number != sink->rank_packet) {
		sink->rank_packet = flow->packet_number;
		sink->rank = 0;
	}
	o->time_ns = flow->time_ns;
	o->number = flow->packet_number;
	o->rank = sink->rank++;
	o->ip_proto = flow->ip_proto;
	o->vlan = flow->vlan_count > 0 ? flow->vlan[0] : 0;
	o->src_port = flow->client_port;
	o->dst_port = flow->server_port;
	o->flow_id = flow->flow_id;
	o->src = flow->client;
	o->dst = flow->server;
	o->has_mac = flow->has_mac;
	memcpy(o->src_mac, flow->client_mac, sizeof(o->src_mac));
	memcpy(o->dst_mac, flow->server_mac, sizeof(o->dst_mac));
	return o;
}

static void
write_anomaly(struct sink *sink, struct json *j, enum app_proto app, struct bytes event_name)
{
	json_open_object(j, JSON_KEY("anomaly"));
	json_cstr(j, JSON_KEY("app_proto"), observation_app_name(app));
	json_cstr(j, JSON_KEY("type"), "applayer");
	json_text(j, JSON_KEY("event"), event_name);
	json_cstr(j, JSON_KEY("layer"), "proto_parser");
	json_close_object(j);
	sink_close(sink);
}

/* Rules name events "http.request_field_missing_colon". */
static void
show_event(struct sink *sink, const struct l7_input *in, enum app_proto app, struct bytes event_name)
{
	char name_cstr[96];
	int length = snprintf(name_cstr, sizeof(name_cstr), "%s.%.*s", observation_app_name(app), (int)event_name.len,
	    (const char *)event_name.at);
	sink->view_flow->app_cstr = observation_app_name(app);
	if (length > 0 && length < (int)sizeof(name_cstr))
		sink->viewer->event(sink->viewer->context, sink->view_flow, in->side == L7_SERVER, in->flow->time_ns,
		    in->flow->packet_number, name_cstr);
}

void
sink_at(struct sink *sink, const struct packet *packet)
{
	sink->packet = packet;
}

const struct packet *
sink_packet(const struct sink *sink)
{
	return sink->packet;
}

void
sink_at_stream(struct sink *sink, struct bytes data)
{
	sink->stream = data;
}

struct bytes
sink_stream(const struct sink *sink)
{
	return sink->stream;
}

void
sink_note_alert(struct sink *sink)
{
	if (sink->view_flow != NULL)
		sink->view_flow->alerted = true;
}

void
sink_from_file(struct sink *sink, const char *file_name_cstr)
{
	sink->file_name_cstr = file_name_cstr;
}

void
sink_view(struct sink *sink, const struct viewer *viewer, struct view_flow *flow)
{
	sink->viewer = viewer;
	sink->view_flow = flow;
}

void
sink_count_flow(struct sink *sink, enum app_proto app, uint8_t ip_proto)
{
	sink->counters.apps[app].flows[ip_proto == IPPROTO_UDP]++;
}

void
sink_count_transaction(struct sink *sink, enum app_proto app, uint8_t ip_proto)
{
	sink->counters.apps[app].transactions[ip_proto == IPPROTO_UDP]++;
}

const struct viewer *
sink_viewer(const struct sink *sink)
{
	return sink->viewer;
}

void
sink_contents_into(struct sink *sink, struct content_store *contents)
{
	sink->contents = contents;
}

void
sink_http_bodies_into(struct sink *sink, struct l7_http_body_store *bodies)
{
	sink->http_bodies = bodies;
}

struct l7_http_body_store *
sink_http_bodies(const struct sink *sink)
{
	return sink->http_bodies;
}

void
sink_expect_into(struct sink *sink, struct l7_expect *table)
{
	sink->expect = table;
}

struct l7_expect *
sink_expect(const struct sink *sink)
{
	return sink->expect;
}

struct content_store *
sink_contents(const struct sink *sink)
{
	return sink->contents;
}

void
sink_mute(struct sink *sink, enum app_proto app)
{
	sink->muted = app != APP_UNKNOWN && (sink_settings(sink)->apps_muted >> app & 1) != 0;
}

void
sink_set(struct sink *sink, const struct l7_settings *settings)
{
	sink->settings = settings;
}

const struct l7_settings *
sink_settings(const struct sink *sink)
{
	return sink->settings == NULL ? &l7_settings_default : sink->settings;
}

struct view_set *
sink_views(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx)
{
	if (sink->viewer == NULL || sink->muted)
		return NULL;
	struct view_set *v = &sink->views;
	v->flow = sink->view_flow;
	v->time_ns = in->flow->time_ns;
	v->number = in->flow->packet_number;
	v->from_server = in->side == L7_SERVER;
	v->tx = tx;
	v->count = v->number_count = 0;
	v->dce_little = false;
	return v;
}

void
sink_show(struct sink *sink, bool is_end)
{
	sink->views.is_end = is_end;
	sink->viewer->transaction(sink->viewer->context, &sink->views);
}

static void
say_anomaly(struct sink *sink, const struct l7_input *in, const uint64_t *tx_id, enum app_proto app, struct bytes event_name)
{
	struct l7_flow room;
	struct l7_input by = *in;
	if (in->flow->packet_by != L7_BY_EITHER)
		by.side = in->flow->packet_by == L7_BY_CLIENT ? L7_CLIENT : L7_SERVER;
	struct json *j = eve(sink)->anomaly.applayer ? sink_open(sink, BYTES("anomaly"), l7_turn_to_sender(&by, &room))
	                                             : NULL;
	if (j != NULL && tx_id != NULL)
		json_u64(j, JSON_KEY("tx_id"), *tx_id);
	if (j != NULL)
		write_anomaly(sink, j, app, event_name);
	if (sink->viewer != NULL && !sink->muted)
		show_event(sink, in, app, event_name);
}

void
sink_anomaly(struct sink *sink, const struct l7_input *in, enum app_proto app, struct bytes event_name)
{
	say_anomaly(sink, in, NULL, app, event_name);
}

void
sink_anomaly_of(
    struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, enum app_proto app, struct bytes event_name)
{
	say_anomaly(sink, in, &tx->id, app, event_name);
}
