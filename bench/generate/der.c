/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "der.h"

#include <string.h>

enum {
	BOOLEAN = 0x01,
	INTEGER = 0x02,
	BIT_STRING = 0x03,
	OCTET_STRING = 0x04,
	NULL_TAG = 0x05,
	OID = 0x06,
	UTF8 = 0x0c,
	PRINTABLE = 0x13,
	UTC_TIME = 0x17,
	SEQUENCE = 0x30,
	SET = 0x31,
	CONTEXT0 = 0xa0,
	CONTEXT3 = 0xa3,
};

#define RSA_ENCRYPTION "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define SHA256_RSA "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"

static void
primitive(struct paper *p, uint8_t tag, const void *at, size_t len)
{
	size_t mark = paper_der_open(p, tag);
	paper_bytes(p, at, len);
	paper_der_close(p, mark);
}

static void
oid(struct paper *p, const char *bytes_cstr)
{
	primitive(p, OID, bytes_cstr, strlen(bytes_cstr));
}

static void
algorithm(struct paper *p, const char *bytes_cstr)
{
	size_t mark = paper_der_open(p, SEQUENCE);
	oid(p, bytes_cstr);
	primitive(p, NULL_TAG, "", 0);
	paper_der_close(p, mark);
}

static void
name_part(struct paper *p, const char *oid_cstr, uint8_t tag, const char *value_cstr)
{
	size_t set = paper_der_open(p, SET), sequence = paper_der_open(p, SEQUENCE);
	oid(p, oid_cstr);
	primitive(p, tag, value_cstr, strlen(value_cstr));
	paper_der_close(p, sequence);
	paper_der_close(p, set);
}

static void
name(struct paper *p, const char *common_cstr, const char *organisation_cstr)
{
	size_t mark = paper_der_open(p, SEQUENCE);
	name_part(p, "\x55\x04\x06", PRINTABLE, "FR");
	name_part(p, "\x55\x04\x0a", UTF8, organisation_cstr);
	name_part(p, "\x55\x04\x03", UTF8, common_cstr);
	paper_der_close(p, mark);
}

static void
moment(struct paper *p, time_t when)
{
	struct tm tm;
	char text[20];
	gmtime_r(&when, &tm);
	size_t len = strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", &tm);
	primitive(p, UTC_TIME, text + 2, len - 2); /* RFC 5280 4.1.2.5.1: two digits before 2050 */
}

/* A positive number of exactly `len` significant bytes, odd. */
static void
big_number(struct paper *p, struct noise *n, size_t len)
{
	size_t mark = paper_der_open(p, INTEGER);
	paper_u8(p, 0);
	paper_noise(p, n, len);
	p->at[mark + 1] |= 0x80;
	p->at[p->len - 1] |= 1;
	paper_der_close(p, mark);
}

static void
public_key(struct paper *p, struct noise *n)
{
	size_t info = paper_der_open(p, SEQUENCE);
	algorithm(p, RSA_ENCRYPTION);
	size_t bits = paper_der_open(p, BIT_STRING);
	paper_u8(p, 0);
	size_t key = paper_der_open(p, SEQUENCE);
	big_number(p, n, 256);
	primitive(p, INTEGER, "\x01\x00\x01", 3);
	paper_der_close(p, key);
	paper_der_close(p, bits);
	paper_der_close(p, info);
}

static size_t
extension_open(struct paper *p, const char *oid_cstr, bool critical, size_t *outer)
{
	*outer = paper_der_open(p, SEQUENCE);
	oid(p, oid_cstr);
	if (critical)
		primitive(p, BOOLEAN, "\xff", 1);
	return paper_der_open(p, OCTET_STRING);
}

static void
extension(struct paper *p, const char *oid_cstr, bool critical, const void *at, size_t len)
{
	size_t outer, inner = extension_open(p, oid_cstr, critical, &outer);
	paper_bytes(p, at, len);
	paper_der_close(p, inner);
	paper_der_close(p, outer);
}

static void
extensions(struct paper *p, const struct certificate *c, struct noise *n)
{
	size_t tagged = paper_der_open(p, CONTEXT3), all = paper_der_open(p, SEQUENCE);
	if (c->dns_name == NULL) {
		extension(p, "\x55\x1d\x13", true, "\x30\x03\x01\x01\xff", 5);
		extension(p, "\x55\x1d\x0f", true, "\x03\x02\x01\x06", 4);
	} else {
		extension(p, "\x55\x1d\x13", true, "\x30\x00", 2);
		extension(p, "\x55\x1d\x0f", true, "\x03\x02\x05\xa0", 4);
		extension(p, "\x55\x1d\x25", false,
		    "\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02", 22);
		size_t outer, inner = extension_open(p, "\x55\x1d\x11", false, &outer);
		size_t list = paper_der_open(p, SEQUENCE);
		primitive(p, 0x82, c->dns_name, strlen(c->dns_name));
		primitive(p, 0x82, strchr(c->dns_name, '.') + 1, strlen(strchr(c->dns_name, '.') + 1));
		paper_der_close(p, list);
		paper_der_close(p, inner);
		paper_der_close(p, outer);
	}
	size_t outer, inner = extension_open(p, "\x55\x1d\x0e", false, &outer);
	size_t id = paper_der_open(p, OCTET_STRING);
	paper_noise(p, n, 20);
	paper_der_close(p, id);
	paper_der_close(p, inner);
	paper_der_close(p, outer);
	paper_der_close(p, all);
	paper_der_close(p, tagged);
}

void
der_certificate(struct paper *p, const struct certificate *c)
{
	struct noise n = {.state = c->key};
	size_t whole = paper_der_open(p, SEQUENCE), body = paper_der_open(p, SEQUENCE);
	size_t version = paper_der_open(p, CONTEXT0);
	primitive(p, INTEGER, "\x02", 1);
	paper_der_close(p, version);
	big_number(p, &n, 16);
	algorithm(p, SHA256_RSA);
	name(p, c->issuer_cn, "Autorite du banc d'essai");
	size_t validity = paper_der_open(p, SEQUENCE);
	moment(p, c->from);
	moment(p, c->until);
	paper_der_close(p, validity);
	name(p, c->subject_cn, "Banc d'essai");
	public_key(p, &n);
	extensions(p, c, &n);
	paper_der_close(p, body);
	algorithm(p, SHA256_RSA);
	size_t signature = paper_der_open(p, BIT_STRING);
	paper_u8(p, 0);
	paper_noise(p, &n, 256);
	paper_der_close(p, signature);
	paper_der_close(p, whole);
}
