/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/gquic.h"

#include <stdio.h>

enum { PARAMETER_SIZE = 8, PARAMETERS_MAX = 100, HASH_SIZE = 12, ID_SIZE = 8 };

/*  "CHLO"  count (2, little-endian)  0 (2)  count times: name (4), end of its value (4)  values */
enum parse
gquic_parse_hello(struct bytes message, struct gquic_hello *out)
{
	struct cursor c = cursor_of(message);
	struct gquic_hello h = {0};
	struct bytes name = cursor_take(&c, 4);
	if (cursor_ok(&c) && !bytes_eq(name, BYTES("CHLO")))
		return PARSE_BAD;
	size_t count = cursor_le16(&c);
	cursor_le16(&c);
	if (cursor_ok(&c) && (count == 0 || count > PARAMETERS_MAX))
		return PARSE_BAD;
	h.parameters = cursor_take(&c, count * PARAMETER_SIZE);
	struct cursor list = cursor_of(h.parameters);
	uint32_t at = 0;
	while (list.left > 0 && cursor_ok(&c)) {
		name = cursor_take(&list, 4);
		uint32_t end = cursor_le32(&list);
		if (end < at) /* values follow one another */
			return PARSE_BAD;
		struct bytes value = cursor_take(&c, end - at);
		at = end;
		if (bytes_eq(name, BYTES("SNI\0")))
			h.sni = value;
		else if (bytes_eq(name, BYTES("UAID")))
			h.user_agent = value;
	}
	if (cursor_ok(&c))
		*out = h;
	return c.state;
}

/* 39 of "Q039"; 0 for what is no such version. */
static unsigned
version_number(uint32_t version)
{
	unsigned tens = (version >> 8 & 0xff) - '0', ones = (version & 0xff) - '0';
	return version >> 16 == 0x5130 && tens <= 9 && ones <= 9 ? tens * 10 + ones : 0;
}

/* The bytes of a frame of the stream 1, which carries the handshake:
 * type 1FDooOss, stream identifier (1 to 4), offset (0, or 2 to 8), length (2, or up to the end). */
static struct bytes
take_stream(struct cursor *c, uint8_t type, bool little_endian)
{
	size_t offset_code = type >> 2 & 7;
	cursor_take(c, (type & 3u) + 1);
	cursor_take(c, offset_code == 0 ? 0 : offset_code + 1);
	if ((type & 0x20) == 0)
		return cursor_take(c, c->left);
	size_t length = little_endian ? cursor_le16(c) : cursor_be16(c);
	return cursor_take(c, length);
}

enum parse
gquic_parse(struct bytes datagram, uint32_t *out_version, struct gquic_hello *out)
{
	static const uint8_t number_sizes[] = {1, 2, 4, 6};
	enum { HAS_VERSION = 0x01, IS_RESET = 0x02, HAS_ID = 0x08, PING = 0x07, STREAM = 0x80 };
	struct cursor c = cursor_of(datagram);
	uint8_t first = cursor_u8(&c);
	bool is_long = (first & 0x80) != 0;
	if (!is_long && ((first & HAS_VERSION) == 0 || (first & (IS_RESET | 0x40)) != 0))
		return PARSE_BAD;
	if (!is_long && (first & HAS_ID) != 0)
		cursor_take(&c, ID_SIZE);
	uint32_t version = cursor_be32(&c);
	unsigned number = version_number(version);
	if (number < 24 || number > 46 || is_long != (number > 43))
		return PARSE_BAD;
	if (is_long) {
		uint8_t lengths = cursor_u8(&c); /* of the identifiers, less 3; 0: none */
		cursor_take(&c, lengths >> 4 == 0 ? 0 : (lengths >> 4) + 3u);
		cursor_take(&c, (lengths & 15) == 0 ? 0 : (lengths & 15) + 3u);
		cursor_take(&c, (first & 3u) + 1); /* packet number */
	} else {
		cursor_take(&c, number_sizes[first >> 4 & 3]);
	}
	cursor_take(&c, HASH_SIZE + (number < 34)); /* and a byte of flags */
	uint8_t type = cursor_u8(&c);
	while (type == PING && c.left > 0)
		type = cursor_u8(&c);
	if ((type & STREAM) == 0)
		return PARSE_BAD;
	struct bytes message = take_stream(&c, type, number < 39);
	struct gquic_hello h;
	if (!cursor_ok(&c) || gquic_parse_hello(message, &h) != PARSE_OK)
		return PARSE_BAD;
	*out_version = version;
	*out = h;
	return PARSE_OK;
}

size_t
gquic_write_cyu(uint32_t version, const struct gquic_hello *hello, char out[static GQUIC_CYU_MAX])
{
	int head = snprintf(out, GQUIC_CYU_MAX, "%u", version_number(version));
	size_t n = head > 0 ? (size_t)head : 0;
	struct cursor list = cursor_of(hello->parameters);
	for (char separator = ','; list.left > 0 && n + 5 <= GQUIC_CYU_MAX; separator = '-') {
		struct bytes name = cursor_take(&list, 4);
		cursor_take(&list, 4);
		name = bytes_first(name, bytes_find(name, '\0'));
		out[n++] = separator;
		if (name.len > 0)
			memcpy(out + n, name.at, name.len);
		n += name.len;
	}
	return n;
}
