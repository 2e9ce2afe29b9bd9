/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/ja3.h"

static struct bytes
text(const char *at, size_t len)
{
	return (struct bytes){(const uint8_t *)at, len};
}

static const struct {
	const char *why;
	struct tls_client_hello hello;
	const char *text;
	const char *hash;
} clients[] = {
    {"the example of the authors",
        {.version = 0x0301,
            .ciphers = BYTES(
                "\x00\x2f\x00\x35\x00\x05\x00\x0a\xc0\x09\xc0\x0a\xc0\x13\xc0\x14\x00\x32\x00\x38\x00\x13\x00\x04"),
            .extensions = BYTES("\x00\x00\x00\x00\x00\x0a\x00\x00\x00\x0b\x00\x00"),
            .groups = BYTES("\x00\x17\x00\x18\x00\x19"),
            .points = BYTES("\x00")},
        "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0", "ada70206e40642a3e4461f35503241d5"},
    {"their example without extensions",
        {.version = 0x0301,
            .ciphers = BYTES("\x00\x04\x00\x05\x00\x0a\x00\x09\x00\x64\x00\x62\x00\x03\x00\x06\x00\x13\x00\x12\x00\x63")},
        "769,4-5-10-9-100-98-3-6-19-18-99,,,", "de350869b8c85de67a350c8d186f11e6"},
    {"GREASE is left out of every list",
        {.version = 0x0303,
            .ciphers = BYTES("\x0a\x0a\x13\x01\xfa\xfa"),
            .extensions = BYTES("\x1a\x1a\x00\x00\x00\x17\x00\x00\xba\xba\x00\x01x"),
            .groups = BYTES("\x2a\x2a\x00\x1d"),
            .points = BYTES("\x00\x01\x02")},
        "771,4865,23,29,0-1-2", "12636d42a38f29a3f5b5bf48c1466e4d"},
    {"numbers of all lengths",
        {.version = 0xffff,
            .ciphers = BYTES("\x00\x00\x00\x09\x00\x0a\x00\x63\x00\x64\x03\xe7\x03\xe8\x27\x0f\x27\x10\xff\xff")},
        "65535,0-9-10-99-100-999-1000-9999-10000-65535,,,", NULL},
};

static void
clients_are_fingerprinted(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(clients); i++) {
		char out[256], hash[JA3_HASH_SIZE];
		size_t n = ja3_write_client(&clients[i].hello, out, sizeof(out));
		if (!bytes_eq(text(out, n), bytes_of_cstr(clients[i].text)))
			fail_msg("%s: %.*s", clients[i].why, (int)n, out);
		ja3_hash(text(out, n), hash);
		if (clients[i].hash != NULL && memcmp(hash, clients[i].hash, sizeof(hash)) != 0)
			fail_msg("%s: %.32s", clients[i].why, hash);
		assert_int_equal(ja3_write_client(&clients[i].hello, out, n), n);
		for (size_t size = 0; size < n; size++) { /* half a fingerprint is none */
			char *room = malloc(size > 0 ? size : 1);
			assert_non_null(room);
			assert_int_equal(ja3_write_client(&clients[i].hello, room, size), 0);
			free(room);
		}
	}
}

static void
servers_are_fingerprinted(void **state)
{
	(void)state;
	char out[64], hash[JA3_HASH_SIZE];
	struct tls_server_hello h = {.version = 0x0301,
	    .cipher = 0x002f,
	    .extensions = BYTES(
	        "\xff\x01\x00\x01\x00\x00\x00\x00\x00\x00\x0b\x00\x00\x00\x23\x00\x00\x00\x05\x00\x00\x00\x10\x00\x00")};
	size_t n = ja3_write_server(&h, out, sizeof(out));
	assert_bytes_equal(text(out, n), BYTES("769,47,65281-0-11-35-5-16"));
	ja3_hash(text(out, n), hash);
	assert_memory_equal(hash, "836ce314215654b5b1f85f97c73e506f", sizeof(hash));
	h.extensions = (struct bytes){0};
	n = ja3_write_server(&h, out, sizeof(out));
	assert_bytes_equal(text(out, n), BYTES("769,47,"));
}

static void
ssl2_has_no_fingerprint(void **state)
{
	(void)state;
	char out[64];
	struct tls_client_hello h = {.is_ssl2 = true, .ciphers = BYTES("\x01\x00\x80")};
	assert_int_equal(ja3_write_client(&h, out, sizeof(out)), 0);
}

static void
packing_loses_nothing(void **state)
{
	(void)state;
	static const char whole[] = "771,4865-4866,0-65281-10-16-5-51-43-13-45-28-57,29-23-24,0123456789";
	for (size_t n = 0; n < sizeof(whole); n++) {
		uint8_t packed[64];
		char out[128];
		size_t size = ja3_pack(text(whole, n), packed, sizeof(packed));
		assert_int_equal(size, (n + 1) / 2);
		assert_bytes_equal(text(out, ja3_unpack((struct bytes){packed, size}, out, sizeof(out))), text(whole, n));
		if (n > 0)
			assert_int_equal(ja3_pack(text(whole, n), packed, size - 1), 0);
	}
	uint8_t packed[8];
	assert_int_equal(ja3_pack(BYTES("771,x"), packed, sizeof(packed)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clients_are_fingerprinted),
	    cmocka_unit_test(servers_are_fingerprinted),
	    cmocka_unit_test(ssl2_has_no_fingerprint),
	    cmocka_unit_test(packing_loses_nothing),
	};
	return RUN_TESTS(tests);
}
