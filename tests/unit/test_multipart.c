/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/multipart.h"

#include <stdio.h>

/* "[name]bytes)" for each part; '!' for a bad head. */
static void
tell(struct bytes body, size_t piece, char *text, size_t size)
{
	struct multipart m;
	size_t len = 0;
	multipart_init(&m, BYTES("AaB"));
	while (body.len > 0) {
		struct bytes part = test_heap(bytes_first(body, piece)), data = part, got;
		enum multipart_what what;
		while ((what = multipart_next(&m, &data, &got)) != MULTIPART_NEED) {
			const char *before = what == MULTIPART_BEGIN ? "["
			    : what == MULTIPART_CLOSE                ? ")"
			    : what == MULTIPART_BAD_HEAD             ? "!"
			                                             : "";
			len += (size_t)snprintf(text + len, size - len, "%s%.*s%s", before, (int)got.len,
			    (const char *)got.at, what == MULTIPART_BEGIN ? "]" : "");
		}
		body = bytes_after(body, part.len);
		test_heap_free(part);
	}
	text[len] = '\0';
}

#define FILE_HEAD(name) "Content-Disposition: form-data; name=\"f\"; filename=\"" name "\"\r\nContent-Type: a/b\r\n\r\n"

static void
parts_are_told_however_they_are_cut(void **state)
{
	(void)state;
	static const struct {
		const char *body, *told, *why;
	} rows[] = {
	    {"--AaB\r\n" FILE_HEAD("a.txt") "hello\r\n--AaB--\r\n", "[a.txt]hello)", "one file"},
	    {"pre\r\n--AaB\r\n" FILE_HEAD("a") "1\r\n--AaB\r\n" FILE_HEAD("b") "2\r\n--AaB--post", "[a]1)[b]2)", "two"},
	    {"--AaB\r\nContent-Disposition: form-data; name=x\r\n\r\nvalue\r\n--AaB--", "[]value)", "a field is no file"},
	    {"--AaB\n"
	     "content-disposition:form-data;filename=b\n\nhello\n--AaB--\n",
	        "[b]hello)", "LF alone"},
	    {"--AaB\r\n" FILE_HEAD("a") "x\r\n--Aax\r\r\n-\r\n--AaB--", "[a]x\r\n--Aax\r\r\n-)", "nearly a boundary"},
	    {"--AaB\r\n" FILE_HEAD("a") "x--AaB y\r\n--AaB--", "[a]x--AaB y)", "a boundary inside a line is none"},
	    {"--AaB\r\n" FILE_HEAD("a") "cut", "[a]cut", "without end"},
	    {"--AaB\r\nX: y\r\n\r\nz\r\n--AaB--", "!z)", "no disposition"},
	    {"--AaB\r\n" FILE_HEAD("q\\\"\\; r") "z", "[q\\\"\\; r]z", "a name with quotes and semicolon"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		for (size_t piece = 1; piece < 300; piece = piece < 20 ? piece + 1 : piece * 5) {
			char text[400];
			tell(bytes_of_cstr(rows[i].body), piece, text, sizeof(text));
			if (strcmp(text, rows[i].told) != 0)
				fail_msg("%s in pieces of %zu: %s", rows[i].why, piece, text);
		}
}

static void
boundaries_are_found_in_types(void **state)
{
	(void)state;
	static const struct {
		const char *type, *boundary;
	} rows[] = {
	    {"multipart/form-data; boundary=abc", "abc"},
	    {"Multipart/Form-Data;charset=x;  BOUNDARY=\"a b;c\" ; y=z", "a b;c"},
	    {"multipart/form-data", ""},
	    {"multipart/mixed; boundary=abc", ""},
	    {"text/plain; boundary=abc", ""},
	    {"multipart/form-data; xboundary=abc", ""},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes type = test_heap(bytes_of_cstr(rows[i].type));
		if (!bytes_eq(multipart_boundary(type), bytes_of_cstr(rows[i].boundary)))
			fail_msg("%s", rows[i].type);
		test_heap_free(type);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parts_are_told_however_they_are_cut),
	    cmocka_unit_test(boundaries_are_found_in_types),
	};
	return RUN_TESTS(tests);
}
