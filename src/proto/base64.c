/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/base64.h"

#include "core/cursor.h"

size_t
base64_decode(uint8_t *out, size_t size, struct bytes text)
{
	struct cursor c = cursor_of(text);
	size_t length = 0;
	uint32_t held = 0;
	unsigned bits = 0;
	while (c.left > 0 && length < size) {
		int value = bytes_base64_digit(cursor_u8(&c));
		if (value < 0)
			break;
		held = (held << 6 | (uint32_t)value) & 0xfff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[length++] = (uint8_t)(held >> bits);
		}
	}
	return length;
}
