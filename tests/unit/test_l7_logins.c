/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* FTP, SMTP, POP3, IMAP and Telnet: the same promises for all, over one table of conversations. */
#include "test.h"

#include <netinet/in.h>
#include <stdio.h>

#include "inspect/l7_ftp.h"
#include "inspect/l7_mail.h"
#include "inspect/l7_pop3.h"
#include "inspect/l7_smtp.h"
#include "inspect/l7_telnet.h"
#include "l7_drive.h"

/* In `talk`, a line that starts with "C:" is the client's and one with "S:" the server's; each is sent with CR LF. */
struct conversation {
	const struct l7_parser *parser;
	const char *talk;
	const char *logins; /* "user outcome cleartext;" each */
	const char *said;   /* part of an event that must be there; NULL: no event at all */
	bool done;
	const char *why;
};

static const struct conversation conversations[] = {
    {&l7_ftp_parser, "S:220 FTP\nC:USER bob\nS:331 ok\nC:PASS secret\nS:230 in\nC:RETR a\nS:150 go\nS:226 done\n",
        "bob 1 1;",
        "{\"command\":\"RETR\",\"command_data\":\"a\",\"command_truncated\":false,\"completion_code\":[\"150\",\"226\"],"
        "\"reply\":[\"go\",\"done\"],\"reply_received\":\"yes\",\"reply_truncated\":false}",
        false, "FTP, accepted"},
    {&l7_ftp_parser, "S:220-FTP\nS: 220 x\nS:220 y\nC:user bob\nS:331 ok\nC:pass secret\nS:530 no\nC:PASS secret\n",
        "bob 2 1;bob 0 1;",
        "\"command\":\"PASS\",\"command_data\":\"****\",\"command_truncated\":false,\"completion_code\":[\"530\"]", false,
        "FTP, refused, then no answer"},
    {&l7_ftp_parser, "S:220 FTP\nC:PASV\nS:227 Entering (10,0,0,1,1,0)\nC:LIST\nS:150 go\nS:226 done\n", "",
        "\"reply\":[\"Entering (10,0,0,1,1,0)\"],\"dynamic_port\":256,\"mode\":\"passive\",\"reply_received\":\"yes\"",
        false, "FTP, the server names a port"},
    {&l7_ftp_parser, "S:220 FTP\nC:EPRT |1|10.0.0.1|300|\nS:200 ok\n", "",
        "\"reply\":[\"ok\"],\"dynamic_port\":300,\"mode\":\"active\",\"reply_received\":\"yes\"", false,
        "FTP, the client names a port"},
    {&l7_ftp_parser, "S:220 FTP\nC:AUTH TLS\nS:234 go\n", "", "\"command\":\"AUTH\"", true, "FTP, TLS begins"},
    {&l7_ftp_parser, "S:220 FTP\nC:AUTH TLS\nS:502 no\n", "", "\"completion_code\":[\"502\"]", false, "FTP, TLS refused"},
    {&l7_smtp_parser,
        "S:220 ESMTP\nC:EHLO me\nS:250-mx\nS:250 AUTH\nC:AUTH PLAIN AGJvYgBzZWNyZXQ=\nS:235 ok\nC:MAIL FROM:<a@b> SIZE=1\nS:250 ok\n"
        "C:RCPT TO:<c@d>\nS:250 ok\nC:RCPT TO: <e@f>\nS:250 ok\nC:DATA\nS:354 go\nC:Subject: x\nC:\nC:..\nC:EHLO inside\nC:.\nS:250 ok\nC:QUIT\n",
        "bob 1 1;", "\"smtp\":{\"helo\":\"me\",\"mail_from\":\"<a@b>\",\"rcpt_to\":[\"<c@d>\",\"<e@f>\"]}", false,
        "SMTP, a mail"},
    {&l7_smtp_parser,
        "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:MAIL FROM:<a@b>\nS:250 ok\nC:RCPT TO:<c@d>\nS:250 ok\nC:DATA\nS:354 go\nC:From: a\n"
        "C:Content-Type: x/y; name=f\nC:\nC:..one\nC:two\nC:.\nS:250 ok\nC:QUIT\nS:221 bye\n",
        "", "{\"event_type\":\"content\",\"name\":\"f\",\"bytes\":9,", false, "SMTP, an attachment, dots taken off"},
    {&l7_smtp_parser,
        "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:MAIL FROM:<a@b>\nS:250 ok\nC:RCPT TO:<c@d>\nS:250 ok\nC:BDAT 20\nC:Content-Type: x/y;n\n"
        "S:250 ok\nC:BDAT 11 LAST\nC:\nC:FromX\nC:ab\nS:250 ok\n",
        "", "\"rcpt_to\":[\"<c@d>\"]},\"email\":{\"status\":\"PARSE_DONE\"}", false, "SMTP, a mail in chunks"},
    {&l7_smtp_parser,
        "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:MAIL FROM:<a@b>\nS:250 ok\nC:RSET\nS:250 ok\nC:MAIL FROM:<c@d>\nS:250 ok\nC:MAIL FROM:<e@f>\nS:503 no\n",
        "", "\"smtp\":{\"helo\":\"me\",\"mail_from\":\"<c@d>\"}", false,
        "SMTP, RSET ends a mail, a second sender does not count"},
    {&l7_smtp_parser, "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:MAIL FROM:<a@b>\nS:250 ok\nC:MAIL FROM:<e@f>\nS:503 no\n", "",
        "DUPLICATE_FIELDS", false, "SMTP, a second sender is said"},
    {&l7_smtp_parser, "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:BDAT 5 X\nS:501 no\nC:NOOP\nS:250 ok\n", "", "INVALID_BDAT",
        false, "SMTP, a chunk without a size"},
    {&l7_smtp_parser, "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:STARTTLS\nS:454 no\n", "", "TLS_REJECTED", false,
        "SMTP, TLS refused"},
    {&l7_smtp_parser, "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:DATA\nS:503 no\nC:EHLO me\nS:250 ok\n", "",
        "DATA_COMMAND_REJECTED", false, "SMTP, content refused"},
    {&l7_smtp_parser, "S:220 ESMTP\nS:250 what\n", "", "UNABLE_TO_MATCH_REPLY_WITH_REQUEST", false,
        "SMTP, an answer to nothing"},
    {&l7_smtp_parser, "S:220 ESMTP\nC:EHLO me\nS:hello\nS:250 ok\n", "", "INVALID_REPLY", false, "SMTP, no answer"},
    {&l7_smtp_parser,
        "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:AUTH LOGIN\nS:334 VXNlcm5hbWU6\nC:Ym9i\nS:334 UGFzc3dvcmQ6\nC:c2VjcmV0\nS:535 no\nC:AUTH LOGIN "
        "ZXZl\nS:334 x\nC:c2VjcmV0\nS:235 ok\n",
        "bob 2 1;eve 1 1;", "\"helo\":\"me\"", false, "SMTP, AUTH LOGIN in both ways"},
    {&l7_smtp_parser,
        "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:AUTH CRAM-MD5\nS:334 x\nC:Ym9iIDEyMzQ=\nS:235 ok\nC:AUTH NTLM\nS:334 x\nC:eA==\nS:535 no\n",
        "bob 1 0; 2 0;", "\"helo\":\"me\"", false, "SMTP, digests are not in clear"},
    {&l7_smtp_parser, "S:220 ESMTP\nC:EHLO me\nS:250 ok\nC:BDAT 10\nC:EHLO you\nS:250 ok\nC:STARTTLS\nS:220 go\n", "",
        "\"helo\":\"me\"", true, "SMTP, a chunk is no command, and TLS begins"},
    {&l7_pop3_parser,
        "S:+OK hi\nC:CAPA\nS:+OK list\nS:USER\nS:..x\nS:.\nC:USER bob\nS:+OK\nC:PASS secret\nS:-ERR no\nC:USER eve\nS:+OK\nC:PASS x\nS:+OK in\n",
        "bob 2 1;eve 1 1;",
        "\"pop3\":{\"request\":{\"command\":\"CAPA\",\"args\":[]},\"response\":{\"success\":true,\"status\":\"OK\",\"header\":\"list\",\"data\":["
        "\"USER\",\".x\"]}}",
        false, "POP3"},
    {&l7_pop3_parser, "S:+OK hi\nC:USER bob\nS:+OK\nC:PASS secret\nS:-ERR no\n", "bob 2 1;",
        "\"request\":{\"command\":\"PASS\",\"args\":[\"****\"]},\"response\":{\"success\":false,\"status\":\"ERR\",\"header\":\"no\",\"data\":[]}",
        false, "POP3, refused"},
    {&l7_pop3_parser, "S:+OK hi\nC:RETR 1\nS:+OK 2 octets\nS:+OK inside\nS:.\nC:quit\nS:+OK bye\n", "",
        "\"request\":{\"command\":\"QUIT\",\"args\":[]},\"response\":{\"success\":true,\"status\":\"OK\",\"header\":\"bye\",\"data\":[]}",
        false, "POP3, what is in a mail is no answer"},
    {&l7_pop3_parser,
        "S:+OK hi\nC:AUTH PLAIN\nS:+ \nC:AGJvYgBzZWNyZXQ=\nS:-ERR no\nC:APOP eve 1234\nS:-ERR no\nC:STLS\nS:+OK\n",
        "bob 2 1;eve 2 0;", "\"command\":\"<SASL DATA>\",\"args\":[]", true, "POP3, other ways, and TLS begins"},
    {&l7_mail_imap_parser,
        "S:* OK hi\nC:1 CAPABILITY\nS:* CAPABILITY x\nS:1 OK\nC:2 LOGIN bob secret\nS:2 NO no\nC:3 login \"e ve\" \"x\"\nS:3 OK in\n",
        "bob 2 1;e ve 1 1;", NULL, true, "IMAP"},
    {&l7_mail_imap_parser,
        "S:* OK hi\nC:1 LOGIN {3}\nS:+ go\nC:bob {6}\nS:+ go\nC:secret\nS:1 NO no\nC:2 AUTHENTICATE PLAIN\nS:+ \nC:AGJvYgBzZWNyZXQ=\n",
        "bob 2 1;bob 0 1;", NULL, false, "IMAP, literals and SASL"},
    {&l7_mail_imap_parser, "S:* OK hi\nC:1 STARTTLS\nS:1 OK go\n", "", NULL, true, "IMAP, TLS begins"},
    {&l7_telnet_parser,
        "S:\xff\xfd\x18Linux\nS:login: \nC:bob\nS:bob\nS:Password: \nC:secret\nS:\nS:Login incorrect\nS:box login: \nC:eve\nS:Password: \nC:x\nS:Last "
        "login: Mon\n",
        "bob 2 1;eve 1 1;", NULL, true, "Telnet"},
    {&l7_telnet_parser, "S:\xff\xfd\x18\nS:Username: \nC:bo\x7fob\nS:Password: \nC:secret\nS:box> \n", "bob 1 1;", NULL,
        true, "Telnet, a router, with a key taken back"},
};

enum { ONE_BY_ONE = 1 };

static void
send_line(struct l7_drive *d, enum l7_side side, struct bytes line, size_t step)
{
	uint8_t text[512];
	if (line.len > 0)
		memcpy(text, line.at, line.len);
	memcpy(text + line.len, "\r\n", 2);
	struct bytes rest = {text, line.len + 2};
	while (rest.len > 0) {
		l7_drive_send(d, side, bytes_first(rest, step));
		rest = bytes_after(rest, step < rest.len ? step : rest.len);
	}
}

/* Line by line, each cut every `step` bytes. */
static struct l7_drive *
talk(const struct conversation *conversation, size_t step)
{
	struct l7_drive *d = l7_drive_new(conversation->parser, IPPROTO_TCP, 21);
	for (struct bytes rest = bytes_of_cstr(conversation->talk); rest.len > 0;) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		rest = bytes_after(rest, line.len + 1);
		send_line(d, line.at[0] == 'C' ? L7_CLIENT : L7_SERVER, bytes_after(line, 2), step);
	}
	l7_drive_finish(d);
	return d;
}

static void
logins_of(struct l7_drive *d, char *out, size_t size)
{
	size_t count, at = 0;
	const struct observation *o = fake_sink_observations(d->sink, &count);
	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(o[i].kind, OBSERVATION_LOGIN);
		assert_int_equal(o[i].login.app, d->parser->app);
		at += (size_t)snprintf(out + at, size - at, "%.*s %d %d;", (int)o[i].login.user_len, o[i].login.user,
		    o[i].login.outcome, o[i].login.cleartext);
	}
}

static void
logins_are_seen_and_passwords_are_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(conversations); i++) {
		const struct conversation *c = &conversations[i];
		struct l7_drive *d = talk(c, 512);
		char logins[256];
		logins_of(d, logins, sizeof(logins));
		if (strcmp(logins, c->logins) != 0)
			fail_msg("%s: \"%s\"", c->why, logins);
		if (c->said == NULL ? fake_sink_event_count(d->sink) != 0 : fake_sink_count_of(d->sink, c->said) != 1)
			fail_msg("%s: %s", c->why, fake_sink_events(d->sink));
		if (d->done != c->done || d->tls != (strstr(c->why, "TLS begins") != NULL))
			fail_msg("%s: done %d, TLS %d", c->why, d->done, d->tls);
		if (strstr(fake_sink_events(d->sink), "secret") != NULL ||
		    strstr(fake_sink_events(d->sink), "c2VjcmV0") != NULL)
			fail_msg("%s: the password is said", c->why);
		l7_drive_free(d);
	}
}

static void
cuts_change_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(conversations); i++) {
		struct l7_drive *want = talk(&conversations[i], 512);
		for (size_t step = ONE_BY_ONE; step < 40; step++) {
			struct l7_drive *d = talk(&conversations[i], step);
			if (!fake_sink_eq(want->sink, d->sink) || d->done != want->done)
				fail_msg("%s: cut every %zu: %s", conversations[i].why, step, fake_sink_events(d->sink));
			l7_drive_free(d);
		}
		l7_drive_free(want);
	}
}

/* Every prefix of a conversation must be survived, and says no more logins than the whole. */
static void
ends_can_come_at_any_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(conversations); i++) {
		char text[1024];
		size_t length = strlen(conversations[i].talk);
		for (size_t n = 0; n < length; n++) {
			if (conversations[i].talk[n] == '\n' || (n > 0 && conversations[i].talk[n - 1] == '\n'))
				continue; /* half a mark is no line */
			memcpy(text, conversations[i].talk, n);
			text[n] = '\0';
			struct conversation cut = conversations[i];
			cut.talk = text;
			struct l7_drive *d = talk(&cut, 512);
			size_t count, whole_count = 0;
			fake_sink_observations(d->sink, &count);
			for (const char *c = conversations[i].logins; *c != '\0'; c++)
				whole_count += *c == ';';
			assert_true(count <= whole_count);
			l7_drive_free(d);
		}
	}
}

static void
long_lines_are_passed_over(void **state)
{
	(void)state;
	static uint8_t line[5000];
	memset(line, 'x', sizeof(line));
	struct l7_drive *d = l7_drive_new(&l7_ftp_parser, IPPROTO_TCP, 21);
	l7_drive_send(d, L7_CLIENT, (struct bytes){line, sizeof(line)});
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "request_command_too_long"), 1);
	l7_drive_free(d);
	d = l7_drive_new(&l7_smtp_parser, IPPROTO_TCP, 25);
	l7_drive_send(d, L7_CLIENT, BYTES("EHLO me\r\nMAIL FROM:<a>\r\nDATA\r\n"));
	for (size_t i = 0; i < 40; i++)
		l7_drive_send(d, L7_CLIENT, (struct bytes){line, sizeof(line)}); /* contents have no limit */
	l7_drive_send(d, L7_CLIENT, BYTES("\r\n.\r\n"));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"mail_from\":\"<a>\""), 1);
	l7_drive_free(d);
}

static void
deep_pipelines_stay_bounded(void **state)
{
	(void)state;
	const struct l7_parser *parsers[] = {&l7_ftp_parser, &l7_smtp_parser, &l7_pop3_parser, &l7_mail_imap_parser};
	for (size_t i = 0; i < LENGTH_OF(parsers); i++) {
		struct l7_drive *d = l7_drive_new(parsers[i], IPPROTO_TCP, 21);
		for (size_t n = 0; n < 200; n++)
			l7_drive_send(d, L7_CLIENT, BYTES("NOOP x\r\n"));
		for (size_t n = 0; n < 200; n++)
			l7_drive_send(d, L7_SERVER, BYTES("250 ok\r\n+OK\r\n"));
		l7_drive_finish(d);
		if (parsers[i] == &l7_ftp_parser)
			assert_int_equal(fake_sink_count_of(d->sink, "\"command\":\"NOOP\""), 200);
		l7_drive_free(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(logins_are_seen_and_passwords_are_not),
	    cmocka_unit_test(cuts_change_nothing),
	    cmocka_unit_test(ends_can_come_at_any_byte),
	    cmocka_unit_test(long_lines_are_passed_over),
	    cmocka_unit_test(deep_pipelines_stay_bounded),
	};
	return RUN_TESTS(tests);
}
