/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/http1.h"
#include "proto/http1_class.h"

/* A prefix of `wanted`, or all of it. */
static enum http1_look
compare_start(struct bytes first, struct bytes wanted)
{
	if (!bytes_start_with(wanted, bytes_first(first, wanted.len)))
		return HTTP1_NO;
	return first.len >= wanted.len ? HTTP1_YES : HTTP1_MAYBE;
}

enum http1_look
http1_look_response(struct bytes first)
{
	enum http1_look look = compare_start(first, BYTES("HTTP/1."));
	if (look != HTTP1_YES)
		return look;
	struct cursor c = cursor_of(bytes_after(first, 7));
	uint8_t minor = cursor_u8(&c), space = cursor_u8(&c);
	if (cursor_ok(&c))
		return (http1_class[minor] & HTTP1_DIGIT) != 0 && http1_is_blank(space) ? HTTP1_YES : HTTP1_NO;
	return first.len == 7 || (http1_class[minor] & HTTP1_DIGIT) != 0 ? HTTP1_MAYBE : HTTP1_NO;
}

/* Methods that only HTTP has: with a path they need not wait for the protocol (slow requests are HTTP too). */
static bool
is_common_method(struct bytes method)
{
	static const struct bytes common[] = {{(const uint8_t *)"GET", 3}, {(const uint8_t *)"POST", 4},
	    {(const uint8_t *)"HEAD", 4}, {(const uint8_t *)"PUT", 3}, {(const uint8_t *)"DELETE", 6},
	    {(const uint8_t *)"PATCH", 5}};
	for (size_t i = 0; i < LENGTH_OF(common); i++)
		if (bytes_eq(method, common[i]))
			return true;
	return false;
}

enum http1_look
http1_look_request(struct bytes first)
{
	enum { METHOD_MAX = 24, LINE_MAX_BYTES = 8192 };
	while (first.len > 0 && (first.at[0] == '\r' || first.at[0] == '\n'))
		first = bytes_after(first, 1);
	size_t method_len = 0;
	struct cursor c = cursor_of(bytes_first(first, METHOD_MAX + 1));
	uint8_t b = cursor_u8(&c);
	while (cursor_ok(&c) && (http1_class[b] & HTTP1_TOKEN) != 0) {
		if ((http1_class[b] & HTTP1_UPPER) == 0 && b != '-' &&
		    b != '_') /* the registered ones (RFC 9110 16.1) are upper case */
			return HTTP1_NO;
		method_len++;
		b = cursor_u8(&c);
	}
	if (!cursor_ok(&c))
		return first.len <= METHOD_MAX ? HTTP1_MAYBE : HTTP1_NO;
	if (!http1_is_blank(b) || method_len < 3)
		return HTTP1_NO;
	struct bytes rest = bytes_after(first, method_len + 1);
	if (rest.len > 0 && is_common_method(bytes_first(first, method_len)) &&
	    (rest.at[0] == '/' || bytes_start_with(rest, BYTES("http://"))))
		return HTTP1_YES;
	size_t line_len = bytes_find(rest, '\n');
	struct bytes line = bytes_first(rest, line_len);
	if (line_len == rest.len) /* not complete */
		return rest.len < LINE_MAX_BYTES ? HTTP1_MAYBE : HTTP1_NO;
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	uint8_t minor;
	return line.len >= 10 && http1_is_blank(line.at[line.len - 9]) &&
	        http1_class_protocol(bytes_after(line, line.len - 8), &minor)
	    ? HTTP1_YES
	    : HTTP1_NO;
}
