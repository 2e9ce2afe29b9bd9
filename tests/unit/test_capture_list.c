/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <fcntl.h>
#include <sys/stat.h>

#include "net/capture/capture_list.h"
#include "test_capture_make.h"

enum { PATH_ROOM = 512 };

static char root_cstr[PATH_ROOM];

static const char *
in_root(const char *name_cstr)
{
	static char paths_cstr[4][PATH_ROOM];
	static unsigned turn;
	char *path_cstr = paths_cstr[turn++ % 4];
	snprintf(path_cstr, PATH_ROOM, "%.200s/%.200s", root_cstr, name_cstr);
	return path_cstr;
}

static void
add_file(const char *name_cstr, struct bytes content)
{
	int fd = open(in_root(name_cstr), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content.at, content.len), content.len);
	close(fd);
}

static void
add_folder(const char *name_cstr)
{
	assert_int_equal(mkdir(in_root(name_cstr), 0700), 0);
}

#define PCAP_BYTES BYTES("\xd4\xc3\xb2\xa1\2\0\4\0")
#define GZIP_BYTES BYTES("\x1f\x8b\x08\0\0\0\0\0")

static int
make_tree(void **state)
{
	(void)state;
	snprintf(
	    root_cstr, sizeof(root_cstr), "%s/capture-list-XXXXXX", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	if (mkdtemp(root_cstr) == NULL)
		return -1;
	add_folder("b");
	add_folder("b/deeper");
	add_folder("empty");
	add_folder("only-text");
	add_file("day-10.pcap", PCAP_BYTES);
	add_file("day-2.pcap", PCAP_BYTES);
	add_file("a.PCAP.gz", GZIP_BYTES);
	add_file("log.gz", GZIP_BYTES);
	add_file("notes.pcap", BYTES("a text with a name that lies"));
	add_file("no-name-to-tell", BYTES("\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d"));
	add_file("b/deeper/x", BYTES("snoop\0\0\0"));
	add_file("b/nothing", BYTES(""));
	add_file("only-text/readme", BYTES("text"));
	assert_int_equal(symlink("..", in_root("b/loop")), 0);
	assert_int_equal(symlink("../day-2.pcap", in_root("b/link")), 0);
	assert_int_equal(symlink("nowhere", in_root("b/broken")), 0);
	assert_int_equal(mkfifo(in_root("b/fifo.pcap"), 0600), 0);
	return 0;
}

static int
remove_tree(void **state)
{
	(void)state;
	static const char *const files[] = {"day-10.pcap", "day-2.pcap", "a.PCAP.gz", "log.gz", "notes.pcap",
	    "no-name-to-tell", "b/deeper/x", "b/nothing", "only-text/readme", "b/loop", "b/link", "b/broken", "b/fifo.pcap"};
	static const char *const folders[] = {"b/deeper", "b", "empty", "only-text", ""};
	for (size_t i = 0; i < LENGTH_OF(files); i++)
		unlink(in_root(files[i]));
	for (size_t i = 0; i < LENGTH_OF(folders); i++)
		rmdir(in_root(folders[i]));
	return 0;
}

static void
expect_next(struct capture_list *list, const char *path_cstr)
{
	int fd = -1;
	const char *name_cstr = NULL;
	struct diag diag = {0};
	assert_int_equal(capture_list_next(list, &fd, &name_cstr, &diag), 1);
	assert_string_equal(name_cstr, path_cstr);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
}

static void
a_folder_gives_its_captures_in_the_order_of_names(void **state)
{
	(void)state;
	const char *path_cstr = root_cstr;
	struct capture_list *list = NULL;
	struct diag diag = {0};
	assert_int_equal(capture_list_new(&list, &path_cstr, 1, &diag), 0);
	static const char *const wanted[] = {
	    "a.PCAP.gz", "b/deeper/x", "b/link", "day-2.pcap", "day-10.pcap", "no-name-to-tell"};
	struct capture_list_counts counts = capture_list_counts(list);
	assert_int_equal(counts.files, LENGTH_OF(wanted));
	assert_int_equal(counts.foreign, 6); /* log.gz, notes, b/nothing, readme, the fifo, the link to a folder */
	assert_int_equal(counts.unreadable, 1);
	assert_int_equal(counts.too_deep, 0);
	assert_int_equal(counts.bytes, 8 * 5 + 12);
	for (size_t i = 0; i < LENGTH_OF(wanted); i++)
		expect_next(list, in_root(wanted[i]));
	int fd = -1;
	const char *name_cstr = NULL;
	assert_int_equal(capture_list_next(list, &fd, &name_cstr, &diag), 0);
	assert_int_equal(capture_list_next(list, &fd, &name_cstr, &diag), 0);
	capture_list_free(list);
}

static void
named_files_keep_their_order_and_are_always_given(void **state)
{
	(void)state;
	char text_cstr[PATH_ROOM], pcap_cstr[PATH_ROOM];
	snprintf(text_cstr, sizeof(text_cstr), "%s", in_root("notes.pcap"));
	snprintf(pcap_cstr, sizeof(pcap_cstr), "%s", in_root("day-2.pcap"));
	const char *paths[] = {text_cstr, pcap_cstr, "-", pcap_cstr};
	struct capture_list *list = NULL;
	struct diag diag = {0};
	assert_int_equal(capture_list_new(&list, paths, LENGTH_OF(paths), &diag), 0);
	int saved = dup(STDIN_FILENO), nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(nothing >= 0);
	dup2(nothing, STDIN_FILENO);
	for (size_t i = 0; i < LENGTH_OF(paths); i++)
		expect_next(list, paths[i]);
	if (saved >= 0) {
		dup2(saved, STDIN_FILENO);
		close(saved);
	}
	close(nothing);
	capture_list_free(list);
}

static void
a_mistake_is_told_before_anything_is_read(void **state)
{
	(void)state;
	static const struct {
		const char *paths[2];
		size_t count;
		int error;
		const char *said_cstr, *why;
	} rows[] = {
	    {{NULL}, 0, -EINVAL, "no capture is named", "nothing"},
	    {{"-", "-"}, 2, -EINVAL, "once", "standard input twice"},
	    {{"no-name-to-tell", "absent"}, 2, -ENOENT, "No such file", "a file that is not there"},
	    {{"empty"}, 1, -ENOENT, "no capture", "an empty folder"},
	    {{"only-text"}, 1, -ENOENT, "other files: 1", "a folder without captures"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		const char *paths[2] = {NULL, NULL};
		for (size_t p = 0; p < rows[i].count; p++)
			paths[p] = strcmp(rows[i].paths[p], "-") == 0 ? "-" : in_root(rows[i].paths[p]);
		struct capture_list *list = NULL;
		struct diag diag = {0};
		int r = capture_list_new(&list, paths, rows[i].count, &diag);
		if (r != rows[i].error || strstr(diag.text_cstr, rows[i].said_cstr) == NULL || list != NULL)
			fail_msg("%s: %d, %s", rows[i].why, r, diag.text_cstr);
	}
}

static void
a_file_that_went_away_is_told_and_the_next_one_given(void **state)
{
	(void)state;
	add_file("gone.pcap", PCAP_BYTES);
	char gone_cstr[PATH_ROOM], pcap_cstr[PATH_ROOM];
	snprintf(gone_cstr, sizeof(gone_cstr), "%s", in_root("gone.pcap"));
	snprintf(pcap_cstr, sizeof(pcap_cstr), "%s", in_root("day-2.pcap"));
	const char *paths[] = {gone_cstr, pcap_cstr};
	struct capture_list *list = NULL;
	struct diag diag = {0};
	assert_int_equal(capture_list_new(&list, paths, 2, &diag), 0);
	assert_int_equal(unlink(gone_cstr), 0);
	int fd = -1;
	const char *name_cstr = NULL;
	assert_int_equal(capture_list_next(list, &fd, &name_cstr, &diag), -ENOENT);
	assert_string_equal(diag.file_cstr, gone_cstr);
	assert_int_equal(fd, -1);
	expect_next(list, pcap_cstr);
	capture_list_free(list);
}

static void
folders_are_followed_to_the_eighth_level(void **state)
{
	(void)state;
	char path_cstr[PATH_ROOM] = "deep";
	add_folder(path_cstr);
	for (int level = 1; level <= 9; level++) {
		strncat(path_cstr, "/d", sizeof(path_cstr) - strlen(path_cstr) - 1);
		add_folder(path_cstr);
		char file_cstr[PATH_ROOM];
		snprintf(file_cstr, sizeof(file_cstr), "%.400s/f", path_cstr);
		add_file(file_cstr, PCAP_BYTES);
	}
	const char *deep_cstr = in_root("deep");
	struct capture_list *list = NULL;
	struct diag diag = {0};
	assert_int_equal(capture_list_new(&list, &deep_cstr, 1, &diag), 0);
	struct capture_list_counts counts = capture_list_counts(list);
	assert_int_equal(counts.files, 8);
	assert_int_equal(counts.too_deep, 1);
	capture_list_free(list);
	for (int level = 9; level >= 0; level--) {
		char file_cstr[PATH_ROOM];
		snprintf(file_cstr, sizeof(file_cstr), "%.400s/f", path_cstr);
		unlink(in_root(file_cstr));
		rmdir(in_root(path_cstr));
		path_cstr[strlen(path_cstr) - 2] = '\0';
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_folder_gives_its_captures_in_the_order_of_names),
	    cmocka_unit_test(named_files_keep_their_order_and_are_always_given),
	    cmocka_unit_test(a_mistake_is_told_before_anything_is_read),
	    cmocka_unit_test(a_file_that_went_away_is_told_and_the_next_one_given),
	    cmocka_unit_test(folders_are_followed_to_the_eighth_level),
	};
	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
