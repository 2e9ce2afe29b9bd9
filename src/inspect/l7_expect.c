/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_expect.h"

#include "core/hash.h"

#include <stdlib.h>

enum { SETS = 256, WAYS = 4 };
#define PATIENCE_NS (INT64_C(60) * 1000000000)

struct l7_expect {
	uint64_t hash_key;
	size_t added; /* 0: no look-up is needed */
	struct l7_expected all[SETS][WAYS];
};

struct l7_expect *
l7_expect_new(uint64_t hash_key)
{
	struct l7_expect *table = calloc(1, sizeof(*table));
	if (table != NULL)
		table->hash_key = hash_key;
	return table;
}

void
l7_expect_free(struct l7_expect *table)
{
	free(table);
}

void
l7_expect_clear(struct l7_expect *table)
{
	memset(table->all, 0, sizeof(table->all));
	table->added = 0;
}

static size_t
set_of(const struct l7_expect *table, const struct addr *listener, const struct addr *other, uint16_t port)
{
	uint8_t key[34];
	memcpy(key, listener->at, 16);
	memcpy(key + 16, other->at, 16);
	memcpy(key + 32, &port, 2);
	return (size_t)(hash_bytes((struct bytes){key, sizeof(key)}, table->hash_key) % SETS);
}

static bool
is_same(const struct l7_expected *e, const struct addr *listener, const struct addr *other, uint16_t port)
{
	return e->until_ns != 0 && e->port == port && addr_eq(&e->listener, listener) && addr_eq(&e->other, other);
}

void
l7_expect_add(struct l7_expect *table, const struct l7_expected *expected, int64_t now_ns)
{
	if (table == NULL)
		return;
	struct l7_expected *set = table->all[set_of(table, &expected->listener, &expected->other, expected->port)];
	size_t at = 0;
	for (size_t i = 0; i < WAYS; i++) {
		if (is_same(&set[i], &expected->listener, &expected->other, expected->port)) {
			at = i;
			break;
		}
		if (set[i].until_ns < set[at].until_ns)
			at = i;
	}
	set[at] = *expected;
	set[at].until_ns = now_ns + PATIENCE_NS;
	table->added++;
}

static const struct l7_expected *
find(const struct l7_expect *table, const struct l7_flow *flow)
{
	if (table == NULL || table->added == 0)
		return NULL;
	const struct l7_expected *set = table->all[set_of(table, &flow->server, &flow->client, flow->server_port)];
	for (size_t i = 0; i < WAYS; i++)
		if (is_same(&set[i], &flow->server, &flow->client, flow->server_port) && set[i].until_ns >= flow->time_ns)
			return &set[i];
	return NULL;
}

bool
l7_expect_has(const struct l7_expect *table, const struct l7_flow *flow)
{
	return find(table, flow) != NULL;
}

bool
l7_expect_take(struct l7_expect *table, const struct l7_flow *flow, struct l7_expected *out)
{
	const struct l7_expected *found = find(table, flow);
	if (found == NULL)
		return false;
	*out = *found;
	size_t set = set_of(table, &flow->server, &flow->client, flow->server_port);
	table->all[set][found - table->all[set]].until_ns = 0;
	return true;
}
