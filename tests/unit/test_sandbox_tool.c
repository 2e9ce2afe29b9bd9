/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "sandbox/sandbox_tool.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECONDS = 20 };
static const uint64_t memory_bytes = 256 << 20;

/* What the shell answers, in `out`; the error. */
static int
shell(const char *script_cstr, struct bytes in, char out[static 256], struct diag *diag)
{
	const char *const arguments[] = {"sh", "-c", script_cstr, NULL};
	char *made = NULL;
	size_t len = 0;
	*diag = (struct diag){.offset = UINT64_MAX};
	int r = sandbox_tool_run(
	    &(struct sandbox_tool){.arguments = arguments, .seconds = SECONDS, .memory_bytes = memory_bytes}, in, &made,
	    &len, diag);
	if (r == 0)
		(void)snprintf(out, 256, "%.*s", (int)len, made);
	free(made);
	return r;
}

static void
what_goes_in_comes_out(void **state)
{
	(void)state;
	char out[256];
	struct diag diag;
	assert_int_equal(shell("tr a-z A-Z", BYTES("words of the dossier"), out, &diag), 0);
	assert_string_equal(out, "WORDS OF THE DOSSIER");
}

static void
it_may_do_nothing_else(void **state)
{
	(void)state;
	static const struct {
		const char *script_cstr, *why_cstr;
	} cases[] = {
	    {"cat /etc/passwd", "files that are not installed programs are shut"},
	    {"cat /proc/self/environ", "nor those of processes"},
	    {"ls /root", "nor folders"},
	    {"echo x > /var/tmp/test-sandbox-tool", "it writes nowhere"},
	    {"echo x > /tmp/test-sandbox-tool", "not even beside its own folder"},
	    {"kill -0 1", "it reaches no other process"},
	    {"test -n \"$BEFFROI_SECRET\"", "it is told nothing of our environment"},
	    {"exec 9<&3", "no descriptor of ours is open in it"},
	};
	char out[256];
	struct diag diag;
	assert_int_equal(setenv("BEFFROI_SECRET", "x", 1), 0);
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		char script[256];
		(void)snprintf(
		    script, sizeof(script), "if ( %s ) >&2; then echo done; else echo refused; fi", cases[i].script_cstr);
		assert_int_equal(shell(script, (struct bytes){0}, out, &diag), 0);
		if (strcmp(out, "refused\n") != 0)
			fail_msg("%s: %s", cases[i].why_cstr, out);
	}
}

static void
it_has_no_network(void **state)
{
	(void)state;
	char out[256], path[SANDBOX_TOOL_PATH_MAX];
	struct diag diag;
	assert_true(sandbox_tool_find("python3", path)); /* meson is written in it: it is there */
	assert_int_equal(shell("python3 -c 'import socket; socket.socket()' >&2 && echo done || echo refused",
	                     (struct bytes){0}, out, &diag),
	    0);
	assert_string_equal(out, "refused\n");
}

static void
its_own_folder_is_gone_afterwards(void **state)
{
	(void)state;
	char out[256];
	struct diag diag;
	struct stat st;
	assert_int_equal(shell("mkdir $TMPDIR/a && echo x > $TMPDIR/a/b && echo $TMPDIR", (struct bytes){0}, out, &diag), 0);
	out[strcspn(out, "\n")] = '\0';
	assert_true(strlen(out) > 5);
	assert_int_equal(stat(out, &st), -1);
}

static void
its_failure_is_told_in_its_words(void **state)
{
	(void)state;
	char out[256];
	struct diag diag;
	assert_int_equal(shell("echo first >&2; echo the font is missing >&2; exit 3", (struct bytes){0}, out, &diag), -EIO);
	assert_non_null(strstr(diag.text_cstr, "sh failed: the font is missing"));
	assert_int_equal(shell("true", (struct bytes){0}, out, &diag), -EIO); /* nothing came out */
	assert_int_equal(shell("yes | head -c 100000 >&2; exit 1", (struct bytes){0}, out, &diag), -EIO);
	const char *const arguments[] = {"no-such-program", NULL};
	char *made = NULL;
	size_t len;
	assert_int_equal(
	    sandbox_tool_run(&(struct sandbox_tool){arguments, 1, memory_bytes}, (struct bytes){0}, &made, &len, &diag),
	    -ENOENT);
	assert_null(made);
}

static void
it_ends_in_time_with_all_it_started(void **state)
{
	(void)state;
	struct diag diag;
	char *made = NULL;
	size_t len;
	static const char *const scripts[] = {
	    "sleep 1000 & sleep 1000", "exec >&- 2>&-; sleep 1000", "while :; do :; done", "trap '' TERM INT; sleep 1000"};
	for (size_t i = 0; i < LENGTH_OF(scripts); i++) {
		const char *const arguments[] = {"sh", "-c", scripts[i], NULL};
		assert_int_equal(sandbox_tool_run(&(struct sandbox_tool){arguments, 1, memory_bytes}, (struct bytes){0},
		                     &made, &len, &diag),
		    -ETIME);
		assert_non_null(strstr(diag.text_cstr, "longer than 1 second"));
	}
}

static void
it_has_no_more_memory_than_told(void **state)
{
	(void)state;
	char out[256], path[SANDBOX_TOOL_PATH_MAX];
	struct diag diag;
	assert_true(sandbox_tool_find("python3", path)); /* meson is written in it: it is there */
	assert_int_equal(shell("python3 -c 'x = bytearray(1 << 30); print(len(x))'", (struct bytes){0}, out, &diag), -EIO);
	assert_non_null(strstr(diag.text_cstr, "MemoryError"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_goes_in_comes_out),
	    cmocka_unit_test(it_may_do_nothing_else),
	    cmocka_unit_test(it_has_no_network),
	    cmocka_unit_test(its_own_folder_is_gone_afterwards),
	    cmocka_unit_test(its_failure_is_told_in_its_words),
	    cmocka_unit_test(it_ends_in_time_with_all_it_started),
	    cmocka_unit_test(it_has_no_more_memory_than_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
