/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/mime.h - one mail (RFC 5322, RFC 2045 to 2049), read line by line: its header fields, the files in it, decoded, and the
 * addresses of web pages in its text.
 *
 * A line comes without its end; one longer than MIME_PIECE_MAX comes in pieces, of which all but the last have no end. What was
 * learnt is kept in a room of the caller (core/kept.h). Whatever is damaged is read as far as a mail program would, and said.
 */
#ifndef PROTO_MIME_H
#define PROTO_MIME_H

#include "core/kept.h"
#include "proto/digest_stream.h"
#include "proto/mime_decode.h"
#include "proto/mime_url.h"

enum {
	MIME_PIECE_MAX = 4096,                /* bytes of a line given at once */
	MIME_ROOM_SIZE = MIME_PIECE_MAX + 16, /* bytes that one piece may become */
	MIME_NAME_MAX = 255,                  /* of a file; longer ones are cut */
	MIME_BOUNDARY_MAX = 254,
	MIME_NESTING_MAX = 16, /* multiparts inside one another, and so many bytes of their boundaries: */
	MIME_BOUNDARIES_TEXT = 2048,
};

/* Kinds of what is kept. The header fields are those of the mail itself, not of its parts. */
enum mime_kept {
	MIME_FROM,
	MIME_TO,
	MIME_CC,
	MIME_BCC,
	MIME_SUBJECT,
	MIME_DATE,
	MIME_MESSAGE_ID,
	MIME_REPLY_TO,
	MIME_X_MAILER,
	MIME_USER_AGENT,
	MIME_RECEIVED,
	MIME_X_ORIGINATING_IP,
	MIME_IN_REPLY_TO,
	MIME_REFERENCES,
	MIME_IMPORTANCE,
	MIME_PRIORITY,
	MIME_SENSITIVITY,
	MIME_ORGANIZATION,
	MIME_CONTENT_MD5,
	MIME_FIELDS,
	MIME_ATTACHMENT = MIME_FIELDS, /* names of files */
	MIME_URL,
	MIME_OTHER, /* a field that is being read */
	MIME_KINDS  /* further kinds are the caller's */
};

enum mime_event {
	MIME_INVALID_BASE64 = 1,
	MIME_INVALID_QP = 2,
	MIME_LONG_LINE = 4, /* RFC 5322 2.1.1 */
	MIME_LONG_ENC_LINE = 8,
	MIME_LONG_HEADER_NAME = 16,
	MIME_LONG_HEADER_VALUE = 32,
	MIME_MALFORMED_MSG = 64, /* nested too deep, or more fields, files and addresses than are kept */
	MIME_LONG_BOUNDARY = 128,
	MIME_LONG_FILENAME = 256,
};

struct mime_settings {
	bool base64, quoted_printable; /* files in it are decoded */
	bool body_md5;
	uint32_t header_value_depth; /* bytes kept of a field */
	struct mime_url_settings urls;
};

/* The boundaries of the multiparts that are open, the outermost first, each with the hyphens before it. */
struct mime_boundaries {
	uint8_t count;
	uint16_t ends[MIME_NESTING_MAX]; /* in the text */
	uint8_t text[MIME_BOUNDARIES_TEXT];
};

struct mime {
	uint8_t phase, encoding, part_kind, field_kind;
	bool main_done; /* the header of the mail itself is over */
	bool in_field;  /* its value is the last text kept */
	bool in_file;
	bool line_goes_on; /* what comes is not the beginning of a line */
	bool in_boundary;  /* the rest of this line is that of a boundary */
	bool has_body_md5;
	uint8_t name_len, name[MIME_NAME_MAX];
	uint32_t line_len;
	struct mime_decode decode;
	struct mime_url url;
	struct mime_boundaries boundaries;
	struct digest_stream digest;
	uint8_t body_md5[DIGEST_MD5_SIZE];
};

/* In this order: a file is opened, bytes of it come, it is closed. */
struct mime_step {
	bool opened, closed;
	bool main_ended; /* the header of the mail is over */
	struct bytes name, data;
	uint32_t events; /* enum mime_event */
};

void mime_begin(struct mime *m);
/* room: MIME_ROOM_SIZE bytes, in which step.data may lie. end: "\r\n", "\n", or empty: the line goes on. */
struct mime_step mime_line(struct mime *m, const struct mime_settings *settings, struct kept *kept, struct bytes text,
    struct bytes end, uint8_t *room);
/* The mail is over. */
struct mime_step mime_end(struct mime *m, const struct mime_settings *settings, struct kept *kept, uint8_t *room);

/* The addresses of "a@b, \"c, d\" <e@f>" one after the other; the comma inside quotes is none. False: no further one. */
bool mime_next_address(struct bytes *rest, struct bytes *address);

/* Nobody wants the file that the last step opened: what it holds is passed over, not decoded. */
void mime_pass_file(struct mime *m);

#endif
