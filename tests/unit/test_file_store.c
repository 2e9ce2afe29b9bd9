/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The folder of kept files, as the parent fills it with what a sensor sends, which may be captured. */
#include "test.h"

#include "app/file_store.h"
#include "core/ensure.h"
#include "core/writer.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t abc[32] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22,
    0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
static const char abc_name[] = "ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static char folder[] = "/tmp/file-store-XXXXXX", path[4096];
static struct file_store *store;

static void
open_it(uint64_t bytes, uint64_t files)
{
	struct diag diag = {0};
	assert_int_equal(file_store_open(&store, folder, &(struct file_store_limits){bytes, files}, &diag), 0);
}

static int
begin(void **state)
{
	(void)state;
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	return mkdtemp(folder) == NULL;
}

static int
end(void **state)
{
	(void)state;
	file_store_close(store);
	(void)snprintf(path, sizeof(path), "rm -r '%s'", folder);
	return system(path);
}

static void
put(uint64_t number, const char *text_cstr)
{
	uint8_t room[1024];
	struct writer w = writer_of(room, sizeof(room));
	writer_be64(&w, number);
	writer_put(&w, bytes_of_cstr(text_cstr));
	file_store_put(store, writer_written(&w));
}

static void
keep(uint64_t number, uint64_t size, const uint8_t sha256[32])
{
	uint8_t room[64];
	struct writer w = writer_of(room, sizeof(room));
	writer_be64(&w, number);
	writer_be64(&w, size);
	writer_put(&w, (struct bytes){sha256, 32});
	file_store_keep(store, writer_written(&w));
}

static bool
there(const char *name_cstr)
{
	struct stat st;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name_cstr);
	return lstat(path, &st) == 0;
}

static size_t
coming(void)
{
	size_t n = 0;
	(void)snprintf(path, sizeof(path), "%s/tmp", folder);
	DIR *d = opendir(path);
	ENSURE(d != NULL);
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.';
	(void)closedir(d);
	return n;
}

static void
a_file_lies_under_its_hash_once(void **state)
{
	(void)state;
	open_it(1000, 10);
	put(1, "a");
	put(2, "abc");
	put(1, "bc");
	keep(1, 3, abc);
	assert_true(there(abc_name));
	keep(2, 3, abc);
	struct file_store_counts c = file_store_count(store);
	assert_int_equal(c.kept, 1);
	assert_int_equal(c.known, 1);
	assert_int_equal(c.refused, 0);
	assert_int_equal(coming(), 0);
}

static void
what_is_not_as_said_is_not_kept(void **state)
{
	(void)state;
	uint8_t wrong[32] = {0};
	open_it(1000, 10);
	put(1, "abc");
	keep(1, 4, abc); /* not all came */
	put(2, "abc");
	keep(2, 3, wrong);
	keep(3, 0, abc); /* nothing came */
	assert_int_equal(file_store_count(store).refused, 3);
	assert_int_equal(coming(), 0);
	assert_false(there(abc_name));
	file_store_keep(store, BYTES("short"));
	file_store_put(store, BYTES("short"));
	file_store_drop(store, BYTES("short"));
}

static void
the_budget_holds_of_what_comes_too(void **state)
{
	(void)state;
	open_it(5, 10);
	put(1, "abc");
	put(2, "abc"); /* three and three are more than five */
	keep(2, 3, abc);
	assert_int_equal(file_store_count(store).refused, 1);
	keep(1, 3, abc);
	assert_true(there(abc_name));
	put(3, "abc");
	assert_int_equal(coming(), 0);
	file_store_close(store);
	open_it(1000, 1);
	put(1, "abc");
	put(2, "abc");
	assert_int_equal(coming(), 1);
	file_store_drop(store, BYTES("\0\0\0\0\0\0\0\1"));
	assert_int_equal(coming(), 0);
	put(2, "abc");
	assert_int_equal(coming(), 1);
}

static void
what_never_came_whole_is_removed(void **state)
{
	(void)state;
	open_it(1000, 10);
	put(1, "abc");
	file_store_close(store);
	assert_int_equal(coming(), 0);
	store = NULL;
}

/* A link that somebody else put there is not followed. */
static void
nothing_is_written_through_a_link(void **state)
{
	(void)state;
	open_it(1000, 10);
	char link_cstr[4200];
	(void)snprintf(path, sizeof(path), "%s/victim", folder);
	(void)snprintf(link_cstr, sizeof(link_cstr), "%s/tmp/f1", folder);
	assert_int_equal(symlink(path, link_cstr), 0);
	put(1, "abc");
	assert_false(there("victim"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_file_lies_under_its_hash_once, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_not_as_said_is_not_kept, begin, end),
	    cmocka_unit_test_setup_teardown(the_budget_holds_of_what_comes_too, begin, end),
	    cmocka_unit_test_setup_teardown(what_never_came_whole_is_removed, begin, end),
	    cmocka_unit_test_setup_teardown(nothing_is_written_through_a_link, begin, end),
	};
	return RUN_TESTS(tests);
}
