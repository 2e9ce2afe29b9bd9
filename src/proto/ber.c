/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/ber.h"

/* X.690 8.1.3; more than four bytes of length are no message that fits anywhere. */
static size_t
take_length(struct cursor *c)
{
	uint8_t first = cursor_u8(c);
	if (first < 0x80)
		return first;
	if (first == 0x80 || first > 0x84) {
		cursor_stop(c, PARSE_BAD);
		return 0;
	}
	size_t length = 0;
	for (size_t i = 0; i < (size_t)(first & 0x7f); i++)
		length = length << 8 | cursor_u8(c);
	return length;
}

struct bytes
ber_take(struct cursor *c, uint8_t *tag)
{
	uint8_t got = cursor_u8(c);
	if (cursor_ok(c) && (got & 0x1f) == 0x1f)
		cursor_stop(c, PARSE_BAD);
	size_t length = take_length(c);
	struct bytes value = cursor_take(c, length);
	*tag = cursor_ok(c) ? got : 0;
	return value;
}

struct bytes
ber_take_tagged(struct cursor *c, uint8_t tag)
{
	uint8_t got;
	struct bytes value = ber_take(c, &got);
	if (cursor_ok(c) && got != tag)
		cursor_stop(c, PARSE_BAD);
	return cursor_ok(c) ? value : (struct bytes){0};
}

struct bytes
ber_take_optional(struct cursor *c, uint8_t tag, bool *found)
{
	*found = c->left > 0 && c->at[0] == tag;
	if (!*found)
		return (struct bytes){0};
	return ber_take_tagged(c, tag);
}

uint64_t
ber_number(struct bytes value)
{
	uint64_t number = 0;
	while (value.len > 0 && value.at[0] == 0)
		value = bytes_after(value, 1);
	if (value.len > sizeof(number))
		return UINT64_MAX;
	for (size_t i = 0; i < value.len; i++)
		number = number << 8 | value.at[i];
	return number;
}
