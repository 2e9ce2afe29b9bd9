/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/http1_line.h - where the lines of a head end, as servers and browsers take them.
 *
 * A client's line ends with LF. A server's may end with LF, CR LF, a CR alone or LF CR, for browsers take all of these: who does not
 * sees another message than they do. What follows an end may decide which one it is, so a line may be SHORT although its end is there.
 */
#ifndef PROTO_HTTP1_LINE_H
#define PROTO_HTTP1_LINE_H

#include "core/cursor.h"

enum http1_sender { HTTP1_FROM_CLIENT, HTTP1_FROM_SERVER };

/* How lines are told from each other. */
struct http1_line_rules {
	enum http1_sender from;
	bool ends;          /* nothing follows what is there: the last line may lack its end */
	bool is_reversed;   /* the line before ended with LF CR */
	bool is_first;      /* the line is a status line: a CR ends it also when it is alone in it */
	uint32_t bare_ends; /* lines that ended without CR LF */
};

struct http1_line {
	struct bytes text; /* without its end */
	bool is_last;      /* the empty line after the fields; is_first: never */
};

static inline bool
http1_is_fold(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\0';
}

/* The next line; SHORT when its end, or what decides about it, is not there: then nothing is taken. */
MUST_USE enum parse http1_line_take(struct cursor *c, struct http1_line_rules *rules, struct http1_line *out);

#endif
