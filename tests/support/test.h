/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/test.h - what every unit test starts with. */
#ifndef TESTS_SUPPORT_TEST_H
#define TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/bytes.h"

/* A heap block of exactly b.len bytes with b's content: the address sanitizer sees the first byte
 * read past it. Free with free((void *)copy.at). */
static inline struct bytes
test_heap(struct bytes b)
{
	uint8_t *copy = malloc(b.len > 0 ? b.len : 1);
	if (copy == NULL)
		abort();
	if (b.len > 0)
		memcpy(copy, b.at, b.len);
	return (struct bytes){copy, b.len};
}

static inline void
test_heap_free(struct bytes b)
{
	free((void *)(uintptr_t)b.at);
}

#define assert_bytes_equal(got, wanted)                                     \
	do {                                                                \
		struct bytes got_ = (got), wanted_ = (wanted);              \
		assert_int_equal(got_.len, wanted_.len);                    \
		if (got_.len > 0)                                           \
			assert_memory_equal(got_.at, wanted_.at, got_.len); \
	} while (0)

#define RUN_TESTS(tests) cmocka_run_group_tests(tests, NULL, NULL)

#endif
