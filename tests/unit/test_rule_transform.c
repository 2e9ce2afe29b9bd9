/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_set.h"
#include "detect/rules/rule_transform.h"

#include <stdio.h>
#include <zlib.h>

static struct rule_set set;
static struct rule_transforms *transforms;

static int
set_up(void **state)
{
	(void)state;
	transforms = rule_transform_new();
	return transforms == NULL ? -1 : rule_set_init(&set, 16 << 20);
}

static int
tear_down(void **state)
{
	(void)state;
	rule_transform_free(transforms);
	rule_set_done(&set);
	return 0;
}

/* What a buffer becomes. */
static struct bytes
become(const char *transforms_cstr, struct bytes data)
{
	char text[1024];
	struct diag diag = {0};
	(void)snprintf(
	    text, sizeof(text), "alert http any any -> any any (http.uri; %s content:\"a\"; sid:1;)", transforms_cstr);
	rule_set_clear(&set);
	assert_int_equal(rule_set_read(&set, "a.rules", bytes_of_cstr(text), &diag), 0);
	if (set.count != 1)
		fail_msg("%s: %s", transforms_cstr, set.problems[0].reason_cstr);
	return rule_transform_apply(transforms, &set.rules[0]->buffers[set.rules[0]->matches[0].buffer], data);
}

static void
a_key_of_the_rule_or_of_the_buffer_is_xored(void **state)
{
	(void)state;
	assert_bytes_equal(become("xor:\"2000\";", BYTES("AbCd")), BYTES("abcd"));
	assert_bytes_equal(become("xor:offset 1,\"20\";", BYTES("ABC")), BYTES("Abc"));
	assert_bytes_equal(become("xor:offset   1,  extract 1 0;", BYTES(" ABC")), BYTES(" abc"));
	assert_bytes_equal(become("xor:extract 2 1;", BYTES("\x61  A")), BYTES("A\0\0a"));
	assert_bytes_equal(become("xor:offset 2,extract 4 0;", BYTES("abc")), BYTES("abc")); /* no key of 4 bytes is there */
	assert_bytes_equal(become("xor:offset 9,\"20\";", BYTES("ABC")), BYTES("ABC"));
}

static size_t
pack(struct bytes data, bool gzip, uint8_t *out, size_t size)
{
	z_stream z = {
	    .next_in = (Bytef *)(uintptr_t)data.at, .avail_in = (uInt)data.len, .next_out = out, .avail_out = (uInt)size};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, gzip ? 31 : 15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	(void)deflateEnd(&z);
	return size - z.avail_out;
}

static void
what_is_packed_is_unpacked_up_to_a_size(void **state)
{
	(void)state;
	static uint8_t large[200000], room[4096];
	memset(large, 'x', sizeof(large));
	size_t len = pack(BYTES("a secret"), true, room, sizeof(room));
	assert_bytes_equal(become("gunzip;", (struct bytes){room, len}), BYTES("a secret"));
	assert_int_equal(become("zlib_deflate;", (struct bytes){room, len}).len, 0);
	assert_bytes_equal(become("gunzip: max-size 3;", (struct bytes){room, len}), BYTES("a s"));
	len = pack(BYTES("another"), false, room, sizeof(room));
	assert_bytes_equal(become("zlib_deflate;", (struct bytes){room, len}), BYTES("another"));
	assert_int_equal(become("gunzip;", (struct bytes){room, len}).len, 0);
	assert_int_equal(become("gunzip;", BYTES("no gzip")).len, 0);
	assert_int_equal(become("gunzip;", (struct bytes){0}).len, 0);
	len = pack((struct bytes){large, sizeof(large)}, true, room, sizeof(room));
	assert_int_equal(become("gunzip;", (struct bytes){room, len}).len, 1024);
	assert_int_equal(become("gunzip: max-size 65535;", (struct bytes){room, len}).len, 65535);
	assert_int_equal(become("gunzip; to_uppercase;", (struct bytes){room, len}).at[0], 'X');
	for (size_t cut = 0; cut < len; cut++) /* what is cut gives what there is */
		assert_true(become("gunzip;", (struct bytes){room, cut}).len <= 1024);
}

static void
transforms_that_are_wrong_are_named(void **state)
{
	(void)state;
	static const char *const wrong[] = {"xor:;", "xor:\"\";", "xor:\"2\";", "xor:offset 1;", "xor:offset abc,\"20\";",
	    "xor:offset ,\"20\";", "xor:extract 1;", "xor:extract 0 0;", "xor:extract 1 -1;", "xor:extract 300 0;",
	    "gunzip: max-size 0;", "gunzip: 7;", "zlib_deflate: max-size 70000;"};
	for (size_t i = 0; i < LENGTH_OF(wrong); i++) {
		char text[256];
		struct diag diag = {0};
		(void)snprintf(
		    text, sizeof(text), "alert http any any -> any any (http.uri; %s content:\"a\"; sid:1;)", wrong[i]);
		rule_set_clear(&set);
		assert_int_equal(rule_set_read(&set, "a.rules", bytes_of_cstr(text), &diag), 0);
		if (set.outcomes[RULE_WRONG] != 1)
			fail_msg("%s is taken", wrong[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_of_the_rule_or_of_the_buffer_is_xored),
	    cmocka_unit_test(what_is_packed_is_unpacked_up_to_a_size),
	    cmocka_unit_test(transforms_that_are_wrong_are_named),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
