/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whatever people and attackers do: rights are never more than the data says, and waits are those of a simple model. */
#include "test.h"

#include "access/lockout.h"
#include "access/roles.h"
#include "record/person.h"

#include <sodium.h>
#include <stdio.h>

static uint64_t seed = 1;

static uint32_t
draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % below;
}

/* ---- Roles: a file made at random, and what the program makes of it ---- */

enum { FILES = 3000, TEXT_MAX = 8192 };

static void
a_role_never_has_more_rights_than_its_file_gives_it(void **state)
{
	(void)state;
	uint32_t gives_out = RIGHT_BIT(RIGHT_USER_ADMIN) | RIGHT_BIT(RIGHT_SETTINGS_WRITE),
	         beside = RIGHT_BIT(RIGHT_SETTINGS_READ) | RIGHT_BIT(RIGHT_TOKEN_OWN);
	unsigned taken = 0;
	for (unsigned file = 0; file < FILES; file++) {
		char text[TEXT_MAX];
		uint32_t sets[8];
		unsigned count = 1 + draw(8), used = 0;
		bool lawful = true;
		used += (unsigned)snprintf(text, sizeof(text), "roles:\n");
		for (unsigned i = 0; i < count; i++) {
			char words[RIGHT_SET_TEXT_MAX];
			sets[i] = (draw(2) == 0 ? draw(1U << RIGHT_COUNT) & ~gives_out
			        : draw(4) == 0  ? draw(1U << RIGHT_COUNT)
			                        : gives_out | beside);
			sets[i] = sets[i] == 0 ? 1 : sets[i];
			lawful = lawful && ((sets[i] & gives_out) == 0 || (sets[i] & ~(gives_out | beside)) == 0);
			(void)right_set_write(sets[i], words);
			for (char *c = words; *c != '\0'; c++)
				*c = *c == ' ' ? ',' : *c;
			used += (unsigned)snprintf(text + used, sizeof(text) - used,
			    "  - role: r%u\n    name: {en: x, fr: x}\n    tells: {en: x, fr: x}\n    rights: [%s]\n", i,
			    words);
		}
		struct arena arena;
		struct diag diag = {0};
		const struct roles *roles = NULL;
		assert_int_equal(arena_init(&arena, 1 << 20), 0);
		int r = roles_read(&arena, bytes_of_cstr(text), "random.yaml", &roles, &diag);
		if ((r == 0) != lawful)
			fail_msg("file %u: %s", file, diag.text_cstr);
		for (unsigned i = 0; r == 0 && i < count; i++) {
			char name[16];
			struct person p = {.rights = roles->role[i].rights, .must_set_password = draw(4) == 0};
			uint32_t token = draw(1U << RIGHT_COUNT);
			p.rights &= token;
			snprintf(name, sizeof(name), "r%u", i);
			for (enum right right = 0; right < RIGHT_COUNT; right++) {
				assert_int_equal(roles_allow(roles, name, right), (sets[i] >> right) & 1);
				assert_int_equal(
				    person_may(&p, right), !p.must_set_password && ((sets[i] & token) >> right & 1) != 0);
			}
		}
		taken += r == 0;
		arena_done(&arena);
	}
	assert_true(taken > FILES / 20 && taken < FILES);
}

/* ---- Waits: against a model without a table of fixed size ---- */

enum { ACCOUNTS = 4, HOSTS = 6, STEPS = 200000 };

static const struct access_settings settings = {.lockout = {.free_pair = 3,
                                                    .free_address = 8,
                                                    .pair_max_s = 40,
                                                    .address_max_s = 70,
                                                    .known_max_s = 5,
                                                    .forget_s = 500,
                                                    .strangers_per_minute = UINT32_MAX}};

struct tally {
	unsigned failures;
	int64_t last_s;
};

static int64_t
model_left(const struct tally *t, unsigned free_failures, int64_t max_s, int64_t now_s)
{
	int64_t delay = 1;
	if (t->failures < free_failures || now_s - t->last_s >= settings.lockout.forget_s)
		return 0;
	for (unsigned i = free_failures; i < t->failures && delay < max_s; i++)
		delay *= 2;
	delay = delay < max_s ? delay : max_s;
	return t->last_s + delay > now_s ? t->last_s + delay - now_s : 0;
}

static void
miss(struct tally *t, int64_t now_s)
{
	if (now_s - t->last_s >= settings.lockout.forget_s)
		t->failures = 0;
	t->failures++;
	t->last_s = now_s;
}

static void
waits_are_those_of_the_model_and_the_known_address_stays_open(void **state)
{
	(void)state;
	struct tally pair[ACCOUNTS][HOSTS] = {0}, address[HOSTS] = {0};
	struct lockout *l = lockout_new(&settings);
	int64_t now_s = 1000000;
	assert_non_null(l);
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned a = draw(ACCOUNTS), h = draw(HOSTS);
		char name[16];
		uint8_t host[4] = {203, 0, 113, (uint8_t)h};
		snprintf(name, sizeof(name), "a%u", a);
		/* Each account always came from the host of its own number. */
		struct lockout_try t = {
		    .account = bytes_of_cstr(name), .address = addr_v4(host), .known = a == h, .now_s = now_s};
		int64_t expected = model_left(&pair[a][h], settings.lockout.free_pair,
		    t.known ? settings.lockout.known_max_s : settings.lockout.pair_max_s, now_s);
		int64_t other = model_left(
		    &address[h], settings.lockout.free_address, settings.lockout.address_max_s, now_s);
		if (!t.known && other > expected)
			expected = other;
		assert_int_equal(lockout_wait_s(l, &t), expected);
		if (t.known)
			assert_true(expected <= settings.lockout.known_max_s);
		/* Some try while they are told to wait: the caller refuses them, and counts nothing. */
		if (expected == 0 && draw(10) > 0) {
			lockout_failed(l, &t);
			miss(&pair[a][h], now_s);
			if (!t.known)
				miss(&address[h], now_s);
		} else if (expected == 0) {
			lockout_succeeded(l, &t);
			pair[a][h] = (struct tally){0};
		}
		now_s += draw(3) == 0 ? draw(60) : 0;
		if (draw(2000) == 0)
			now_s += 600;
	}
	lockout_free(l);
}

int
main(void)
{
	const char *own_cstr = getenv("TEST_SEED");
	seed = own_cstr != NULL ? strtoull(own_cstr, NULL, 10) | 1 : 20261127;
	printf("# seed %llu (TEST_SEED)\n", (unsigned long long)seed);
	assert_true(sodium_init() >= 0);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_role_never_has_more_rights_than_its_file_gives_it),
	    cmocka_unit_test(waits_are_those_of_the_model_and_the_known_address_stays_open),
	};
	return RUN_TESTS(tests);
}
