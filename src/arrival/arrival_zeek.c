/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_zeek.h"

#include "arrival/arrival_json.h"
#include "arrival/arrival_zeek_alert.h"
#include "arrival/arrival_zeek_conn.h"
#include "core/hash.h"
#include "core/text.h"
#include "record/machine.h"

#include <errno.h>
#include <stdlib.h>

/* RFC 1035 4.1: the header, a question's type and class, an answer's head whose name is a pointer. */
enum { DNS_HEADER = 12, DNS_QUESTION = 4, DNS_ANSWER = 12 };
enum { CERTIFICATES_MAX = 4096 /* remembered; a power of two */ };

/* Of x509.log: a fingerprint, and what ssl.log does not repeat. */
struct certificate {
	uint64_t fingerprint; /* its hash; 0: free */
	int64_t not_before_s, not_after_s;
	uint16_t subject_len, issuer_len;
	char subject[OBSERVATION_TEXT_MAX], issuer[OBSERVATION_TEXT_MAX];
};

struct arrival_zeek {
	struct arrival_zeek_head head;
	struct arrival_zeek_row row;
	struct certificate certificates[CERTIFICATES_MAX];
};

struct arrival_zeek *
arrival_zeek_new(void)
{
	struct arrival_zeek *z = calloc(1, sizeof(*z));
	if (z != NULL)
		arrival_zeek_row_start(&z->head);
	return z;
}

void
arrival_zeek_free(struct arrival_zeek *z)
{
	free(z);
}

void
arrival_zeek_begin(struct arrival_zeek *z)
{
	arrival_zeek_row_start(&z->head);
}

static struct bytes
value(const struct arrival_zeek *z, enum arrival_zeek_field field)
{
	return z->row.values[field];
}

static uint64_t
number(const struct arrival_zeek *z, enum arrival_zeek_field field, uint64_t max)
{
	return arrival_zeek_row_number(&z->row, field, max);
}

static struct bytes
first_of(const struct arrival_zeek *z, enum arrival_zeek_field field)
{
	return bytes_first(value(z, field), bytes_find(value(z, field), z->row.set_mark));
}

static struct addr
addr_or_none(const struct arrival_zeek *z, enum arrival_zeek_field field)
{
	struct addr address;
	return arrival_zeek_row_addr(&z->row, field, &address) ? address : (struct addr){0};
}

static int64_t
seconds_of(const struct arrival_zeek *z, enum arrival_zeek_field field)
{
	int64_t ns;
	return arrival_zeek_row_time(&z->row, field, &ns) ? ns / 1000000000 : 0;
}

static bool
read_conn(struct arrival_zeek *z, struct observation *o)
{
	return arrival_zeek_conn_read(&z->row, o);
}

static bool
read_dns(struct arrival_zeek *z, struct observation *o)
{
	struct bytes name = value(z, ZEEK_QUERY), answers = value(z, ZEEK_ANSWERS);
	struct observed_dns *d = &o->dns;
	int64_t rtt_ns;
	d->answered = value(z, ZEEK_RCODE).len > 0;
	d->id = (uint16_t)number(z, ZEEK_TRANS_ID, UINT16_MAX);
	d->type = (uint16_t)number(z, ZEEK_QTYPE, UINT16_MAX);
	d->rcode = (uint8_t)number(z, ZEEK_RCODE, UINT8_MAX);
	d->name_len = arrival_json_copy(d->name, sizeof(d->name), name);
	for (size_t i = 0; i < d->name_len; i++)
		d->name[i] = (char)bytes_lower((uint8_t)d->name[i]);
	d->query_bytes = (uint32_t)(DNS_HEADER + name.len + 2 + DNS_QUESTION);
	d->answer_bytes = d->answered ? d->query_bytes : 0;
	while (answers.len > 0 && d->answers < UINT16_MAX) {
		size_t len = bytes_find(answers, z->row.set_mark);
		d->answers++;
		d->answer_bytes += (uint32_t)(DNS_ANSWER + len);
		answers = bytes_after(answers, len + 1);
	}
	/* The log's time is that of the question; the fact is the answer. */
	if (arrival_zeek_row_seconds(&z->row, ZEEK_RTT, &rtt_ns) && rtt_ns <= INT64_MAX - o->time_ns)
		o->time_ns += rtt_ns;
	return name.len > 0;
}

static bool
read_http(struct arrival_zeek *z, struct observation *o)
{
	struct bytes url = value(z, ZEEK_URI);
	struct observed_http *h = &o->http;
	if (bytes_start_with(url, BYTES("http://")) || bytes_start_with(url, BYTES("https://"))) {
		url = bytes_after(url, bytes_find_all(url, BYTES("//")) + 2);
		url = bytes_after(url, bytes_find(url, '/'));
	}
	h->status = (uint16_t)number(z, ZEEK_STATUS_CODE, UINT16_MAX);
	h->request_body = number(z, ZEEK_REQUEST_BODY_LEN, INT64_MAX);
	h->response_body = number(z, ZEEK_RESPONSE_BODY_LEN, INT64_MAX);
	h->method_len = arrival_json_copy(h->method, sizeof(h->method), value(z, ZEEK_METHOD));
	h->host_len = arrival_json_copy(h->host, sizeof(h->host), value(z, ZEEK_HOST));
	h->path_len = arrival_json_copy(h->path, sizeof(h->path), bytes_first(url, bytes_find(url, '?')));
	h->agent_len = arrival_json_copy(h->agent, sizeof(h->agent), value(z, ZEEK_USER_AGENT));
	return true;
}

static uint64_t
fingerprint_of(struct bytes text)
{
	uint64_t h = hash_bytes(text, 0);
	return h == 0 ? 1 : h;
}

static const struct certificate *
find_certificate(const struct arrival_zeek *z, struct bytes fingerprint)
{
	uint64_t h = fingerprint_of(fingerprint);
	const struct certificate *c = &z->certificates[h % CERTIFICATES_MAX];
	return fingerprint.len > 0 && c->fingerprint == h ? c : NULL;
}

/* Another one in its place is forgotten: a table of a known size. */
static void
remember_certificate(struct arrival_zeek *z)
{
	struct bytes fingerprint = value(z, ZEEK_FINGERPRINT).len > 0 ? value(z, ZEEK_FINGERPRINT) : value(z, ZEEK_ID);
	uint64_t h = fingerprint_of(fingerprint);
	struct certificate *c = &z->certificates[h % CERTIFICATES_MAX];
	if (fingerprint.len == 0)
		return;
	c->fingerprint = h;
	c->not_before_s = seconds_of(z, ZEEK_NOT_BEFORE);
	c->not_after_s = seconds_of(z, ZEEK_NOT_AFTER);
	c->subject_len = arrival_json_copy(c->subject, sizeof(c->subject), value(z, ZEEK_CERT_SUBJECT));
	c->issuer_len = arrival_json_copy(c->issuer, sizeof(c->issuer), value(z, ZEEK_CERT_ISSUER));
}

static uint16_t
tls_version(struct bytes name)
{
	static const char *const names[] = {"SSLv3", "TLSv10", "TLSv11", "TLSv12", "TLSv13"};
	for (uint16_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_eq_nocase(name, bytes_of_cstr(names[i])))
			return (uint16_t)(0x300 + i);
	return 0;
}

static bool
read_ssl(struct arrival_zeek *z, struct observation *o)
{
	struct observed_tls *t = &o->tls;
	struct bytes subject = value(z, ZEEK_SUBJECT), issuer = value(z, ZEEK_ISSUER);
	const struct certificate *c = find_certificate(z, first_of(z, ZEEK_CHAIN_FPS));
	if (c == NULL)
		c = find_certificate(z, first_of(z, ZEEK_CHAIN_FUIDS));
	t->version = tls_version(value(z, ZEEK_VERSION));
	if (c != NULL) {
		t->not_before_s = c->not_before_s;
		t->not_after_s = c->not_after_s;
		subject = (struct bytes){(const uint8_t *)c->subject, c->subject_len};
		issuer = (struct bytes){(const uint8_t *)c->issuer, c->issuer_len};
	}
	t->has_certificate = subject.len > 0 && t->not_after_s != 0;
	t->self_signed = subject.len > 0 && bytes_eq(subject, issuer);
	t->name_len = arrival_json_copy(t->name, sizeof(t->name), value(z, ZEEK_SERVER_NAME));
	t->subject_len = arrival_json_copy(t->subject, sizeof(t->subject), subject);
	t->issuer_len = arrival_json_copy(t->issuer, sizeof(t->issuer), issuer);
	arrival_json_copy_cstr(t->ja3, sizeof(t->ja3), value(z, ZEEK_JA3));
	arrival_json_copy_cstr(t->ja4, sizeof(t->ja4), value(z, ZEEK_JA4));
	/* Neither ServerHello nor certificate: nothing was agreed. */
	return t->version != 0 || subject.len > 0;
}

/* "SSH-2.0-OpenSSH_9.2": the software is what follows the second dash (RFC 4253 4.2). */
static struct bytes
ssh_software(struct bytes banner)
{
	struct bytes rest = bytes_after(banner, bytes_find(banner, '-') + 1);
	return bytes_after(rest, bytes_find(rest, '-') + 1);
}

static bool
read_ssh(struct arrival_zeek *z, struct observation *o)
{
	struct observed_ssh *s = &o->ssh;
	s->client_len = arrival_json_copy(s->client, sizeof(s->client), ssh_software(value(z, ZEEK_CLIENT)));
	s->server_len = arrival_json_copy(s->server, sizeof(s->server), ssh_software(value(z, ZEEK_SERVER)));
	arrival_json_copy_cstr(s->hassh, sizeof(s->hassh), value(z, ZEEK_HASSH));
	arrival_json_copy_cstr(s->hassh_server, sizeof(s->hassh_server), value(z, ZEEK_HASSH_SERVER));
	return s->client_len > 0 && s->server_len > 0;
}

/* A password that is not hidden went over the wire. 230 lets in, 530 does not (RFC 959 5.4); a command that succeeds was
 * let in before. */
static bool
read_ftp(struct arrival_zeek *z, struct observation *o)
{
	struct bytes command = value(z, ZEEK_COMMAND), user = value(z, ZEEK_USER);
	uint64_t code = number(z, ZEEK_REPLY_CODE, 999);
	struct observed_login *l = &o->login;
	if (user.len == 0 || bytes_eq(user, BYTES("<unknown>")) || bytes_eq_nocase(command, BYTES("USER")))
		return false;
	l->app = APP_FTP;
	l->cleartext = true;
	l->user_len = arrival_json_copy(l->user, sizeof(l->user), user);
	bool refused = code == 530 || (code >= 400 && bytes_eq_nocase(command, BYTES("PASS")));
	l->outcome = refused ? LOGIN_REFUSED : code >= 100 && code < 400 ? LOGIN_ACCEPTED : LOGIN_SENT;
	return true;
}

static bool
read_dhcp(struct arrival_zeek *z, struct observation *o)
{
	static const struct {
		const char *name_cstr;
		uint8_t type;
	} types[] = {{"ACK", 5}, {"OFFER", 2}, {"NAK", 6}, {"REQUEST", 3}, {"DISCOVER", 1}, {"INFORM", 8}};
	struct observed_dhcp *d = &o->dhcp;
	struct bytes messages = value(z, ZEEK_MSG_TYPES), mac = value(z, ZEEK_MAC);
	for (size_t i = 0; i < LENGTH_OF(types) && d->type == 0; i++)
		if (bytes_find_all(messages, bytes_of_cstr(types[i].name_cstr)) < messages.len)
			d->type = types[i].type; /* the furthest that this exchange went */
	if (messages.len == 0 && !addr_is_zero(&o->src))
		d->type = 5; /* until Zeek 2.5 only leases were written */
	d->assigned = addr_or_none(z, ZEEK_ASSIGNED_ADDR);
	d->server = addr_or_none(z, ZEEK_SERVER_ADDR);
	d->host_len = arrival_json_copy(d->host, sizeof(d->host), value(z, ZEEK_HOST_NAME));
	return d->type != 0 && machine_mac_parse(mac, d->client_mac);
}

static const struct log {
	const char *path_cstr;
	enum arrival_zeek_field sign; /* the field that only this log has, of a line that does not say its path */
	enum observation_kind kind;
	bool (*read)(struct arrival_zeek *z, struct observation *o); /* NULL, or false: says nothing here */
} logs[] = {{"conn", ZEEK_CONN_STATE, OBSERVATION_FLOW_END, read_conn}, {"dns", ZEEK_QUERY, OBSERVATION_DNS, read_dns},
    {"http", ZEEK_METHOD, OBSERVATION_HTTP, read_http}, {"ssl", ZEEK_CIPHER, OBSERVATION_TLS, read_ssl},
    {"ssh", ZEEK_AUTH_ATTEMPTS, OBSERVATION_SSH, read_ssh}, {"ftp", ZEEK_COMMAND, OBSERVATION_LOGIN, read_ftp},
    {"dhcp", ZEEK_MSG_TYPES, OBSERVATION_DHCP, read_dhcp}, {"notice", ZEEK_NOTE, OBSERVATION_KINDS, NULL},
    {"intel", ZEEK_INDICATOR, OBSERVATION_KINDS, NULL}, {"x509", ZEEK_CERT_SUBJECT, OBSERVATION_KINDS, NULL}};

static const struct log *
find_log(const struct arrival_zeek *z)
{
	struct bytes path = z->row.path;
	for (size_t i = 0; i < LENGTH_OF(logs); i++)
		if (path.len > 0 ? bytes_eq(path, bytes_of_cstr(logs[i].path_cstr)) : value(z, logs[i].sign).len > 0)
			return &logs[i];
	return NULL;
}

static int
read_ends(const struct arrival_zeek *z, const struct log *log, struct observation *o, struct diag *diag)
{
	struct bytes proto = value(z, ZEEK_PROTO);
	bool dhcp = log->kind == OBSERVATION_DHCP, ends = true;
	if (dhcp) { /* a client without an address yet has none to tell */
		o->src = addr_or_none(z, ZEEK_CLIENT_ADDR);
		o->dst = addr_or_none(z, ZEEK_SERVER_ADDR);
	} else {
		ends = arrival_zeek_row_addr(&z->row, ZEEK_ORIG_H, &o->src) &&
		    arrival_zeek_row_addr(&z->row, ZEEK_RESP_H, &o->dst);
	}
	if (!ends)
		return diag_say(diag, -EINVAL, "%s", _("\"id.orig_h\" and \"id.resp_h\": an IP address each was expected"));
	o->src_port = (uint16_t)number(z, ZEEK_ORIG_P, UINT16_MAX);
	o->dst_port = (uint16_t)number(z, ZEEK_RESP_P, UINT16_MAX);
	o->vlan = (uint16_t)(number(z, ZEEK_VLAN, UINT16_MAX) & 0xfff);
	o->ip_proto = bytes_eq(proto, BYTES("udp")) || dhcp ? 17
	    : bytes_eq(proto, BYTES("icmp"))                ? (addr_is_v4(&o->src) ? 1 : 58)
	    : bytes_eq(proto, BYTES("unknown_transport"))   ? 0
	                                                    : 6;
	o->flow_id = value(z, ZEEK_UID).len > 0 ? hash_bytes(value(z, ZEEK_UID), 0) >> 1 : 0;
	return 0;
}

static int
read_row(struct arrival_zeek *z, struct arrival *out, struct diag *diag)
{
	const struct log *log = find_log(z);
	struct observation *o = &out->observation;
	if (log == NULL)
		return 0;
	if (log->sign == ZEEK_CERT_SUBJECT) {
		remember_certificate(z);
		return 0;
	}
	if (!arrival_zeek_row_time(&z->row, ZEEK_TS, &o->time_ns))
		return diag_say(diag, -EINVAL, "%s", _("\"ts\": a time in seconds since 1970 was expected"));
	if (log->read == NULL) {
		bool told = log->sign == ZEEK_NOTE ? arrival_zeek_alert_notice(&z->row, o->time_ns, &out->alert)
		                                   : arrival_zeek_alert_intel(&z->row, o->time_ns, &out->alert);
		out->kind = told ? ARRIVAL_ALERT : ARRIVAL_NOTHING;
		return 0;
	}
	int r = read_ends(z, log, o, diag);
	if (r < 0)
		return r;
	o->kind = (uint8_t)log->kind;
	out->kind = log->read(z, o) ? ARRIVAL_OBSERVATION : ARRIVAL_NOTHING;
	return 0;
}

int
arrival_zeek_read(
    struct arrival_zeek *z, struct json_value_list *list, struct bytes line, struct arrival *out, struct diag *diag)
{
	if (line.len > ARRIVAL_EVE_LINE_MAX)
		return diag_say(diag, -EINVAL, "%s", _("the line is longer than 1 MB"));
	struct arrival a = {.kind = ARRIVAL_NOTHING};
	int r = arrival_zeek_row_read(&z->head, list, line, &z->row, diag);
	if (r > 0)
		r = read_row(z, &a, diag);
	if (r < 0)
		return r;
	*out = a;
	return 0;
}
