/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "app/rules_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder_cstr[] = "/tmp/test_rules_cache.XXXXXX";
static struct rules_cache cache;

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(folder_cstr) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	char command[100];
	(void)snprintf(command, sizeof(command), "rm -r %s", folder_cstr);
	return system(command); /* NOLINT: a folder of this test's own */
}

/* An entry whose key is one letter, over and over, with an empty database: 100 bytes and 4 for each that is refused. */
static struct bytes
entry_of(char letter, uint32_t refused, struct rule_search_entry *entry)
{
	struct rule_search search = {.refused_count = refused};
	uint8_t key[RULE_SEARCH_KEY], *whole;
	size_t len;
	memset(key, letter, sizeof(key));
	for (uint32_t i = 0; i < refused; i++)
		search.refused[i] = i;
	assert_int_equal(rule_search_write(key, &search, &whole, &len), 0);
	struct cursor c = cursor_of((struct bytes){whole, len});
	assert_int_equal(rule_search_read(&c, entry), PARSE_OK);
	return (struct bytes){whole, len};
}

static void
put(char letter, uint32_t refused)
{
	struct rule_search_entry entry;
	struct bytes whole = entry_of(letter, refused, &entry);
	rules_cache_put(&cache, &entry);
	test_heap_free(whole);
}

static bool
has(char letter, uint32_t refused)
{
	struct rule_search_entry entry;
	struct bytes whole = entry_of(letter, refused, &entry);
	uint8_t *bytes;
	size_t len;
	bool found = rules_cache_get(&cache, entry.key, &bytes, &len);
	if (found) {
		assert_bytes_equal(((struct bytes){bytes, len}), whole);
		free(bytes);
	}
	test_heap_free(whole);
	return found;
}

static void
path_of(char letter, char out[static 200])
{
	int n = snprintf(out, 200, "%s/c/", folder_cstr);
	for (size_t i = 0; i < RULE_SEARCH_KEY; i++)
		n += snprintf(out + n, 200 - (size_t)n, "%02x", letter);
	(void)snprintf(out + n, 200 - (size_t)n, ".hs");
}

static void
open_cache(uint64_t bytes_max)
{
	char name_cstr[100];
	struct diag diag = {0};
	(void)snprintf(name_cstr, sizeof(name_cstr), "%s/c", folder_cstr);
	assert_int_equal(rules_cache_open(&cache, name_cstr, bytes_max, &diag), 0);
}

/* Its last use, in seconds of the last century. */
static void
used_at(char letter, time_t seconds)
{
	char path_cstr[200];
	path_of(letter, path_cstr);
	struct timespec times[2] = {{seconds, 0}, {seconds, 0}};
	assert_int_equal(utimensat(AT_FDCWD, path_cstr, times, 0), 0);
}

static void
what_was_put_is_there_the_next_time(void **state)
{
	(void)state;
	open_cache(RULES_CACHE_BYTES_MAX);
	assert_false(has('a', 1));
	put('a', 1);
	rules_cache_close(&cache);
	open_cache(RULES_CACHE_BYTES_MAX);
	assert_true(has('a', 1));
	assert_false(has('b', 1));
	assert_int_equal(cache.found, 1);
	assert_int_equal(cache.missing, 1);
	rules_cache_close(&cache);
}

static void
a_damaged_file_is_noticed_and_removed(void **state)
{
	(void)state;
	char path_cstr[200], other_cstr[200];
	open_cache(RULES_CACHE_BYTES_MAX);
	put('d', 2);
	path_of('d', path_cstr);
	int fd = open(path_cstr, O_RDWR);
	assert_true(fd >= 0 && pwrite(fd, "x", 1, 60) == 1);
	close(fd);
	assert_false(has('d', 2));
	assert_int_equal(cache.damaged, 1);
	assert_int_equal(access(path_cstr, F_OK), -1);
	put('d', 2);
	assert_true(has('d', 2));
	assert_int_equal(truncate(path_cstr, 50), 0);
	assert_false(has('d', 2));
	put('d', 2);
	assert_int_equal(truncate(path_cstr, 500), 0); /* more behind it */
	assert_false(has('d', 2));
	put('d', 2);
	path_of('e', other_cstr);
	assert_int_equal(rename(path_cstr, other_cstr), 0); /* whole, but of another key */
	assert_false(has('e', 2));
	assert_int_equal(cache.damaged, 4);
	rules_cache_close(&cache);
}

static void
what_was_not_used_for_longest_goes_first(void **state)
{
	(void)state;
	open_cache(220);
	put('x', 0);
	put('y', 0);
	put('z', 0);
	used_at('x', 3000);
	used_at('y', 1000);
	used_at('z', 2000);
	assert_true(has('y', 0)); /* it was used now */
	put('a', 1);
	used_at('a', 500);
	rules_cache_trim(&cache);
	assert_false(has('a', 1));
	assert_false(has('z', 0));
	assert_true(has('x', 0));
	assert_true(has('y', 0));
	rules_cache_close(&cache);
}

static void
a_folder_where_others_write_is_not_used(void **state)
{
	(void)state;
	char name_cstr[100];
	struct diag diag = {0};
	(void)snprintf(name_cstr, sizeof(name_cstr), "%s/open", folder_cstr);
	assert_int_equal(mkdir(name_cstr, 0700), 0);
	assert_int_equal(chmod(name_cstr, 0777), 0);
	assert_int_equal(rules_cache_open(&cache, name_cstr, 1000, &diag), -EPERM);
	assert_int_equal(cache.folder, -1);
	assert_false(has('a', 0)); /* none, and nothing breaks */
	put('a', 0);
	rules_cache_trim(&cache);
}

static void
its_place_is_the_dossier_or_the_users_cache(void **state)
{
	(void)state;
	static const struct {
		const char *given_cstr, *dossier_cstr, *xdg_cstr, *home_cstr, *wanted_cstr;
	} rows[] = {
	    {"/given", "/dossier", "/xdg", "/home/u", "/given"},
	    {"none", "/dossier", "/xdg", "/home/u", ""},
	    {NULL, "/dossier", "/xdg", "/home/u", "/dossier/rules-cache"},
	    {NULL, "", "/xdg", "/home/u", "/xdg/beffroi/rules"},
	    {NULL, "", "relative", "/home/u", "/home/u/.cache/beffroi/rules"},
	    {NULL, "", "", "", ""},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char out[100];
		assert_int_equal(setenv("XDG_CACHE_HOME", rows[i].xdg_cstr, 1), 0);
		assert_int_equal(setenv("HOME", rows[i].home_cstr, 1), 0);
		rules_cache_place(rows[i].given_cstr, rows[i].dossier_cstr, out, sizeof(out));
		assert_string_equal(out, rows[i].wanted_cstr);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_put_is_there_the_next_time),
	    cmocka_unit_test(a_damaged_file_is_noticed_and_removed),
	    cmocka_unit_test(what_was_not_used_for_longest_goes_first),
	    cmocka_unit_test(a_folder_where_others_write_is_not_used),
	    cmocka_unit_test(its_place_is_the_dossier_or_the_users_cache),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
