/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/hash.h"

static void
sixteen_bytes_hash_alike_by_either_way(void **state)
{
	(void)state;
	uint8_t text[16];
	for (unsigned seed = 0; seed < 1000; seed++) {
		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = (uint8_t)(seed * 31 + i * 7 + (seed >> (i % 8)));
		assert_int_equal(hash_16(text, seed), hash_bytes((struct bytes){text, sizeof(text)}, seed));
	}
}

/* One bit of the input changes about half of the output: what spreads addresses that differ in their last octet. */
static void
a_bit_changes_half_of_the_hash(void **state)
{
	(void)state;
	unsigned changed = 0;
	for (unsigned bit = 0; bit < 128; bit++) {
		uint8_t a[16] = {[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1}, b[16];
		memcpy(b, a, sizeof(b));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		changed += (unsigned)__builtin_popcountll(hash_16(a, 42) ^ hash_16(b, 42));
	}
	assert_in_range(changed, 128 * 28, 128 * 36);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sixteen_bytes_hash_alike_by_either_way),
	    cmocka_unit_test(a_bit_changes_half_of_the_hash),
	};
	return RUN_TESTS(tests);
}
