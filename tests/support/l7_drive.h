/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/l7_drive.h - brings bytes to a protocol's glue as inspect/inspect.c does.
 *
 * It obeys the contract of inspect/l7.h: bytes not used come back with the next ones, `skip` is
 * honoured, a side that is done is not called again. It also enforces it: it aborts when a step uses
 * more than it was given, goes round without progress, or lets more than L7_WAITING_MAX wait.
 * Each call gets its bytes in a heap block of the exact size: the sanitizer sees a read past them.
 *
 *	struct l7_drive *drive = l7_drive_new(&l7_dns_tcp_parser, IPPROTO_TCP, 53);
 *	l7_drive_cut(drive, L7_CLIENT, bytes, 3, 7);       // three segments
 *	l7_drive_finish(drive);                            // both ends, then the parser's finish()
 *	assert_string_equal(fake_sink_events(drive->sink), "...");
 *	l7_drive_free(drive);
 */
#ifndef TESTS_SUPPORT_L7_DRIVE_H
#define TESTS_SUPPORT_L7_DRIVE_H

#include "fake_sink.h"

struct l7_drive_side {
	uint8_t *waiting; /* not yet used */
	size_t waiting_len;
	uint64_t skip; /* bytes to come that nobody reads */
	bool done, ended;
};

struct l7_drive {
	const struct l7_parser *parser;
	struct sink *sink;
	struct l7_flow flow; /* 192.0.2.1:40000 to 198.51.100.1:server_port; the test may change it */
	void *state;
	uint8_t *scratch;
	struct l7_drive_side sides[2];
	bool done;   /* L7_DONE, L7_BROKEN or L7_TLS was said */
	bool broken; /* L7_BROKEN was said */
	bool tls;    /* L7_TLS was said: this parser is done */
	size_t steps;
};

struct l7_drive *l7_drive_new(const struct l7_parser *parser, uint8_t ip_proto, uint16_t server_port);
void l7_drive_free(struct l7_drive *drive);

/* What the parser thinks of the first bytes of a side. */
enum l7_guess l7_drive_guess(struct l7_drive *drive, enum l7_side side, struct bytes data);

/* One segment (TCP) or one datagram (UDP). The packet number and the time move by one. */
void l7_drive_send(struct l7_drive *drive, enum l7_side side, struct bytes data);
/* The same bytes as three segments [0,i) [i,j) [j,len), with i <= j <= len; empty ones are not sent. */
void l7_drive_cut(struct l7_drive *drive, enum l7_side side, struct bytes data, size_t i, size_t j);
/* `lost` bytes of a side will never come. */
void l7_drive_lose(struct l7_drive *drive, enum l7_side side, uint64_t lost);
/* This side sends no more. */
void l7_drive_end(struct l7_drive *drive, enum l7_side side);
/* Ends both sides if they have not, then calls finish(). */
void l7_drive_finish(struct l7_drive *drive);

#endif
