/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/http1_class.h"

const uint8_t http1_class[256] = {['!'] = HTTP1_TOKEN,
    ['#'] = HTTP1_TOKEN,
    ['$'] = HTTP1_TOKEN,
    ['%'] = HTTP1_TOKEN,
    ['&'] = HTTP1_TOKEN,
    ['\''] = HTTP1_TOKEN,
    ['*'] = HTTP1_TOKEN,
    ['+'] = HTTP1_TOKEN,
    ['-'] = HTTP1_TOKEN,
    ['.'] = HTTP1_TOKEN,
    ['^'] = HTTP1_TOKEN,
    ['_'] = HTTP1_TOKEN,
    ['`'] = HTTP1_TOKEN,
    ['|'] = HTTP1_TOKEN,
    ['~'] = HTTP1_TOKEN,
    ['0' ... '9'] = HTTP1_TOKEN | HTTP1_DIGIT | HTTP1_HEX,
    ['a' ... 'f'] = HTTP1_TOKEN | HTTP1_HEX,
    ['g' ... 'z'] = HTTP1_TOKEN,
    ['A' ... 'F'] = HTTP1_TOKEN | HTTP1_HEX | HTTP1_UPPER,
    ['G' ... 'Z'] = HTTP1_TOKEN | HTTP1_UPPER};

/* "HTTP/1.x" */
bool
http1_class_protocol(struct bytes word, uint8_t *minor)
{
	struct cursor c = cursor_of(word);
	if (!bytes_eq(cursor_take(&c, 7), BYTES("HTTP/1.")) || c.left != 1)
		return false;
	uint8_t digit = cursor_u8(&c);
	if ((http1_class[digit] & HTTP1_DIGIT) == 0)
		return false;
	*minor = (uint8_t)(digit - '0');
	return true;
}
