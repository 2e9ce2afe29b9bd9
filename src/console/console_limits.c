/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "console/console_limits.h"

#include "core/ensure.h"
#include "core/hash.h"

#include <stdlib.h>

/* Tokens drip back into a bucket; one request takes one. */
static const struct {
	int64_t size, per_minute;
} rates[CONSOLE_LIMITS_KINDS] = {
    [CONSOLE_LIMITS_REQUEST] = {600, 3600}, /* a first page is some thirty */
    [CONSOLE_LIMITS_SIGN_IN] = {30, 30},
};

enum { MICRO = 1000000, WAYS = 4 };

struct bucket {
	struct addr host;
	int64_t micro_tokens[CONSOLE_LIMITS_KINDS];
	int64_t filled_ms; /* 0: unused */
};

struct held {
	struct addr host;
	unsigned connections; /* 0: unused */
};

struct console_limits {
	uint64_t hash_key;
	struct bucket buckets[CONSOLE_LIMITS_BUCKETS];
	struct held held[CONSOLE_LIMITS_CONNECTIONS];
};

struct console_limits *
console_limits_new(uint64_t hash_key)
{
	struct console_limits *limits = calloc(1, sizeof(*limits));
	if (limits != NULL)
		limits->hash_key = hash_key;
	return limits;
}

void
console_limits_free(struct console_limits *limits)
{
	free(limits);
}

static struct addr
host_of(const struct addr *a)
{
	struct addr host = *a;
	if (!addr_is_v4(a))
		memset(host.at + 8, 0, 8);
	return host;
}

static bool
is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = {[15] = 1};
	return (addr_is_v4(a) && a->at[12] == 127) || memcmp(a->at, one, sizeof(one)) == 0;
}

static struct held *
find_held(struct console_limits *limits, const struct addr *host)
{
	for (size_t i = 0; i < CONSOLE_LIMITS_CONNECTIONS; i++)
		if (limits->held[i].connections > 0 && addr_eq(&limits->held[i].host, host))
			return &limits->held[i];
	return NULL;
}

bool
console_limits_admits(const struct console_limits *limits, const struct addr *host)
{
	if (is_loopback(host))
		return true;
	struct addr counted = host_of(host);
	for (size_t i = 0; i < CONSOLE_LIMITS_CONNECTIONS; i++)
		if (limits->held[i].connections > 0 && addr_eq(&limits->held[i].host, &counted))
			return limits->held[i].connections < CONSOLE_LIMITS_PER_HOST;
	return true;
}

void
console_limits_opened(struct console_limits *limits, const struct addr *host)
{
	struct addr counted = host_of(host);
	struct held *held = find_held(limits, &counted);
	for (size_t i = 0; i < CONSOLE_LIMITS_CONNECTIONS && held == NULL; i++)
		if (limits->held[i].connections == 0)
			held = &limits->held[i];
	ENSURE(held != NULL); /* as many places as connections */
	held->host = counted;
	held->connections++;
}

void
console_limits_closed(struct console_limits *limits, const struct addr *host)
{
	struct addr counted = host_of(host);
	struct held *held = find_held(limits, &counted);
	ENSURE(held != NULL);
	held->connections--;
}

/* Its own bucket, or that of the host which asked for nothing for the longest time among those it may take the place of. */
static struct bucket *
bucket_of(struct console_limits *limits, const struct addr *host, int64_t now_ms)
{
	size_t first = hash_16(host->at, limits->hash_key) % (CONSOLE_LIMITS_BUCKETS / WAYS) * WAYS;
	struct bucket *oldest = &limits->buckets[first];
	for (size_t i = first; i < first + WAYS; i++) {
		struct bucket *b = &limits->buckets[i];
		if (b->filled_ms != 0 && addr_eq(&b->host, host))
			return b;
		if (b->filled_ms < oldest->filled_ms)
			oldest = b;
	}
	*oldest = (struct bucket){.host = *host, .filled_ms = now_ms};
	for (size_t k = 0; k < CONSOLE_LIMITS_KINDS; k++)
		oldest->micro_tokens[k] = rates[k].size * MICRO;
	return oldest;
}

unsigned
console_limits_take(struct console_limits *limits, enum console_limits_kind kind, const struct addr *host, int64_t now_ms)
{
	if (kind == CONSOLE_LIMITS_REQUEST && is_loopback(host))
		return 0;
	struct addr counted = host_of(host);
	struct bucket *b = bucket_of(limits, &counted, now_ms);
	int64_t passed_ms = now_ms - b->filled_ms;
	if (passed_ms > 600000)
		passed_ms = 600000; /* every bucket is full again by then */
	b->filled_ms = now_ms;
	for (size_t k = 0; k < CONSOLE_LIMITS_KINDS; k++) {
		b->micro_tokens[k] += passed_ms * rates[k].per_minute * 50 /
		    3; /* exact for rates that are multiples of three */
		if (b->micro_tokens[k] > rates[k].size * MICRO)
			b->micro_tokens[k] = rates[k].size * MICRO;
	}
	if (b->micro_tokens[kind] >= MICRO) {
		b->micro_tokens[kind] -= MICRO;
		return 0;
	}
	int64_t missing = MICRO - b->micro_tokens[kind];
	return (unsigned)(missing * 60 / rates[kind].per_minute / MICRO) + 1;
}
