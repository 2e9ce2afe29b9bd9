/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/http1.h"
#include "proto/http1_class.h"

struct http1_authority
http1_authority(struct bytes text)
{
	size_t at = text.len;
	while (at > 0 && text.at[at - 1] != '@')
		at--;
	struct bytes rest = bytes_after(text, at);
	if (at == 0)
		rest = text;
	size_t host = rest.len > 0 && rest.at[0] == '[' ? bytes_find(rest, ']') : bytes_find(rest, ':');
	if (host < rest.len && rest.at[host] == ']')
		host++;
	struct http1_authority out = {.host = bytes_first(rest, host), .port = -1};
	struct bytes port = bytes_after(rest, host);
	if (port.len == 0)
		return out;
	struct cursor c = cursor_of(port);
	if (cursor_u8(&c) != ':' || !http1_all_of(cursor_rest(&c), HTTP1_DIGIT) || c.left > 5) {
		out.port = -2;
		return out;
	}
	int32_t value = 0;
	while (c.left > 0)
		value = value * 10 + (cursor_u8(&c) - '0');
	out.port = value < 65536 ? value : -2;
	return out;
}

struct bytes
http1_authority_of_target(const struct http1_head *head)
{
	if (bytes_eq(head->method, BYTES("CONNECT")) && !bytes_start_with(head->target, BYTES("/")))
		return head->target;
	struct bytes scheme = bytes_first(head->target, 8);
	size_t start = bytes_eq_nocase(bytes_first(scheme, 7), BYTES("http://")) ? 7
	    : bytes_eq_nocase(scheme, BYTES("https://"))                         ? 8
	                                                                         : 0;
	if (start == 0)
		return (struct bytes){0};
	struct bytes rest = bytes_after(head->target, start);
	struct cursor c = cursor_of(rest);
	size_t length = 0;
	for (uint8_t b = cursor_u8(&c); cursor_ok(&c) && b != '/' && b != '?' && b != '#'; b = cursor_u8(&c))
		length++;
	return bytes_first(rest, length);
}
