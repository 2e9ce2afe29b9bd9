/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/tls.h"
#include "test_tls_samples.h"

/* The handshake message that starts `skip` bytes into the first record of a flight. */
static struct bytes
message_of(struct bytes flight, size_t skip)
{
	struct tls_record r;
	assert_int_equal(tls_parse_record(flight, &r, NULL), PARSE_OK);
	return bytes_after(bytes_first(bytes_after(flight, TLS_RECORD_HEADER_SIZE), r.length), skip);
}

static void
every_prefix_of_a_hello_is_short(void **state)
{
	(void)state;
	const struct bytes messages[] = {
	    message_of(tls12[0].data, 0), message_of(tls12[1].data, 0), message_of(tls13[1].data, 0)};
	for (size_t i = 0; i < LENGTH_OF(messages); i++) {
		struct tls_message m;
		for (size_t n = 0; n < messages[i].len; n++) {
			struct bytes prefix = test_heap(bytes_first(messages[i], n));
			assert_int_equal(tls_parse_message(prefix, &m), PARSE_SHORT);
			test_heap_free(prefix);
		}
		assert_int_equal(tls_parse_message(messages[i], &m), PARSE_OK);
		struct tls_client_hello client;
		struct tls_server_hello server;
		for (size_t n = 0; n <= m.body.len;
		     n++) { /* OK only at the end, and where a hello without extensions ends */
			struct bytes prefix = test_heap(bytes_first(m.body, n));
			enum parse p = m.type == TLS_CLIENT_HELLO ? tls_parse_client_hello(prefix, &client)
			                                          : tls_parse_server_hello(prefix, &server);
			if (p == PARSE_BAD ||
			    (n == m.body.len) !=
			        (p == PARSE_OK &&
			            (m.type == TLS_CLIENT_HELLO ? client.extensions.len : server.extensions.len) > 0))
				fail_msg("message %zu cut to %zu gives %d", i, n, (int)p);
			test_heap_free(prefix);
		}
	}
}

static void
every_prefix_of_a_certificate_list_is_short(void **state)
{
	(void)state;
	struct tls_message hello, certificate;
	struct bytes flight = tls12[1].data;
	struct tls_record r;
	assert_int_equal(tls_parse_message(message_of(flight, 0), &hello), PARSE_OK);
	assert_int_equal(tls_parse_record(flight, &r, NULL), PARSE_OK);
	flight = bytes_after(flight, (size_t)TLS_RECORD_HEADER_SIZE + r.length);
	assert_int_equal(tls_parse_message(message_of(flight, 0), &certificate), PARSE_OK);
	assert_int_equal(certificate.type, TLS_CERTIFICATE);
	size_t first_end = 0;
	for (size_t n = 0; n <= certificate.body.len; n++) {
		struct bytes der = {0}, prefix = test_heap(bytes_first(certificate.body, n));
		enum parse p = tls_parse_first_certificate(prefix, certificate.body.len, &der);
		assert_int_not_equal(p, PARSE_BAD);
		if (p == PARSE_OK && first_end == 0)
			first_end = n;
		assert_int_equal(p == PARSE_OK, first_end > 0);
		test_heap_free(prefix);
	}
	assert_true(first_end > 500 && first_end < certificate.body.len); /* the chain's second one is not waited for */
}

static void
a_client_hello_is_taken_apart(void **state)
{
	(void)state;
	struct tls_message m;
	struct tls_client_hello h;
	assert_int_equal(tls_parse_message(message_of(tls12[0].data, 0), &m), PARSE_OK);
	assert_int_equal(tls_parse_client_hello(m.body, &h), PARSE_OK);
	assert_int_equal(h.version, 0x0303);
	assert_int_equal(h.random.len, 32);
	assert_int_equal(h.session_id.len, 32);
	assert_bytes_equal(h.ciphers, BYTES("\x13\x02\x13\x03\x13\x01\xc0\x2b\xc0\x2c\x00\xff"));
	assert_bytes_equal(h.compressions, BYTES("\x00"));
	assert_bytes_equal(h.sni, BYTES("www.mairie.example"));
	assert_bytes_equal(h.alpn, BYTES("\x02h2\x08http/1.1"));
	assert_bytes_equal(h.points, BYTES("\x00\x01\x02"));
	assert_bytes_equal(
	    h.groups, BYTES("\x00\x1d\x00\x17\x00\x1e\x00\x19\x00\x18\x01\x00\x01\x01\x01\x02\x01\x03\x01\x04"));
	assert_int_equal(h.signature_algorithms.len % 2, 0);
	assert_int_equal(h.sni_faults, 0);
}

#define RANDOM_32 "0123456789abcdef0123456789abcdef"
#define HELLO_START "\x03\x03" RANDOM_32 "\x00\x00\x02\x13\x01\x01\x00"

static const struct {
	const char *why;
	struct bytes body;
	enum parse result;
} client_hellos[] = {
    {"no extensions at all (SSL 3.0)", BYTES(HELLO_START), PARSE_OK},
    {"an empty list of extensions", BYTES(HELLO_START "\x00\x00"), PARSE_OK},
    {"no ciphers", BYTES("\x03\x03" RANDOM_32 "\x00\x00\x00\x01\x00"), PARSE_OK},
    {"session id of 33 bytes", BYTES("\x03\x03" RANDOM_32 "\x21" RANDOM_32 "x\x00\x02\x13\x01\x01\x00"), PARSE_BAD},
    {"ciphers of an odd length", BYTES("\x03\x03" RANDOM_32 "\x00\x00\x03\x13\x01\x13\x01\x00"), PARSE_BAD},
    {"ciphers longer than the message", BYTES("\x03\x03" RANDOM_32 "\x00\x00\x08\x13\x01"), PARSE_SHORT},
    {"an extension longer than the list", BYTES(HELLO_START "\x00\x05\x00\x00\x00\x02x"), PARSE_BAD},
    {"half an extension header", BYTES(HELLO_START "\x00\x03\x00\x00\x00"), PARSE_BAD},
    {"a list of extensions longer than the message", BYTES(HELLO_START "\x00\x09\x00\x17\x00\x00"), PARSE_SHORT},
    {"an ALPN list longer than its extension is no reason to give up",
        BYTES(HELLO_START "\x00\x08\x00\x10\x00\x04\x00\x09\x02h"), PARSE_OK},
};

static void
malformed_client_hellos_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(client_hellos); i++) {
		struct tls_client_hello h = {.version = 77};
		struct bytes body = test_heap(client_hellos[i].body);
		enum parse result = tls_parse_client_hello(body, &h);
		if (result != client_hellos[i].result || (result != PARSE_OK && h.version != 77))
			fail_msg("%s: %d", client_hellos[i].why, (int)result);
		test_heap_free(body);
	}
}

static void
the_offered_version_is_the_first_that_means_something(void **state)
{
	(void)state;
	struct tls_client_hello h;
	assert_int_equal(
	    tls_parse_client_hello(BYTES(HELLO_START "\x00\x0b\x00\x2b\x00\x07\x06\x4a\x4a\x03\x04\x03\x03"), &h), PARSE_OK);
	assert_int_equal(h.offered_version, 0x0304);
	assert_int_equal(h.version, 0x0303);
	assert_int_equal(tls_parse_client_hello(BYTES(HELLO_START), &h), PARSE_OK);
	assert_int_equal(h.offered_version, 0x0303);
}

static void
a_retry_is_told_from_a_server_hello(void **state)
{
	(void)state;
	struct tls_message m;
	struct tls_server_hello h;
	assert_int_equal(tls_parse_message(message_of(tls13_retry[1].data, 0), &m), PARSE_OK);
	assert_int_equal(tls_parse_server_hello(m.body, &h), PARSE_OK);
	assert_true(h.is_retry);
	assert_int_equal(h.selected_version, 0x0304);
	assert_int_equal(tls_parse_message(message_of(tls13[1].data, 0), &m), PARSE_OK);
	assert_int_equal(tls_parse_server_hello(m.body, &h), PARSE_OK);
	assert_false(h.is_retry);
	assert_int_equal(h.version, 0x0303);
	assert_int_equal(h.selected_version, 0x0304);
	assert_int_equal(h.cipher, 0x1301);
}

static void
the_drafts_hello_had_no_session_id(void **state)
{
	(void)state;
	struct tls_server_hello h;
	assert_int_equal(
	    tls_parse_server_hello(BYTES("\x7f\x12" RANDOM_32 "\x13\x01\x00\x04\x00\x28\x00\x00"), &h), PARSE_OK);
	assert_int_equal(h.selected_version, 0x7f12);
	assert_int_equal(h.cipher, 0x1301);
	assert_int_equal(h.extensions.len, 4);
}

static const struct {
	const char *why;
	struct bytes stream;
	enum parse result;
	enum tls_record_fault fault;
} records[] = {
    {"handshake", BYTES("\x16\x03\x01\x00\x05"), PARSE_OK, TLS_RECORD_FINE},
    {"the longest", BYTES("\x17\x03\x03\x48\x00"), PARSE_OK, TLS_RECORD_FINE},
    {"too long", BYTES("\x17\x03\x03\x48\x01"), PARSE_BAD, TLS_RECORD_BAD_LENGTH},
    {"type 19", BYTES("\x13"), PARSE_BAD, TLS_RECORD_BAD_TYPE},
    {"type 25", BYTES("\x19"), PARSE_BAD, TLS_RECORD_BAD_TYPE},
    {"version 2.0", BYTES("\x16\x02"), PARSE_BAD, TLS_RECORD_BAD_VERSION},
    {"four bytes of five", BYTES("\x16\x03\x01\x00"), PARSE_SHORT, TLS_RECORD_FINE},
};

static void
records_are_refused_at_the_first_wrong_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(records); i++) {
		struct tls_record r;
		enum tls_record_fault fault;
		struct bytes stream = test_heap(records[i].stream);
		if (tls_parse_record(stream, &r, &fault) != records[i].result || fault != records[i].fault)
			fail_msg("%s", records[i].why);
		test_heap_free(stream);
	}
}

static const struct {
	const char *why;
	struct bytes stream;
	enum parse result;
} ssl2_hellos[] = {
    {"for TLS 1.0",
        BYTES("\x80\x1c\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x05"
              "0123456789abcdef"),
        PARSE_OK},
    {"for SSL 2.0",
        BYTES("\x80\x1c\x01\x00\x02\x00\x03\x00\x00\x00\x10\x00\x00\x05"
              "0123456789abcdef"),
        PARSE_OK},
    {"challenge not here yet",
        BYTES("\x80\x1c\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x05"
              "012345"),
        PARSE_SHORT},
    {"header of three bytes", BYTES("\x00\x1c\x00\x01\x03\x01"), PARSE_BAD},
    {"another message", BYTES("\x80\x1c\x02"), PARSE_BAD},
    {"lengths that do not add up", BYTES("\x80\x1d\x01\x03\x01\x00\x03\x00\x00\x00\x10"), PARSE_BAD},
    {"ciphers not in threes", BYTES("\x80\x1d\x01\x03\x01\x00\x04\x00\x00\x00\x10"), PARSE_BAD},
    {"challenge of 15 bytes", BYTES("\x80\x1b\x01\x03\x01\x00\x03\x00\x00\x00\x0f"), PARSE_BAD},
    {"version 4", BYTES("\x80\x1c\x01\x04\x01"), PARSE_BAD},
};

static void
ssl2_hellos_are_read_strictly(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(ssl2_hellos); i++) {
		struct tls_client_hello h;
		size_t used = 0;
		struct bytes stream = test_heap(ssl2_hellos[i].stream);
		if (tls_parse_ssl2_hello(stream, &used, &h) != ssl2_hellos[i].result)
			fail_msg("%s", ssl2_hellos[i].why);
		if (ssl2_hellos[i].result == PARSE_OK)
			assert_int_equal(used, 30);
		test_heap_free(stream);
	}
}

static void
versions_are_written_as_eve_spells_them(void **state)
{
	(void)state;
	static const struct {
		uint16_t version;
		const char *text;
	} rows[] = {
	    {0x0000, "UNDETERMINED"},
	    {0x0002, "SSLv2"},
	    {0x0300, "SSLv3"},
	    {0x0301, "TLSv1"},
	    {0x0302, "TLS 1.1"},
	    {0x0303, "TLS 1.2"},
	    {0x0304, "TLS 1.3"},
	    {0x7f01, "TLS 1.3 draft-<16"},
	    {0x7f10, "TLS 1.3 draft-16"},
	    {0x7f1c, "TLS 1.3 draft-28"},
	    {0xfb17, "TLS 1.3 draft-23-fb"},
	    {0x4a4a, "0x4a4a"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text[TLS_VERSION_TEXT_MAX];
		size_t n = tls_write_version(rows[i].version, text);
		assert_bytes_equal(((struct bytes){(const uint8_t *)text, n}), bytes_of_cstr(rows[i].text));
	}
}

static void
grease_is_sixteen_values(void **state)
{
	(void)state;
	size_t count = 0;
	for (uint32_t v = 0; v <= 0xffff; v++)
		count += tls_is_grease((uint16_t)v);
	assert_int_equal(count, 16);
	assert_true(tls_is_grease(0x0a0a) && tls_is_grease(0xfafa) && !tls_is_grease(0x0a1a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_prefix_of_a_hello_is_short),
	    cmocka_unit_test(every_prefix_of_a_certificate_list_is_short),
	    cmocka_unit_test(a_client_hello_is_taken_apart),
	    cmocka_unit_test(malformed_client_hellos_are_refused),
	    cmocka_unit_test(the_offered_version_is_the_first_that_means_something),
	    cmocka_unit_test(a_retry_is_told_from_a_server_hello),
	    cmocka_unit_test(the_drafts_hello_had_no_session_id),
	    cmocka_unit_test(records_are_refused_at_the_first_wrong_byte),
	    cmocka_unit_test(ssl2_hellos_are_read_strictly),
	    cmocka_unit_test(versions_are_written_as_eve_spells_them),
	    cmocka_unit_test(grease_is_sixteen_values),
	};
	return RUN_TESTS(tests);
}
