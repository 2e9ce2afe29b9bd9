/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "access/lockout.h"

#include <sodium.h>
#include <stdlib.h>

enum { SETS = 512, WAYS = 8, MINUTE = 60, STRANGERS_WAIT_S = 2, KEY = crypto_shorthash_KEYBYTES };

struct entry {
	uint64_t key; /* 0: free */
	unsigned failures;
	int64_t last_s;
};

struct lockout {
	const struct access_settings *settings;
	uint8_t secret[KEY]; /* so that nobody can choose names that share a set */
	unsigned strangers;  /* failures in the minute that began at minute_s */
	int64_t minute_s;
	struct entry sets[SETS][WAYS];
};

struct lockout *
lockout_new(const struct access_settings *settings)
{
	struct lockout *l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	l->settings = settings;
	l->minute_s = -MINUTE;
	randombytes_buf(l->secret, sizeof(l->secret));
	return l;
}

void
lockout_free(struct lockout *l)
{
	free(l);
}

/* Whoever has one address of IPv6 has the /64 (RFC 4291 2.5.4). */
static uint64_t
key_of(const struct lockout *l, const struct lockout_try *attempt, struct bytes account)
{
	uint8_t room[17 + 64];
	size_t address = addr_is_v4(&attempt->address) ? 16 : 8, len = account.len < 64 ? account.len : 64;
	uint64_t key = 0;
	memcpy(room, attempt->address.at, address);
	room[address] = account.at == NULL ? 0 : 1;
	for (size_t i = 0; i < len; i++)
		room[address + 1 + i] = bytes_lower(account.at[i]);
	(void)crypto_shorthash((uint8_t *)&key, room, address + 1 + len, l->secret);
	return key == 0 ? 1 : key;
}

static const struct entry *
find(const struct lockout *l, uint64_t key)
{
	for (size_t i = 0; i < WAYS; i++)
		if (l->sets[key % SETS][i].key == key)
			return &l->sets[key % SETS][i];
	return NULL;
}

/* 1, 2, 4... seconds after the failures that are free. */
static int64_t
delay_s(unsigned failures, unsigned free_failures, unsigned max_s)
{
	if (failures < free_failures)
		return 0;
	unsigned doublings = failures - free_failures;
	return doublings >= 20 || (1U << doublings) > max_s ? max_s : (int64_t)(1U << doublings);
}

static int64_t
left_s(const struct lockout *l, uint64_t key, unsigned free_failures, unsigned max_s, int64_t now_s)
{
	const struct entry *e = find(l, key);
	if (e == NULL || now_s - e->last_s >= l->settings->lockout.forget_s)
		return 0;
	int64_t delay = delay_s(e->failures, free_failures, max_s), left = e->last_s + delay - now_s;
	return left < 0 ? 0 : left > delay ? delay : left; /* a clock that was put back */
}

unsigned
lockout_wait_s(const struct lockout *l, const struct lockout_try *attempt)
{
	const struct access_settings *s = l->settings;
	uint64_t pair = key_of(l, attempt, attempt->account), address = key_of(l, attempt, (struct bytes){0});
	int64_t now_s = attempt->now_s;
	int64_t wait = left_s(
	    l, pair, s->lockout.free_pair, attempt->known ? s->lockout.known_max_s : s->lockout.pair_max_s, now_s);
	if (attempt->known)
		return (unsigned)wait;
	int64_t other = left_s(l, address, s->lockout.free_address, s->lockout.address_max_s, now_s);
	if (other > wait)
		wait = other;
	bool rain = now_s - l->minute_s < MINUTE && l->strangers >= s->lockout.strangers_per_minute;
	if (rain && wait < STRANGERS_WAIT_S)
		wait = STRANGERS_WAIT_S;
	return (unsigned)wait;
}

static void
count(struct lockout *l, uint64_t key, int64_t now_s)
{
	struct entry *set = l->sets[key % SETS], *chosen = &set[0];
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key) {
			chosen = &set[i];
			break;
		}
		if (set[i].key == 0 ? chosen->key != 0 : chosen->key != 0 && set[i].last_s < chosen->last_s)
			chosen = &set[i];
	}
	if (chosen->key != key || now_s - chosen->last_s >= l->settings->lockout.forget_s)
		*chosen = (struct entry){.key = key};
	if (chosen->failures < UINT32_MAX)
		chosen->failures++;
	chosen->last_s = now_s;
}

void
lockout_failed(struct lockout *l, const struct lockout_try *attempt)
{
	count(l, key_of(l, attempt, attempt->account), attempt->now_s);
	if (attempt->known)
		return;
	count(l, key_of(l, attempt, (struct bytes){0}), attempt->now_s);
	if (attempt->now_s - l->minute_s >= MINUTE) {
		l->minute_s = attempt->now_s;
		l->strangers = 0;
	}
	l->strangers++;
}

void
lockout_succeeded(struct lockout *l, const struct lockout_try *attempt)
{
	struct entry *e = (struct entry *)(uintptr_t)find(l, key_of(l, attempt, attempt->account));
	if (e != NULL)
		*e = (struct entry){0};
}
