/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>
#include <stdio.h>

#include "inspect/l7_database.h"
#include "l7_drive.h"
#include "proto/database.h"

#define MY_GREETING      \
	"\x27\0\0\0\x0a" \
	"5.7.33\0xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define MY_LOGIN "\x26\0\0\1\0\2\0\0\0\0\0\1\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0root\0\0"
#define MY_TLS "\x20\0\0\1\0\x0a\0\0\0\0\0\1\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define MY_OK "\7\0\0\2\0\0\0\2\0\0\0"
#define MY_REFUSED "\x09\0\0\2\xff\x15\4#28000"
#define MY_BLOCKED "\x09\0\0\2\xff\x69\4#HY000"
#define REDIS_AUTH "*2\r\n$4\r\nauth\r\n$6\r\nsecret\r\n"
#define REDIS_AUTH_USER "*3\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$6\r\nsecret\r\n"

enum { PIECES = 4 };

struct conversation {
	const struct l7_parser *parser;
	enum l7_side first;
	struct bytes pieces[PIECES]; /* each side in turn */
	const char *logins;          /* "user outcome cleartext;" each */
	bool done;
	const char *why;
};

#define PIECE(literal)                                          \
	{                                                       \
		(const uint8_t *)(literal), sizeof(literal) - 1 \
	}

static const struct conversation conversations[] = {
    {&l7_database_mysql_parser, L7_SERVER, {PIECE(MY_GREETING), PIECE(MY_LOGIN), PIECE(MY_OK)}, "root 1 0;", true,
        "MySQL, accepted"},
    {&l7_database_mysql_parser, L7_SERVER, {PIECE(MY_GREETING), PIECE(MY_LOGIN), PIECE(MY_REFUSED)}, "root 2 0;", false,
        "MySQL, refused"},
    {&l7_database_mysql_parser, L7_SERVER, {PIECE(MY_GREETING), PIECE(MY_LOGIN), PIECE(MY_BLOCKED)}, "root 0 0;", false,
        "MySQL, another error"},
    {&l7_database_mysql_parser, L7_SERVER, {PIECE(MY_GREETING), PIECE(MY_TLS)}, "", true, "MySQL, TLS begins"},
    {&l7_database_redis_parser, L7_CLIENT,
        {PIECE(REDIS_AUTH), PIECE("-WRONGPASS no\r\n"), PIECE(REDIS_AUTH_USER), PIECE("+OK\r\n")}, " 2 1;bob 1 1;", true,
        "Redis, refused, then accepted"},
    {&l7_database_redis_parser, L7_CLIENT, {PIECE("*1\r\n$4\r\nPING\r\n"), PIECE("+PONG\r\n")}, "", true, "Redis, no login"},
};

/* Each piece cut every `step` bytes. */
static struct l7_drive *
talk(const struct conversation *conversation, size_t step)
{
	struct l7_drive *d = l7_drive_new(conversation->parser, IPPROTO_TCP, 5432);
	enum l7_side side = conversation->first;
	for (size_t i = 0; i < PIECES; i++) {
		for (struct bytes rest = conversation->pieces[i]; rest.len > 0;) {
			struct bytes part = bytes_first(rest, step);
			l7_drive_send(d, side, part);
			rest = bytes_after(rest, part.len);
		}
		side = side == L7_CLIENT ? L7_SERVER : L7_CLIENT;
	}
	l7_drive_finish(d);
	return d;
}

static void
logins_are_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(conversations); i++) {
		struct l7_drive *d = talk(&conversations[i], SIZE_MAX);
		size_t count, at = 0;
		char logins[128] = "";
		const struct observation *o = fake_sink_observations(d->sink, &count);
		for (size_t k = 0; k < count; k++)
			at += (size_t)snprintf(logins + at, sizeof(logins) - at, "%.*s %d %d;", (int)o[k].login.user_len,
			    o[k].login.user, o[k].login.outcome, o[k].login.cleartext);
		if (strcmp(logins, conversations[i].logins) != 0 || d->done != conversations[i].done ||
		    d->tls != (strstr(conversations[i].why, "TLS begins") != NULL))
			fail_msg("%s: %s, done %d, TLS %d", conversations[i].why, logins, d->done, d->tls);
		l7_drive_free(d);
	}
}

static void
cuts_change_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(conversations); i++) {
		struct l7_drive *want = talk(&conversations[i], SIZE_MAX);
		for (size_t step = 1; step < 40; step++) {
			struct l7_drive *d = talk(&conversations[i], step);
			if (!fake_sink_eq(want->sink, d->sink) || d->done != want->done)
				fail_msg("%s, cut every %zu", conversations[i].why, step);
			l7_drive_free(d);
		}
		l7_drive_free(want);
	}
}

static void
lies_about_lengths_are_refused(void **state)
{
	(void)state;
	struct database_message m;
	size_t used;
	assert_int_equal(database_mysql_server(BYTES("\xff\xff\xff\0"), &used, &m), PARSE_BAD);
	assert_int_equal(database_redis_client(BYTES("*0\r\n"), &used, &m), PARSE_BAD);
	assert_int_equal(database_redis_client(BYTES("*x\r\n"), &used, &m), PARSE_BAD);
	assert_int_equal(database_redis_client(BYTES("*1\r\n$99999\r\n"), &used, &m), PARSE_BAD);
	assert_int_equal(database_redis_client(BYTES("*1\r\n$4\r\nPI"), &used, &m), PARSE_SHORT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(logins_are_seen),
	    cmocka_unit_test(cuts_change_nothing),
	    cmocka_unit_test(lies_about_lengths_are_refused),
	};
	return RUN_TESTS(tests);
}
