/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/cursor.h"

/* Reads `size` bytes as a number by the public readers. */
static uint64_t
read_any(struct cursor *c, size_t size)
{
	switch (size) {
	case 1: return cursor_u8(c);
	case 2: return cursor_be16(c);
	case 3: return cursor_be24(c);
	case 4: return cursor_be32(c);
	default: return cursor_be64(c);
	}
}

static uint64_t
expected_value(struct bytes b, size_t at, size_t size)
{
	uint64_t value = 0;
	for (size_t i = 0; i < size; i++)
		value = value << 8 | b.at[at + i];
	return value;
}

/* All sequences of three reads over all lengths to 9, against a model of twenty words. */
static void
no_sequence_of_three_reads_leaves_the_bytes(void **state)
{
	(void)state;
	static const size_t sizes[] = {1, 2, 3, 4, 8};
	for (size_t len = 0; len <= 9; len++) {
		struct bytes b = test_heap((struct bytes){(const uint8_t *)"\x91\x82\x73\x64\x55\x46\x37\x28\x19", len});
		for (size_t pick = 0; pick < 125; pick++) {
			size_t reads[3] = {sizes[pick % 5], sizes[pick / 5 % 5], sizes[pick / 25]};
			struct cursor c = cursor_of(b);
			size_t at = 0;
			bool failed = false;
			for (size_t i = 0; i < 3; i++) {
				uint64_t got = read_any(&c, reads[i]);
				failed = failed || reads[i] > len - at;
				assert_int_equal(got, failed ? 0 : expected_value(b, at, reads[i]));
				at += failed ? 0 : reads[i];
				assert_int_equal(cursor_ok(&c), !failed);
				assert_int_equal(c.left, failed ? 0 : len - at);
			}
		}
		test_heap_free(b);
	}
}

static void
a_field_cannot_read_its_neighbour(void **state)
{
	(void)state;
	struct cursor c = cursor_of(BYTES("\x02\x01\x02\x03"));
	struct cursor field = cursor_sub(&c, cursor_u8(&c));
	assert_int_equal(cursor_be16(&field), 0x0102);
	assert_int_equal(cursor_u8(&field), 0);
	assert_int_equal(field.state, PARSE_SHORT);
	cursor_join(&c, &field);
	assert_int_equal(c.state, PARSE_BAD);
}

static void
the_first_complaint_wins(void **state)
{
	(void)state;
	struct cursor c = cursor_of(BYTES("x"));
	cursor_stop(&c, PARSE_BAD);
	cursor_take(&c, 5);
	assert_int_equal(c.state, PARSE_BAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_sequence_of_three_reads_leaves_the_bytes),
	    cmocka_unit_test(a_field_cannot_read_its_neighbour),
	    cmocka_unit_test(the_first_complaint_wins),
	};
	return RUN_TESTS(tests);
}
