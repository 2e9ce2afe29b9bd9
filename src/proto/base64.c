/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/base64.h"

#include "core/cursor.h"

/* 0 to 63, or 64 for what is not in the alphabet. */
static unsigned
digit_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

size_t
base64_decode(uint8_t *out, size_t size, struct bytes text)
{
	struct cursor c = cursor_of(text);
	size_t length = 0;
	uint32_t held = 0;
	unsigned bits = 0;
	while (c.left > 0 && length < size) {
		unsigned value = digit_value(cursor_u8(&c));
		if (value == 64)
			break;
		held = (held << 6 | value) & 0xfff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[length++] = (uint8_t)(held >> bits);
		}
	}
	return length;
}
