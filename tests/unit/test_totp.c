/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "access/totp.h"

#include <stdio.h>

static const uint8_t rfc_secret[] = "12345678901234567890"; /* RFC 6238 appendix B, SHA-1; 20 bytes */

static void
codes_are_those_of_rfc_6238(void **state)
{
	(void)state;
	/* Its table has eight digits; six are their end (RFC 4226 5.3: modulo). */
	static const struct {
		int64_t at_s;
		uint32_t eight_digits;
	} rows[] = {{59, 94287082}, {1111111109, 7081804}, {1111111111, 14050471}, {1234567890, 89005924},
	    {2000000000, 69279037}, {20000000000, 65353130}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		assert_int_equal(
		    totp_code(rfc_secret, TOTP_SECRET, rows[i].at_s / TOTP_STEP_S), rows[i].eight_digits % 1000000);
}

static void
codes_are_those_of_rfc_4226(void **state)
{
	(void)state;
	static const uint32_t rows[] = {755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		assert_int_equal(totp_code(rfc_secret, TOTP_SECRET, (int64_t)i), rows[i]); /* appendix D */
}

static struct bytes
code_at(int64_t at_s)
{
	static char text[8];
	snprintf(text, sizeof(text), "%06u", totp_code(rfc_secret, TOTP_SECRET, at_s / TOTP_STEP_S));
	return bytes_of_cstr(text);
}

static void
a_clock_that_is_half_a_minute_off_is_let_in_and_no_more(void **state)
{
	(void)state;
	int64_t now = 1111111111, step = now / TOTP_STEP_S;
	assert_int_equal(totp_step_of(rfc_secret, code_at(now), now, 0), step);
	assert_int_equal(totp_step_of(rfc_secret, code_at(now - 30), now, 0), step - 1);
	assert_int_equal(totp_step_of(rfc_secret, code_at(now + 30), now, 0), step + 1);
	assert_int_equal(totp_step_of(rfc_secret, code_at(now - 60), now, 0), 0);
	assert_int_equal(totp_step_of(rfc_secret, code_at(now + 60), now, 0), 0);
}

static void
a_code_is_good_once(void **state)
{
	(void)state;
	int64_t now = 1234567890, step = now / TOTP_STEP_S;
	assert_int_equal(totp_step_of(rfc_secret, code_at(now), now, step - 1), step);
	assert_int_equal(totp_step_of(rfc_secret, code_at(now), now, step), 0);
	assert_int_equal(totp_step_of(rfc_secret, code_at(now - 30), now, step), 0); /* nor an older one behind it */
}

static void
what_is_no_code_of_six_digits_is_none(void **state)
{
	(void)state;
	static const char *const rows[] = {"", "0", "05924", "0059240", "89005924", "00592x", "      "};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes heap = test_heap(bytes_of_cstr(rows[i]));
		assert_int_equal(totp_step_of(rfc_secret, heap, 1234567890, 0), 0);
		test_heap_free(heap);
	}
}

static void
a_secret_is_told_in_base_32(void **state)
{
	(void)state;
	char text[TOTP_BASE32_MAX], uri[TOTP_URI_MAX];
	totp_base32(rfc_secret, text);
	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	totp_uri(rfc_secret, "m.durand", "Beffroi", uri);
	assert_string_equal(uri,
	    "otpauth://totp/Beffroi:m.durand?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Beffroi"
	    "&algorithm=SHA1&digits=6&period=30");
}

static void
a_code_on_paper_is_read_as_people_type_it(void **state)
{
	(void)state;
	static const uint8_t random[10] = {0, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf};
	char written[TOTP_RECOVERY_MAX], read[TOTP_RECOVERY_MAX];
	totp_recovery_write(random, written);
	assert_string_equal(written, "ABCD-EFGH-IJKL-MNOP");
	static const char *const same[] = {"ABCD-EFGH-IJKL-MNOP", "abcdefghijklmnop", " abcd efgh ijkl mnop "};
	for (size_t i = 0; i < LENGTH_OF(same); i++) {
		assert_true(totp_recovery_parse(bytes_of_cstr(same[i]), read));
		assert_string_equal(read, written);
	}
	static const char *const none[] = {
	    "", "ABCD", "ABCD-EFGH-IJKL-MNO", "ABCD-EFGH-IJKL-MNOPQ", "ABCD-EFGH-IJKL-MNO1", "755224"};
	for (size_t i = 0; i < LENGTH_OF(none); i++)
		assert_false(totp_recovery_parse(bytes_of_cstr(none[i]), read));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes_are_those_of_rfc_6238),
	    cmocka_unit_test(codes_are_those_of_rfc_4226),
	    cmocka_unit_test(a_clock_that_is_half_a_minute_off_is_let_in_and_no_more),
	    cmocka_unit_test(a_code_is_good_once),
	    cmocka_unit_test(what_is_no_code_of_six_digits_is_none),
	    cmocka_unit_test(a_secret_is_told_in_base_32),
	    cmocka_unit_test(a_code_on_paper_is_read_as_people_type_it),
	};
	return RUN_TESTS(tests);
}
