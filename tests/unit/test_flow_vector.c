/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "record/flow_numbers.h"
#include "record/flow_vector_file.h"
#include "record/observation.h"

/* Straight from the definition, with floats: the three top bits of the mantissa, eight codes per octave. */
static uint8_t
slow_log(double value)
{
	if (value < 1)
		return 0;
	unsigned exponent = 0;
	while (value >= 2) {
		value /= 2;
		exponent++;
	}
	unsigned code = 1 + exponent * 8 + (unsigned)((value - 1) * 8);
	return (uint8_t)(code > 254 ? 254 : code);
}

static void
all_64_logs_agree_with_the_definition_at_every_boundary(void **state)
{
	(void)state;
	uint32_t values[FLOW_CODES];
	uint8_t fast[FLOW_CODES], plain[FLOW_CODES];
	size_t count = 0;
	for (unsigned exponent = 0; exponent < 32; exponent++)
		for (unsigned step = 0; step <= 8; step++)
			for (int off = -2; off <= 2; off++) {
				uint64_t edge = (UINT64_C(1) << exponent) + ((UINT64_C(1) << exponent) * step >> 3);
				uint64_t value = edge + (uint64_t)(int64_t)off;
				values[count++ % FLOW_CODES] = value > UINT32_MAX ? (uint32_t)-1 : (uint32_t)value;
				flow_vector_logs(values, fast);
				flow_vector_logs_plainly(values, plain);
				size_t i = (count - 1) % FLOW_CODES;
				assert_int_equal(plain[i], slow_log(values[i]));
				if (count >= FLOW_CODES)
					assert_memory_equal(fast, plain, FLOW_CODES);
			}
}

static void
a_number_too_large_for_32_bits_has_the_last_code(void **state)
{
	(void)state;
	struct flow_numbers n = {.known = FLOW_KNOWN_PACKETS};
	n.bytes[0] = UINT64_MAX;
	n.bytes[1] = UINT32_MAX;
	struct flow_vector v;
	flow_vector_of_numbers(&n, &v);
	assert_int_equal(v.code[FLOW_CODE_BYTES_OPENER], flow_code_log(UINT64_MAX));
	assert_int_equal(v.code[FLOW_CODE_BYTES_ANSWERER], flow_code_log(UINT32_MAX));
	assert_int_equal(v.code[FLOW_CODE_BYTES_OPENER], FLOW_CODE_MAX);
}

static void
what_a_source_does_not_know_is_missing_and_the_rest_is_the_same(void **state)
{
	(void)state;
	struct flow_numbers n = {.known = FLOW_KNOWN_PACKETS,
	    .duration_us = 1500000,
	    .packets = {10, 12},
	    .bytes = {1400, 90000},
	    .payload = {900, 89000},
	    .first_count = 2,
	    .first_sizes = {120, -1400},
	    .tcp_flags = {0xff, 0x1b},
	    .state = FLOW_VECTOR_SF,
	    .ip_proto = 6,
	    .service = flow_vector_service(6, 443, APP_TLS)};
	struct flow_vector all, zeek;
	flow_vector_of_numbers(&n, &all);
	n.known = FLOW_KNOWN_ZEEK;
	n.source = FLOW_VECTOR_ZEEK;
	flow_vector_of_numbers(&n, &zeek);
	for (unsigned i = 0; i < FLOW_CODE_RECORD; i++)
		if ((FLOW_KNOWN_ZEEK >> i & 1) != 0)
			assert_int_equal(zeek.code[i], all.code[i]);
		else
			assert_int_equal(zeek.code[i], FLOW_CODE_MISSING);
	for (unsigned i = FLOW_CODE_SOURCE_FLOWS; i <= FLOW_CODE_DNS_FAILED; i++)
		assert_int_equal(all.code[i], FLOW_CODE_MISSING); /* the context's */
	assert_int_equal(all.code[FLOW_CODE_TCP_FLAGS_OPENER], 0xfe);
	assert_int_equal(all.code[FLOW_CODE_FIRST_SIZE_1], flow_code_signed_log(120));
	assert_int_equal(all.code[FLOW_CODE_FIRST_SIZE_2], flow_code_signed_log(-1400));
	assert_int_equal(all.code[FLOW_CODE_FIRST_SIZE_3], 127);
	assert_true(all.code[FLOW_CODE_ASYMMETRY] > 127 + 20); /* 64 times: six octaves of four steps */
	assert_int_equal(zeek.code[FLOW_CODE_RECORD], FLOW_VECTOR_VERSION << 4 | FLOW_VECTOR_ZEEK);
}

static void
how_far_a_connection_came_is_told_by_its_flags(void **state)
{
	(void)state;
	enum { F = 1, S = 2, R = 4, A = 16 };
	static const struct {
		uint8_t opener, answerer, state;
		const char *why;
	} rows[] = {
	    {S, 0, FLOW_VECTOR_S0, "a lone SYN"},
	    {S, R | A, FLOW_VECTOR_REJ, "a closed port"},
	    {S | R, 0, FLOW_VECTOR_RSTOS0, "a scanner that gives up"},
	    {S | F, 0, FLOW_VECTOR_SH, "SYN and FIN"},
	    {S | A, S | A, FLOW_VECTOR_S1, "still open"},
	    {S | A | F, S | A | F, FLOW_VECTOR_SF, "closed by both"},
	    {S | A | F, S | A, FLOW_VECTOR_S2, "closed by the opener only"},
	    {S | A, S | A | F, FLOW_VECTOR_S3, "closed by the answerer only"},
	    {S | A | R, S | A, FLOW_VECTOR_RSTO, "cut by the opener: a half-open scan that found something"},
	    {S | A, S | A | R, FLOW_VECTOR_RSTR, "cut by the answerer"},
	    {0, S | A | R, FLOW_VECTOR_RSTRH, "backscatter"},
	    {0, S | A | F, FLOW_VECTOR_SHR, "an answer whose opener was not seen"},
	    {A, A, FLOW_VECTOR_OTHER, "the beginning was not seen"},
	};
	const uint64_t packets[2] = {1, 1};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		uint8_t flags[2] = {rows[i].opener, rows[i].answerer};
		if (flow_vector_state_of(6, flags, packets) != rows[i].state)
			fail_msg("%s", rows[i].why);
	}
	const uint8_t none[2] = {0};
	assert_int_equal(flow_vector_state_of(17, none, packets), FLOW_VECTOR_SF);
	assert_int_equal(flow_vector_state_of(17, none, (const uint64_t[2]){3, 0}), FLOW_VECTOR_S0);
	assert_int_equal(flow_vector_state_of(1, none, packets), FLOW_VECTOR_OTHER);
}

static void
a_service_is_what_was_recognised_else_what_its_port_says(void **state)
{
	(void)state;
	assert_int_equal(flow_vector_service(6, 80, APP_UNKNOWN), flow_vector_service(6, 4242, APP_HTTP));
	assert_int_not_equal(flow_vector_service(6, 4242, APP_UNKNOWN), flow_vector_service(6, 4242, APP_HTTP));
	assert_int_not_equal(flow_vector_service(6, 443, APP_UNKNOWN), flow_vector_service(17, 443, APP_UNKNOWN));
	assert_int_equal(flow_vector_service(1, 8, APP_NONE), 0);
	for (unsigned port = 0; port < 65536; port++)
		assert_true(flow_vector_service(6, (uint16_t)port, APP_UNKNOWN) < FLOW_CODE_MISSING);
}

static void
a_file_of_vectors_is_read_as_it_was_written(void **state)
{
	(void)state;
	struct flow_vector_row row = {.first_ns = -5,
	    .last_ns = INT64_C(1700000000123456789),
	    .flow_id = UINT64_C(0x1fffffffffffff),
	    .source = 77,
	    .moment = FLOW_VECTOR_AT_60,
	    .ip_proto = 6,
	    .vlan = 12,
	    .opener_port = 40000,
	    .answerer_port = 443};
	row.opener.at[15] = 1;
	row.answerer.at[0] = 0xfe;
	for (unsigned i = 0; i < FLOW_CODES; i++)
		row.vector.code[i] = (uint8_t)(i * 3);
	for (uint64_t flags = 0; flags < 4; flags++) {
		uint8_t room[512];
		struct writer w = writer_of(room, sizeof(room));
		flow_vector_file_put_head(&w, flags);
		assert_int_equal(writer_written(&w).len, FLOW_VECTOR_FILE_HEAD);
		flow_vector_file_put_row(&w, &row, flags);
		struct bytes file = writer_written(&w);
		struct flow_vector_head head;
		assert_int_equal(flow_vector_file_head(file, &head), PARSE_OK);
		assert_int_equal(head.row_size, file.len - FLOW_VECTOR_FILE_HEAD);
		struct cursor c = cursor_of(file);
		cursor_take(&c, FLOW_VECTOR_FILE_HEAD);
		struct flow_vector_row got;
		assert_int_equal(flow_vector_file_row(&c, &head, &got), PARSE_OK);
		assert_memory_equal(got.vector.code, row.vector.code, FLOW_CODES);
		assert_int_equal(got.first_ns, -5);
		assert_int_equal(got.last_ns, row.last_ns);
		assert_int_equal(got.moment, FLOW_VECTOR_AT_60);
		assert_int_equal(got.vlan, 12);
		bool addressed = (flags & FLOW_VECTOR_FILE_ADDRESSES) != 0;
		assert_int_equal(got.flow_id, addressed ? row.flow_id : 0);
		assert_int_equal(got.answerer_port, addressed ? 443 : 0);
		assert_int_equal(got.opener.at[15], addressed);
		assert_int_equal(flow_vector_file_row(&c, &head, &got), PARSE_SHORT);
		for (size_t cut = 0; cut < FLOW_VECTOR_FILE_HEAD; cut++)
			assert_int_equal(flow_vector_file_head((struct bytes){room, cut}, &head), PARSE_SHORT);
		room[8]++;
		assert_int_equal(flow_vector_file_head(file, &head), PARSE_BAD);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_64_logs_agree_with_the_definition_at_every_boundary),
	    cmocka_unit_test(a_number_too_large_for_32_bits_has_the_last_code),
	    cmocka_unit_test(what_a_source_does_not_know_is_missing_and_the_rest_is_the_same),
	    cmocka_unit_test(how_far_a_connection_came_is_told_by_its_flags),
	    cmocka_unit_test(a_service_is_what_was_recognised_else_what_its_port_says),
	    cmocka_unit_test(a_file_of_vectors_is_read_as_it_was_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
