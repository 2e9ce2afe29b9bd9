/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "sandbox/memory_file.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

static void
what_is_put_in_comes_out(void **state)
{
	(void)state;
	static uint8_t big[200000];
	memset(big, 'x', sizeof(big));
	static const size_t sizes[] = {0, 1, 65537, sizeof(big)};
	for (size_t i = 0; i < LENGTH_OF(sizes); i++) {
		uint8_t *got = NULL;
		int fd = memory_file_make((struct bytes){big, sizes[i]});
		assert_true(fd >= 0);
		assert_int_equal(memory_file_read(fd, sizes[i], &got), 0);
		assert_bytes_equal(((struct bytes){got, sizes[i]}), ((struct bytes){big, sizes[i]}));
		assert_int_equal(got[sizes[i]], '\0');
		free(got);
		close(fd);
	}
}

static void
another_length_than_was_said_is_refused(void **state)
{
	(void)state;
	uint8_t *got = NULL;
	int fd = memory_file_make(BYTES("four"));
	assert_int_equal(memory_file_read(fd, 3, &got), -EBADMSG);
	assert_int_equal(memory_file_read(fd, 5, &got), -EBADMSG);
	assert_null(got);
	close(fd);
}

/* A sender that keeps the file writable could change it between the check and the use. */
static void
a_file_that_can_still_change_is_refused(void **state)
{
	(void)state;
	uint8_t *got = NULL;
	int fd = memfd_create("open", MFD_CLOEXEC | MFD_ALLOW_SEALING), pair[2];
	assert_int_equal(write(fd, "four", 4), 4);
	assert_int_equal(memory_file_read(fd, 4, &got), -EBADMSG);
	close(fd);
	assert_int_equal(pipe(pair), 0);
	assert_int_equal(memory_file_read(pair[0], 0, &got), -EBADMSG);
	close(pair[0]);
	close(pair[1]);
	fd = memory_file_make(BYTES("four"));
	assert_true(write(fd, "x", 1) < 0);
	assert_true(ftruncate(fd, 0) < 0);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_put_in_comes_out),
	    cmocka_unit_test(another_length_than_was_said_is_refused),
	    cmocka_unit_test(a_file_that_can_still_change_is_refused),
	};
	return RUN_TESTS(tests);
}
