/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/addr.h - an IP address as 16 bytes; IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2). */
#ifndef CORE_ADDR_H
#define CORE_ADDR_H

#include "core/bytes.h"

enum { ADDR_TEXT_MAX = 46 };

struct addr {
	uint8_t at[16];
};

static inline struct addr
addr_v4(const uint8_t bytes[static 4])
{
	struct addr a = {.at = {[10] = 0xff, [11] = 0xff}};
	memcpy(a.at + 12, bytes, 4);
	return a;
}

static inline struct addr
addr_v6(const uint8_t bytes[static 16])
{
	struct addr a;
	memcpy(a.at, bytes, 16);
	return a;
}

static inline bool
addr_is_v4(const struct addr *a)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
	return memcmp(a->at, prefix, 12) == 0;
}

static inline int
addr_compare(const struct addr *a, const struct addr *b)
{
	return memcmp(a->at, b->at, 16);
}

static inline bool
addr_eq(const struct addr *a, const struct addr *b)
{
	return addr_compare(a, b) == 0;
}

static inline bool
addr_is_zero(const struct addr *a)
{
	static const struct addr zero4 = {.at = {[10] = 0xff, [11] = 0xff}}, zero6;
	return addr_eq(a, &zero4) || addr_eq(a, &zero6);
}

/* 224.0.0.0/4, 255.255.255.255, ff00::/8. */
bool addr_is_group(const struct addr *a);
/* RFC 1918, RFC 3927, RFC 4193, RFC 4291 link-local and loopback: not routed on the Internet. */
bool addr_is_private(const struct addr *a);

/* Writes the text form (dotted quad; RFC 5952, as inet_ntop prints it) and a NUL;
 * returns the length without it. `compress` of zeros follows the standard form. */
size_t addr_write(const struct addr *a, char out[static ADDR_TEXT_MAX]);
/* The same, but of IPv6 all eight groups of four digits, as EVE has them. */
size_t addr_write_full(const struct addr *a, char out[static ADDR_TEXT_MAX]);
/* Reads either text form. False when it is neither. */
MUST_USE bool addr_parse(struct bytes text, struct addr *out);

#endif
