/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/@name@.h"

/* RFC 0000 1.2 */
enum parse
@name@_parse(struct bytes bytes, size_t *out_used, struct @name@ *out)
{
	struct cursor c = cursor_of(bytes);
	struct @name@ m;
	uint16_t magic = cursor_be16(&c);
	if (cursor_ok(&c) && magic != @NAME@_MAGIC)
		cursor_stop(&c, PARSE_BAD);
	m.kind = cursor_u8(&c);
	uint16_t length = cursor_be16(&c);
	if (cursor_ok(&c) && length > @NAME@_PAYLOAD_MAX)
		cursor_stop(&c, PARSE_BAD); /* nobody sends so much: do not wait for it */
	m.payload = cursor_take(&c, length);
	if (cursor_ok(&c)) {
		*out_used = bytes.len - c.left;
		*out = m;
	}
	return c.state;
}
