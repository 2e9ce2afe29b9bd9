/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/mmdb_build.h - a database of countries as small as can be: half of all addresses of IPv4 are in FR, the other half in DE; of
 * the second everything is told by pointers. Of IPv6, where it has them, only ::/96. */
#ifndef SUPPORT_MMDB_BUILD_H
#define SUPPORT_MMDB_BUILD_H

#include "core/writer.h"

static inline void
mmdb_put_text(struct writer *w, const char *text_cstr)
{
	writer_u8(w, (uint8_t)(2 << 5 | strlen(text_cstr)));
	writer_put(w, bytes_of_cstr(text_cstr));
}

static inline void
mmdb_put_number(struct writer *w, const char *name_cstr, uint32_t number)
{
	mmdb_put_text(w, name_cstr);
	writer_u8(w, 6 << 5 | 4);
	writer_be32(w, number);
}

static inline void
mmdb_put_records(struct writer *w, unsigned bits, uint32_t left, uint32_t right)
{
	if (bits == 32) {
		writer_be32(w, left);
		writer_be32(w, right);
		return;
	}
	for (int shift = 16; shift >= 0; shift -= 8)
		writer_u8(w, (uint8_t)(left >> shift));
	if (bits == 28)
		writer_u8(w, (uint8_t)((left >> 24 & 15) << 4 | (right >> 24 & 15)));
	for (int shift = 16; shift >= 0; shift -= 8)
		writer_u8(w, (uint8_t)(right >> shift));
}

/* bits: 24, 28 or 32. Returns the bytes written. */
static inline size_t
mmdb_build(uint8_t *room, size_t size, unsigned bits, bool of_ipv6)
{
	struct writer w = writer_of(room, size);
	uint32_t nodes = of_ipv6 ? 97 : 1, second = 27;
	for (uint32_t i = 0; i + 1 < nodes; i++)
		mmdb_put_records(&w, bits, i + 1, nodes); /* right: nothing is known */
	mmdb_put_records(&w, bits, nodes + 16, nodes + 16 + second);
	for (int i = 0; i < 16; i++)
		writer_u8(&w, 0);
	/* At 0: {"country": {"geoname_id": 7, "iso_code": "FR"}} would hide pointers: the keys are at 1 and 10. */
	writer_u8(&w, 7 << 5 | 1);
	mmdb_put_text(&w, "country"); /* at 1 */
	writer_u8(&w, 7 << 5 | 1);
	mmdb_put_text(&w, "iso_code"); /* at 10 */
	mmdb_put_text(&w, "FR");
	for (int i = 0; i < 5; i++)
		writer_u8(&w, 0);
	/* At 27: an array and a text to pass over, then the keys as pointers. */
	writer_u8(&w, 7 << 5 | 2);
	mmdb_put_text(&w, "x");
	writer_u8(&w, 0 << 5 | 2); /* an array of two */
	writer_u8(&w, 11 - 7);
	writer_u8(&w, 0 << 5 | 1); /* true */
	writer_u8(&w, 14 - 7);
	mmdb_put_text(&w, "passed over");
	writer_u8(&w, 1 << 5);
	writer_u8(&w, 1);
	writer_u8(&w, 7 << 5 | 1);
	writer_u8(&w, 1 << 5);
	writer_u8(&w, 10);
	mmdb_put_text(&w, "DE");
	writer_put(&w,
	    BYTES("\xab\xcd\xef"
	          "MaxMind.com"));
	writer_u8(&w, 7 << 5 | 4);
	mmdb_put_text(&w, "database_type");
	mmdb_put_text(&w, "Test");
	mmdb_put_number(&w, "node_count", nodes);
	mmdb_put_number(&w, "record_size", bits);
	mmdb_put_number(&w, "ip_version", of_ipv6 ? 6 : 4);
	return w.len;
}

#endif
