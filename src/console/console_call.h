/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_call.h - one request of HTTP, as a stranger wrote it, and what is to be done with it.
 *
 * Pure: bytes in, a verdict out. It is refused (with a status and a sentence), a file of the web application, or an order for
 * the clerk. What needs the dossier (who asks, what they may) is for the clerk; what protects a browser from other
 * pages (Host, Origin, the form of cookies) is decided here.
 */
#ifndef CONSOLE_CONSOLE_CALL_H
#define CONSOLE_CONSOLE_CALL_H

#include "record/operation.h"
#include "record/order.h"

enum { CONSOLE_CALL_TARGET_MAX = 8192, CONSOLE_CALL_NAMES_MAX = 16 };

enum console_header { /* those that mean something here; a list of anything else is ignored */
	CONSOLE_HEADER_HOST,
	CONSOLE_HEADER_ORIGIN,
	CONSOLE_HEADER_FETCH_SITE,
	CONSOLE_HEADER_COOKIE,
	CONSOLE_HEADER_AUTHORIZATION,
	CONSOLE_HEADER_CSRF,
	CONSOLE_HEADER_LANGUAGE,
	CONSOLE_HEADER_ENCODING,
	CONSOLE_HEADER_NONE_MATCH,
	CONSOLE_HEADER_TYPE,
	CONSOLE_HEADER_LENGTH,
	CONSOLE_HEADER_TRANSFER,
	CONSOLE_HEADERS
};

struct console_call {
	struct bytes method, target; /* "GET", "/api/today?x=y", still encoded */
	struct bytes headers[CONSOLE_HEADERS];
	uint8_t header_counts[CONSOLE_HEADERS]; /* saturates */
	struct addr client;
};

/* Under which names this console may be asked (an attack by DNS comes under another). */
struct console_names {
	const char *names[CONSOLE_CALL_NAMES_MAX]; /* lower case, without port */
	size_t count;
	bool addresses; /* any address written as numbers will do */
	bool tls;
};

enum console_verdict_kind {
	CONSOLE_REFUSED,
	CONSOLE_OPTIONS, /* 204, with the methods */
	CONSOLE_HEALTH,
	CONSOLE_FILE,
	CONSOLE_ORDER,
};

struct console_verdict {
	enum console_verdict_kind kind;
	unsigned status;                   /* refused */
	const char *code_cstr, *text_cstr; /* refused: a word for programs, a sentence (English, marked for translation) */
	bool is_api;                       /* errors are JSON */
	unsigned methods;                  /* bits 1 << enum operation_method, for Allow; 0: nothing to tell */
	bool head;                         /* the body is not wanted */
	bool has_body;                     /* one follows, of at most ORDER_BODY_MAX bytes */
	struct bytes path;                 /* file */
	struct order order;                /* id and body are left to the caller; borrows the call and `room` */
	enum language language;
};

/* Notes a header; the last value of a name counts, and how often it came. */
void console_call_header(struct console_call *call, struct bytes name, struct bytes value);
/* room takes the decoded parameters: CONSOLE_CALL_TARGET_MAX bytes, which live as long as the verdict. */
void console_call_judge(
    const struct console_call *call, const struct console_names *names, uint8_t *room, struct console_verdict *out);
/* Whether a list such as "gzip, br;q=0" has the word, and does not refuse it. */
bool console_call_accepts(struct bytes list, struct bytes word);
/* Whether If-None-Match has the tag (without its quotes). */
bool console_call_matches(struct bytes list, struct bytes tag);

#define CONSOLE_COOKIE_TLS "__Host-beffroi"
#define CONSOLE_COOKIE_PLAIN "beffroi"

#endif
