/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/multipart.h - the parts of a multipart body (RFC 2046 5.1, RFC 7578), as its bytes come.
 *
 *	while ((what = multipart_next(&m, &data, &out)) != MULTIPART_NEED)
 *		...
 *
 * Lines may end with LF alone. A boundary counts at the start of a line only.
 */
#ifndef PROTO_MULTIPART_H
#define PROTO_MULTIPART_H

#include "core/bytes.h"

enum {
	MULTIPART_BOUNDARY_MAX = 200,
	MULTIPART_HEAD_MAX = 1024, /* of a part: what follows is not looked at */
};

enum multipart_what {
	MULTIPART_NEED,     /* all was taken: more bytes are needed */
	MULTIPART_BEGIN,    /* a part: its file name, empty when there is none */
	MULTIPART_DATA,     /* of it, borrowed until the next call */
	MULTIPART_CLOSE,    /* it is complete */
	MULTIPART_BAD_HEAD, /* of the part that begins next: too long, or without disposition */
};

struct multipart {
	uint8_t phase;
	uint8_t delimiter_len, matched; /* of the delimiter, of which the CR may lack */
	bool lf_alone, at_line_start, seen_dash;
	uint16_t head_len;
	uint8_t delimiter[4 + MULTIPART_BOUNDARY_MAX]; /* CR LF "--" boundary */
	uint8_t head[MULTIPART_HEAD_MAX];
};

/* The boundary that a value of Content-Type names; empty when it is not multipart/form-data, or names none. */
struct bytes multipart_boundary(struct bytes content_type);
void multipart_init(struct multipart *m, struct bytes boundary);
enum multipart_what multipart_next(struct multipart *m, struct bytes *data, struct bytes *out);

/* The value of a parameter (lower case name) in a field like Content-Disposition, without quotes; at NULL: none. */
struct bytes multipart_parameter(struct bytes value, struct bytes name);

#endif
