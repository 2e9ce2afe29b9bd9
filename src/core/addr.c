/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/addr.h"

#include <arpa/inet.h>

bool
addr_is_group(const struct addr *a)
{
	if (addr_is_v4(a))
		return (a->at[12] & 0xf0) == 0xe0 || memcmp(a->at + 12, "\xff\xff\xff\xff", 4) == 0;
	return a->at[0] == 0xff;
}

bool
addr_is_private(const struct addr *a)
{
	if (addr_is_v4(a)) {
		const uint8_t *v4 = a->at + 12;
		return v4[0] == 10 || v4[0] == 127 || (v4[0] == 172 && (v4[1] & 0xf0) == 16) ||
		    (v4[0] == 192 && v4[1] == 168) || (v4[0] == 169 && v4[1] == 254) ||
		    (v4[0] == 100 && (v4[1] & 0xc0) == 64);
	}
	static const struct addr loopback = {.at = {[15] = 1}};
	return (a->at[0] & 0xfe) == 0xfc || (a->at[0] == 0xfe && (a->at[1] & 0xc0) == 0x80) || addr_eq(a, &loopback);
}

/* Each octet with its dot: "0." to "255.". */
#define OCTET(n)                                             \
	{                                                    \
		.text = {(n) >= 100 ? '0' + (n) / 100        \
		        : (n) >= 10 ? '0' + (n) / 10         \
		                    : '0' + (n),             \
		    (n) >= 100      ? '0' + (n) / 10 % 10    \
		        : (n) >= 10 ? '0' + (n) % 10         \
		                    : '.',                   \
		    (n) >= 100 ? '0' + (n) % 10 : '.', '.'}, \
		.len = (n) >= 100 ? 4                        \
		    : (n) >= 10   ? 3                        \
		                  : 2                        \
	}
#define OCTETS_4(n) OCTET(n), OCTET((n) + 1), OCTET((n) + 2), OCTET((n) + 3)
#define OCTETS_16(n) OCTETS_4(n), OCTETS_4((n) + 4), OCTETS_4((n) + 8), OCTETS_4((n) + 12)
#define OCTETS_64(n) OCTETS_16(n), OCTETS_16((n) + 16), OCTETS_16((n) + 32), OCTETS_16((n) + 48)

static const struct octet {
	char text[4];
	uint8_t len;
} octets[256] = {OCTETS_64(0), OCTETS_64(64), OCTETS_64(128), OCTETS_64(192)};

static size_t
write_v4(const uint8_t v4[static 4], char *out)
{
	char *at = out;
	for (int i = 0; i < 4; i++) {
		const struct octet *o = &octets[v4[i]];
		memcpy(at, o->text, 4);
		at += o->len;
	}
	*--at = '\0';
	return (size_t)(at - out);
}

/* The longest run of two or more zero groups, the first of equals (RFC 5952 4.2); *len 0 when there is none. */
static size_t
find_zeros(const uint8_t v6[static 16], size_t *len)
{
	size_t best = 0;
	*len = 0;
	for (size_t i = 0; i < 8; i++) {
		size_t run = 0;
		while (i + run < 8 && v6[(i + run) * 2] == 0 && v6[(i + run) * 2 + 1] == 0)
			run++;
		if (run >= 2 && run > *len) {
			best = i;
			*len = run;
		}
		i += run;
	}
	return best;
}

static char *
write_group(char *out, unsigned value)
{
	static const char hex[] = "0123456789abcdef";
	for (int shift = 12; shift >= 0; shift -= 4)
		if (value >> shift != 0 || shift == 0)
			*out++ = hex[value >> shift & 15];
	return out;
}

/* As inet_ntop prints it, which would take ten times as long: events write millions of addresses. */
static size_t
write_v6(const uint8_t v6[static 16], char *out)
{
	size_t zeros, from = find_zeros(v6, &zeros);
	char *at = out;
	for (size_t i = 0; i < 8; i++) {
		if (zeros > 0 && i == from) {
			memcpy(at, "::", 2);
			at += 2;
			i += zeros - 1;
			continue;
		}
		if (i > 0 && !(zeros > 0 && i == from + zeros))
			*at++ = ':';
		at = write_group(at, (unsigned)v6[i * 2] << 8 | v6[i * 2 + 1]);
	}
	*at = '\0';
	return (size_t)(at - out);
}

size_t
addr_write(const struct addr *a, char out[static ADDR_TEXT_MAX])
{
	return addr_is_v4(a) ? write_v4(a->at + 12, out) : write_v6(a->at, out);
}

/* As inet_pton reads it, no zeros in front; events bring millions. */
static bool
parse_v4(struct bytes text, uint8_t out[static 4])
{
	size_t i = 0;
	for (int part = 0; part < 4; part++) {
		unsigned value = 0;
		size_t start = i;
		for (; i < text.len && i - start < 4 && text.at[i] >= '0' && text.at[i] <= '9'; i++)
			value = value * 10 + (unsigned)(text.at[i] - '0');
		if (i == start || value > 255 || (i - start > 1 && text.at[start] == '0'))
			return false;
		out[part] = (uint8_t)value;
		if (part < 3 && (i == text.len || text.at[i++] != '.'))
			return false;
	}
	return i == text.len;
}

size_t
addr_write_full(const struct addr *a, char out[static ADDR_TEXT_MAX])
{
	static const char digits[] = "0123456789abcdef";
	if (addr_is_v4(a))
		return addr_write(a, out);
	char *at = out;
	for (size_t i = 0; i < 16; i++) {
		if (i > 0 && i % 2 == 0)
			*at++ = ':';
		*at++ = digits[a->at[i] >> 4];
		*at++ = digits[a->at[i] & 15];
	}
	*at = '\0';
	return (size_t)(at - out);
}

bool
addr_parse(struct bytes text, struct addr *out)
{
	char text_cstr[ADDR_TEXT_MAX];
	uint8_t raw[16];
	if (parse_v4(text, raw)) {
		*out = addr_v4(raw);
		return true;
	}
	if (text.len == 0 || text.len >= sizeof(text_cstr) || bytes_find(text, '\0') != text.len)
		return false;
	memcpy(text_cstr, text.at, text.len);
	text_cstr[text.len] = '\0';
	if (inet_pton(AF_INET6, text_cstr, raw) != 1)
		return false;
	*out = addr_v6(raw);
	return true;
}
