/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/order.h - what the console asks of the clerk, and what the clerk answers.
 *
 *	console -> clerk    ORDER_ASK
 *	clerk   -> console  ORDER_ANSWER (in any order), ORDER_CHANGED
 *	parent  -> clerk    ORDER_CONFIG ('F' or 'E', then the dossier)
 *	clerk   -> parent   ORDER_READY (the token of the one-time link, empty when accounts exist), or ORDER_FAULT
 *
 * The console speaks HTTP and is not trusted: the clerk finds out by itself who asks and what they may. What is too big for a
 * message travels as a memory file with it (sandbox/memory_file.h).
 */
#ifndef RECORD_ORDER_H
#define RECORD_ORDER_H

#include "core/addr.h"
#include "core/cursor.h"
#include "core/text.h"
#include "core/writer.h"

enum order_message { ORDER_ASK = 64, ORDER_ANSWER, ORDER_CHANGED, ORDER_CONFIG, ORDER_READY, ORDER_FAULT };

enum {
	ORDER_BODY_MAX = 262144,      /* of a request, JSON */
	ORDER_INLINE_MAX = 65536,     /* bodies up to here travel in the message */
	ORDER_ANSWER_MAX = 256 << 20, /* of a document */
	ORDER_PARAMETERS_MAX = 32,
	ORDER_SECRET_MAX = 128, /* a session, a token, a CSRF value */
	ORDER_QUERY_MAX = 8192, /* all names and values together */
	ORDER_NAME_MAX = 160,   /* a content type, a file name */
	ORDER_MARGIN_MAX = 512,
};

struct order_parameter {
	struct bytes name, value; /* decoded; may hold any byte */
};

struct order {
	uint32_t id;                                             /* the answer repeats it */
	uint16_t operation;                                      /* the place in the table of record/operation.h */
	struct bytes session;                                    /* the cookie's value; empty: none */
	struct bytes token;                                      /* of "Authorization: Bearer"; empty: none */
	struct bytes csrf;                                       /* X-CSRF-Token; empty: none */
	struct addr client;                                      /* who is at the other end of the connection */
	enum language language;                                  /* that the client prefers, where no session says it */
	struct order_parameter parameters[ORDER_PARAMETERS_MAX]; /* those of the path first, then those of the query */
	size_t parameter_count;
	struct bytes body; /* empty, or of body_len bytes */
	uint32_t body_len; /* more than ORDER_INLINE_MAX: it is in the memory file that came along */
};

/* A document that leaves the clerk as HTML, and reaches the browser as another format: the console has the parent's reporter
 * make it, since neither it nor the clerk may start a program. */
enum order_conversion { ORDER_CONVERT_NOT, ORDER_CONVERT_ODT, ORDER_CONVERT_DOCX, ORDER_CONVERT_PDF };
struct conversion {
	enum order_conversion to;
	enum language language;
	struct bytes left, marking, foot; /* for the margins of every page */
};

enum order_cookie { ORDER_COOKIE_KEEP, ORDER_COOKIE_SET, ORDER_COOKIE_CLEAR };

struct answer {
	uint32_t id;
	uint16_t status;        /* of HTTP */
	struct bytes type;      /* content type */
	struct bytes file_name; /* of a document to save; empty: shown */
	enum order_cookie cookie;
	struct bytes session;         /* the new cookie's value */
	uint32_t session_s;           /* how long it lives; 0: as long as the browser */
	uint32_t retry_after_s;       /* of 429 and 503; 0: not told */
	struct conversion conversion; /* of the body */
	struct bytes body;            /* as in an order */
	uint32_t body_len;
};

enum order_change { /* what moved in the dossier, ORed */
	ORDER_CHANGE_INCIDENTS = 1,
	ORDER_CHANGE_ALERTS = 2,
	ORDER_CHANGE_ASSETS = 4,
	ORDER_CHANGE_EVENTS = 8,
	ORDER_CHANGE_HEALTH = 16,
};

/* The value of a parameter, or empty; *found may be NULL. Of two with one name the first counts. */
struct bytes order_parameter(const struct order *order, const char *name_cstr, bool *found);

/* The body is written when it is small enough; otherwise only its length, and the caller sends a memory file along. */
void order_put(struct writer *w, const struct order *order);
/* Borrows the message. */
MUST_USE enum parse order_get(struct bytes message, struct order *out);
void order_put_answer(struct writer *w, const struct answer *answer);
MUST_USE enum parse order_get_answer(struct bytes message, struct answer *out);
/* Alone, for whoever makes it. */
void order_put_conversion(struct writer *w, const struct conversion *conversion);
void order_get_conversion(struct cursor *c, struct conversion *out);

#endif
