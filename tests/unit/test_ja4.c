/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/ja4.h"

#define CIPHERS BYTES("\x13\x02\x13\x01")
#define EXTENSIONS BYTES("\x00\x2b\x00\x00\x00\x17\x00\x00")

static const struct {
	const char *why;
	struct tls_client_hello hello;
	const char *ja4;
} hellos[] = {
    {"ciphers and extensions are sorted", {.version = 0x0303, .ciphers = CIPHERS, .extensions = EXTENSIONS},
        "t12i020200_62ed6f6ca7ad_5ea61440e398"},
    {"signature algorithms keep their order",
        {.version = 0x0303, .ciphers = CIPHERS, .extensions = EXTENSIONS, .signature_algorithms = BYTES("\x08\x04\x04\x03")},
        "t12i020200_62ed6f6ca7ad_eb4d0346f077"},
    {"GREASE is left out, of the counts as well",
        {.version = 0x0303,
            .ciphers = BYTES("\x4a\x4a\x13\x02\x13\x01"),
            .extensions = BYTES("\x9a\x9a\x00\x00\x00\x2b\x00\x00\x00\x17\x00\x00\x0a\x0a\x00\x01\x00"),
            .signature_algorithms = BYTES("\x1a\x1a\x08\x04\x04\x03")},
        "t12i020200_62ed6f6ca7ad_eb4d0346f077"},
    {"the name and the ALPN count, but are not hashed",
        {.version = 0x0303,
            .ciphers = CIPHERS,
            .has_sni = true,
            .alpn = BYTES("\x02h2"),
            .extensions = BYTES("\x00\x00\x00\x00\x00\x10\x00\x00\x00\x2b\x00\x00\x00\x17\x00\x00")},
        "t12d0204h2_62ed6f6ca7ad_5ea61440e398"},
    {"nothing at all", {.version = 0x0301}, "t10i000000_000000000000_000000000000"},
    {"the highest version offered", {.version = 0x0303, .supported_versions = BYTES("\x6a\x6a\x03\x03\x03\x04\x03\x02")},
        "t13i000000_000000000000_000000000000"},
    {"SSL 3.0", {.version = 0x0300}, "ts3i000000_000000000000_000000000000"},
    {"a version nobody knows", {.version = 0x0999}, "t00i000000_000000000000_000000000000"},
    {"first and last character of the first ALPN", {.version = 0x0303, .alpn = BYTES("\x08http/1.1\x02h2")},
        "t12i0000h1_000000000000_000000000000"},
    {"an ALPN of one character", {.version = 0x0303, .alpn = BYTES("\x01x")}, "t12i0000xx_000000000000_000000000000"},
    {"an ALPN that is no text, in hexadecimal", {.version = 0x0303, .alpn = BYTES("\x02\xab\xcd")},
        "t12i0000ad_000000000000_000000000000"},
    {"an empty ALPN", {.version = 0x0303, .alpn = BYTES("\x00")}, "t12i000000_000000000000_000000000000"},
};

static void
clients_are_fingerprinted(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(hellos); i++) {
		char out[JA4_SIZE];
		assert_true(ja4_write(&hellos[i].hello, JA4_TCP, out));
		if (memcmp(out, hellos[i].ja4, JA4_SIZE) != 0)
			fail_msg("%s: %.36s", hellos[i].why, out);
		assert_true(ja4_write(&hellos[i].hello, JA4_QUIC, out));
		assert_int_equal(out[0], 'q');
		assert_memory_equal(out + 1, hellos[i].ja4 + 1, JA4_SIZE - 1);
	}
}

static void
counts_stop_at_99_and_lists_do_not(void **state)
{
	(void)state;
	uint8_t ciphers[4096];
	char few[JA4_SIZE], many[JA4_SIZE];
	for (size_t i = 0; i < sizeof(ciphers); i += 2) {
		ciphers[i] = (uint8_t)(i >> 5);
		ciphers[i + 1] = (uint8_t)(i * 37);
	}
	struct tls_client_hello h = {.version = 0x0303, .ciphers = {ciphers, 400}};
	assert_true(ja4_write(&h, JA4_TCP, few));
	assert_memory_equal(few + 4, "9900", 4);
	h.ciphers.len = sizeof(ciphers); /* more than the sorted list holds */
	assert_true(ja4_write(&h, JA4_TCP, many));
	assert_memory_equal(many + 4, "9900", 4);
	assert_memory_not_equal(few + 11, many + 11, 12);
}

/* Any order of the same values is the same client: that is what JA4 adds to JA3. */
static void
order_does_not_matter(void **state)
{
	(void)state;
	uint8_t ciphers[64], shuffled[64];
	char wanted[JA4_SIZE], got[JA4_SIZE];
	for (size_t i = 0; i < sizeof(ciphers); i++)
		ciphers[i] = (uint8_t)(i * 73 + 5);
	struct tls_client_hello h = {.version = 0x0303, .ciphers = {ciphers, sizeof(ciphers)}};
	assert_true(ja4_write(&h, JA4_TCP, wanted));
	for (size_t step = 1; step < 32; step += 2) { /* odd steps visit all 32 places */
		for (size_t i = 0; i < 32; i++)
			memcpy(shuffled + i * 2, ciphers + i * step % 32 * 2, 2);
		h.ciphers.at = shuffled;
		assert_true(ja4_write(&h, JA4_TCP, got));
		assert_memory_equal(got, wanted, JA4_SIZE);
	}
}

static void
ssl2_has_no_fingerprint(void **state)
{
	(void)state;
	char out[JA4_SIZE] = "untouched";
	struct tls_client_hello h = {.is_ssl2 = true, .version = 2};
	assert_false(ja4_write(&h, JA4_TCP, out));
	assert_string_equal(out, "untouched");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clients_are_fingerprinted),
	    cmocka_unit_test(counts_stop_at_99_and_lists_do_not),
	    cmocka_unit_test(order_does_not_matter),
	    cmocka_unit_test(ssl2_has_no_fingerprint),
	};
	return RUN_TESTS(tests);
}
