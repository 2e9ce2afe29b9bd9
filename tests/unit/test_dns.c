/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "dns_samples.h"
#include "proto/dns.h"

static const struct bytes good[] = {
    {(const uint8_t *)DNS_QUERY, sizeof(DNS_QUERY) - 1},
    {(const uint8_t *)DNS_ANSWER, sizeof(DNS_ANSWER) - 1},
    {(const uint8_t *)DNS_NXDOMAIN, sizeof(DNS_NXDOMAIN) - 1},
};

static void
check_name(struct bytes message, size_t offset, const char *want_cstr)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dns_text name = dns_name_write(message, offset, text, sizeof(text));
	assert_false(name.truncated);
	assert_bytes_equal(((struct bytes){(const uint8_t *)text, name.len}), bytes_of_cstr(want_cstr));
}

static void
a_query_is_read(void **state)
{
	(void)state;
	struct bytes message = test_heap(good[0]);
	struct dns m;
	uint16_t flaws = 0xffff;
	assert_int_equal(dns_parse(message, &m, &flaws), PARSE_OK);
	assert_int_equal(flaws, 0);
	assert_int_equal(m.id, 0x1234);
	assert_int_equal(m.flags, DNS_RD);
	assert_int_equal(m.tail, PARSE_OK);
	assert_int_equal(m.length, message.len);
	assert_int_equal(m.question_count, 1);
	assert_int_equal(m.questions[0].type, DNS_A);
	assert_int_equal(m.questions[0].class, 1);
	check_name(message, m.questions[0].name, "www.example.com");
	test_heap_free(message);
}

static void
compressed_names_and_sections_are_read(void **state)
{
	(void)state;
	struct bytes message = test_heap(good[2]);
	struct dns m;
	assert_int_equal(dns_parse(message, &m, NULL), PARSE_OK);
	assert_int_equal(dns_rcode(&m), 3);
	assert_int_equal(m.record_count, 2);
	assert_int_equal(m.records[0].section, DNS_AUTHORITIES);
	assert_int_equal(m.records[0].type, DNS_SOA);
	assert_int_equal(m.records[0].ttl, 10);
	assert_true(m.records[0].understood);
	check_name(message, m.records[0].name, "example.com");
	check_name(message, m.records[0].rdata, "ns.example.com");
	assert_int_equal(m.records[1].section, DNS_ADDITIONALS);
	check_name(message, m.records[1].name, "");
	assert_true(m.edns.present && m.edns.dnssec_ok && m.edns.has_subnet);
	assert_int_equal(m.edns.payload_size, 1232);
	assert_int_equal(m.edns.extended_rcode, 1);
	assert_int_equal(m.edns.subnet_family, 1);
	assert_int_equal(m.edns.subnet_prefix, 24);
	assert_int_equal(m.edns.subnet_len, 3);
	assert_memory_equal(m.edns.subnet, "\xcb\x00\x71", 3);
	test_heap_free(message);
}

static void
every_proper_prefix_of_a_good_message_is_short(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(good); i++)
		for (size_t len = 0; len < good[i].len; len++) {
			struct bytes prefix = test_heap(bytes_first(good[i], len));
			struct dns m = {.tail = PARSE_OK};
			enum parse got = dns_parse(prefix, &m, NULL);
			if (got == PARSE_OK)
				got = m.tail; /* the cut is behind the answers */
			if (got != PARSE_SHORT)
				fail_msg("message %zu cut at %zu gives %d", i, len, got);
			test_heap_free(prefix);
		}
}

static void
what_follows_a_message_changes_nothing(void **state)
{
	(void)state;
	struct dns alone, followed;
	assert_int_equal(dns_parse(BYTES(DNS_ANSWER), &alone, NULL), PARSE_OK);
	assert_int_equal(dns_parse(BYTES(DNS_ANSWER "\xff\xff\xff\xff"), &followed, NULL), PARSE_OK);
	assert_int_equal(alone.length, followed.length);
	assert_memory_equal(alone.records, followed.records, alone.record_count * sizeof(alone.records[0]));
}

#define HEAD DNS_HEADER("\x00\x01", "\x01\x00", "\x01", "\x00", "\x00", "\x00")
#define HEAD_ANSWER DNS_HEADER("\x00\x01", "\x81\x80", "\x00", "\x01", "\x00", "\x00")

static void
what_is_wrong_is_said(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes message;
		enum parse want;
		uint16_t flaws;
	} rows[] = {
	    {"nothing at all", {(const uint8_t *)"", 0}, PARSE_SHORT, 0},
	    {"label type 01",
	        {(const uint8_t *)HEAD "\x41"
	                               "a\x00\x00\x01\x00\x01",
	            20},
	        PARSE_BAD, 0},
	    {"label type 10",
	        {(const uint8_t *)HEAD "\x81"
	                               "a\x00\x00\x01\x00\x01",
	            20},
	        PARSE_BAD, 0},
	    {"label type 10 that would lead back", {(const uint8_t *)HEAD "\x80\x00\x00\x01\x00\x01", 18}, PARSE_BAD, 0},
	    {"a pointer to itself", {(const uint8_t *)HEAD "\xc0\x0c\x00\x01\x00\x01", 18}, PARSE_BAD, DNS_FLAW_LOOP},
	    {"a name that ends in its own beginning",
	        {(const uint8_t *)HEAD "\x01"
	                               "a\xc0\x0c\x00\x01\x00\x01",
	            20},
	        PARSE_BAD, DNS_FLAW_LOOP},
	    {"a pointer forward",
	        {(const uint8_t *)HEAD "\xc0\x0e\x01"
	                               "a\x00\x00\x01\x00\x01",
	            21},
	        PARSE_BAD, 0},
	    {"a pointer out of the message", {(const uint8_t *)HEAD "\xff\xff\x00\x01\x00\x01", 18}, PARSE_BAD, 0},
	    {"two names that point at each other",
	        {(const uint8_t *)DNS_HEADER(
	             "\x00\x01", "\x01\x00", "\x02", "\x00", "\x00", "\x00") "\xc0\x12\x00\x01\x00\x01"
	                                                                     "\xc0\x0c\x00\x01\x00\x01",
	            24},
	        PARSE_BAD, 0},
	    {"half a pointer", {(const uint8_t *)HEAD "\xc0", 13}, PARSE_SHORT, 0},
	    {"rdata longer than the message",
	        {(const uint8_t *)HEAD_ANSWER "\x00" DNS_RR("\x01", "\x01", "\x05") "\x01\x02\x03\x04", 27}, PARSE_SHORT, 0},
	    {"an address of three bytes",
	        {(const uint8_t *)HEAD_ANSWER "\x00" DNS_RR("\x01", "\x01", "\x03") "\x01\x02\x03", 26}, PARSE_OK,
	        DNS_FLAW_RDATA},
	    {"an address without data: allowed in updates",
	        {(const uint8_t *)HEAD_ANSWER "\x00" DNS_RR("\x01", "\x01", "\x00"), 23}, PARSE_OK, 0},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes message = test_heap(rows[i].message);
		struct dns m = {.id = 0x7777};
		uint16_t flaws = 0;
		enum parse got = dns_parse(message, &m, &flaws);
		if (got != rows[i].want || flaws != rows[i].flaws)
			fail_msg("%s: state %d, flaws %x", rows[i].why, got, flaws);
		if (got != PARSE_OK)
			assert_int_equal(m.id, 0x7777); /* untouched */
		test_heap_free(message);
	}
}

/* A header, then count names of one label each, every one a pointer to the one before. */
static size_t
chain(uint8_t *out, size_t count)
{
	size_t n = 0;
	memcpy(out, HEAD, DNS_HEADER_SIZE);
	n = DNS_HEADER_SIZE;
	out[n++] = 0;
	size_t previous = DNS_HEADER_SIZE;
	for (size_t i = 0; i < count; i++) {
		out[n] = (uint8_t)(0xc0 | previous >> 8);
		out[n + 1] = (uint8_t)previous;
		previous = n;
		n += 2;
	}
	return n;
}

static void
a_long_chain_of_pointers_ends(void **state)
{
	(void)state;
	uint8_t raw[DNS_HEADER_SIZE + 1 + 2 * 400];
	size_t len = chain(raw, 400);
	struct bytes message = {raw, len};
	uint16_t flaws = 0;
	size_t end = 0;
	assert_int_equal(dns_name_skip(message, len - 2, &end, &flaws), PARSE_OK);
	assert_int_equal(end, len);
	assert_int_equal(flaws, DNS_FLAW_LABELS);
	flaws = 0;
	assert_int_equal(dns_name_skip(message, DNS_HEADER_SIZE + 1 + 2 * 100, &end, &flaws), PARSE_OK);
	assert_int_equal(flaws, 0);
}

/* 16 leads to 14, 14 to 12, and 12 to 14 again: back of 16, but not of 12. */
static void
a_loop_behind_a_pointer_is_refused(void **state)
{
	(void)state;
	struct bytes message = BYTES(HEAD "\xc0\x0e\xc0\x0c\xc0\x0e");
	uint16_t flaws = 0;
	size_t end = 77;
	assert_int_equal(dns_name_skip(message, 16, &end, &flaws), PARSE_BAD);
	assert_int_equal(end, 77); /* untouched */
}

static void
a_name_beyond_the_limit_is_shown_and_marked(void **state)
{
	(void)state;
	uint8_t raw[DNS_HEADER_SIZE + 64 * 20 + 5];
	memcpy(raw, HEAD, DNS_HEADER_SIZE);
	size_t n = DNS_HEADER_SIZE;
	for (size_t i = 0; i < 20; i++) {
		raw[n++] = 63;
		memset(raw + n, 'a' + (int)i, 63);
		n += 63;
	}
	memcpy(raw + n, "\x00\x00\x01\x00\x01", 5);
	struct bytes message = {raw, n + 5};
	struct dns m;
	assert_int_equal(dns_parse(message, &m, NULL), PARSE_OK);
	assert_int_equal(m.flaws, DNS_FLAW_LONG_NAME);
	char text[DNS_NAME_TEXT_MAX];
	struct dns_text name = dns_name_write(message, m.questions[0].name, text, sizeof(text));
	assert_int_equal(name.len, sizeof(text));
	assert_true(name.truncated);
	name = dns_name_write(message, m.questions[0].name, text, 10);
	assert_int_equal(name.len, 10);
	assert_memory_equal(text, "aaaaaaaaaa", 10);
	name = dns_name_write(message, m.questions[0].name, text, 0);
	assert_int_equal(name.len, 0);
}

static void
more_records_than_are_kept_are_passed_over(void **state)
{
	(void)state;
	enum { COUNT = 300 };
	static uint8_t raw[DNS_HEADER_SIZE + COUNT * 15];
	memcpy(raw, "\x00\x01\x81\x80\x00\x00\x01\x2c\x00\x00\x00\x00", DNS_HEADER_SIZE);
	for (size_t i = 0; i < COUNT; i++)
		memcpy(raw + DNS_HEADER_SIZE + i * 15, "\x00" DNS_RR("\x01", "\x01", "\x04") "\xc0\x00\x02\x01", 15);
	struct bytes message = test_heap((struct bytes){raw, sizeof(raw)});
	struct dns m;
	assert_int_equal(dns_parse(message, &m, NULL), PARSE_OK);
	assert_int_equal(m.tail, PARSE_OK);
	assert_int_equal(m.record_count, DNS_RECORDS_MAX);
	assert_int_equal(m.claimed[DNS_ANSWERS], COUNT);
	assert_int_equal(m.length, message.len);
	assert_int_equal(dns_parse(bytes_first(message, message.len - 1), &m, NULL), PARSE_SHORT);
	test_heap_free(message);
}

static void
a_broken_tail_does_not_hide_the_answers(void **state)
{
	(void)state;
	struct dns m;
	struct bytes message = BYTES(DNS_HEADER("\x00\x01", "\x81\x80", "\x00", "\x01", "\x00", "\x01") "\x00" DNS_RR(
	    "\x01", "\x01", "\x04") "\xc0\x00\x02\x01"
	                            "\x41");
	assert_int_equal(dns_parse(message, &m, NULL), PARSE_OK);
	assert_int_equal(m.tail, PARSE_BAD);
	assert_int_equal(m.tail_section, DNS_ADDITIONALS);
	assert_int_equal(m.record_count, 1);
}

static void
numbers_have_their_names(void **state)
{
	(void)state;
	static const struct {
		uint16_t type;
		const char *name_cstr;
	} rows[] = {{1, "A"}, {5, "CNAME"}, {16, "TXT"}, {28, "AAAA"}, {33, "SRV"}, {44, "SSHFP"}, {53, "SMIMEA"},
	    {55, "HIP"}, {65, "HTTPS"}, {109, "EUI64"}, {255, "ANY"}, {257, "CAA"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		assert_string_equal(dns_type_name(rows[i].type), rows[i].name_cstr);
	assert_null(dns_type_name(0));
	assert_null(dns_type_name(54));
	assert_null(dns_type_name(65535));
	assert_string_equal(dns_rcode_name(3), "NXDOMAIN");
	assert_string_equal(dns_rcode_name(16), "BADVERS");
	assert_null(dns_rcode_name(15));
	assert_null(dns_rcode_name(4095));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_query_is_read),
	    cmocka_unit_test(compressed_names_and_sections_are_read),
	    cmocka_unit_test(every_proper_prefix_of_a_good_message_is_short),
	    cmocka_unit_test(what_follows_a_message_changes_nothing),
	    cmocka_unit_test(what_is_wrong_is_said),
	    cmocka_unit_test(a_long_chain_of_pointers_ends),
	    cmocka_unit_test(a_loop_behind_a_pointer_is_refused),
	    cmocka_unit_test(a_name_beyond_the_limit_is_shown_and_marked),
	    cmocka_unit_test(more_records_than_are_kept_are_passed_over),
	    cmocka_unit_test(a_broken_tail_does_not_hide_the_answers),
	    cmocka_unit_test(numbers_have_their_names),
	};
	return RUN_TESTS(tests);
}
