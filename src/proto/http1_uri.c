/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/http1_uri.h"

struct http1_uri
http1_uri_split(struct bytes target)
{
	size_t scheme = bytes_find_all(target, BYTES("://"));
	size_t query = bytes_find(target, '?');
	if (target.len > 0 && target.at[0] != '/' && scheme < query) {
		struct bytes after = bytes_after(target, scheme + 3);
		target = bytes_after(after, bytes_find(after, '/'));
	}
	size_t end = 0;
	while (end < target.len && target.at[end] != '?' && target.at[end] != '#')
		end++;
	return (struct http1_uri){bytes_first(target, end), bytes_after(target, end)};
}

/* The byte that %xx at `at` stands for; -1: none is there. */
static int
encoded(struct bytes text, size_t at)
{
	int high = text.at[at] == '%' && at + 2 < text.len ? bytes_hex_digit(text.at[at + 1]) : -1;
	int low = high >= 0 ? bytes_hex_digit(text.at[at + 2]) : -1;
	return low < 0 ? -1 : high << 4 | low;
}

static size_t
decode(struct bytes text, uint8_t *out)
{
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		int byte = encoded(text, i);
		out[len++] = byte >= 0 ? (uint8_t)byte : text.at[i];
		i += byte >= 0 ? 2 : 0;
	}
	return len;
}

bool
http1_uri_is_twice(struct bytes target, const struct http1_uri_rules *rules)
{
	struct http1_uri uri = http1_uri_split(target);
	for (size_t i = 0; rules->decode_query && i < uri.rest.len; i++)
		if (encoded(uri.rest, i) >= 0)
			return true;
	for (size_t i = 0; rules->decode_path_twice && i + 4 < uri.path.len; i++)
		if (encoded(uri.path, i) == '%' && bytes_hex_digit(uri.path.at[i + 3]) >= 0 &&
		    bytes_hex_digit(uri.path.at[i + 4]) >= 0)
			return true;
	return false;
}

static size_t
make_slashes_one(uint8_t *path, size_t len)
{
	size_t kept = 0;
	for (size_t i = 0; i < len; i++) {
		uint8_t c = path[i] == '\\' ? '/' : path[i];
		if (c != '/' || kept == 0 || path[kept - 1] != '/')
			path[kept++] = c;
	}
	return kept;
}

/* RFC 3986 5.2.4, in place. */
static size_t
remove_dots(uint8_t *path, size_t len)
{
	size_t kept = 0;
	for (size_t i = 0; i < len;) {
		size_t end = i + 1;
		while (end < len && path[end] != '/')
			end++;
		struct bytes segment = {path + i, end - i}; /* "/name" */
		bool one = bytes_eq(segment, BYTES("/.")), two = bytes_eq(segment, BYTES("/.."));
		if (two)
			while (kept > 0 && path[--kept] != '/')
				;
		if ((one || two) && end == len)
			path[kept++] = '/';
		if (!one && !two) {
			memmove(path + kept, path + i, end - i);
			kept += end - i;
		}
		i = end;
	}
	return kept;
}

size_t
http1_uri_path(struct bytes path, uint8_t *out, const struct http1_uri_rules *rules)
{
	size_t len = decode(path, out);
	if (rules->decode_path_twice)
		len = decode((struct bytes){out, len}, out);
	return remove_dots(out, make_slashes_one(out, len));
}

size_t
http1_uri_normal(struct bytes target, uint8_t *out, const struct http1_uri_rules *rules)
{
	struct http1_uri uri = http1_uri_split(target);
	size_t len = http1_uri_path(uri.path, out, rules);
	if (rules->decode_query)
		return len + decode(uri.rest, out + len);
	if (uri.rest.len > 0)
		memcpy(out + len, uri.rest.at, uri.rest.len);
	return len + uri.rest.len;
}
