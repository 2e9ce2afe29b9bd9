/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "dns_samples.h"
#include "proto/dns_rdata.h"

#define ONE_ANSWER(type, len, data)                                        \
	DNS_HEADER("\x00\x01", "\x81\x80", "\x01", "\x01", "\x00", "\x00") \
	DNS_WWW DNS_IN_A "\xc0\x0c" DNS_RR(type, "\x01", len) data

static struct dns_record
only_answer(struct bytes message, bool understood)
{
	struct dns m;
	assert_int_equal(dns_parse(message, &m, NULL), PARSE_OK);
	assert_int_equal(m.record_count, 1);
	assert_int_equal(m.records[0].understood, understood);
	return m.records[0];
}

static void
check_name(struct bytes message, size_t offset, const char *want_cstr)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dns_text name = dns_name_write(message, offset, text, sizeof(text));
	assert_bytes_equal(((struct bytes){(const uint8_t *)text, name.len}), bytes_of_cstr(want_cstr));
}

static void
addresses_are_read(void **state)
{
	(void)state;
	struct addr got, want;
	struct bytes message = BYTES(ONE_ANSWER("\x1c", "\x10", "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x05"));
	struct dns_record r = only_answer(message, true);
	assert_true(dns_rdata_address(message, &r, &got));
	assert_true(addr_parse(BYTES("2001:db8::5"), &want));
	assert_true(addr_eq(&got, &want));
}

static void
services_and_exchangers_are_read(void **state)
{
	(void)state;
	struct bytes message = BYTES(ONE_ANSWER("\x21", "\x0a",
	    "\x00\x14\x00\x01\x13\xc4\x01"
	    "s\xc0\x10"));
	struct dns_record r = only_answer(message, true);
	struct dns_rdata_srv srv;
	assert_true(dns_rdata_srv(message, &r, &srv));
	assert_int_equal(srv.priority, 20);
	assert_int_equal(srv.weight, 1);
	assert_int_equal(srv.port, 5060);
	check_name(message, srv.target, "s.example.com");

	message = BYTES(ONE_ANSWER("\x0f", "\x04", "\x00\x0a\xc0\x10"));
	r = only_answer(message, true);
	uint16_t name;
	assert_true(dns_rdata_name(message, &r, &name));
	check_name(message, name, "example.com");
}

static void
fingerprints_and_authorisations_are_read(void **state)
{
	(void)state;
	struct bytes message = BYTES(ONE_ANSWER("\x2c", "\x04", "\x01\x02\xab\xcd"));
	struct dns_record r = only_answer(message, true);
	struct dns_rdata_sshfp sshfp;
	assert_true(dns_rdata_sshfp(message, &r, &sshfp));
	assert_int_equal(sshfp.algorithm, 1);
	assert_int_equal(sshfp.type, 2);
	assert_bytes_equal(sshfp.fingerprint, BYTES("\xab\xcd"));

	static const uint8_t caa_raw[] = DNS_HEADER(
	    "\x00\x01", "\x81\x80", "\x00", "\x01", "\x00", "\x00") "\x00\x01\x01"
	                                                            "\x00\x01\x00\x00\x00\x01\x00\x0b\x80\x05issueca.b";
	message = (struct bytes){caa_raw, sizeof(caa_raw) - 1};
	r = only_answer(message, true);
	struct dns_rdata_caa caa;
	assert_true(dns_rdata_caa(message, &r, &caa));
	assert_int_equal(caa.flags, 0x80);
	assert_bytes_equal(caa.tag, BYTES("issue"));
	assert_bytes_equal(caa.value, BYTES("ca.b"));
}

static void
naming_authorities_and_service_bindings_are_read(void **state)
{
	(void)state;
	struct bytes message = BYTES(ONE_ANSWER("\x23", "\x0e",
	    "\x00\x01\x00\x02\x01"
	    "u\x03"
	    "sip\x02"
	    "!x\x00"));
	struct dns_record r = only_answer(message, true);
	struct dns_rdata_naptr naptr;
	assert_true(dns_rdata_naptr(message, &r, &naptr));
	assert_int_equal(naptr.order, 1);
	assert_int_equal(naptr.preference, 2);
	assert_bytes_equal(naptr.flags, BYTES("u"));
	assert_bytes_equal(naptr.services, BYTES("sip"));
	assert_bytes_equal(naptr.regexp, BYTES("!x"));
	check_name(message, naptr.replacement, "");

	message = BYTES(ONE_ANSWER("\x41", "\x0a", "\x00\x01\x00\x00\x01\x00\x03\x02h2"));
	r = only_answer(message, true);
	struct dns_rdata_svcb svcb;
	assert_true(dns_rdata_svcb(message, &r, &svcb));
	assert_int_equal(svcb.priority, 1);
	struct cursor c = cursor_of(svcb.parameters);
	uint16_t key = 0;
	struct bytes value = {0};
	assert_true(dns_rdata_next_parameter(&c, &key, &value));
	assert_int_equal(key, 1);
	assert_bytes_equal(value, BYTES("\x02h2"));
	assert_false(dns_rdata_next_parameter(&c, &key, &value));
}

static void
every_string_of_a_text_is_given(void **state)
{
	(void)state;
	struct bytes message = BYTES(ONE_ANSWER("\x10", "\x06", "\x02hi\x00\x01!"));
	struct dns_record r = only_answer(message, true);
	struct cursor c = cursor_of(dns_rdata_bytes(message, &r));
	struct bytes text;
	static const struct bytes want[] = {{(const uint8_t *)"hi", 2}, {(const uint8_t *)"", 0}, {(const uint8_t *)"!", 1}};
	for (size_t i = 0; i < LENGTH_OF(want); i++) {
		assert_true(dns_rdata_next_string(&c, &text));
		assert_bytes_equal(text, want[i]);
	}
	assert_false(dns_rdata_next_string(&c, &text));
	assert_true(cursor_ok(&c));
}

static void
data_that_is_not_its_type_is_not_understood(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes message;
	} rows[] = {
#define ROW(why, type, len, data)                                                                             \
	{                                                                                                     \
		why,                                                                                          \
		{                                                                                             \
			(const uint8_t *)ONE_ANSWER(type, len, data), sizeof(ONE_ANSWER(type, len, data)) - 1 \
		}                                                                                             \
	}
	    ROW("an IPv4 address of five bytes", "\x01", "\x05", "12345"),
	    ROW("an IPv6 address of four bytes", "\x1c", "\x04", "1234"),
	    ROW("a name that stops before its root", "\x05", "\x02",
	        "\x01"
	        "a"),
	    ROW("a name with bytes behind it", "\x05", "\x03", "\xc0\x0c!"),
	    ROW("a name that points at itself", "\x05", "\x02", "\xc0\x2d"),
	    ROW("half a pointer", "\x02", "\x01", "\xc0"),
	    ROW("an exchanger without name", "\x0f", "\x02", "\x00\x01"),
	    ROW("a service without target", "\x21", "\x06", "\x00\x01\x00\x01\x00\x01"),
	    ROW("an authority without its numbers", "\x06", "\x04", "\xc0\x0c\xc0\x0c"),
	    ROW("a text longer than its data", "\x10", "\x03", "\x03hi"),
	    ROW("a fingerprint without type", "\x2c", "\x01", "\x01"),
	    ROW("an option longer than its data", "\x29", "\x05", "\x00\x08\x00\x09!"),
	    ROW("half an option", "\x29", "\x03", "\x00\x08\x00"),
	    ROW("a key of three bytes", "\x30", "\x03", "123"),
	    ROW("a signature without signer", "\x2e", "\x12", "123456789012345678"),
	    ROW("a service parameter cut", "\x41", "\x06", "\x00\x01\x00\x00\x01\x00"),
	    ROW("a naming authority cut", "\x23", "\x05", "\x00\x01\x00\x02\x05"),
#undef ROW
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes message = test_heap(rows[i].message);
		struct dns m;
		assert_int_equal(dns_parse(message, &m, NULL), PARSE_OK);
		if (m.records[0].understood || m.flaws != DNS_FLAW_RDATA)
			fail_msg("understood: %s", rows[i].why);
		test_heap_free(message);
	}
}

/* The data is not its last bytes: a name in it must not go on in the next record. */
static void
a_name_cannot_leave_its_data(void **state)
{
	(void)state;
	struct bytes message = BYTES(DNS_HEADER("\x00\x01", "\x81\x80", "\x00", "\x02", "\x00", "\x00") "\x00" DNS_RR(
	    "\x05", "\x01", "\x02") "\x0a"
	                            "a"
	                            "\x00" DNS_RR("\x01", "\x01", "\x04") "\x01\x02\x03\x04");
	struct dns m;
	assert_int_equal(dns_parse(message, &m, NULL), PARSE_OK);
	assert_int_equal(m.record_count, 2);
	assert_false(m.records[0].understood);
	assert_true(m.records[1].understood);
}

static void
types_we_do_not_know_are_left_alone(void **state)
{
	(void)state;
	only_answer(BYTES(ONE_ANSWER("\xfa", "\x02", "\xff\xff")), true);
	static const uint8_t chaos[] = DNS_HEADER(
	    "\x00\x01", "\x81\x80", "\x00", "\x01", "\x00", "\x00") "\x00\x00\x01"
	                                                            "\x00\x03\x00\x00\x00\x01\x00\x03\x00\x01\x02";
	only_answer((struct bytes){chaos, sizeof(chaos) - 1}, true); /* of class CH, an address is not of the Internet */
	static const uint8_t no_tag[] = DNS_HEADER(
	    "\x00\x01", "\x81\x80", "\x00", "\x01", "\x00", "\x00") "\x00\x01\x01"
	                                                            "\x00\x01\x00\x00\x00\x01\x00\x03\x00\x00x";
	only_answer((struct bytes){no_tag, sizeof(no_tag) - 1}, false); /* an authorisation says of what */
	only_answer(BYTES(ONE_ANSWER("\x0a", "\x02", "\xff\xff")), true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_are_read),
	    cmocka_unit_test(services_and_exchangers_are_read),
	    cmocka_unit_test(fingerprints_and_authorisations_are_read),
	    cmocka_unit_test(naming_authorities_and_service_bindings_are_read),
	    cmocka_unit_test(every_string_of_a_text_is_given),
	    cmocka_unit_test(data_that_is_not_its_type_is_not_understood),
	    cmocka_unit_test(a_name_cannot_leave_its_data),
	    cmocka_unit_test(types_we_do_not_know_are_left_alone),
	};
	return RUN_TESTS(tests);
}
