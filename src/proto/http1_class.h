/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/http1_class.h - kinds of bytes in heads, for the files of proto/http1.h. */
#ifndef PROTO_HTTP1_CLASS_H
#define PROTO_HTTP1_CLASS_H

#include "core/cursor.h"

enum { HTTP1_TOKEN = 1, HTTP1_DIGIT = 2, HTTP1_HEX = 4, HTTP1_UPPER = 8 };

/* RFC 9110 5.6.2: token characters, and the digits. */
extern const uint8_t http1_class[256];

static inline bool
http1_is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* All bytes of a class, and at least one. */
static inline bool
http1_all_of(struct bytes b, uint8_t class)
{
	for (size_t i = 0; i < b.len; i++)
		if ((http1_class[b.at[i]] & class) == 0)
			return false;
	return b.len > 0;
}

/* Without the white space around it, line ends of folding included. */
static inline struct bytes
http1_trim(struct bytes b)
{
	while (b.len > 0 && (http1_is_blank(b.at[0]) || b.at[0] == '\r' || b.at[0] == '\n'))
		b = bytes_after(b, 1);
	while (b.len > 0 && (http1_is_blank(b.at[b.len - 1]) || b.at[b.len - 1] == '\r' || b.at[b.len - 1] == '\n'))
		b.len--;
	return b;
}

/* "HTTP/1.x" */
bool http1_class_protocol(struct bytes word, uint8_t *minor);

#endif
