/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_word.h"

#include <stdio.h>

struct bytes
arrival_word_next(struct bytes *rest, uint8_t separator)
{
	struct bytes word = bytes_first(*rest, bytes_find(*rest, separator));
	*rest = bytes_after(*rest, word.len + 1);
	return word;
}

struct bytes
arrival_word_value(struct bytes line, const char *key_cstr)
{
	char wanted[64];
	int n = snprintf(wanted, sizeof(wanted), " %s=", key_cstr);
	struct bytes key = {(const uint8_t *)wanted, n > 0 && (size_t)n < sizeof(wanted) ? (size_t)n : 0};
	struct bytes at_start = bytes_after(key, 1);
	struct bytes rest = bytes_start_with(line, at_start) ? bytes_after(line, at_start.len)
	                                                     : bytes_after(line, bytes_find_all(line, key) + key.len);
	if (bytes_start_with(rest, BYTES("\""))) {
		rest = bytes_after(rest, 1);
		return bytes_first(rest, bytes_find(rest, '"'));
	}
	return bytes_first(rest, bytes_find(rest, ' '));
}

bool
arrival_word_has(struct bytes line, const char *text_cstr)
{
	return bytes_find_all(line, bytes_of_cstr(text_cstr)) < line.len;
}

size_t
arrival_word_last(struct bytes line, const char *text_cstr)
{
	struct bytes text = bytes_of_cstr(text_cstr);
	size_t last = line.len, at = 0;
	for (;;) {
		struct bytes rest = bytes_after(line, at);
		size_t hit = bytes_find_all(rest, text);
		if (hit >= rest.len)
			return last;
		last = at + hit;
		at = last + 1;
	}
}

bool
arrival_word_number(struct bytes text, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;
	if (text.len == 0 || text.len > 19)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text.at[i] - '0');
	}
	if (value > max)
		return false;
	*out = value;
	return true;
}
