/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_expect.h - connections that another one announced: FTP's for data. One table per worker: both go between the same two
 * hosts, so the same worker sees them.
 *
 * Bounded: what is not used within a minute is forgotten, and where the room is full the oldest goes.
 */
#ifndef INSPECT_L7_EXPECT_H
#define INSPECT_L7_EXPECT_H

#include "inspect/l7.h"

enum { L7_EXPECT_COMMAND_MAX = 4, L7_EXPECT_NAME_MAX = 255 };

struct l7_expected {
	struct addr listener, other; /* who is connected to, and who connects */
	uint16_t port;               /* of the listener */
	uint8_t command_len, name_len;
	uint8_t command[L7_EXPECT_COMMAND_MAX]; /* "RETR" */
	uint8_t name[L7_EXPECT_NAME_MAX];       /* of the file */
	int64_t until_ns;                       /* 0: a free place */
};

struct l7_expect;

/* NULL: no memory. */
struct l7_expect *l7_expect_new(uint64_t hash_key);
void l7_expect_free(struct l7_expect *table);
void l7_expect_clear(struct l7_expect *table);

/* NULL is a table in which nothing is ever expected. until_ns is set here. */
void l7_expect_add(struct l7_expect *table, const struct l7_expected *expected, int64_t now_ns);
bool l7_expect_has(const struct l7_expect *table, const struct l7_flow *flow);
/* True: it is expected no more, and was this. */
bool l7_expect_take(struct l7_expect *table, const struct l7_flow *flow, struct l7_expected *out);

/* Whose: NULL when the owner has none. Borrowed. */
struct sink;
void sink_expect_into(struct sink *sink, struct l7_expect *table);
struct l7_expect *sink_expect(const struct sink *sink);

#endif
