/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/tar_read.h"

#include <stdio.h>

enum { BLOCK = 512 };

static uint8_t archive[64 * BLOCK];
static size_t length;

static void
put(const char *name_cstr, char type, const char *text_cstr)
{
	uint8_t *h = archive + length;
	size_t size = strlen(text_cstr);
	memset(h, 0, BLOCK);
	(void)snprintf((char *)h, 100, "%s", name_cstr);
	(void)snprintf((char *)h + 124, 12, "%011o", (unsigned)size & 0777777777);
	h[156] = (uint8_t)type;
	memset(h + 148, ' ', 8);
	unsigned sum = 0;
	for (size_t i = 0; i < BLOCK; i++)
		sum += h[i];
	(void)snprintf((char *)h + 148, 8, "%06o", sum);
	memset(h + BLOCK, 0, BLOCK);
	memcpy(h + BLOCK, text_cstr, size);
	length += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
}

static void
files_come_in_order_and_folders_are_passed_over(void **state)
{
	(void)state;
	struct tar_read_member m;
	length = 0;
	put("rules/", '5', "");
	put("rules/a.rules", '0', "one");
	put("link", '2', "");
	put("b.rules", '\0', "");
	memset(archive + length, 0, 2 * BLOCK);
	struct cursor c = cursor_of((struct bytes){archive, length + 2 * BLOCK});
	assert_int_equal(tar_read_next(&c, &m), PARSE_OK);
	assert_bytes_equal(m.name, BYTES("rules/a.rules"));
	assert_bytes_equal(m.data, BYTES("one"));
	assert_int_equal(tar_read_next(&c, &m), PARSE_OK);
	assert_bytes_equal(m.name, BYTES("b.rules"));
	assert_int_equal(m.data.len, 0);
	assert_int_equal(tar_read_next(&c, &m), PARSE_SHORT);
}

static void
what_is_damaged_or_cut_is_no_archive(void **state)
{
	(void)state;
	struct tar_read_member m;
	length = 0;
	put("a.rules", '0', "one");
	for (size_t i = 0; i < 100; i++) { /* any byte of its name */
		archive[i] ^= 1;
		struct cursor c = cursor_of((struct bytes){archive, length});
		assert_int_equal(tar_read_next(&c, &m), PARSE_BAD);
		archive[i] ^= 1;
	}
	for (size_t cut = 1; cut < BLOCK + 3; cut++) {
		struct cursor c = cursor_of((struct bytes){archive, cut});
		assert_int_equal(tar_read_next(&c, &m), PARSE_BAD);
	}
	struct cursor c = cursor_of((struct bytes){archive, BLOCK + 3}); /* padding may be missing */
	assert_int_equal(tar_read_next(&c, &m), PARSE_OK);
	struct cursor nothing = cursor_of((struct bytes){archive, 0});
	assert_int_equal(tar_read_next(&nothing, &m), PARSE_SHORT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_come_in_order_and_folders_are_passed_over),
	    cmocka_unit_test(what_is_damaged_or_cut_is_no_archive),
	};
	return RUN_TESTS(tests);
}
