/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_eve.h"

#include "arrival/arrival_alert.h"
#include "arrival/arrival_flow.h"
#include "arrival/arrival_json.h"
#include "core/text.h"

#include <errno.h>

/* RFC 1035 4.1: the header, a question's type and class, an answer's head whose name is a pointer. */
enum { DNS_HEADER = 12, DNS_QUESTION = 4, DNS_ANSWER = 12, DNS_PORT = 53 };

static const struct named {
	const char *name_cstr;
	uint16_t value;
} ip_protocols[] = {{"TCP", 6}, {"UDP", 17}, {"ICMP", 1}, {"IPv6-ICMP", 58}, {"SCTP", 132}, {"IGMP", 2}, {"GRE", 47},
    {"ESP", 50}, {"AH", 51}, {"UDPLite", 136}},
  rcodes[] = {{"NOERROR", 0}, {"FORMERR", 1}, {"SERVFAIL", 2}, {"NXDOMAIN", 3}, {"NOTIMP", 4}, {"REFUSED", 5}},
  rrtypes[] = {{"A", 1}, {"NS", 2}, {"CNAME", 5}, {"SOA", 6}, {"NULL", 10}, {"PTR", 12}, {"MX", 15}, {"TXT", 16},
      {"AAAA", 28}, {"SRV", 33}, {"ANY", 255}, {"HTTPS", 65}},
  tls_versions[] = {
      {"SSLv3", 0x300}, {"TLS 1.0", 0x301}, {"TLSv1", 0x301}, {"TLS 1.1", 0x302}, {"TLS 1.2", 0x303}, {"TLS 1.3", 0x304}};

static uint16_t
value_of(const struct named *table, size_t count, struct bytes name)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_eq_nocase(name, bytes_of_cstr(table[i].name_cstr)))
			return table[i].value;
	return 0;
}

/* A number, as Suricata writes protocols without a name: "089". */
static uint8_t
protocol_of(struct bytes name)
{
	unsigned value = 0;
	for (size_t i = 0; i < name.len && i < 3; i++)
		value = name.at[i] >= '0' && name.at[i] <= '9' ? value * 10 + (unsigned)(name.at[i] - '0') : 256;
	return value > 0 && value < 256 ? (uint8_t)value : (uint8_t)value_of(ip_protocols, LENGTH_OF(ip_protocols), name);
}

static void
turn(struct observation *o)
{
	struct addr address = o->src;
	uint16_t port = o->src_port;
	o->src = o->dst;
	o->src_port = o->dst_port;
	o->dst = address;
	o->dst_port = port;
}

/* An answer only: whether a question had none is not in its own event. */
static bool
read_dns(const struct json_value *event, struct observation *o)
{
	const struct json_value *dns = json_value_get(event, BYTES("dns")), *answers = json_value_get(dns, BYTES("answers"));
	const struct json_value *question = json_value_at(json_value_get(dns, BYTES("queries")), 0);
	const struct json_value *answer = json_value_at(answers, 0);
	size_t count = json_value_length(answers);
	struct bytes type = arrival_json_text(dns, "type");
	if (!bytes_eq(type, BYTES("answer")) && !bytes_eq(type, BYTES("response")))
		return false;
	if (question == NULL)
		question = dns; /* until Suricata 7 */
	if (o->src_port == DNS_PORT && o->dst_port != DNS_PORT)
		turn(o); /* src is who asked */
	struct bytes name = arrival_json_text(question, "rrname");
	o->dns.answered = true;
	o->dns.id = (uint16_t)arrival_json_number(dns, "id", UINT16_MAX);
	o->dns.type = value_of(rrtypes, LENGTH_OF(rrtypes), arrival_json_text(question, "rrtype"));
	o->dns.rcode = (uint8_t)value_of(rcodes, LENGTH_OF(rcodes), arrival_json_text(dns, "rcode"));
	o->dns.answers = (uint16_t)(count < UINT16_MAX ? count : UINT16_MAX);
	o->dns.name_len = arrival_json_copy(o->dns.name, sizeof(o->dns.name), name);
	for (size_t i = 0; i < o->dns.name_len; i++)
		o->dns.name[i] = (char)bytes_lower((uint8_t)o->dns.name[i]);
	o->dns.query_bytes = (uint32_t)(DNS_HEADER + name.len + 2 + DNS_QUESTION);
	o->dns.answer_bytes = o->dns.query_bytes;
	for (size_t i = 0; i < o->dns.answers; i++, answer += answer->span)
		o->dns.answer_bytes += (uint32_t)(DNS_ANSWER + arrival_json_text(answer, "rdata").len);
	return true;
}

static int64_t
seconds_of(const struct json_value *tls, const char *key_cstr)
{
	int64_t ns;
	return arrival_json_time(tls, key_cstr, &ns) ? ns / 1000000000 : 0;
}

static bool
read_tls(const struct json_value *event, struct observation *o)
{
	const struct json_value *tls = json_value_get(event, BYTES("tls"));
	struct bytes subject = arrival_json_text(tls, "subject"), issuer = arrival_json_text(tls, "issuerdn");
	struct observed_tls *t = &o->tls;
	if (!json_value_is(tls, JSON_VALUE_OBJECT))
		return false;
	t->version = value_of(tls_versions, LENGTH_OF(tls_versions), arrival_json_text(tls, "version"));
	t->has_certificate = subject.len > 0;
	t->self_signed = subject.len > 0 && bytes_eq(subject, issuer);
	t->not_before_s = seconds_of(tls, "notbefore");
	t->not_after_s = seconds_of(tls, "notafter");
	if (t->not_after_s == 0)
		t->has_certificate = false; /* nothing can be said of its dates */
	t->name_len = arrival_json_copy(t->name, sizeof(t->name), arrival_json_text(tls, "sni"));
	t->subject_len = arrival_json_copy(t->subject, sizeof(t->subject), subject);
	t->issuer_len = arrival_json_copy(t->issuer, sizeof(t->issuer), issuer);
	arrival_json_copy_cstr(t->ja3, sizeof(t->ja3), arrival_json_text(json_value_get(tls, BYTES("ja3")), "hash"));
	arrival_json_copy_cstr(t->ja4, sizeof(t->ja4), arrival_json_text(tls, "ja4"));
	return true;
}

static bool
read_http(const struct json_value *event, struct observation *o)
{
	const struct json_value *http = json_value_get(event, BYTES("http"));
	struct bytes url = arrival_json_text(http, "url");
	struct observed_http *h = &o->http;
	if (!json_value_is(http, JSON_VALUE_OBJECT))
		return false;
	if (bytes_start_with(url, BYTES("http://")) || bytes_start_with(url, BYTES("https://"))) {
		url = bytes_after(url, bytes_find_all(url, BYTES("//")) + 2);
		url = bytes_after(url, bytes_find(url, '/'));
	}
	h->status = (uint16_t)arrival_json_number(http, "status", UINT16_MAX);
	h->response_body = arrival_json_number(http, "length", INT64_MAX);
	h->method_len = arrival_json_copy(h->method, sizeof(h->method), arrival_json_text(http, "http_method"));
	h->host_len = arrival_json_copy(h->host, sizeof(h->host), arrival_json_text(http, "hostname"));
	h->path_len = arrival_json_copy(h->path, sizeof(h->path), bytes_first(url, bytes_find(url, '?')));
	h->agent_len = arrival_json_copy(h->agent, sizeof(h->agent), arrival_json_text(http, "http_user_agent"));
	return true;
}

static bool
read_ssh(const struct json_value *event, struct observation *o)
{
	const struct json_value *ssh = json_value_get(event, BYTES("ssh"));
	const struct json_value *client = json_value_get(ssh, BYTES("client")),
	                        *server = json_value_get(ssh, BYTES("server"));
	struct observed_ssh *s = &o->ssh;
	if (!json_value_is(ssh, JSON_VALUE_OBJECT))
		return false;
	s->client_len = arrival_json_copy(s->client, sizeof(s->client), arrival_json_text(client, "software_version"));
	s->server_len = arrival_json_copy(s->server, sizeof(s->server), arrival_json_text(server, "software_version"));
	arrival_json_copy_cstr(
	    s->hassh, sizeof(s->hassh), arrival_json_text(json_value_get(client, BYTES("hassh")), "hash"));
	arrival_json_copy_cstr(
	    s->hassh_server, sizeof(s->hassh_server), arrival_json_text(json_value_get(server, BYTES("hassh")), "hash"));
	return true;
}

/* The answer to a password (RFC 959 5.4): 230 lets in, 530 does not. The name was in an earlier event. */
static bool
read_ftp(const struct json_value *event, struct observation *o)
{
	const struct json_value *ftp = json_value_get(event, BYTES("ftp"));
	struct bytes code = arrival_json_first_text(ftp, "completion_code");
	if (!bytes_eq_nocase(arrival_json_text(ftp, "command"), BYTES("PASS")))
		return false;
	o->login.app = APP_FTP;
	o->login.cleartext = true;
	o->login.outcome = bytes_start_with(code, BYTES("2")) ? LOGIN_ACCEPTED
	    : bytes_start_with(code, BYTES("5"))              ? LOGIN_REFUSED
	                                                      : LOGIN_SENT;
	return true;
}

static const struct event_type {
	const char *name_cstr;
	enum observation_kind kind;
	bool (*read)(const struct json_value *event, struct observation *o); /* false: says nothing here */
} event_types[] = {{"flow", OBSERVATION_FLOW_END, arrival_flow_read}, {"dns", OBSERVATION_DNS, read_dns},
    {"tls", OBSERVATION_TLS, read_tls}, {"http", OBSERVATION_HTTP, read_http}, {"ssh", OBSERVATION_SSH, read_ssh},
    {"ftp", OBSERVATION_LOGIN, read_ftp}};

static int
read_header(const struct json_value *event, struct observation *o, struct diag *diag)
{
	const struct json_value *vlan = json_value_get(event, BYTES("vlan"));
	if (!arrival_json_time(event, "timestamp", &o->time_ns))
		return diag_say(
		    diag, -EINVAL, "%s", _("\"timestamp\": a time like 2026-03-03T08:00:04.329855+0000 was expected"));
	if (!arrival_json_addr(event, "src_ip", &o->src) || !arrival_json_addr(event, "dest_ip", &o->dst))
		return diag_say(diag, -EINVAL, "%s", _("\"src_ip\" and \"dest_ip\": an IP address each was expected"));
	o->ip_proto = protocol_of(arrival_json_text(event, "proto"));
	o->src_port = (uint16_t)arrival_json_number(event, "src_port", UINT16_MAX);
	o->dst_port = (uint16_t)arrival_json_number(event, "dest_port", UINT16_MAX);
	o->flow_id = arrival_json_number(event, "flow_id", INT64_MAX);
	const struct json_value *outer = json_value_at(vlan, 0);
	if (json_value_is(outer, JSON_VALUE_INTEGER))
		o->vlan = (uint16_t)(outer->integer & 0xfff);
	return 0;
}

static int
read_event(const struct json_value *event, struct arrival *out, struct diag *diag)
{
	struct bytes type = arrival_json_text(event, "event_type");
	if (type.len == 0)
		return diag_say(diag, -EINVAL, "%s", _("an EVE event was expected: a JSON object with an \"event_type\""));
	bool is_alert = bytes_eq(type, BYTES("alert"));
	const struct event_type *known = NULL;
	for (size_t i = 0; i < LENGTH_OF(event_types); i++)
		if (bytes_eq(type, bytes_of_cstr(event_types[i].name_cstr)))
			known = &event_types[i];
	if (!is_alert && known == NULL)
		return 0;
	int r = read_header(event, &out->observation, diag);
	if (r < 0)
		return r;
	if (is_alert) {
		if (!arrival_alert_read(event, &out->observation, &out->alert, &out->is_ours))
			return diag_say(diag, -EINVAL, "%s", _("an alert without its \"alert\" object"));
		out->kind = ARRIVAL_ALERT;
		return 0;
	}
	out->observation.kind = (uint8_t)known->kind;
	out->kind = known->read(event, &out->observation) ? ARRIVAL_OBSERVATION : ARRIVAL_NOTHING;
	return 0;
}

int
arrival_eve_read(struct json_value_list *list, struct bytes line, struct arrival *out, struct diag *diag)
{
	if (line.len > ARRIVAL_EVE_LINE_MAX)
		return diag_say(diag, -EINVAL, "%s", _("the line is longer than 1 MB"));
	const struct json_value *event;
	size_t wrong_at;
	int r = json_value_read(list, line, &event, &wrong_at);
	if (r == -ENOMEM)
		return diag_say(diag, r, "%s", _("not enough memory"));
	if (r < 0)
		return diag_say(diag, r, _("this is not JSON (RFC 8259), from byte %zu on"), wrong_at + 1);
	struct arrival a = {.kind = ARRIVAL_NOTHING};
	r = read_event(event, &a, diag);
	if (r == 0)
		*out = a;
	return r;
}
