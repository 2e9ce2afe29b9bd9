/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/digest.h"
#include "proto/digest_stream.h"

static void
check_hex(struct bytes got, const char *wanted)
{
	char text[128];
	size_t n = digest_hex(got, '\0', text);
	assert_bytes_equal(((struct bytes){(const uint8_t *)text, n}), bytes_of_cstr(wanted));
}

static void
known_digests_are_found(void **state)
{
	(void)state;
	uint8_t out[DIGEST_SHA256_SIZE];
	digest_md5(BYTES("abc"), out); /* RFC 1321 A.5 */
	check_hex((struct bytes){out, DIGEST_MD5_SIZE}, "900150983cd24fb0d6963f7d28e17f72");
	digest_md5((struct bytes){0}, out);
	check_hex((struct bytes){out, DIGEST_MD5_SIZE}, "d41d8cd98f00b204e9800998ecf8427e");
	digest_sha1(BYTES("abc"), out); /* FIPS 180 */
	check_hex((struct bytes){out, DIGEST_SHA1_SIZE}, "a9993e364706816aba3e25717850c26c9cd0d89d");
	digest_sha256(BYTES("abc"), out);
	check_hex(
	    (struct bytes){out, DIGEST_SHA256_SIZE}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
known_codes_are_found(void **state)
{
	(void)state;
	uint8_t out[DIGEST_SHA256_SIZE], key[131];
	digest_hmac_sha256(BYTES("Jefe"), BYTES("what do ya want "), BYTES("for nothing?"), out); /* RFC 4231 4.3 */
	check_hex((struct bytes){out, sizeof(out)}, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key)); /* RFC 4231 4.7: a key longer than a block */
	digest_hmac_sha256((struct bytes){key, sizeof(key)}, BYTES("Test Using Larger Than Block-Size Key - "),
	    BYTES("Hash Key First"), out);
	check_hex((struct bytes){out, sizeof(out)}, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void
separators_stand_between_bytes_only(void **state)
{
	(void)state;
	char out[16];
	assert_int_equal(digest_hex(BYTES("\x00\xab\x0f"), ':', out), 8);
	assert_memory_equal(out, "00:ab:0f", 8);
	assert_int_equal(digest_hex(BYTES(""), ':', out), 0);
}

static void
pieces_give_the_digests_of_the_whole(void **state)
{
	(void)state;
	static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"; /* FIPS 180, RFC 1321 */
	for (size_t cut = 0; cut < sizeof(text); cut++) {
		struct digest_stream d;
		uint8_t md5[DIGEST_MD5_SIZE], sha1[DIGEST_SHA1_SIZE], sha256[DIGEST_SHA256_SIZE];
		struct bytes all = bytes_of_cstr(text);
		digest_stream_begin(&d, DIGEST_STREAM_MD5 | DIGEST_STREAM_SHA1 | DIGEST_STREAM_SHA256);
		digest_stream_add(&d, bytes_first(all, cut));
		digest_stream_add(&d, bytes_after(all, cut));
		digest_stream_end(&d, md5, sha1, sha256);
		check_hex((struct bytes){md5, sizeof(md5)}, "8215ef0796a20bcaaae116d3876c664a");
		check_hex((struct bytes){sha1, sizeof(sha1)}, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
		check_hex((struct bytes){sha256, sizeof(sha256)},
		    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	}
}

static void
only_what_is_asked_for_is_digested(void **state)
{
	(void)state;
	struct digest_stream d;
	uint8_t md5[DIGEST_MD5_SIZE] = {7}, sha1[DIGEST_SHA1_SIZE] = {7}, sha256[DIGEST_SHA256_SIZE];
	digest_stream_begin(&d, DIGEST_STREAM_SHA256);
	digest_stream_add(&d, (struct bytes){0});
	digest_stream_end(&d, md5, sha1, sha256);
	assert_int_equal(md5[0], 7);
	assert_int_equal(sha1[0], 7);
	check_hex(
	    (struct bytes){sha256, sizeof(sha256)}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_digests_are_found),
	    cmocka_unit_test(known_codes_are_found),
	    cmocka_unit_test(pieces_give_the_digests_of_the_whole),
	    cmocka_unit_test(only_what_is_asked_for_is_digested),
	    cmocka_unit_test(separators_stand_between_bytes_only),
	};
	return RUN_TESTS(tests);
}
