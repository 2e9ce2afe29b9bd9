/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_ssh.h"
#include "l7_drive.h"

#define COOKIE "0123456789abcdef"
#define LISTS "\0\0\0\3k,l\0\0\0\1h\0\0\0\2cs\0\0\0\2cc\0\0\0\2ms\0\0\0\2mc\0\0\0\4none\0\0\0\4zlib\0\0\0\0\0\0\0\0"
#define KEXINIT "\0\0\0\x57\x04\x14" COOKIE LISTS "\0\0\0\0\0pppp"
#define IGNORE "\0\0\0\x08\x02\x02xxxxpp"

struct script {
	struct bytes client, server;
};

#define SCRIPT(client, server)                                        \
	{                                                             \
		{(const uint8_t *)(client), sizeof(client) - 1},      \
		{                                                     \
			(const uint8_t *)(server), sizeof(server) - 1 \
		}                                                     \
	}

static const struct script scripts[] = {
    SCRIPT("SSH-2.0-c_1 x\r\n" KEXINIT "encrypted", "hello\r\nSSH-2.0-s_1\r\n" IGNORE KEXINIT "encrypted"),
    SCRIPT("SSH-2.0-c_1\r\n" KEXINIT, "SSH-1.5-old\n"),
    SCRIPT("SSH-2.0-c_1\r\n\0\0\0\1xx", "SSH-2.0-s_1\r\n" KEXINIT),
    SCRIPT("SSH-2.0-c_1\r\n" IGNORE IGNORE IGNORE IGNORE KEXINIT, "SSH-2.0-s_1\r\n\0\0\0\x09\x04\x14xxxpppp"),
    SCRIPT("SSH-2.0\r\n", "SSH-2.0-s_1\r\n"),
    SCRIPT("", "SSH-2.0-s_1\r\n" KEXINIT),
    SCRIPT("", ""),
};

static struct l7_drive *
start(void)
{
	return l7_drive_new(&l7_ssh_parser, IPPROTO_TCP, 22);
}

static struct l7_drive *
run_whole(size_t script)
{
	struct l7_drive *d = start();
	l7_drive_send(d, L7_CLIENT, scripts[script].client);
	l7_drive_send(d, L7_SERVER, scripts[script].server);
	l7_drive_finish(d);
	return d;
}

/* The digests are those of md5sum(1) over "k,l;cs;ms;none" and "k,l;cc;mc;zlib". */
static void
both_sides_are_one_event(void **state)
{
	(void)state;
	struct l7_drive *d = run_whole(0);
	assert_string_equal(fake_sink_events(d->sink),
	    "{\"event_type\":\"ssh\",\"tx_id\":0,\"ssh\":{\"client\":{\"proto_version\":\"2.0\",\"software_version\":\"c_1\","
	    "\"hassh\":{\"hash\":\"a44a1b760ea88496c8c6006ca8b4c717\",\"string\":\"k,l;cs;ms;none\"}},"
	    "\"server\":{\"proto_version\":\"2.0\",\"software_version\":\"s_1\","
	    "\"hassh\":{\"hash\":\"3cb04c416ef6580aec23da1bda59179a\",\"string\":\"k,l;cc;mc;zlib\"}}}}\n");
	size_t count;
	const struct observation *o = fake_sink_observations(d->sink, &count);
	assert_int_equal(count, 1);
	assert_int_equal(o[0].kind, OBSERVATION_SSH);
	assert_string_equal(o[0].ssh.client, "c_1");
	assert_string_equal(o[0].ssh.server, "s_1");
	assert_string_equal(o[0].ssh.hassh, "a44a1b760ea88496c8c6006ca8b4c717");
	assert_string_equal(o[0].ssh.hassh_server, "3cb04c416ef6580aec23da1bda59179a");
	assert_true(d->done); /* the rest is encrypted */
	l7_drive_free(d);
}

static void
who_speaks_first_changes_nothing(void **state)
{
	(void)state;
	struct l7_drive *want = run_whole(0), *d = start();
	l7_drive_send(d, L7_SERVER, scripts[0].server);
	l7_drive_send(d, L7_CLIENT, scripts[0].client);
	l7_drive_finish(d);
	assert_string_equal(fake_sink_events(d->sink), fake_sink_events(want->sink));
	l7_drive_free(d);
	l7_drive_free(want);
}

static void
every_pair_of_cuts_gives_the_same_events(void **state)
{
	(void)state;
	for (size_t s = 0; s < LENGTH_OF(scripts); s++) {
		struct l7_drive *want = run_whole(s);
		for (size_t side = 0; side < 2; side++) {
			struct bytes cut = side == 0 ? scripts[s].client : scripts[s].server;
			for (size_t i = 0; i <= cut.len; i++)
				for (size_t j = i; j <= cut.len; j++) {
					struct l7_drive *d = start();
					l7_drive_cut(d, L7_CLIENT, scripts[s].client, side == 0 ? i : 0, side == 0 ? j : 0);
					l7_drive_cut(d, L7_SERVER, scripts[s].server, side == 1 ? i : 0, side == 1 ? j : 0);
					l7_drive_finish(d);
					if (!fake_sink_eq(want->sink, d->sink))
						fail_msg("script %zu side %zu cut %zu %zu: %s instead of %s", s, side, i, j,
						    fake_sink_events(d->sink), fake_sink_events(want->sink));
					l7_drive_free(d);
				}
		}
		l7_drive_free(want);
	}
}

static void
what_is_said_of_each_script(void **state)
{
	(void)state;
	static const struct {
		size_t script;
		const char *text;
		size_t count;
		const char *why;
	} rows[] = {
	    {1, "\"software_version\":\"old\"}", 1, "version 1 has no KEXINIT"},
	    {2, "invalid_record", 1, "a packet without room for its type"},
	    {2, "\"hassh\"", 1, "the other side's is said all the same"},
	    {3, "\"hassh\"", 0, "KEXINIT comes at the beginning or not at all; a broken one gives none"},
	    {3, "invalid_record", 1, "lists that do not fit"},
	    {4, "invalid_banner", 1, "one dash"},
	    {4, "\"client\"", 0, "so the client is unknown"},
	    {5, "\"server\"", 1, "one side alone"},
	    {6, "{", 0, "nothing"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *d = run_whole(rows[i].script);
		if (fake_sink_count_of(d->sink, rows[i].text) != rows[i].count)
			fail_msg("%s: %s", rows[i].why, fake_sink_events(d->sink));
		l7_drive_free(d);
	}
}

static void
lost_bytes_end_a_side_only(void **state)
{
	(void)state;
	struct l7_drive *d = start();
	l7_drive_send(d, L7_CLIENT, bytes_first(scripts[0].client, 20));
	l7_drive_lose(d, L7_CLIENT, 100);
	l7_drive_send(d, L7_SERVER, scripts[0].server);
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"hassh\""), 1);
	assert_int_equal(fake_sink_count_of(d->sink, "\"software_version\":\"c_1\"}"), 1);
	l7_drive_free(d);
}

static void
only_ssh_is_taken(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum l7_guess want;
	} rows[] = {{"", L7_MAYBE}, {"SS", L7_MAYBE}, {"SSH-", L7_MAYBE}, {"SSH-2", L7_YES}, {"SSH-1.99-x", L7_YES},
	    {"SSH-x", L7_NO}, {"SMB", L7_NO}, {"220 SSH-2.0", L7_NO}};
	struct l7_drive *d = start();
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (l7_drive_guess(d, L7_SERVER, bytes_of_cstr(rows[i].text)) != rows[i].want)
			fail_msg("%s", rows[i].text);
	l7_drive_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_sides_are_one_event),
	    cmocka_unit_test(who_speaks_first_changes_nothing),
	    cmocka_unit_test(every_pair_of_cuts_gives_the_same_events),
	    cmocka_unit_test(what_is_said_of_each_script),
	    cmocka_unit_test(lost_bytes_end_a_side_only),
	    cmocka_unit_test(only_ssh_is_taken),
	};
	return RUN_TESTS(tests);
}
