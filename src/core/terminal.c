/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/terminal.h"

#include "core/utf8.h"

size_t
terminal_escape(struct bytes text, char *out, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;
	while (text.len > 0) {
		uint8_t c = text.at[0];
		bool plain = c >= 0x20 && c < 0x7f;
		size_t wide = plain ? 1 : utf8_length(text);
		char escaped[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
		size_t put = wide > 0 ? wide : sizeof(escaped);
		if (size == 0 || put > size - 1 - n)
			break;
		memcpy(out + n, wide > 0 ? (const char *)text.at : escaped, put);
		n += put;
		text = bytes_after(text, wide > 0 ? wide : 1);
	}
	if (size > 0)
		out[n] = '\0';
	return n;
}
