/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>
#include <stdio.h>

#include "core/writer.h"
#include "inspect/l7_quic.h"
#include "l7_drive.h"
#include "proto/gquic.h"
#include "test_quic_samples.h"

/* Two parameters: PAD of five bytes, SNI of eleven. */
#define HELLO "CHLO\x02\0\0\0PAD\0\x05\0\0\0SNI\0\x10\0\0\0-----mairie.test"
#define ID "12345678"
#define HASH "abcdefghijkl"
#define Q024 "\x0d" ID "Q024\x01" HASH "\x01\xa0\x01\x28\x00" HELLO
#define Q039 "\x0d" ID "Q039\x01" HASH "\xa0\x01\x00\x28" HELLO
#define Q043_LONG_NUMBER "\x39" ID "Q043\0\0\0\0\0\x01" HASH "\x07\x07\x80\x01" HELLO
#define Q046 "\xc3Q046\x50" ID "\0\0\0\x01" HASH "\xa4\x01\x04\x00\x00\x28" HELLO

static const struct {
	struct bytes datagram;
	const char *version;
	const char *why;
} hellos[] = {
    {BYTES(Q024), "Q024", "little-endian, and a byte of flags"},
    {BYTES(Q039), "Q039", "big-endian"},
    {BYTES(Q043_LONG_NUMBER), "Q043", "a number of six bytes, pings, and no length"},
    {BYTES(Q046), "Q046", "the header of the standard, and an offset"},
};

static void
hellos_of_all_versions_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(hellos); i++) {
		struct gquic_hello h;
		uint32_t version;
		char text[QUIC_VERSION_TEXT_MAX];
		struct bytes exact = test_heap(hellos[i].datagram);
		if (gquic_parse(exact, &version, &h) != PARSE_OK || !bytes_eq(h.sni, BYTES("mairie.test")))
			fail_msg("%s", hellos[i].why);
		assert_bytes_equal(
		    ((struct bytes){(uint8_t *)text, quic_write_version(version, text)}), bytes_of_cstr(hellos[i].version));
		test_heap_free(exact);
	}
}

static void
no_part_of_a_hello_is_a_hello(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(hellos); i++)
		for (size_t n = 0; n < hellos[i].datagram.len; n++) {
			struct gquic_hello h;
			uint32_t version;
			struct bytes exact = test_heap(bytes_first(hellos[i].datagram, n));
			assert_int_equal(gquic_parse(exact, &version, &h), PARSE_BAD);
			test_heap_free(exact);
		}
}

static void
what_is_no_hello_is_refused(void **state)
{
	(void)state;
	static const struct {
		struct bytes message;
		const char *why;
	} rows[] = {
	    {BYTES("SHLO\x01\0\0\0SNI\0\x01\0\0\0a"), "of a server"},
	    {BYTES("CHLO\0\0\0\0"), "no parameters"},
	    {BYTES("CHLO\xff\xff\0\0"), "too many of them"},
	    {BYTES("CHLO\x02\0\0\0PAD\0\x05\0\0\0SNI\0\x04\0\0\0-----mairie.test"), "an end before the one before it"},
	};
	struct gquic_hello h;
	uint32_t version;
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (gquic_parse_hello(rows[i].message, &h) != PARSE_BAD)
			fail_msg("%s", rows[i].why);
	assert_int_equal(gquic_parse_hello(BYTES("CHLO\x01\0\0\0SNI\0\xff\xff\xff\xff"
	                                         "a"),
	                     &h),
	    PARSE_SHORT); /* never comes: a datagram refuses it */
	assert_int_equal(gquic_parse(BYTES("\x0d" ID "Q050\x01" HASH "\xa0\x01\x00\x28" HELLO), &version, &h), PARSE_BAD);
	assert_int_equal(gquic_parse(BYTES("\x0c" ID "Q039\x01" HASH "\xa0\x01\x00\x28" HELLO), &version, &h), PARSE_BAD);
	assert_int_equal(gquic_parse(BYTES("\x0f" ID "Q039\x01" HASH "\xa0\x01\x00\x28" HELLO), &version, &h), PARSE_BAD);
	assert_int_equal(gquic_parse(BYTES("\x0d" ID "Q039\x01" HASH "\xa0\x01\x00\x29" HELLO), &version, &h), PARSE_BAD);
}

/* The published fingerprint of a Chrome 79. */
static void
the_fingerprint_is_the_published_one(void **state)
{
	(void)state;
	static const char names
	    [] = "PAD\0SNI\0STK\0VER\0CCS\0NONCAEADUAIDSCIDTCIDPDMDSMHLICSLNONPPUBSMIDSSCLSKEXSXLCTCSCTCOPTCCRTIRTTCFCWSFCW";
	uint8_t parameters[256] = {0};
	for (size_t i = 0; i < (sizeof(names) - 1) / 4; i++)
		memcpy(parameters + 8 * i, names + 4 * i, 4);
	struct gquic_hello h = {.parameters = {parameters, 2 * (sizeof(names) - 1)}};
	char text[GQUIC_CYU_MAX];
	struct bytes cyu = {(uint8_t *)text, gquic_write_cyu(0x51303436, &h, text)};
	assert_bytes_equal(cyu,
	    BYTES(
	        "46,PAD-SNI-STK-VER-CCS-NONC-AEAD-UAID-SCID-TCID-PDMD-SMHL-ICSL-NONP-PUBS-MIDS-SCLS-KEXS-XLCT-CSCT-COPT-CCRT-IRTT-"
	        "CFCW-SFCW"));
}

static void
each_hello_is_an_event(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_quic_parser, IPPROTO_UDP, 443);
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, BYTES(Q046)), L7_YES);
	assert_int_equal(l7_drive_guess(d, L7_SERVER, BYTES(Q046)), L7_NO);
	l7_drive_send(d, L7_CLIENT, BYTES(Q046));
	l7_drive_send(d, L7_SERVER, BYTES("\x40" ID "an answer that nobody reads"));
	l7_drive_send(d, L7_CLIENT, BYTES(Q046));
	l7_drive_send(d, L7_CLIENT, BYTES("\x40" ID "and something sealed"));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_event_count(d->sink), 2);
	assert_int_equal(fake_sink_count_of(d->sink,
	                     "\"quic\":{\"version\":\"Q046\",\"sni\":\"mairie.test\",\"cyu\":[{\"hash\":"
	                     "\"37612bf71a4490eb867b9b8d718e12eb\",\"string\":\"46,PAD-SNI\"}]}"),
	    2);
	l7_drive_free(d);
}

/* Q050 seals it with a key that anyone can derive, and may send it in pieces. */
static void
a_sealed_hello_is_read(void **state)
{
	(void)state;
	struct quic_keys client, server;
	struct bytes dcid = BYTES(ID);
	uint8_t packet[2048];
	assert_true(quic_crypt_keys(GQUIC_Q050, dcid, &client, &server));
	struct l7_drive *d = l7_drive_new(&l7_quic_parser, IPPROTO_UDP, 443);
	struct bytes hello = BYTES(HELLO);
	for (size_t part = 2; part > 0; part--) { /* the second half first */
		uint8_t frames[64];
		struct writer w = writer_of(frames, sizeof(frames));
		size_t from = part == 2 ? 20 : 0, to = part == 2 ? hello.len : 20;
		writer_u8(&w, 0x08);
		writer_u8(&w, (uint8_t)from);
		writer_u8(&w, (uint8_t)(to - from));
		writer_put(&w, bytes_first(bytes_after(hello, from), to - from));
		size_t n = seal_initial(GQUIC_Q050, &client, dcid, (uint8_t)part, writer_written(&w), 1200, packet);
		l7_drive_send(d, L7_CLIENT, (struct bytes){packet, n});
	}
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"version\":\"Q050\",\"sni\":\"mairie.test\""), 1);
	assert_int_equal(fake_sink_event_count(d->sink), 1);
	l7_drive_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hellos_of_all_versions_are_read),
	    cmocka_unit_test(no_part_of_a_hello_is_a_hello),
	    cmocka_unit_test(what_is_no_hello_is_refused),
	    cmocka_unit_test(the_fingerprint_is_the_published_one),
	    cmocka_unit_test(each_hello_is_an_event),
	    cmocka_unit_test(a_sealed_hello_is_read),
	};
	return RUN_TESTS(tests);
}
