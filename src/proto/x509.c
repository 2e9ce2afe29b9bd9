/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/x509.h"

#include <stdio.h>

enum { /* X.690: the tags a certificate uses */
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0,
	DER_CONTEXT_3 = 0xa3,
};

struct der {
	uint8_t tag;
	struct bytes content;
};

/* X.690 8.1.3, definite form only (10.1). Four length bytes are more than any certificate needs. */
static struct der
der_next(struct cursor *c)
{
	struct der d = {0};
	d.tag = cursor_u8(c);
	if ((d.tag & 0x1f) == 0x1f) /* tags of several bytes: none in a certificate */
		cursor_stop(c, PARSE_BAD);
	size_t length = cursor_u8(c);
	if (length >= 0x80) {
		size_t digits = length & 0x7f;
		if (digits == 0 || digits > 4)
			cursor_stop(c, PARSE_BAD);
		length = 0;
		for (size_t i = 0; i < digits && cursor_ok(c); i++)
			length = length << 8 | cursor_u8(c);
	}
	d.content = cursor_take(c, length);
	return d;
}

/* The content of the next value, which must have this tag. */
static struct bytes
der_expect(struct cursor *c, uint8_t tag)
{
	struct der d = der_next(c);
	if (cursor_ok(c) && d.tag != tag)
		cursor_stop(c, PARSE_BAD);
	return cursor_ok(c) ? d.content : (struct bytes){0};
}

static bool
der_peek(const struct cursor *c, uint8_t tag)
{
	struct cursor ahead = *c;
	return cursor_u8(&ahead) == tag && cursor_ok(&ahead);
}

/* Howard Hinnant, "chrono-compatible low-level date algorithms": days_from_civil and back. */
static int64_t
days_of_civil(int64_t year, unsigned month, unsigned day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	unsigned year_of_era = (unsigned)(year - era * 400);
	unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + (int64_t)day_of_era - 719468;
}

/* Reads `count` decimal digits. */
static unsigned
digits(struct cursor *c, size_t count)
{
	unsigned value = 0;
	for (size_t i = 0; i < count; i++) {
		uint8_t digit = cursor_u8(c);
		if (digit < '0' || digit > '9')
			cursor_stop(c, PARSE_BAD);
		value = value * 10 + (digit & 15u);
	}
	return cursor_ok(c) ? value : 0;
}

/* RFC 5280 4.1.2.5; seconds may be missing and an offset present in certificates older than it. */
static int64_t
time_of(struct der d, struct cursor *parent)
{
	struct cursor c = cursor_of(d.content);
	unsigned year;
	if (d.tag == DER_UTC_TIME) {
		year = digits(&c, 2);
		year += year < 50 ? 2000 : 1900;
	} else {
		year = digits(&c, 4);
	}
	unsigned month = digits(&c, 2), day = digits(&c, 2), hour = digits(&c, 2), minute = digits(&c, 2), second = 0;
	if (c.left > 0 && c.at[0] >= '0' && c.at[0] <= '9')
		second = digits(&c, 2);
	int64_t offset_s = 0;
	uint8_t zone = cursor_u8(&c);
	if (zone == '+' || zone == '-') {
		offset_s = (int64_t)digits(&c, 2) * 3600;
		offset_s += (int64_t)digits(&c, 2) * 60;
		offset_s = zone == '+' ? -offset_s : offset_s;
	} else if (zone != 'Z') {
		cursor_stop(&c, PARSE_BAD);
	}
	bool possible = (d.tag == DER_UTC_TIME || d.tag == DER_GENERALIZED_TIME) && month >= 1 && month <= 12 && day >= 1 &&
	    day <= 31 && hour <= 23 && minute <= 59 && second <= 60 && c.left == 0;
	if (!cursor_ok(&c) || !possible) {
		cursor_stop(parent, PARSE_BAD);
		return 0;
	}
	return days_of_civil(year, month, day) * 86400 + (int64_t)hour * 3600 + minute * 60 + second + offset_s;
}

void
x509_write_time(int64_t seconds, char out[static X509_TIME_TEXT_SIZE])
{
	int64_t days = seconds / 86400, of_day = seconds % 86400;
	if (of_day < 0) {
		of_day += 86400;
		days--;
	}
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	unsigned day_of_era = (unsigned)(days - era * 146097);
	unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned shifted = (5 * day_of_year + 2) / 153;
	unsigned day = day_of_year - (153 * shifted + 2) / 5 + 1;
	unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
	int64_t year = (int64_t)year_of_era + era * 400 + (month <= 2);
	unsigned clock = (unsigned)of_day, shown = year < 0 || year > 9999 ? 0 : (unsigned)year;
	char text[X509_TIME_TEXT_SIZE + 32];
	snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:%02u", shown, month, day, clock / 3600, clock / 60 % 60,
	    clock % 60);
	memcpy(out, text, X509_TIME_TEXT_SIZE);
}

/* RFC 5280 4.2: only subjectAltName (2.5.29.17) is read. */
static struct bytes
find_alt_names(struct bytes extensions, struct cursor *parent)
{
	struct cursor list = cursor_of(extensions);
	struct bytes found = {0};
	while (list.left > 0) {
		struct cursor one = cursor_of(der_expect(&list, DER_SEQUENCE));
		struct bytes oid = der_expect(&one, DER_OID);
		if (der_peek(&one, 0x01)) /* critical */
			der_next(&one);
		struct bytes value = der_expect(&one, DER_OCTET_STRING);
		if (cursor_ok(&one) && bytes_eq(oid, BYTES("\x55\x1d\x11"))) {
			struct cursor names = cursor_of(value);
			found = der_expect(&names, DER_SEQUENCE);
			cursor_join(&one, &names);
		}
		cursor_join(&list, &one);
	}
	cursor_join(parent, &list);
	return found;
}

/* Names the part in which reading stopped. */
static bool
still_fine(const struct cursor *c, enum x509_fault part, enum x509_fault *fault)
{
	if (!cursor_ok(c) && *fault == X509_FINE)
		*fault = part;
	return cursor_ok(c);
}

/* RFC 5280 4.1: TBSCertificate. */
static void
read_body(struct cursor *c, struct x509 *x, enum x509_fault *fault)
{
	x->version = 1;
	if (der_peek(c, DER_CONTEXT_0)) {
		struct cursor v = cursor_of(der_next(c).content);
		struct bytes number = der_expect(&v, DER_INTEGER);
		struct cursor digit = cursor_of(number);
		uint8_t version = cursor_u8(&digit); /* 0 is v1 */
		if (number.len != 1 || version > 2)
			cursor_stop(&v, PARSE_BAD);
		x->version = (uint8_t)(version + 1);
		cursor_join(c, &v);
	}
	if (!still_fine(c, X509_BAD_VERSION, fault))
		return;
	x->serial = der_expect(c, DER_INTEGER);
	if (!still_fine(c, X509_BAD_SERIAL, fault))
		return;
	der_expect(c, DER_SEQUENCE);
	if (!still_fine(c, X509_BAD_ALGORITHM, fault))
		return;
	x->issuer = der_expect(c, DER_SEQUENCE);
	if (!still_fine(c, X509_BAD_ISSUER, fault))
		return;
	struct cursor validity = cursor_of(der_expect(c, DER_SEQUENCE));
	struct der before = der_next(&validity), after = der_next(&validity);
	cursor_join(c, &validity);
	if (!still_fine(c, X509_BAD_VALIDITY, fault))
		return;
	x->not_before_s = time_of(before, c);
	x->not_after_s = time_of(after, c);
	if (!still_fine(c, X509_BAD_DATE, fault))
		return;
	x->subject = der_expect(c, DER_SEQUENCE);
	if (!still_fine(c, X509_BAD_SUBJECT, fault))
		return;
	der_expect(c, DER_SEQUENCE); /* the key */
	if (!still_fine(c, X509_BAD_DER, fault))
		return;
	while (c->left > 0) {
		struct der d = der_next(c); /* the unique identifiers of version 2, then the extensions of version 3 */
		if (cursor_ok(c) && d.tag == DER_CONTEXT_3) {
			struct cursor e = cursor_of(d.content);
			x->alt_names = find_alt_names(der_expect(&e, DER_SEQUENCE), &e);
			cursor_join(c, &e);
		}
	}
	still_fine(c, X509_BAD_EXTENSIONS, fault);
}

enum parse
x509_parse(struct bytes der, struct x509 *out, enum x509_fault *fault)
{
	struct cursor c = cursor_of(der);
	struct x509 x = {0};
	*fault = X509_FINE;
	struct cursor certificate = cursor_of(der_expect(&c, DER_SEQUENCE));
	if (!cursor_ok(&c)) {
		*fault = X509_BAD_DER;
		return c.state;
	}
	struct cursor body = cursor_of(der_expect(&certificate, DER_SEQUENCE));
	still_fine(&certificate, X509_BAD_DER, fault);
	cursor_join(&c, &certificate);
	if (!cursor_ok(&c))
		return c.state;
	read_body(&body, &x, fault);
	cursor_join(&c, &body);
	if (!cursor_ok(&c))
		return c.state;
	x.self_signed = bytes_eq(x.issuer, x.subject);
	*out = x;
	return PARSE_OK;
}

bool
x509_next_alt_name(struct cursor *list, struct x509_alt_name *out)
{
	if (list->left == 0)
		return false;
	struct der d = der_next(list);
	if (!cursor_ok(list))
		return false;
	enum x509_alt_name_kind kind = X509_ALT_OTHER;
	switch (d.tag) { /* RFC 5280 4.2.1.6 */
	case 0x81: kind = X509_ALT_EMAIL; break;
	case 0x82: kind = X509_ALT_DNS; break;
	case 0x86: kind = X509_ALT_URI; break;
	case 0x87: kind = d.content.len == 4 || d.content.len == 16 ? X509_ALT_IP : X509_ALT_OTHER; break;
	default: break;
	}
	*out = (struct x509_alt_name){.kind = kind, .value = d.content};
	return true;
}

struct writer {
	char *out;
	size_t size, used;
};

static void
put(struct writer *w, struct bytes b)
{
	struct bytes kept = bytes_first(b, w->size - w->used);
	if (kept.len > 0)
		memcpy(w->out + w->used, kept.at, kept.len);
	w->used += kept.len;
}

size_t
x509_write_serial(struct bytes serial, char *out, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	struct writer w = {out, size, 0};
	struct cursor c = cursor_of(serial);
	while (c.left > 0) {
		uint8_t byte = cursor_u8(&c);
		uint8_t text[3] = {':', (uint8_t)hex[byte >> 4], (uint8_t)hex[byte & 15]};
		bool first = w.used == 0;
		put(&w, (struct bytes){text + first, sizeof(text) - first});
	}
	return w.used;
}

static const struct attribute {
	struct bytes oid, name;
} attributes[] = {
#define ATTRIBUTE(oid, name)                                      \
	{                                                         \
		{(const uint8_t *)(oid), sizeof(oid) - 1},        \
		{                                                 \
			(const uint8_t *)(name), sizeof(name) - 1 \
		}                                                 \
	}
    ATTRIBUTE("\x55\x04\x03", "CN"),
    ATTRIBUTE("\x55\x04\x06", "C"),
    ATTRIBUTE("\x55\x04\x07", "L"),
    ATTRIBUTE("\x55\x04\x08", "ST"),
    ATTRIBUTE("\x55\x04\x0a", "O"),
    ATTRIBUTE("\x55\x04\x0b", "OU"),
    ATTRIBUTE("\x55\x04\x04", "SN"),
    ATTRIBUTE("\x55\x04\x05", "serialNumber"),
    ATTRIBUTE("\x55\x04\x09", "street"),
    ATTRIBUTE("\x55\x04\x0c", "title"),
    ATTRIBUTE("\x55\x04\x0d", "description"),
    ATTRIBUTE("\x55\x04\x0f", "businessCategory"),
    ATTRIBUTE("\x55\x04\x10", "postalAddress"),
    ATTRIBUTE("\x55\x04\x11", "postalCode"),
    ATTRIBUTE("\x55\x04\x14", "telephoneNumber"),
    ATTRIBUTE("\x55\x04\x29", "name"),
    ATTRIBUTE("\x55\x04\x2a", "GN"),
    ATTRIBUTE("\x55\x04\x2b", "initials"),
    ATTRIBUTE("\x55\x04\x2c", "generationQualifier"),
    ATTRIBUTE("\x55\x04\x2e", "dnQualifier"),
    ATTRIBUTE("\x55\x04\x41", "pseudonym"),
    ATTRIBUTE("\x55\x04\x61", "organizationIdentifier"),
    ATTRIBUTE("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", "Email"),
    ATTRIBUTE("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02", "unstructuredName"),
    ATTRIBUTE("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", "UID"),
    ATTRIBUTE("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "DC"),
    ATTRIBUTE("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01", "jurisdictionL"),
    ATTRIBUTE("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02", "jurisdictionST"),
    ATTRIBUTE("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03", "jurisdictionC"),
#undef ATTRIBUTE
};

/* X.690 8.19: base 128, the first two arcs in one number. */
static void
put_oid(struct writer *w, struct bytes oid)
{
	struct cursor c = cursor_of(oid);
	uint64_t arc = 0;
	bool first = true;
	char text[48];
	while (c.left > 0) {
		uint8_t byte = cursor_u8(&c);
		arc = arc << 7 | (byte & 0x7f);
		if ((byte & 0x80) != 0)
			continue;
		int n;
		if (first) {
			unsigned top = arc < 40 ? 0 : arc < 80 ? 1 : 2;
			n = snprintf(text, sizeof(text), "%u.%llu", top, (unsigned long long)(arc - 40ull * top));
		} else {
			n = snprintf(text, sizeof(text), ".%llu", (unsigned long long)arc);
		}
		put(w, (struct bytes){(const uint8_t *)text, n > 0 ? (size_t)n : 0});
		first = false;
		arc = 0;
	}
}

/* BMPString is UCS-2: written as UTF-8; half of a surrogate pair becomes U+FFFD. */
static void
put_ucs2(struct writer *w, struct bytes value)
{
	struct cursor c = cursor_of(value);
	while (c.left >= 2) {
		uint16_t u = cursor_be16(&c);
		if (u >= 0xd800 && u <= 0xdfff)
			u = 0xfffd;
		uint8_t wide[3] = {
		    (uint8_t)(0xe0 | u >> 12), (uint8_t)(0x80 | (u >> 6 & 0x3f)), (uint8_t)(0x80 | (u & 0x3f))};
		if (u < 0x80)
			put(w, (struct bytes){(const uint8_t[]){(uint8_t)u}, 1});
		else if (u < 0x800)
			put(w, (struct bytes){(const uint8_t[]){(uint8_t)(0xc0 | u >> 6), wide[2]}, 2});
		else
			put(w, (struct bytes){wide, 3});
	}
}

static void
put_attribute(struct writer *w, struct bytes oid, struct der value)
{
	struct bytes name = {0};
	for (size_t i = 0; i < LENGTH_OF(attributes) && name.len == 0; i++)
		if (bytes_eq(oid, attributes[i].oid))
			name = attributes[i].name;
	if (name.len > 0)
		put(w, name);
	else
		put_oid(w, oid);
	put(w, BYTES("="));
	if (value.tag == DER_BMP_STRING)
		put_ucs2(w, value.content);
	else
		put(w, value.content);
}

size_t
x509_write_name(struct bytes name, char *out, size_t size)
{
	struct writer w = {out, size, 0};
	struct cursor sets = cursor_of(name);
	while (sets.left > 0 && w.used < size) {
		struct cursor set = cursor_of(der_expect(&sets, DER_SET));
		bool joined = false;
		while (set.left > 0 && w.used < size) {
			struct cursor pair = cursor_of(der_expect(&set, DER_SEQUENCE));
			struct bytes oid = der_expect(&pair, DER_OID);
			struct der value = der_next(&pair);
			if (!cursor_ok(&pair) || !cursor_ok(&set))
				return w.used;
			if (w.used > 0)
				put(&w, joined ? BYTES(" + ") : BYTES(", "));
			put_attribute(&w, oid, value);
			joined = true;
		}
	}
	return w.used;
}
