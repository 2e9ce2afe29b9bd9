/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/sdp.h"

bool
sdp_line(struct bytes *left, uint8_t *kind, struct bytes *value)
{
	size_t end = bytes_find(*left, '\n');
	struct bytes line = bytes_first(*left, end);
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	struct cursor c = cursor_of(line);
	uint8_t letter = cursor_u8(&c), equals = cursor_u8(&c);
	if (!cursor_ok(&c) || letter < 'a' || letter > 'z' || equals != '=')
		return false;
	*left = bytes_after(*left, end + 1);
	*kind = letter;
	*value = (struct bytes){c.at, c.left};
	return true;
}

/* Where the next line of this kind begins; the end of the text when none does. */
static size_t
find_line(struct bytes text, uint8_t kind)
{
	struct bytes left = text, value;
	uint8_t other;
	for (;;) {
		size_t at = text.len - left.len;
		if (!sdp_line(&left, &other, &value))
			return text.len;
		if (other == kind)
			return at;
	}
}

struct bytes
sdp_session(struct bytes body)
{
	if (!bytes_start_with(body, BYTES("v=")))
		return (struct bytes){0};
	return bytes_first(body, find_line(body, 'm'));
}

bool
sdp_medium(struct bytes *left, struct bytes *medium)
{
	struct bytes from = bytes_after(*left, find_line(*left, 'm')), rest = from, value;
	uint8_t kind;
	if (from.len == 0 || !sdp_line(&rest, &kind, &value))
		return false;
	size_t len = from.len - rest.len + find_line(rest, 'm');
	*medium = bytes_first(from, len);
	*left = bytes_after(from, len);
	return true;
}

bool
sdp_next(struct bytes *left, uint8_t kind, struct bytes *value)
{
	uint8_t other;
	while (sdp_line(left, &other, value))
		if (other == kind)
			return true;
	return false;
}

struct bytes
sdp_first(struct bytes section, uint8_t kind)
{
	struct bytes value;
	return sdp_next(&section, kind, &value) ? value : (struct bytes){0};
}
