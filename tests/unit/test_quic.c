/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <openssl/crypto.h>

#include "proto/quic.h"
#include "proto/quic_crypt.h"
#include "test_quic_samples.h"

#define SAMPLE(array) ((struct bytes){array, sizeof(array)})

static void
the_keys_are_those_of_rfc_9001(void **state)
{
	(void)state;
	struct quic_keys client, server;
	assert_true(quic_crypt_keys(QUIC_VERSION_1, SAMPLE(rfc9001_dcid), &client, &server));
	assert_memory_equal(client.key, "\x1f\x36\x96\x13\xdd\x76\xd5\x46\x77\x30\xef\xcb\xe3\xb1\xa2\x2d", 16);
	assert_memory_equal(client.iv, "\xfa\x04\x4b\x2f\x42\xa3\xfd\x3b\x46\xfb\x25\x5c", 12);
	assert_memory_equal(client.hp, "\x9f\x50\x44\x9e\x04\xa0\xe8\x10\x28\x3a\x1e\x99\x33\xad\xed\xd2", 16);
	assert_memory_equal(server.key, "\xcf\x3a\x53\x31\x65\x3c\x36\x4c\x88\xf0\xf3\x79\xb6\x06\x7e\x37", 16);
	assert_memory_equal(server.iv, "\x0a\xc1\x49\x3c\xa1\x90\x58\x53\xb0\xbb\xa0\x3e", 12);
	assert_memory_equal(server.hp, "\xc2\x06\xb8\xd9\xb9\xf0\xf3\x76\x44\x43\x0b\x49\x0e\xea\xa3\x14", 16);
}

static void
version_2_has_keys_of_its_own(void **state)
{
	(void)state;
	struct quic_keys client, server;
	assert_true(quic_crypt_keys(QUIC_VERSION_2, SAMPLE(rfc9001_dcid), &client, &server)); /* RFC 9369 appendix A.1 */
	assert_memory_equal(client.key, "\x8b\x1a\x0b\xc1\x21\x28\x42\x90\xa2\x9e\x09\x71\xb5\xcd\x04\x5d", 16);
	assert_memory_equal(client.iv, "\x91\xf7\x3e\x23\x51\xd8\xfa\x91\x66\x0e\x90\x9f", 12);
	assert_memory_equal(client.hp, "\x45\xb9\x5e\x15\x23\x5d\x6f\x45\xa6\xb1\x9c\xbc\xb0\x29\x4b\xa9", 16);
	assert_false(quic_crypt_keys(0x0a0a0a0a, SAMPLE(rfc9001_dcid), &client, &server));
}

static void
the_packets_of_rfc_9001_open(void **state)
{
	(void)state;
	struct quic_keys client, server;
	struct quic_header h;
	struct bytes frames;
	uint8_t room[1500];
	assert_true(quic_crypt_keys(QUIC_VERSION_1, SAMPLE(rfc9001_dcid), &client, &server));

	assert_int_equal(quic_parse_header(SAMPLE(rfc9001_client_initial), &h), PARSE_OK);
	assert_int_equal(h.type, QUIC_INITIAL);
	assert_bytes_equal(h.dcid, SAMPLE(rfc9001_dcid));
	assert_true(quic_crypt_open(&client, &h, room, &frames));
	assert_int_equal(frames.len, 1162);
	assert_bytes_equal(bytes_first(frames, sizeof(rfc9001_client_frames)), SAMPLE(rfc9001_client_frames));
	assert_false(quic_crypt_open(&server, &h, room, &frames));

	assert_int_equal(quic_parse_header(SAMPLE(rfc9001_server_initial), &h), PARSE_OK);
	assert_true(quic_crypt_open(&server, &h, room, &frames));
	assert_bytes_equal(frames, SAMPLE(rfc9001_server_frames));
}

static void
a_changed_bit_anywhere_keeps_the_packet_closed(void **state)
{
	(void)state;
	struct quic_keys client, server;
	struct quic_header h;
	struct bytes frames;
	uint8_t packet[sizeof(rfc9001_server_initial)], room[1500];
	assert_true(quic_crypt_keys(QUIC_VERSION_1, SAMPLE(rfc9001_dcid), &client, &server));
	for (size_t i = 0; i < sizeof(packet) * 8; i++) {
		memcpy(packet, rfc9001_server_initial, sizeof(packet));
		packet[i / 8] ^= (uint8_t)(1u << i % 8);
		struct bytes exact = test_heap(SAMPLE(packet));
		if (quic_parse_header(exact, &h) == PARSE_OK && quic_crypt_open(&server, &h, room, &frames))
			fail_msg("bit %zu", i);
		test_heap_free(exact);
	}
}

static void
every_prefix_of_a_packet_is_short(void **state)
{
	(void)state;
	struct quic_header h = {.version = 77};
	for (size_t n = 0; n < sizeof(rfc9001_client_initial); n++) {
		struct bytes prefix = test_heap(bytes_first(SAMPLE(rfc9001_client_initial), n));
		assert_int_equal(quic_parse_header(prefix, &h), PARSE_SHORT);
		assert_int_equal(h.version, 77);
		test_heap_free(prefix);
	}
}

static const struct header_case {
	const char *why;
	struct bytes packet;
	enum parse result;
	enum quic_packet_type type;
} headers[] = {
    {"short header", BYTES("\x41zzz"), PARSE_OK, QUIC_1RTT},
    {"version negotiation", BYTES("\x80\0\0\0\0\x01x\x02yy\0\0\0\x01"), PARSE_OK, QUIC_VERSION_NEGOTIATION},
    {"version negotiation with long ids, which RFC 8999 allows",
        BYTES("\x80\0\0\0\0\x15"
              "012345678901234567890"
              "\0"),
        PARSE_OK, QUIC_VERSION_NEGOTIATION},
    {"a version nobody has", BYTES("\xc0\x0a\x1a\x2a\x3a\0\0"), PARSE_OK, QUIC_UNKNOWN},
    {"a connection id of 21 bytes in version 1",
        BYTES("\xc0\0\0\0\x01\x15"
              "012345678901234567890"
              "\0\0\0"),
        PARSE_BAD, QUIC_INITIAL},
    {"handshake packet", BYTES("\xe0\0\0\0\x01\0\0\x02zz"), PARSE_OK, QUIC_HANDSHAKE},
    {"retry", BYTES("\xf0\0\0\0\x01\0\x01s-token-and-tag"), PARSE_OK, QUIC_RETRY},
    {"initial of version 2", BYTES("\xd0\x6b\x33\x43\xcf\0\0\0\x01z"), PARSE_OK, QUIC_INITIAL},
    {"retry of version 2", BYTES("\xc0\x6b\x33\x43\xcf\0\0"), PARSE_OK, QUIC_RETRY},
    {"token longer than the datagram", BYTES("\xc0\0\0\0\x01\0\0\x7f\xff\x01z"), PARSE_SHORT, QUIC_INITIAL},
    {"length of 2^62-1", BYTES("\xc0\0\0\0\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xffz"), PARSE_SHORT, QUIC_INITIAL},
};

static void
headers_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(headers); i++) {
		struct quic_header h;
		enum parse result = quic_parse_header(headers[i].packet, &h);
		if (result != headers[i].result || (result == PARSE_OK && h.type != headers[i].type))
			fail_msg("%s: %d", headers[i].why, (int)result);
	}
}

static void
a_packet_ends_where_the_next_begins(void **state)
{
	(void)state;
	struct quic_header h;
	assert_int_equal(quic_parse_header(BYTES("\xe0\0\0\0\x01\0\0\x02zz\xe0rest"), &h), PARSE_OK);
	assert_int_equal(h.packet.len, 10);
	assert_int_equal(h.number_at, 8);
}

static const struct frame_case {
	const char *why;
	struct bytes payload;
	size_t frames;
	enum parse end;
} frame_cases[] = {
    {"padding only", BYTES("\0\0\0\0"), 0, PARSE_OK},
    {"ping, padding, crypto",
        BYTES("\x01\0\0\x06\x00\x03"
              "abc"),
        2, PARSE_OK},
    {"acknowledgement of two ranges", BYTES("\x02\x09\x00\x01\x01\x02\x03\x01"), 2, PARSE_OK},
    {"acknowledgement with ECN", BYTES("\x03\x09\x00\x00\x01\x01\x01\x01\x01"), 2, PARSE_OK},
    {"close", BYTES("\x1c\x01\x00\x02no\x01"), 2, PARSE_OK},
    {"a stream frame may not be here", BYTES("\x01\x08zzz"), 1, PARSE_BAD},
    {"crypto longer than its packet",
        BYTES("\x06\x00\x09"
              "abc"),
        0, PARSE_SHORT},
    {"crypto of 2^62-1 bytes",
        BYTES("\x06\x00\xff\xff\xff\xff\xff\xff\xff\xff"
              "abc"),
        0, PARSE_SHORT},
    {"an acknowledgement of 2^62-1 ranges ends with its packet",
        BYTES("\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01"), 0, PARSE_SHORT},
};

static void
frames_are_walked_to_their_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(frame_cases); i++) {
		struct bytes payload = test_heap(frame_cases[i].payload);
		struct cursor c = cursor_of(payload);
		struct quic_frame f;
		size_t count = 0;
		while (quic_next_frame(&c, QUIC_VERSION_1, &f))
			count++;
		if (count != frame_cases[i].frames || c.state != frame_cases[i].end)
			fail_msg("%s: %zu frames, state %d", frame_cases[i].why, count, (int)c.state);
		test_heap_free(payload);
	}
}

static void
versions_are_written_as_people_know_them(void **state)
{
	(void)state;
	static const struct {
		uint32_t version;
		const char *text;
	} rows[] = {
	    {1, "1"}, {0xff00001d, "ff00001d"}, {QUIC_VERSION_2, "6b3343cf"}, {0x51303436, "Q046"}, {0x54303531, "T051"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text[QUIC_VERSION_TEXT_MAX];
		size_t n = quic_write_version(rows[i].version, text);
		assert_bytes_equal(((struct bytes){(const uint8_t *)text, n}), bytes_of_cstr(rows[i].text));
	}
}

static size_t allocations;

static void *
counted_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	allocations++;
	return malloc(size);
}

static void *
counted_realloc(void *at, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	allocations++;
	return realloc(at, size);
}

static void
plain_free(void *at, const char *file, int line)
{
	(void)file;
	(void)line;
	free(at);
}

/* No malloc on the packet path: libcrypto's included. */
static void
opening_packets_allocates_nothing(void **state)
{
	(void)state;
	struct quic_keys client, server;
	struct quic_header h;
	struct bytes frames;
	uint8_t room[1500];
	assert_int_equal(quic_crypt_start(), 0);
	assert_true(allocations > 0); /* the counter counts */
	for (int i = 0; i < 3; i++) {
		size_t before = allocations;
		assert_true(quic_crypt_keys(QUIC_VERSION_1, SAMPLE(rfc9001_dcid), &client, &server));
		assert_int_equal(quic_parse_header(SAMPLE(rfc9001_client_initial), &h), PARSE_OK);
		assert_true(quic_crypt_open(&client, &h, room, &frames));
		assert_false(quic_crypt_open(&server, &h, room, &frames));
		assert_int_equal(allocations, before);
	}
}

int
main(void)
{
	if (CRYPTO_set_mem_functions(counted_malloc, counted_realloc, plain_free) != 1)
		return 1; /* must come before libcrypto's first allocation */
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opening_packets_allocates_nothing),
	    cmocka_unit_test(the_keys_are_those_of_rfc_9001),
	    cmocka_unit_test(version_2_has_keys_of_its_own),
	    cmocka_unit_test(the_packets_of_rfc_9001_open),
	    cmocka_unit_test(a_changed_bit_anywhere_keeps_the_packet_closed),
	    cmocka_unit_test(every_prefix_of_a_packet_is_short),
	    cmocka_unit_test(headers_are_told_apart),
	    cmocka_unit_test(a_packet_ends_where_the_next_begins),
	    cmocka_unit_test(frames_are_walked_to_their_end),
	    cmocka_unit_test(versions_are_written_as_people_know_them),
	};
	int failed = RUN_TESTS(tests);
	quic_crypt_stop();
	return failed;
}
