/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Mails, read line by line: what is found in them, whatever was done to hide it. */
#include "test.h"

#include <stdio.h>

#include "proto/mime.h"
#include "proto/mime_param.h"

static const struct mime_settings settings = {.base64 = true,
    .quoted_printable = true,
    .body_md5 = true,
    .header_value_depth = 2000,
    .urls = {.enabled = true, .with_scheme = true, .scheme_count = 2, .schemes = {"http", "ftp"}}};

struct found {
	struct mime mime;
	struct kept kept;
	uint32_t events;
	size_t len;
	char text[16384]; /* "[name|bytes]" for each file */
};

static void
add(struct found *f, struct bytes b)
{
	assert_true(f->len + b.len < sizeof(f->text));
	if (b.len > 0)
		memcpy(f->text + f->len, b.at, b.len);
	f->len += b.len;
	f->text[f->len] = '\0';
}

static void
take(struct found *f, const struct mime_step *step)
{
	f->events |= step->events;
	if (step->opened) {
		add(f, BYTES("["));
		add(f, step->name);
		add(f, BYTES("|"));
	}
	add(f, step->data);
	if (step->closed)
		add(f, BYTES("]"));
}

/* Lines end with LF here; each is given in pieces of `step` bytes, where the first has at least `first`. */
static void
read_mail(struct found *f, struct bytes mail, size_t step)
{
	static uint8_t room[MIME_ROOM_SIZE];
	memset(f, 0, sizeof(*f));
	mime_begin(&f->mime);
	while (mail.len > 0) {
		size_t length = bytes_find(mail, '\n');
		struct bytes line = bytes_first(mail, length);
		mail = bytes_after(mail, length + 1);
		do {
			struct bytes piece = bytes_first(line, step);
			line = bytes_after(line, piece.len);
			struct mime_step s = mime_line(
			    &f->mime, &settings, &f->kept, piece, line.len == 0 ? BYTES("\r\n") : (struct bytes){0}, room);
			take(f, &s);
		} while (line.len > 0);
	}
	struct mime_step s = mime_end(&f->mime, &settings, &f->kept, room);
	take(f, &s);
}

#define MULTIPART "Content-Type: multipart/mixed; boundary=b\n\npreamble\n"
#define FILE_PART "--b\nContent-Disposition: attachment; filename=f\n"

static const struct {
	const char *mail, *files;
	uint32_t events;
	const char *why;
} mails[] = {
    {MULTIPART FILE_PART "\none\ntwo\n--b--\nepilogue\n", "[f|one\r\ntwo]", 0, "the end of the last line is the boundary's"},
    {"Content-Type: application/x; name=\"a b.exe\"\n\nMZ\n", "[a b.exe|MZ]", 0, "a mail that is a file itself"},
    {MULTIPART FILE_PART "Content-Transfer-Encoding: BASE64 \n\naGVs\nbG8=\nIHdvcmxk\n--b--\n", "[f|hello world]", 0,
        "base64, with padding in the middle"},
    {MULTIPART FILE_PART "Content-Transfer-Encoding: base64\n\na G\tVs!bG\n8\n--b--\n", "[f|hello]", MIME_INVALID_BASE64,
        "base64, damaged and without padding"},
    {MULTIPART FILE_PART "Content-Transfer-Encoding: quoted-printable\n\na=\nb=3D=zz=4\n=\n=3d\n--b--\n",
        "[f|ab==zz=4\r\n=]", MIME_INVALID_QP, "quoted-printable, damaged"},
    {"Content-Type: multipart/mixed;\n boundary=\"x y\"\n\n--x y\nContent-Type: a/b; name=1\n\nA\n--x yz\nContent-Type: a/b; name=2\n\nB\n--x y--\n",
        "[1|A][2|B]", 0, "a folded field; a boundary with more behind it"},
    {"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=ab\n\n--ab\nContent-Type: x/y; name=1\n\nA\n--a\n"
     "Content-Type: x/y; name=2\n\nB\n--ab\nC\n--a--\n",
        "[1|A][2|B]", 0, "one boundary begins like the other"},
    {"Content-Type: multipart/mixed; boundary=a\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: x/y; name=1\n\nA\n--b--\n",
        "[1|A]", 0, "two types: readers differ in which they believe"},
    {MULTIPART
        "--b\nContent-Type: message/rfc822\nContent-Disposition: attachment; filename=m.eml\n\nSubject: in\nContent-Type: x/y; name=in\n\nX\n--b--\n",
        "[in|X]", 0, "a mail in a mail"},
    {"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nSubject: in\nContent-Type: x/y; name=in\n\nX\n",
        "[in|X]", 0, "said to be encoded, and is not"},
    {"Content-Type: message/rfc822; name=o\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n", "[o|hello]", 0,
        "said to be encoded, and is"},
    {"Content-Type: x/y; name*0=\"a.\"; name*1*=%65xe\n\nX\n", "[a.exe|X]", 0, "RFC 2231"},
    {"Content-Type: x/y; name=\"=?utf-8?B?YS5l?= =?us-ascii?q?x=65?=\"\n\nX\n", "[a.exe|X]", 0, "RFC 2047"},
    {"Content-Type: text/plain\n\nno file\n", "", 0, "a text is no file"},
    {"no field here\nContent-Type: x/y; name=n\n\nX\n", "[n|X]", 0, "damage in the header"},
};

static void
files_are_found_in_mails(void **state)
{
	(void)state;
	static struct found f, g;
	for (size_t i = 0; i < LENGTH_OF(mails); i++) {
		read_mail(&f, bytes_of_cstr(mails[i].mail), MIME_PIECE_MAX);
		if (strcmp(f.text, mails[i].files) != 0 || f.events != mails[i].events)
			fail_msg("%s: %s (%x)", mails[i].why, f.text, f.events);
	}
	/* Long lines of a body come in pieces: nothing changes. */
	for (size_t step = 100; step < 120; step++) {
		static char mail[4096];
		snprintf(mail, sizeof(mail), "%s", MULTIPART FILE_PART "Content-Transfer-Encoding: base64\n\n");
		for (size_t n = strlen(mail); n < 3000; n++)
			mail[n] = "aGVsbG8g"[n % 8];
		read_mail(&f, bytes_of_cstr(mail), MIME_PIECE_MAX);
		read_mail(&g, bytes_of_cstr(mail), step);
		assert_string_equal(f.text, g.text);
		assert_int_equal(f.events, MIME_LONG_LINE | MIME_LONG_ENC_LINE);
		assert_int_equal(g.events, f.events);
	}
}

static struct bytes
kept_at(const struct kept *k, uint8_t kind, size_t n)
{
	struct bytes text = {0};
	size_t from = 0;
	for (size_t i = 0; i <= n; i++)
		if (!kept_next(k, kind, &from, &text))
			return (struct bytes){0};
	return text;
}

static void
the_header_is_kept_and_that_of_parts_is_not(void **state)
{
	(void)state;
	static struct found f;
	read_mail(&f,
	    bytes_of_cstr("From: \"A, B\" <a@b>\nRECEIVED: one\n  two\nReceived: three\nSubject:\n later\n" MULTIPART
	                  "--b\nFrom: other\nContent-Type: text/plain\n\nhttp://x.y/z?a=1 (ftp://f)\nsee HTTP://q\n--b\n"
	                  "Content-Transfer-Encoding: base64\n\nPGEgaHJlZj0iaHR0\ncDovL2IuYy8iPg==\n--b--\n"),
	    MIME_PIECE_MAX);
	assert_bytes_equal(kept_at(&f.kept, MIME_FROM, 0), BYTES("\"A, B\" <a@b>"));
	assert_false(kept_next(&f.kept, MIME_FROM, &(size_t){1}, &(struct bytes){0}) &&
	    bytes_eq(kept_at(&f.kept, MIME_FROM, 1), BYTES("other")));
	assert_bytes_equal(kept_at(&f.kept, MIME_RECEIVED, 0), BYTES("one  two"));
	assert_bytes_equal(kept_at(&f.kept, MIME_RECEIVED, 1), BYTES("three"));
	assert_bytes_equal(kept_at(&f.kept, MIME_SUBJECT, 0), BYTES(" later"));
	assert_bytes_equal(kept_at(&f.kept, MIME_URL, 0), BYTES("http://x.y/z?a=1"));
	assert_bytes_equal(kept_at(&f.kept, MIME_URL, 1), BYTES("ftp://f)"));
	assert_bytes_equal(kept_at(&f.kept, MIME_URL, 2), BYTES("HTTP://q"));
	assert_bytes_equal(kept_at(&f.kept, MIME_URL, 3), BYTES("http://b.c/"));
	assert_int_equal(kept_at(&f.kept, MIME_URL, 4).len, 0);
	struct bytes rest = kept_at(&f.kept, MIME_FROM, 0), address;
	assert_true(mime_next_address(&rest, &address));
	assert_bytes_equal(address, BYTES("\"A, B\" <a@b>"));
	assert_false(mime_next_address(&rest, &address));
}

static void
bombs_stay_in_their_room_and_are_said(void **state)
{
	(void)state;
	static struct found f;
	static char mail[300000];
	static const struct {
		const char *before, *one, *after;
		size_t times;
		uint32_t event;
	} bombs[] = {
	    {"", "Content-Type: multipart/mixed; boundary=aaaaaaaaaaaaaaaa\n\n--aaaaaaaaaaaaaaaa\n", "", 2000,
	        MIME_MALFORMED_MSG},
	    {"", "Received: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", "", 2000, MIME_MALFORMED_MSG},
	    {"", "Content-Type: message/rfc822\n\n", "", 2000, 0},
	    {"\n", "\nhttp://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", 2000, MIME_MALFORMED_MSG},
	    {"\n", "http://", "\n", 2000, MIME_LONG_LINE},
	    {"", "Subject: ", "\n", 2000, MIME_LONG_HEADER_VALUE},
	    {"Content-Type: x/y; boundary=", "aaaaaaaa", "\n", 50, MIME_LONG_BOUNDARY},
	    {"Content-Type: x/y; name=", "aaaaaaaa", "\n\n", 50, MIME_LONG_FILENAME},
	    {"", "aaaaaaaaaa", ": b\n", 50, MIME_LONG_HEADER_NAME},
	};
	for (size_t i = 0; i < LENGTH_OF(bombs); i++) {
		size_t len = strlen(bombs[i].before), one = strlen(bombs[i].one);
		memcpy(mail, bombs[i].before, len);
		for (size_t n = 0; n < bombs[i].times && len + one + 8 < sizeof(mail); n++, len += one)
			memcpy(mail + len, bombs[i].one, one);
		strcpy(mail + len, bombs[i].after);
		read_mail(&f, bytes_of_cstr(mail), MIME_PIECE_MAX);
		if ((f.events & bombs[i].event) != bombs[i].event)
			fail_msg("%zu: %x", i, f.events);
		assert_true(f.kept.used <= KEPT_TEXT && f.kept.count <= KEPT_ITEMS);
	}
}

static void
parameters_are_read_as_mail_programs_do(void **state)
{
	(void)state;
	static const struct {
		const char *field, *value, *why;
	} rows[] = {
	    {"a/b; filename=x", "x", "plain"},
	    {"a/b;filename = \"x;y\\\"z\" ; other=1", "x;y\"z", "quoted, with quotes inside"},
	    {"a/b; filename=\"x", "x", "the end of the quotes is missing"},
	    {"a/b; xfilename=no; FILENAME=x", "x", "only whole names"},
	    {"a/b; filename=x y; z=1", "x y", "blanks without quotes"},
	    {"a/b; filename*=utf-8'en'a%20b%zz; filename=old", "a b%zz", "the extended one is believed"},
	    {"a/b; filename*1=b; filename*0=a; filename*2*=%63; filename*9=no", "abc", "parts in any order, without a hole"},
	    {"a/b; filename", NULL, "no value"},
	    {"filename=x", "x", "without a main value"},
	    {"a/b; filename*0x=q", NULL, "not a part"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		uint8_t out[64];
		size_t length = 0;
		bool found = mime_param_find(bytes_of_cstr(rows[i].field), BYTES("filename"), out, sizeof(out), &length);
		if (found != (rows[i].value != NULL) ||
		    (found && !bytes_eq((struct bytes){out, length}, bytes_of_cstr(rows[i].value))))
			fail_msg("%s: %d %.*s", rows[i].why, found, (int)length, out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_are_found_in_mails),
	    cmocka_unit_test(the_header_is_kept_and_that_of_parts_is_not),
	    cmocka_unit_test(bombs_stay_in_their_room_and_are_said),
	    cmocka_unit_test(parameters_are_read_as_mail_programs_do),
	};
	return RUN_TESTS(tests);
}
