/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_limits.h - how much one stranger may have of the console: connections, requests, time.
 *
 * Pure: the caller says what time it is, in milliseconds of a clock that only goes forward. A host of IPv6 counts by its /64,
 * since it has all of its addresses; loopback has no limit of its own, for a reverse proxy may stand there.
 */
#ifndef CONSOLE_CONSOLE_LIMITS_H
#define CONSOLE_CONSOLE_LIMITS_H

#include "core/addr.h"

enum {
	CONSOLE_LIMITS_CONNECTIONS = 512,
	CONSOLE_LIMITS_PER_HOST = 48, /* a browser takes six and a stream */
	CONSOLE_LIMITS_STREAMS = 128,
	CONSOLE_LIMITS_BUCKETS = 1024,

	CONSOLE_LIMITS_HEAD_MS = 15000,   /* to say hello (TLS) and a whole head of a request, however slowly */
	CONSOLE_LIMITS_BODY_MS = 30000,   /* 256 kB at most: 9 kB a second */
	CONSOLE_LIMITS_IDLE_MS = 60000,   /* between two requests */
	CONSOLE_LIMITS_ORDER_MS = 120000, /* the clerk's answer: a report takes its time */
	CONSOLE_LIMITS_SEND_MS = 60000,   /* to take an answer */
	CONSOLE_LIMITS_FILE_MS = 900000,  /* to take a big document */
	CONSOLE_LIMITS_STREAM_MS = 300000,
	CONSOLE_LIMITS_BEAT_MS = 15000, /* a stream that has nothing to say says so */
};

enum console_limits_kind { CONSOLE_LIMITS_REQUEST, CONSOLE_LIMITS_SIGN_IN, CONSOLE_LIMITS_KINDS };

struct console_limits;

MUST_USE struct console_limits *console_limits_new(uint64_t hash_key);
void console_limits_free(struct console_limits *limits);

/* Whether one more connection of this host may be. */
bool console_limits_admits(const struct console_limits *limits, const struct addr *host);
void console_limits_opened(struct console_limits *limits, const struct addr *host);
void console_limits_closed(struct console_limits *limits, const struct addr *host);

/* Counts one request of that kind. 0: it may be; otherwise in how many seconds it may. */
unsigned
console_limits_take(struct console_limits *limits, enum console_limits_kind kind, const struct addr *host, int64_t now_ms);

#endif
