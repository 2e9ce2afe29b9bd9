/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_dns.h"

#include <stdio.h>

#include "proto/dns_rdata.h"

static const struct bytes no_key = {0};

enum {
	ENTRY_MAX = 24576, /* bytes of JSON of the longest entry: three names of which each byte becomes six */
	DATA_MAX = 1024,   /* bytes shown of data that has no length of its own */
};

/* A hostile message must not lose its whole line: what does not fit any more is left out. */
static bool
has_room(const struct json *j)
{
	return j->end - j->at >= ENTRY_MAX;
}

static void
write_name(struct json *j, struct bytes key, struct bytes truncated_key, struct bytes message, size_t offset)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dns_text name = dns_name_write(message, offset, text, sizeof(text));
	json_text(j, key, (struct bytes){(const uint8_t *)text, name.len});
	if (name.truncated && truncated_key.len > 0)
		json_bool(j, truncated_key, true);
}

static void
write_number_or_name(struct json *j, struct bytes key, const char *name_cstr, unsigned number)
{
	char text[12];
	if (name_cstr == NULL) {
		snprintf(text, sizeof(text), "%u", number);
		name_cstr = text;
	}
	json_cstr(j, key, name_cstr);
}

static void
write_type(struct json *j, uint16_t type)
{
	write_number_or_name(j, JSON_KEY("rrtype"), dns_type_name(type), type);
}

static void
write_soa(struct json *j, struct bytes key, struct bytes message, const struct dns_record *r)
{
	struct dns_rdata_soa soa;
	if (!dns_rdata_soa(message, r, &soa))
		return;
	json_open_object(j, key);
	write_name(j, JSON_KEY("mname"), JSON_KEY("mname_truncated"), message, soa.mname);
	write_name(j, JSON_KEY("rname"), no_key, message, soa.rname);
	json_u64(j, JSON_KEY("serial"), soa.serial);
	json_u64(j, JSON_KEY("refresh"), soa.refresh);
	json_u64(j, JSON_KEY("retry"), soa.retry);
	json_u64(j, JSON_KEY("expire"), soa.expire);
	json_u64(j, JSON_KEY("minimum"), soa.minimum);
	json_close_object(j);
}

static void
write_srv(struct json *j, struct bytes key, struct bytes message, const struct dns_record *r)
{
	struct dns_rdata_srv srv;
	if (!dns_rdata_srv(message, r, &srv))
		return;
	json_open_object(j, key);
	json_u64(j, JSON_KEY("priority"), srv.priority);
	json_u64(j, JSON_KEY("weight"), srv.weight);
	json_u64(j, JSON_KEY("port"), srv.port);
	write_name(j, JSON_KEY("name"), no_key, message, srv.target);
	json_close_object(j);
}

static void
write_sshfp(struct json *j, struct bytes key, struct bytes message, const struct dns_record *r)
{
	struct dns_rdata_sshfp sshfp;
	if (!dns_rdata_sshfp(message, r, &sshfp))
		return;
	json_open_object(j, key);
	json_hex(j, JSON_KEY("fingerprint"), bytes_first(sshfp.fingerprint, DATA_MAX), ':');
	json_u64(j, JSON_KEY("algo"), sshfp.algorithm);
	json_u64(j, JSON_KEY("type"), sshfp.type);
	json_close_object(j);
}

static void
write_options(struct json *j, struct bytes message, const struct dns_record *r)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	uint16_t code;
	struct bytes data;
	if (c.left == 0)
		return;
	json_open_array(j, JSON_KEY("opt"));
	while (has_room(j) && dns_rdata_next_option(&c, &code, &data)) {
		json_open_object(j, no_key);
		json_u64(j, JSON_KEY("code"), code);
		json_hex(j, JSON_KEY("data"), bytes_first(data, DATA_MAX), 0);
		json_close_object(j);
	}
	json_close_array(j);
}

/* Text being put together on the stack; what does not fit is left out. */
struct line {
	char at[DNS_NAME_TEXT_MAX + 600];
	size_t len;
};

static void
line_add(struct line *line, struct bytes text)
{
	text = bytes_first(text, sizeof(line->at) - line->len);
	if (text.len > 0)
		memcpy(line->at + line->len, text.at, text.len);
	line->len += text.len;
}

static void
line_add_number(struct line *line, unsigned number)
{
	char text[12];
	int n = snprintf(text, sizeof(text), "%u ", number);
	line_add(line, (struct bytes){(const uint8_t *)text, n > 0 ? (size_t)n : 0});
}

static void
line_add_quoted(struct line *line, struct bytes text)
{
	line_add(line, BYTES("\""));
	line_add(line, text);
	line_add(line, BYTES("\" "));
}

static void
line_add_name(struct line *line, struct bytes message, size_t offset)
{
	struct dns_text name = dns_name_write(message, offset, line->at + line->len, sizeof(line->at) - line->len);
	line->len += name.len;
	if (name.len == 0)
		line_add(line, BYTES("."));
}

/* The types that EVE leaves without data: as a zone file would say them. */
static void
write_presentation(struct json *j, struct bytes key, struct bytes message, const struct dns_record *r)
{
	struct line line;
	struct dns_rdata_caa caa;
	struct dns_rdata_naptr naptr;
	struct dns_rdata_svcb svcb;
	line.len = 0;
	if (r->type == DNS_CAA && dns_rdata_caa(message, r, &caa)) {
		line_add_number(&line, caa.flags);
		line_add(&line, caa.tag);
		line_add(&line, BYTES(" \""));
		line_add(&line, caa.value);
		line_add(&line, BYTES("\""));
	} else if (r->type == DNS_NAPTR && dns_rdata_naptr(message, r, &naptr)) {
		line_add_number(&line, naptr.order);
		line_add_number(&line, naptr.preference);
		line_add_quoted(&line, naptr.flags);
		line_add_quoted(&line, naptr.services);
		line_add_quoted(&line, naptr.regexp);
		line_add_name(&line, message, naptr.replacement);
	} else if ((r->type == DNS_SVCB || r->type == DNS_HTTPS) && dns_rdata_svcb(message, r, &svcb)) {
		line_add_number(&line, svcb.priority);
		line_add_name(&line, message, svcb.target);
	} else {
		return;
	}
	json_text(j, key, (struct bytes){(const uint8_t *)line.at, line.len});
}

/* One value of a record under a key; nothing for the types that have none. TXT has a value per string:
 * `text` is the one meant. */
static void
write_value(struct json *j, struct bytes key, struct bytes message, const struct dns_record *r, struct bytes text)
{
	struct addr address;
	uint16_t name;
	switch (r->type) {
	case DNS_A:
	case DNS_AAAA:
		if (dns_rdata_address(message, r, &address))
			json_addr(j, key, &address);
		else
			json_text(j, key, no_key); /* empty (RFC 2136 2.4), or not of the Internet */
		return;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
	case DNS_DNAME:
	case DNS_MX:
		if (dns_rdata_name(message, r, &name))
			write_name(j, key,
			    key.len > 0 && r->section == DNS_AUTHORITIES ? JSON_KEY("rdata_truncated") : no_key, message,
			    name);
		else
			json_text(j, key, no_key);
		return;
	case DNS_TXT:
	case DNS_SPF: json_text(j, key, text); return;
	case DNS_NULL: json_text(j, key, bytes_first(dns_rdata_bytes(message, r), DATA_MAX)); return;
	default: write_presentation(j, key, message, r); return;
	}
}

static void
write_record(struct json *j, struct bytes message, const struct dns_record *r, struct bytes text)
{
	json_open_object(j, no_key);
	write_name(
	    j, JSON_KEY("rrname"), r->section == DNS_AUTHORITIES ? JSON_KEY("rrname_truncated") : no_key, message, r->name);
	write_type(j, r->type);
	json_u64(j, JSON_KEY("ttl"), r->ttl);
	if (r->understood && r->type == DNS_SOA)
		write_soa(j, JSON_KEY("soa"), message, r);
	else if (r->understood && r->type == DNS_SRV)
		write_srv(j, JSON_KEY("srv"), message, r);
	else if (r->understood && r->type == DNS_SSHFP)
		write_sshfp(j, JSON_KEY("sshfp"), message, r);
	else if (r->understood && r->type == DNS_OPT)
		write_options(j, message, r);
	else if (r->understood)
		write_value(j, JSON_KEY("rdata"), message, r, text);
	json_close_object(j);
}

static bool
is_text(const struct dns_record *r)
{
	return r->type == DNS_TXT || r->type == DNS_SPF;
}

static void
write_section(struct json *j, struct bytes key, struct bytes message, const struct dns *m, enum dns_section section)
{
	bool open = false;
	for (size_t i = 0; i < m->record_count && has_room(j); i++) {
		const struct dns_record *r = &m->records[i];
		if (r->section != section)
			continue;
		if (!open)
			json_open_array(j, key);
		open = true;
		struct cursor c = cursor_of(dns_rdata_bytes(message, r));
		struct bytes text = {0};
		if (!r->understood || !is_text(r) || c.left == 0)
			write_record(j, message, r, text);
		else
			while (has_room(j) && dns_rdata_next_string(&c, &text))
				write_record(j, message, r, text);
	}
	if (open)
		json_close_array(j);
}

/* The answers of one type in an array of their own: "A":["192.0.2.1","192.0.2.2"]. */
static void
write_group(struct json *j, struct bytes key, struct bytes message, const struct dns *m, uint16_t type)
{
	bool open = false;
	for (size_t i = 0; i < m->record_count && has_room(j); i++) {
		const struct dns_record *r = &m->records[i];
		if (r->section != DNS_ANSWERS || r->type != type || !r->understood || r->rdata_len == 0)
			continue;
		if (!open)
			json_open_array(j, key);
		open = true;
		struct cursor c = cursor_of(dns_rdata_bytes(message, r));
		struct bytes text = {0};
		if (type == DNS_SOA)
			write_soa(j, no_key, message, r);
		else if (type == DNS_SRV)
			write_srv(j, no_key, message, r);
		else if (type == DNS_SSHFP)
			write_sshfp(j, no_key, message, r);
		else if (type != DNS_TXT)
			write_value(j, no_key, message, r, text);
		else
			while (has_room(j) && dns_rdata_next_string(&c, &text))
				json_text(j, no_key, text);
	}
	if (open)
		json_close_array(j);
}

#define GROUP(name)                                                                       \
	{                                                                                 \
		DNS_##name,                                                               \
		{                                                                         \
			(const uint8_t *)",\"" #name "\":", sizeof(",\"" #name "\":") - 1 \
		}                                                                         \
	}

static const struct group {
	uint16_t type;
	struct bytes key;
} groups[] = {
    GROUP(A),
    GROUP(AAAA),
    GROUP(CNAME),
    GROUP(MX),
    GROUP(NS),
    GROUP(NULL),
    GROUP(PTR),
    GROUP(SOA),
    GROUP(SRV),
    GROUP(SSHFP),
    GROUP(TXT),
};

static void
write_grouped(struct json *j, struct bytes message, const struct dns *m)
{
	uint32_t present = 0;
	for (size_t i = 0; i < m->record_count; i++)
		for (size_t g = 0; g < LENGTH_OF(groups); g++) {
			const struct dns_record *r = &m->records[i];
			if (r->section == DNS_ANSWERS && r->type == groups[g].type && r->understood && r->rdata_len > 0)
				present |= UINT32_C(1) << g;
		}
	if (present == 0)
		return;
	json_open_object(j, JSON_KEY("grouped"));
	for (size_t g = 0; g < LENGTH_OF(groups); g++)
		if ((present >> g & 1) != 0)
			write_group(j, groups[g].key, message, m, groups[g].type);
	json_close_object(j);
}

static void
write_question(struct json *j, struct bytes message, const struct dns_question *q)
{
	write_name(j, JSON_KEY("rrname"), JSON_KEY("rrname_truncated"), message, q->name);
	write_type(j, q->type);
}

static void
write_queries(struct json *j, struct bytes message, const struct dns *m)
{
	if (m->question_count == 0)
		return;
	json_open_array(j, JSON_KEY("queries"));
	for (size_t i = 0; i < m->question_count && has_room(j); i++) {
		json_open_object(j, no_key);
		write_question(j, message, &m->questions[i]);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
write_kind(struct json *j, const struct dns *m)
{
	json_text(j, JSON_KEY("type"), (m->flags & DNS_QR) != 0 ? BYTES("response") : BYTES("request"));
}

/* Hexadecimal, without zeros in front. */
static void
write_flags(struct json *j, uint16_t flags)
{
	static const char digits[] = "0123456789abcdef";
	char text[4] = {digits[flags >> 12], digits[flags >> 8 & 15], digits[flags >> 4 & 15], digits[flags & 15]};
	struct bytes all = {(const uint8_t *)text, sizeof(text)};
	size_t zeros = flags >= 0x1000 ? 0 : flags >= 0x100 ? 1 : flags >= 0x10 ? 2 : 3;
	json_text(j, JSON_KEY("flags"), bytes_after(all, zeros));
}

static void
write_flag_names(struct json *j, const struct dns *m)
{
	static const struct {
		uint16_t flag;
		struct bytes key;
	} flags[] = {
	    {DNS_QR, {(const uint8_t *)",\"qr\":", 6}},
	    {DNS_AA, {(const uint8_t *)",\"aa\":", 6}},
	    {DNS_TC, {(const uint8_t *)",\"tc\":", 6}},
	    {DNS_RD, {(const uint8_t *)",\"rd\":", 6}},
	    {DNS_RA, {(const uint8_t *)",\"ra\":", 6}},
	    {DNS_Z, {(const uint8_t *)",\"z\":", 5}},
	};
	write_flags(j, m->flags);
	for (size_t i = 0; i < LENGTH_OF(flags); i++)
		if ((m->flags & flags[i].flag) != 0)
			json_bool(j, flags[i].key, true);
	json_u64(j, JSON_KEY("opcode"), dns_opcode(m));
}

static void
write_rcode(struct json *j, const struct dns *m)
{
	write_number_or_name(j, JSON_KEY("rcode"), dns_rcode_name(dns_rcode(m)), dns_rcode(m));
}

void
eve_dns_write(struct json *j, struct bytes message, const struct dns *m, const struct eve_dns *e)
{
	bool response = (m->flags & DNS_QR) != 0;
	json_open_object(j, JSON_KEY("dns"));
	json_u64(j, JSON_KEY("version"), 3);
	write_kind(j, m);
	json_u64(j, JSON_KEY("tx_id"), e->tx_id);
	json_u64(j, JSON_KEY("id"), m->id);
	write_flag_names(j, m);
	write_rcode(j, m);
	write_queries(j, message, m);
	if (!response || e->detailed || !e->grouped)
		write_section(j, JSON_KEY("answers"), message, m, DNS_ANSWERS);
	write_section(j, JSON_KEY("authorities"), message, m, DNS_AUTHORITIES);
	write_section(j, JSON_KEY("additionals"), message, m, DNS_ADDITIONALS);
	if (e->grouped)
		write_grouped(j, message, m);
	json_close_object(j);
}

void
eve_dns_write_query(struct json *j, struct bytes message, const struct dns *m, size_t index, const struct eve_dns *e)
{
	json_open_object(j, JSON_KEY("dns"));
	json_u64(j, JSON_KEY("version"), 2);
	json_cstr(j, JSON_KEY("type"), "query");
	json_u64(j, JSON_KEY("id"), m->id);
	write_question(j, message, &m->questions[index]);
	json_u64(j, JSON_KEY("tx_id"), e->tx_id);
	if ((m->flags & DNS_Z) != 0)
		json_bool(j, JSON_KEY("z"), true);
	json_u64(j, JSON_KEY("opcode"), dns_opcode(m));
	json_close_object(j);
}

void
eve_dns_write_answer(struct json *j, struct bytes message, const struct dns *m, const struct eve_dns *e)
{
	json_open_object(j, JSON_KEY("dns"));
	json_u64(j, JSON_KEY("version"), 2);
	json_cstr(j, JSON_KEY("type"), "answer");
	json_u64(j, JSON_KEY("id"), m->id);
	write_flag_names(j, m);
	if (m->question_count > 0)
		write_question(j, message, &m->questions[0]);
	write_rcode(j, m);
	if (e->detailed)
		write_section(j, JSON_KEY("answers"), message, m, DNS_ANSWERS);
	if (e->grouped)
		write_grouped(j, message, m);
	if (e->detailed)
		write_section(j, JSON_KEY("authorities"), message, m, DNS_AUTHORITIES);
	json_close_object(j);
}

static void
write_lower_type(struct json *j, uint16_t type)
{
	char text[16];
	const char *name_cstr = dns_type_name(type);
	if (name_cstr == NULL) {
		write_type(j, type);
		return;
	}
	struct bytes name = bytes_first(bytes_of_cstr(name_cstr), sizeof(text));
	for (size_t i = 0; i < name.len; i++)
		text[i] = (char)bytes_lower(name.at[i]);
	json_text(j, JSON_KEY("rrtype"), (struct bytes){(const uint8_t *)text, name.len});
}

static void
write_strings(struct json *j, struct bytes message, const struct dns_record *r)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	struct bytes text;
	json_open_array(j, JSON_KEY("txt"));
	while (has_room(j) && dns_rdata_next_string(&c, &text))
		json_text(j, no_key, text);
	json_close_array(j);
}

/* The value under the name of its type: "ptr":"printer.local". */
static void
write_multicast_value(struct json *j, struct bytes message, const struct dns_record *r)
{
	struct bytes none = {0};
	switch (r->type) {
	case DNS_A: write_value(j, JSON_KEY("a"), message, r, none); return;
	case DNS_AAAA: write_value(j, JSON_KEY("aaaa"), message, r, none); return;
	case DNS_CNAME: write_value(j, JSON_KEY("cname"), message, r, none); return;
	case DNS_MX: write_value(j, JSON_KEY("mx"), message, r, none); return;
	case DNS_NS: write_value(j, JSON_KEY("ns"), message, r, none); return;
	case DNS_NULL: write_value(j, JSON_KEY("null"), message, r, none); return;
	case DNS_PTR: write_value(j, JSON_KEY("ptr"), message, r, none); return;
	case DNS_TXT: write_strings(j, message, r); return;
	case DNS_SOA: write_soa(j, JSON_KEY("soa"), message, r); return;
	case DNS_SRV: write_srv(j, JSON_KEY("srv"), message, r); return;
	case DNS_SSHFP: write_sshfp(j, JSON_KEY("sshfp"), message, r); return;
	case DNS_OPT: write_options(j, message, r); return;
	default: return;
	}
}

static void
write_multicast_section(
    struct json *j, struct bytes key, struct bytes message, const struct dns *m, enum dns_section section)
{
	bool open = false;
	for (size_t i = 0; i < m->record_count && has_room(j); i++) {
		const struct dns_record *r = &m->records[i];
		if (r->section != section)
			continue;
		if (!open)
			json_open_array(j, key);
		open = true;
		json_open_object(j, no_key);
		write_name(j, JSON_KEY("rrname"), JSON_KEY("rrname_truncated"), message, r->name);
		if (r->understood && r->rdata_len > 0)
			write_multicast_value(j, message, r);
		json_close_object(j);
	}
	if (open)
		json_close_array(j);
}

void
eve_dns_write_multicast(struct json *j, struct bytes key, struct bytes message, const struct dns *m)
{
	static const struct {
		uint16_t flag;
		const char *name_cstr;
	} flags[] = {
	    {DNS_AA, "aa"}, {DNS_TC, "tc"}, {DNS_RD, "rd"}, {DNS_RA, "ra"}, {DNS_Z, "z"}, {DNS_AD, "ad"}, {DNS_CD, "cd"}};
	json_open_object(j, key);
	write_kind(j, m);
	json_u64(j, JSON_KEY("id"), m->id);
	json_open_array(j, JSON_KEY("flags"));
	for (size_t i = 0; i < LENGTH_OF(flags); i++)
		if ((m->flags & flags[i].flag) != 0)
			json_cstr(j, no_key, flags[i].name_cstr);
	json_close_array(j);
	json_u64(j, JSON_KEY("opcode"), dns_opcode(m));
	json_u64(j, JSON_KEY("rcode"), dns_rcode(m));
	if (m->question_count > 0) {
		json_open_array(j, JSON_KEY("queries"));
		for (size_t i = 0; i < m->question_count && has_room(j); i++) {
			json_open_object(j, no_key);
			write_name(j, JSON_KEY("rrname"), JSON_KEY("rrname_truncated"), message, m->questions[i].name);
			write_lower_type(j, m->questions[i].type);
			json_close_object(j);
		}
		json_close_array(j);
	}
	write_multicast_section(j, JSON_KEY("answers"), message, m, DNS_ANSWERS);
	write_multicast_section(j, JSON_KEY("authorities"), message, m, DNS_AUTHORITIES);
	write_multicast_section(j, JSON_KEY("additionals"), message, m, DNS_ADDITIONALS);
	json_close_object(j);
}
