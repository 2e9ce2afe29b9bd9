/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/http1.h - the heads and the framing of HTTP/1 messages (RFC 9112), as lenient as
 * servers are: what is accepted although it is wrong is noted.
 *
 * Everything borrowed points into the bytes given. Bodies are not read here: the framing says
 * how long they are, http1_chunk() steps over them.
 */
#ifndef PROTO_HTTP1_H
#define PROTO_HTTP1_H

#include "proto/http1_line.h"

enum {
	HTTP1_HEAD_MAX = 65535,  /* bytes of a head; a longer one is PARSE_BAD */
	HTTP1_FIELDS_MAX = 1024, /* fields looked at; those after are noted and skipped */
	HTTP1_CHUNK_LINE_MAX = 4096,
	HTTP1_CODINGS_MAX = 8,
};

/* The fields that someone needs; the others can be walked with http1_fields_next(). */
enum http1_field {
	HTTP1_HOST,
	HTTP1_USER_AGENT,
	HTTP1_REFERER,
	HTTP1_CONTENT_TYPE,
	HTTP1_CONTENT_LENGTH,
	HTTP1_CONTENT_RANGE,
	HTTP1_CONTENT_ENCODING,
	HTTP1_CONTENT_DISPOSITION,
	HTTP1_TRANSFER_ENCODING,
	HTTP1_LOCATION,
	HTTP1_AUTHORIZATION,
	HTTP1_PROXY_AUTHORIZATION,
	HTTP1_UPGRADE,
	HTTP1_CONNECTION,
	HTTP1_FIELD_COUNT
};

enum http1_note {
	HTTP1_BARE_LF = 1 << 0, /* a line ended without CR */
	HTTP1_LEADING_SPACE = 1 << 1,
	HTTP1_METHOD_DELIMITER = 1 << 2, /* something else than one space after the method */
	HTTP1_TARGET_DELIMITER = 1 << 3,
	HTTP1_NO_PROTOCOL = 1 << 4,
	HTTP1_BAD_PROTOCOL = 1 << 5,
	HTTP1_BAD_STATUS = 1 << 6,
	HTTP1_NO_COLON = 1 << 7,
	HTTP1_BAD_FOLD = 1 << 8,   /* a continuation of nothing */
	HTTP1_FOLDED = 1 << 9,     /* values may hold CR LF: http1_unfold() */
	HTTP1_BAD_FIELD = 1 << 10, /* a name that is no token */
	HTTP1_TOO_MANY_FIELDS = 1 << 11,
	HTTP1_BAD_LENGTH = 1 << 12,
	HTTP1_REPEATED_LENGTH = 1 << 13,
	HTTP1_BAD_CODING = 1 << 14,      /* Transfer-Encoding without chunked at its end */
	HTTP1_ABNORMAL_CODING = 1 << 15, /* chunked among other things */
	HTTP1_HOST_REPEATED = 1 << 16,
	HTTP1_BLANK_BEFORE = 1 << 17, /* empty lines before the first line */
	HTTP1_LENGTH_AFTER_JUNK = 1 << 18,
	HTTP1_LENGTH_BEFORE_JUNK = 1 << 19,
	HTTP1_REPEATED_FIELD = 1 << 20,
	HTTP1_ODD_CONTENT_CODING = 1 << 21, /* another name, or words around a known one */
};

/* RFC 9110 8.4.1, and what is found beside them. */
enum http1_coding { HTTP1_CODING_OTHER, HTTP1_CODING_GZIP, HTTP1_CODING_DEFLATE, HTTP1_CODING_BROTLI, HTTP1_CODING_LZMA };

struct http1_head {
	struct bytes method, target; /* request only */
	struct bytes protocol;       /* "HTTP/1.1"; empty for a request of HTTP/0.9 */
	struct bytes code, reason;   /* response only: as written */
	uint16_t status;             /* response only; 0 when unreadable */
	uint8_t minor;               /* of HTTP/1.x */
	bool chunked, has_length;
	uint64_t content_length;
	uint32_t notes;                     /* enum http1_note */
	uint8_t coding_count;               /* of Content-Encoding, as listed */
	uint8_t codings[HTTP1_CODINGS_MAX]; /* enum http1_coding */
	uint8_t from;                       /* enum http1_sender */
	size_t field_count;
	struct bytes fields;                   /* all field lines, without the empty line */
	struct bytes known[HTTP1_FIELD_COUNT]; /* first value of each, trimmed */
};

enum http1_body {
	HTTP1_BODY_NONE,
	HTTP1_BODY_LENGTH,
	HTTP1_BODY_CHUNKED,
	HTTP1_BODY_CLOSE,  /* until the connection ends */
	HTTP1_BODY_TUNNEL, /* another protocol from here on */
};

struct http1_framing {
	enum http1_body body;
	uint64_t length;
};

/* The head at the front of the stream; *used is its length with the empty line that ends it. SHORT when it is not complete. With
 * HTTP1_ENDS_HERE, what is there is the whole: a head that was cut, or HTTP/0.9, which is a request line without protocol and nothing
 * after it. */
enum http1_more { HTTP1_MAY_GO_ON, HTTP1_ENDS_HERE };
MUST_USE enum parse http1_request(struct bytes stream, enum http1_more more, size_t *used, struct http1_head *out);
/* Whether the request line is there, of a head that may not be complete: the rest of *out is empty. */
bool http1_request_start(struct bytes stream, struct bytes *line, struct http1_head *out);
MUST_USE enum parse http1_response(struct bytes stream, enum http1_more more, size_t *used, struct http1_head *out);

/* False when a head of which `seen` bytes were SHORT can be neither complete nor BAD now: makes waiting linear. */
bool http1_may_be_complete(struct bytes stream, size_t seen);

/* By content: what the first bytes of a side look like. */
enum http1_look { HTTP1_NO, HTTP1_MAYBE, HTTP1_YES };
/* "http" after white space and NUL bytes: what browsers take for a status line. */
enum http1_look http1_status_look(struct bytes rest);

/* What a server says where a status line is due. */
enum http1_start {
	HTTP1_START_SHORT, /* more bytes would tell */
	HTTP1_START_HEAD,
	HTTP1_START_BLANK, /* a line to pass over: *used */
	HTTP1_START_BODY,  /* a body without head, as browsers take it */
};
enum http1_start http1_response_start(struct bytes stream, enum http1_more more, size_t *used);

/* RFC 9112 6.3. */
struct http1_framing http1_request_framing(const struct http1_head *head);
/* body_follows: there are bytes that no status line begins with, whatever the status says of bodies. */
struct http1_framing http1_response_framing(const struct http1_head *head, struct bytes request_method, bool body_follows);

/* The line before a chunk (RFC 9112 7.1); *size 0 is the last chunk. White space and empty lines before it are passed over, and
 * what follows the number. */
struct http1_chunk {
	uint64_t size;
	bool has_extension;
};
MUST_USE enum parse http1_chunk(struct bytes stream, size_t *used, struct http1_chunk *out);
/* One line of trailers, or the empty line that ends them: then *last is true. */
MUST_USE enum parse http1_trailer(struct bytes stream, enum http1_sender from, size_t *used, bool *last);

struct http1_field_line {
	struct bytes name, value;
};
/* Takes the next field of a head that was read, from its byte *at on (0 first); false at the end. Fields without colon have an
 * empty name. */
bool http1_fields_next(const struct http1_head *head, size_t *at, struct http1_field_line *out);
/* Name and NUL bytes apart: "Transfer\0-Encoding" is Transfer-Encoding to most readers. */
bool http1_fields_named(struct bytes name, struct bytes wanted);

/* Host and port of an authority ("a:80", "[::1]:80", "user@a"). Port -1: none; -2: not a number below 65536. */
struct http1_authority {
	struct bytes host;
	int32_t port;
};
struct http1_authority http1_authority(struct bytes text);
/* The authority inside a target in absolute form, or of a CONNECT; empty when there is none. */
struct bytes http1_authority_of_target(const struct http1_head *head);

/* Copies a value without the line ends of folding; returns the length written, at most `size`. */
size_t http1_unfold(uint8_t *out, size_t size, struct bytes value);

enum http1_look http1_look_request(struct bytes first);
enum http1_look http1_look_response(struct bytes first);

#endif
