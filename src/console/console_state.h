/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_state.h - what the files of the console share: the connections, the requests on them, the way to the clerk.
 *
 * One thread, one loop (console.c). A request that waits for the clerk is suspended in libmicrohttpd and taken up again when its
 * answer is there.
 */
#ifndef CONSOLE_CONSOLE_STATE_H
#define CONSOLE_CONSOLE_STATE_H

#include "console/console_config.h"
#include "console/console_limits.h"
#include "sandbox/channel.h"

enum {
	CONSOLE_ORDERS_MAX = 400,       /* waiting or with the clerk; more are told to come back */
	CONSOLE_ORDERS_SENT_MAX = 16,   /* with the clerk at once */
	CONSOLE_BODIES_MAX = 8 << 20,   /* bytes of all bodies that are being received */
	CONSOLE_ORDER_QUEUE_MS = 10000, /* not yet sent: a clerk that died is back by then */
};

struct MHD_Connection;
struct MHD_Daemon;

struct console_peer { /* one connection */
	int fd;       /* -1: unused */
	struct addr host;
	int64_t until_ms; /* then it is cut */
};

enum console_request_state {
	CONSOLE_REQUEST_HEAD,
	CONSOLE_REQUEST_BODY,
	CONSOLE_REQUEST_QUEUED,
	CONSOLE_REQUEST_SENT,
	CONSOLE_REQUEST_ANSWERED
};

struct console_request {
	struct console_request *next; /* of those that wait, oldest first */
	struct console *console;
	struct MHD_Connection *connection;
	struct console_peer *peer;
	enum console_request_state state;
	char *target; /* owned */
	uint8_t *room;
	struct console_call call; /* borrows libmicrohttpd's memory of this request */
	struct console_verdict verdict;
	uint8_t *body; /* owned */
	size_t body_len;
	uint32_t id;
	int64_t until_ms; /* then the answer is that there is none */
	uint8_t *message; /* owned: the order, later the answer's bytes */
	size_t message_len;
	struct answer answer; /* borrows message */
	int answer_fd;        /* -1: none */
	bool is_converting;   /* the parent's reporter has it */
	char sorry[256];      /* why there is no document */
};

struct console_stream {
	struct console_stream *next;
	struct console *console;
	struct MHD_Connection *connection;
	struct console_peer *peer;
	unsigned changed; /* enum order_change, not yet said */
	bool suspended, greeted;
	int64_t until_ms, beat_ms;
};

enum console_count {
	CONSOLE_COUNT_REQUESTS,
	CONSOLE_COUNT_2XX,
	CONSOLE_COUNT_4XX,
	CONSOLE_COUNT_5XX,
	CONSOLE_COUNT_CUT,    /* connections that took too long */
	CONSOLE_COUNT_TURNED, /* connections of a host that had enough */
	CONSOLE_COUNT_SLOWED, /* requests told to come later */
	CONSOLE_COUNT_CLERKS, /* started in the life of this console */
	CONSOLE_COUNTS
};

struct console {
	struct console_config config;
	char names_room[CONSOLE_CONFIG_NAMES_BYTES];
	struct MHD_Daemon *daemon;
	int clerk; /* -1: there is none now */
	bool clerk_is_full;
	struct console_limits *limits;
	struct console_peer peers[CONSOLE_LIMITS_CONNECTIONS];
	size_t peer_count;
	struct console_request *orders; /* queued or sent, oldest first */
	size_t order_count, sent_count;
	struct console_stream *streams;
	size_t stream_count;
	size_t body_bytes;
	uint32_t next_id;
	uint64_t sequence; /* of changes */
	uint64_t counts[CONSOLE_COUNTS];
	int64_t now_ms;
	bool ending;
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2], out[CHANNEL_MESSAGE_MAX];
};

#endif
