/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/dns.h"

#include "proto/dns_rdata.h"

/* A name, walked from its first label to the root. */
struct walk {
	size_t end;    /* behind the name where it stands */
	size_t octets; /* as if it were not compressed, with the root */
	char *out;     /* NULL: nothing is written */
	size_t cap, len;
	uint16_t flaws;
	bool truncated;
};

static void
put(struct walk *w, struct bytes label)
{
	if (w->out == NULL)
		return;
	size_t dot = w->octets > 1 ? 1 : 0; /* not before the first label */
	if (dot > 0 && w->len < w->cap)
		w->out[w->len++] = '.';
	else if (dot > 0)
		w->truncated = true;
	struct bytes kept = bytes_first(label, w->cap - w->len);
	if (kept.len > 0)
		memcpy(w->out + w->len, kept.at, kept.len);
	w->len += kept.len;
	w->truncated = w->truncated || kept.len < label.len;
}

/* RFC 1035 4.1.4. A pointer must go back behind the beginning of the labels that led to it: so that
 * every chain ends, and a loop is found where it closes. */
static enum parse
walk_name(struct bytes message, size_t offset, struct walk *w)
{
	struct cursor c = cursor_of(bytes_after(message, offset));
	size_t run = offset; /* where the labels being read begin */
	bool moved = false;
	w->octets = 1;
	if (offset >= message.len)
		cursor_stop(&c, PARSE_SHORT);
	for (unsigned count = 0; cursor_ok(&c); count++) {
		if (count > DNS_LABELS_MAX)
			w->flaws |= DNS_FLAW_LABELS;
		if (count > DNS_LABELS_MAX && moved)
			return PARSE_OK; /* shown as far as read; its end is known */
		uint8_t first = cursor_u8(&c);
		if (first == 0)
			break;
		if ((first & 0xc0) == 0) {
			struct bytes label = cursor_take(&c, first);
			if (!cursor_ok(&c))
				break;
			if (count <= DNS_LABELS_MAX)
				put(w, label);
			w->octets += 1 + label.len;
			if (w->octets > DNS_NAME_MAX)
				w->flaws |= DNS_FLAW_LONG_NAME;
			continue;
		}
		size_t target = (size_t)(first & 0x3f) << 8 | cursor_u8(&c);
		if ((first & 0xc0) != 0xc0) /* RFC 6891 5: no other label type is in use */
			return PARSE_BAD;
		if (!cursor_ok(&c))
			break;
		size_t here = message.len - c.left - 2;
		if (!moved)
			w->end = here + 2;
		if (target >= run) {
			if (target <= here)
				w->flaws |= DNS_FLAW_LOOP;
			return PARSE_BAD;
		}
		if (count > DNS_LABELS_MAX)
			return PARSE_OK;
		moved = true;
		run = target;
		c = cursor_of(bytes_after(message, target));
	}
	if (cursor_ok(&c) && !moved)
		w->end = message.len - c.left;
	return c.state;
}

enum parse
dns_name_skip(struct bytes message, size_t offset, size_t *out_end, uint16_t *flaws)
{
	struct walk w = {0};
	enum parse state = walk_name(message, offset, &w);
	*flaws |= w.flaws;
	if (state == PARSE_OK)
		*out_end = w.end;
	return state;
}

struct dns_text
dns_name_write(struct bytes message, size_t offset, char *out, size_t cap)
{
	struct walk w = {.out = out, .cap = cap};
	enum parse state = walk_name(message, offset, &w);
	return (struct dns_text){w.len, w.truncated || state != PARSE_OK || (w.flaws & DNS_FLAW_LABELS) != 0};
}

/* Moves the cursor over a name; gives its offset. */
static uint16_t
take_name(struct cursor *c, struct bytes message, uint16_t *flaws)
{
	size_t at = message.len - c->left, end = at;
	if (!cursor_ok(c))
		return 0;
	enum parse state = dns_name_skip(message, at, &end, flaws);
	if (state != PARSE_OK)
		cursor_stop(c, state);
	else
		cursor_take(c, end - at);
	return (uint16_t)at;
}

/* Names behind the last record kept are not followed: a message of 64 KiB holds thousands, and each may
 * lead through hundreds of labels. */
static void
skip_name_in_place(struct cursor *c)
{
	while (cursor_ok(c)) {
		uint8_t first = cursor_u8(c);
		if (first == 0)
			return;
		if ((first & 0xc0) == 0xc0) {
			cursor_u8(c);
			return;
		}
		if ((first & 0xc0) != 0)
			cursor_stop(c, PARSE_BAD);
		else
			cursor_take(c, first);
	}
}

/* RFC 1035 4.1.1 */
static void
read_header(struct cursor *c, struct dns *m)
{
	m->id = cursor_be16(c);
	m->flags = cursor_be16(c);
	for (size_t i = 0; i < DNS_SECTIONS; i++)
		m->claimed[i] = cursor_be16(c);
}

/* RFC 1035 4.1.2 */
static void
read_questions(struct cursor *c, struct bytes message, size_t wanted, struct dns *m)
{
	for (size_t i = 0; i < wanted && cursor_ok(c); i++) {
		struct dns_question q = {0};
		bool keep = m->question_count < DNS_QUESTIONS_MAX;
		if (keep)
			q.name = take_name(c, message, &m->flaws);
		else
			skip_name_in_place(c);
		q.type = cursor_be16(c);
		q.class = cursor_be16(c);
		if (keep && cursor_ok(c))
			m->questions[m->question_count++] = q;
	}
}

/* RFC 6891 6.1.3: class and TTL of OPT mean something else. */
static void
read_edns(struct bytes message, const struct dns_record *r, struct dns_edns *edns)
{
	enum { CLIENT_SUBNET = 8 };
	*edns = (struct dns_edns){
	    .present = true,
	    .payload_size = r->class,
	    .extended_rcode = (uint8_t)(r->ttl >> 24),
	    .version = (uint8_t)(r->ttl >> 16),
	    .dnssec_ok = (r->ttl & 0x8000) != 0,
	};
	struct cursor options = cursor_of(dns_rdata_bytes(message, r));
	uint16_t code;
	struct bytes data;
	while (dns_rdata_next_option(&options, &code, &data)) {
		if (code != CLIENT_SUBNET)
			continue;
		struct cursor c = cursor_of(data);
		edns->subnet_family = cursor_be16(&c);
		edns->subnet_prefix = cursor_u8(&c);
		cursor_u8(&c); /* scope: of answers only */
		edns->has_subnet = cursor_ok(&c);
		struct bytes address = bytes_first(cursor_rest(&c), sizeof(edns->subnet));
		edns->subnet_len = (uint8_t)address.len;
		if (address.len > 0)
			memcpy(edns->subnet, address.at, address.len);
	}
}

/* RFC 1035 4.1.3 */
static void
read_record(struct cursor *c, struct bytes message, enum dns_section section, struct dns *m)
{
	bool keep = m->record_count < DNS_RECORDS_MAX;
	struct dns_record r = {.section = (uint8_t)section};
	if (keep)
		r.name = take_name(c, message, &m->flaws);
	else
		skip_name_in_place(c);
	r.type = cursor_be16(c);
	r.class = cursor_be16(c);
	r.ttl = cursor_be32(c);
	r.rdata_len = cursor_be16(c);
	r.rdata = (uint16_t)(message.len - c->left);
	cursor_take(c, r.rdata_len);
	if (!cursor_ok(c) || !keep)
		return;
	r.understood = dns_rdata_check(message, &r);
	if (!r.understood)
		m->flaws |= DNS_FLAW_RDATA;
	if (r.type == DNS_OPT && r.understood)
		read_edns(message, &r, &m->edns);
	m->records[m->record_count++] = r;
}

static void
publish(struct dns *out, const struct dns *m)
{
	memcpy(out, m, offsetof(struct dns, records) + m->record_count * sizeof(m->records[0]));
}

enum parse
dns_parse(struct bytes message, struct dns *out, uint16_t *out_flaws)
{
	message = bytes_first(message, DNS_MESSAGE_MAX);
	struct cursor c = cursor_of(message);
	struct dns m;
	memset(&m, 0, offsetof(struct dns, records));
	read_header(&c, &m);
	read_questions(&c, message, m.claimed[DNS_QUESTIONS], &m);
	for (size_t i = 0; i < m.claimed[DNS_ANSWERS] && cursor_ok(&c); i++)
		read_record(&c, message, DNS_ANSWERS, &m);
	enum parse state = c.state;
	m.tail_section = DNS_AUTHORITIES;
	for (size_t i = 0; i < m.claimed[DNS_AUTHORITIES] && cursor_ok(&c); i++)
		read_record(&c, message, DNS_AUTHORITIES, &m);
	if (cursor_ok(&c))
		m.tail_section = DNS_ADDITIONALS;
	for (size_t i = 0; i < m.claimed[DNS_ADDITIONALS] && cursor_ok(&c); i++)
		read_record(&c, message, DNS_ADDITIONALS, &m);
	m.tail = c.state;
	m.length = (uint16_t)(message.len - c.left);
	if (out_flaws != NULL)
		*out_flaws = m.flaws;
	if (state == PARSE_OK)
		publish(out, &m);
	return state;
}

enum parse
dns_parse_first_question(struct bytes message, struct dns *out)
{
	message = bytes_first(message, DNS_MESSAGE_MAX);
	struct cursor c = cursor_of(message);
	struct dns m;
	memset(&m, 0, offsetof(struct dns, records));
	read_header(&c, &m);
	read_questions(&c, message, m.claimed[DNS_QUESTIONS] > 0 ? 1 : 0, &m);
	if (cursor_ok(&c))
		publish(out, &m);
	return c.state;
}

/* The IANA registry of resource record types; the pseudo and query types are at the end. */
const char *
dns_type_name(uint16_t type)
{
	static const char *const low[] = {
	    [1] = "A",
	    "NS",
	    "MD",
	    "MF",
	    "CNAME",
	    "SOA",
	    "MB",
	    "MG",
	    "MR",
	    "NULL",
	    "WKS",
	    "PTR",
	    "HINFO",
	    "MINFO",
	    "MX",
	    "TXT",
	    "RP",
	    "AFSDB",
	    "X25",
	    "ISDN",
	    "RT",
	    "NSAP",
	    "NSAPPTR",
	    "SIG",
	    "KEY",
	    "PX",
	    "GPOS",
	    "AAAA",
	    "LOC",
	    "NXT",
	    "EID",
	    "NIMLOC",
	    "SRV",
	    "ATMA",
	    "NAPTR",
	    "KX",
	    "CERT",
	    "A6",
	    "DNAME",
	    "SINK",
	    "OPT",
	    "APL",
	    "DS",
	    "SSHFP",
	    "IPSECKEY",
	    "RRSIG",
	    "NSEC",
	    "DNSKEY",
	    "DHCID",
	    "NSEC3",
	    "NSEC3PARAM",
	    "TLSA",
	    "SMIMEA",
	    [55] = "HIP",
	    "NINFO",
	    "RKEY",
	    "TALINK",
	    "CDS",
	    "CDNSKEY",
	    "OPENPGPKEY",
	    "CSYNC",
	    "ZONEMD",
	    "SVCB",
	    "HTTPS",
	    [99] = "SPF",
	    "UINFO",
	    "UID",
	    "GID",
	    "UNSPEC",
	    "NID",
	    "L32",
	    "L64",
	    "LP",
	    "EUI48",
	    "EUI64",
	};
	if (type < LENGTH_OF(low))
		return low[type];
	switch (type) {
	case 249: return "TKEY";
	case 250: return "TSIG";
	case 251: return "IXFR";
	case 252: return "AXFR";
	case 253: return "MAILB";
	case 254: return "MAILA";
	case 255: return "ANY";
	case 256: return "URI";
	case DNS_CAA: return "CAA";
	case 258: return "AVC";
	case 259: return "DOA";
	case 260: return "AMTRELAY";
	case 32768: return "TA";
	case 32769: return "DLV";
	default: return NULL;
	}
}

const char *
dns_rcode_name(unsigned rcode)
{
	static const char *const names[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN",
	    "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE", "DSOTYPENI", NULL, NULL, NULL, NULL, "BADVERS", "BADKEY", "BADTIME",
	    "BADMODE", "BADNAME", "BADALG", "BADTRUNC"};
	return rcode < LENGTH_OF(names) ? names[rcode] : NULL;
}
