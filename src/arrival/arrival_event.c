/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_event.h"

#include "core/civil.h"

#include <stdio.h>

enum { ETHERNET = 14, VLAN = 4 }; /* EVE counts whole frames */

static const struct {
	uint8_t number;
	const char *name_cstr;
} protocols[] = {{6, "TCP"}, {17, "UDP"}, {1, "ICMP"}, {58, "IPv6-ICMP"}, {132, "SCTP"}, {2, "IGMP"}, {47, "GRE"},
    {50, "ESP"}, {51, "AH"}};
static const struct {
	uint16_t number;
	const char *name_cstr;
} types[] = {{1, "A"}, {2, "NS"}, {5, "CNAME"}, {6, "SOA"}, {10, "NULL"}, {12, "PTR"}, {15, "MX"}, {16, "TXT"}, {28, "AAAA"},
    {33, "SRV"}, {65, "HTTPS"}, {255, "ANY"}};
static const char *const rcodes[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};

static void
put(struct json *j, struct bytes key, const char *text, size_t len)
{
	if (len > 0)
		json_text(j, key, (struct bytes){(const uint8_t *)text, len});
}

static void
put_cstr(struct json *j, struct bytes key, const char *text_cstr)
{
	if (text_cstr[0] != '\0')
		json_cstr(j, key, text_cstr);
}

static void
put_hash(struct json *j, struct bytes key, const char *hash_cstr)
{
	if (hash_cstr[0] == '\0')
		return;
	json_open_object(j, key);
	json_cstr(j, JSON_KEY("hash"), hash_cstr);
	json_close_object(j);
}

static void
put_header(struct json *j, const struct observation *o, const char *type_cstr, const char *origin_cstr)
{
	json_open_object(j, (struct bytes){0});
	json_time(j, JSON_KEY("timestamp"), o->time_ns);
	if (o->flow_id != 0)
		json_u64(j, JSON_KEY("flow_id"), o->flow_id);
	json_cstr(j, JSON_KEY("event_type"), type_cstr);
	if (o->vlan != 0) {
		json_open_array(j, JSON_KEY("vlan"));
		json_u64(j, (struct bytes){0}, o->vlan);
		json_close_array(j);
	}
	json_addr_full(j, JSON_KEY("src_ip"), &o->src);
	json_u64(j, JSON_KEY("src_port"), o->src_port);
	json_addr_full(j, JSON_KEY("dest_ip"), &o->dst);
	json_u64(j, JSON_KEY("dest_port"), o->dst_port);
	char number[8];
	(void)snprintf(number, sizeof(number), "%03u", o->ip_proto);
	const char *name_cstr = number;
	for (size_t i = 0; i < LENGTH_OF(protocols); i++)
		if (protocols[i].number == o->ip_proto)
			name_cstr = protocols[i].name_cstr;
	json_cstr(j, JSON_KEY("proto"), name_cstr);
	json_cstr(j, JSON_KEY("origin"), origin_cstr);
}

static void
put_flow(struct json *j, const struct observation *o)
{
	static const char *const states[] = {[FLOW_STATE_NEW] = "new",
	    [FLOW_STATE_ESTABLISHED] = "established",
	    [FLOW_STATE_CLOSED] = "closed",
	    [FLOW_STATE_REFUSED] = "new"};
	const struct observed_flow *f = &o->flow;
	uint64_t link = ETHERNET + (o->vlan != 0 ? VLAN : 0);
	const char *app_cstr = observation_app_name((enum app_proto)f->app);
	if (app_cstr != NULL)
		json_cstr(j, JSON_KEY("app_proto"), app_cstr);
	json_open_object(j, JSON_KEY("flow"));
	json_u64(j, JSON_KEY("pkts_toserver"), f->packets[0]);
	json_u64(j, JSON_KEY("pkts_toclient"), f->packets[1]);
	json_u64(j, JSON_KEY("bytes_toserver"), f->bytes[0] + f->packets[0] * link);
	json_u64(j, JSON_KEY("bytes_toclient"), f->bytes[1] + f->packets[1] * link);
	json_time(j, JSON_KEY("start"), f->first_ns);
	json_time(j, JSON_KEY("end"), f->last_ns);
	json_cstr(j, JSON_KEY("state"), states[f->state]);
	json_close_object(j);
	if (o->ip_proto != 6)
		return;
	json_open_object(j, JSON_KEY("tcp"));
	json_hex(j, JSON_KEY("tcp_flags_ts"), (struct bytes){&f->tcp_flags[0], 1}, '\0');
	json_hex(j, JSON_KEY("tcp_flags_tc"), (struct bytes){&f->tcp_flags[1], 1}, '\0');
	json_close_object(j);
}

static void
put_dns(struct json *j, const struct observation *o)
{
	const struct observed_dns *d = &o->dns;
	char other[16];
	(void)snprintf(other, sizeof(other), "TYPE%u", d->type); /* RFC 3597 5 */
	const char *type_cstr = other;
	for (size_t i = 0; i < LENGTH_OF(types); i++)
		if (types[i].number == d->type)
			type_cstr = types[i].name_cstr;
	json_open_object(j, JSON_KEY("dns"));
	json_u64(j, JSON_KEY("version"), 3);
	json_cstr(j, JSON_KEY("type"), d->answered ? "response" : "request");
	json_u64(j, JSON_KEY("id"), d->id);
	if (d->answered && d->rcode < LENGTH_OF(rcodes))
		json_cstr(j, JSON_KEY("rcode"), rcodes[d->rcode]);
	json_open_array(j, JSON_KEY("queries"));
	json_open_object(j, (struct bytes){0});
	put(j, JSON_KEY("rrname"), d->name, d->name_len);
	json_cstr(j, JSON_KEY("rrtype"), type_cstr);
	json_close_object(j);
	json_close_array(j);
	json_close_object(j);
}

static void
put_http(struct json *j, const struct observation *o)
{
	const struct observed_http *h = &o->http;
	json_open_object(j, JSON_KEY("http"));
	put(j, JSON_KEY("hostname"), h->host, h->host_len);
	put(j, JSON_KEY("url"), h->path, h->path_len);
	put(j, JSON_KEY("http_user_agent"), h->agent, h->agent_len);
	put(j, JSON_KEY("http_method"), h->method, h->method_len);
	if (h->status != 0)
		json_u64(j, JSON_KEY("status"), h->status);
	json_u64(j, JSON_KEY("length"), h->response_body);
	json_close_object(j);
}

static void
put_day(struct json *j, struct bytes key, int64_t at_s)
{
	char text[CIVIL_TEXT_MAX];
	if (at_s > 0 && at_s < INT64_C(9200000000))
		json_cstr(j, key, civil_write(at_s, 0, CIVIL_UTC, text));
}

static void
put_tls(struct json *j, const struct observation *o)
{
	static const char *const versions[] = {"SSLv3", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};
	const struct observed_tls *t = &o->tls;
	json_open_object(j, JSON_KEY("tls"));
	put(j, JSON_KEY("subject"), t->subject, t->subject_len);
	put(j, JSON_KEY("issuerdn"), t->issuer, t->issuer_len);
	put(j, JSON_KEY("sni"), t->name, t->name_len);
	if (t->version >= 0x300 && t->version < 0x300 + LENGTH_OF(versions))
		json_cstr(j, JSON_KEY("version"), versions[t->version - 0x300]);
	put_day(j, JSON_KEY("notbefore"), t->not_before_s);
	put_day(j, JSON_KEY("notafter"), t->not_after_s);
	put_hash(j, JSON_KEY("ja3"), t->ja3);
	put_cstr(j, JSON_KEY("ja4"), t->ja4);
	json_close_object(j);
}

static void
put_ssh(struct json *j, const struct observation *o)
{
	const struct observed_ssh *s = &o->ssh;
	json_open_object(j, JSON_KEY("ssh"));
	json_open_object(j, JSON_KEY("client"));
	put(j, JSON_KEY("software_version"), s->client, s->client_len);
	put_hash(j, JSON_KEY("hassh"), s->hassh);
	json_close_object(j);
	json_open_object(j, JSON_KEY("server"));
	put(j, JSON_KEY("software_version"), s->server, s->server_len);
	put_hash(j, JSON_KEY("hassh"), s->hassh_server);
	json_close_object(j);
	json_close_object(j);
}

static void
put_login(struct json *j, const struct observation *o)
{
	static const char *const outcomes[] = {"sent", "accepted", "refused"};
	const struct observed_login *l = &o->login;
	const char *app_cstr = observation_app_name((enum app_proto)l->app);
	if (app_cstr != NULL)
		json_cstr(j, JSON_KEY("app_proto"), app_cstr);
	json_open_object(j, JSON_KEY("login"));
	put(j, JSON_KEY("user"), l->user, l->user_len);
	json_cstr(j, JSON_KEY("outcome"), outcomes[l->outcome]);
	json_bool(j, JSON_KEY("cleartext"), l->cleartext);
	json_close_object(j);
}

static void
put_dhcp(struct json *j, const struct observation *o)
{
	static const char *const messages[] = {
	    "", "discover", "offer", "request", "decline", "ack", "nak", "release", "inform"};
	const struct observed_dhcp *d = &o->dhcp;
	json_open_object(j, JSON_KEY("dhcp"));
	json_hex(j, JSON_KEY("client_mac"), (struct bytes){d->client_mac, sizeof(d->client_mac)}, ':');
	if (!addr_is_zero(&d->assigned))
		json_addr(j, JSON_KEY("assigned_ip"), &d->assigned);
	put(j, JSON_KEY("hostname"), d->host, d->host_len);
	if (d->type < LENGTH_OF(messages))
		json_cstr(j, JSON_KEY("dhcp_type"), messages[d->type]);
	json_close_object(j);
}

static void
put_alert(struct json *j, const struct alert *a)
{
	json_open_object(j, JSON_KEY("alert"));
	json_cstr(j, JSON_KEY("action"), "allowed");
	json_u64(j, JSON_KEY("signature_id"), a->signature_id);
	json_text(j, JSON_KEY("signature"), alert_fact_find(a, "signature"));
	json_text(j, JSON_KEY("category"), alert_fact_find(a, "category"));
	json_u64(j, JSON_KEY("severity"), a->severity >= SEVERITY_SERIOUS ? 1 : a->severity == SEVERITY_SIGNIFICANT ? 2 : 3);
	json_close_object(j);
}

static const struct {
	const char *type_cstr;
	void (*put)(struct json *j, const struct observation *o);
} kinds[OBSERVATION_KINDS] = {[OBSERVATION_FLOW_END] = {"flow", put_flow},
    [OBSERVATION_DNS] = {"dns", put_dns},
    [OBSERVATION_TLS] = {"tls", put_tls},
    [OBSERVATION_HTTP] = {"http", put_http},
    [OBSERVATION_SSH] = {"ssh", put_ssh},
    [OBSERVATION_DHCP] = {"dhcp", put_dhcp},
    [OBSERVATION_LOGIN] = {"login", put_login}};

bool
arrival_event_write(struct json *j, const struct arrival *arrival, const char *origin_cstr)
{
	const struct alert *a = &arrival->alert;
	const struct observation *o = &arrival->observation;
	if (arrival->kind == ARRIVAL_ALERT) {
		struct observation ends = {.time_ns = a->last_ns,
		    .flow_id = a->flow_id,
		    .vlan = a->vlan,
		    .ip_proto = a->ip_proto,
		    .src = a->source,
		    .dst = a->target,
		    .src_port = a->source_port,
		    .dst_port = a->target_port};
		put_header(j, &ends, "alert", origin_cstr);
		put_alert(j, a);
	} else if (arrival->kind == ARRIVAL_OBSERVATION && o->kind < OBSERVATION_KINDS && kinds[o->kind].put != NULL) {
		put_header(j, o, kinds[o->kind].type_cstr, origin_cstr);
		kinds[o->kind].put(j, o);
	} else {
		return false;
	}
	json_close_object(j);
	return json_ok(j);
}
