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

/* %xx; *twice is set when what comes out begins another one. */
static size_t
decode(struct bytes text, uint8_t *out, bool *twice)
{
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		int high = c == '%' && i + 2 < text.len ? bytes_hex_digit(text.at[i + 1]) : -1;
		int low = high >= 0 ? bytes_hex_digit(text.at[i + 2]) : -1;
		if (low >= 0) {
			c = (uint8_t)(high << 4 | low);
			i += 2;
			*twice = *twice ||
			    (c == '%' && i + 2 < text.len && bytes_hex_digit(text.at[i + 1]) >= 0 &&
			        bytes_hex_digit(text.at[i + 2]) >= 0);
		}
		out[len++] = c;
	}
	return len;
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
http1_uri_path(struct bytes path, uint8_t *out, const struct http1_uri_rules *rules, bool *twice)
{
	bool ignored = false;
	size_t len = decode(path, out, twice);
	if (rules->decode_path_twice)
		len = decode((struct bytes){out, len}, out, &ignored);
	return remove_dots(out, make_slashes_one(out, len));
}

size_t
http1_uri_normal(struct bytes target, uint8_t *out, const struct http1_uri_rules *rules, bool *twice)
{
	bool ignored = false;
	struct http1_uri uri = http1_uri_split(target);
	size_t len = http1_uri_path(uri.path, out, rules, twice);
	uint8_t *rest = out + len;
	if (rules->decode_query || rules->decode_query_twice) {
		size_t n = decode(uri.rest, rest, twice);
		if (rules->decode_query_twice)
			n = decode((struct bytes){rest, n}, rest, &ignored);
		return len + n;
	}
	if (uri.rest.len > 0)
		memcpy(rest, uri.rest.at, uri.rest.len);
	return len + uri.rest.len;
}
