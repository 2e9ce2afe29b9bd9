/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "record/alert_text.h"
#include "record/model_words.h"

#include <stdio.h>

static struct alert
sample(void)
{
	struct alert a = {.detector_cstr = "model", .target_port = 443, .last_ns = 1, .first_ns = 0};
	a.source = addr_v4((const uint8_t[]){10, 0, 0, 23});
	a.target = addr_v4((const uint8_t[]){203, 0, 113, 9});
	return a;
}

static void
codes_that_say_the_same_are_one_reason(void **state)
{
	(void)state;
	struct flow_vector v = {0};
	float c[FLOW_CODES] = {0};
	int16_t usual[FLOW_CODES];
	struct model_reason r[MODEL_WORDS_REASONS];
	for (unsigned i = 0; i < FLOW_CODES; i++)
		usual[i] = -1;
	v.code[FLOW_CODE_SOURCE_UPLOAD] = flow_code_log(4100000000);
	usual[FLOW_CODE_SOURCE_UPLOAD] = flow_code_log(2000000);
	v.code[FLOW_CODE_SERVICE_NEW] = 254;
	c[FLOW_CODE_SOURCE_UPLOAD] = 1.5f;
	c[FLOW_CODE_BYTES_OPENER] = 0.6f; /* one group of three, 1.8 in all: the first reason, told by its strongest */
	c[FLOW_CODE_PACKETS_OPENER] = 0.7f;
	c[FLOW_CODE_SIZE_MAX_OPENER] = 0.5f;
	c[FLOW_CODE_SERVICE_NEW] = 0.4f;
	c[FLOW_CODE_STATE] = 0.3f;
	c[FLOW_CODE_SOURCE_FLOWS] = 2; /* cancelled by its own group */
	c[FLOW_CODE_SOURCE_FAILED] = -2.5f;
	assert_int_equal(model_words_reasons(c, &v, usual, r), 3);
	assert_int_equal(r[0].code, FLOW_CODE_PACKETS_OPENER);
	assert_int_equal(r[1].code, FLOW_CODE_SOURCE_UPLOAD);
	assert_int_equal(r[1].usual, flow_code_log(2000000));
	assert_int_equal(r[2].code, FLOW_CODE_SERVICE_NEW);
	for (unsigned i = 0; i < FLOW_CODES; i++)
		c[i] = -1;
	assert_int_equal(model_words_reasons(c, &v, usual, r), 0);
}

static void
what_would_be_untrue_of_this_flow_is_no_reason(void **state)
{
	(void)state;
	static const struct {
		uint8_t code, untrue, is_true;
	} rows[] = {{FLOW_CODE_SERVICE_NEW, 0, 254}, {FLOW_CODE_HOUR_HABIT, 254, 0}, {FLOW_CODE_TLS_CERTIFICATE, 0, 1},
	    {FLOW_CODE_REGULARITY, 254, 3}, {FLOW_CODE_RST_COUNT, 0, 1}, {FLOW_CODE_SOURCE_FLOWS, 255, 20},
	    {FLOW_CODE_STATE, 99, 1}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		float c[FLOW_CODES] = {[0] = 0};
		int16_t usual[FLOW_CODES] = {0};
		struct flow_vector v = {0};
		struct model_reason r[MODEL_WORDS_REASONS];
		c[rows[i].code] = 1;
		v.code[rows[i].code] = rows[i].untrue;
		assert_int_equal(model_words_reasons(c, &v, usual, r), 0);
		v.code[rows[i].code] = rows[i].is_true;
		assert_int_equal(model_words_reasons(c, &v, usual, r), 1);
	}
}

static void
an_alert_tells_it_in_both_languages(void **state)
{
	(void)state;
	struct alert a = sample();
	struct flow_vector v = {0}, back;
	v.code[FLOW_CODE_SOURCE_UPLOAD] = flow_code_log(4294967296);
	v.code[FLOW_CODE_SERVICE_NEW] = 254;
	v.code[FLOW_CODE_PAIR_SEEN] = 0;
	v.code[FLOW_CODE_ENTROPY] = 240;
	struct model_verdict verdict = {.margin = 2.5f,
	                         .sure_word = 3,
	                         .sure_share = 9512,
	                         .sure_counted = 812,
	                         .model_cstr = "0123456789abcdef",
	                         .reason_count = 3,
	                         .reasons = {{FLOW_CODE_SOURCE_UPLOAD, (int16_t)flow_code_log(2000000)},
	                             {FLOW_CODE_SERVICE_NEW, -1}, {FLOW_CODE_SIZES_128, -1}}},
	                     again;
	model_words_put(&a, &v, &verdict);
	const struct alert_text *t = alert_text_find(BYTES("model"));
	char out[2048];
	(void)alert_text_fill(LANGUAGE_EN, t->what_cstr, &a, out, sizeof(out));
	assert_string_equal(out,
	    "10.0.0.23 sent 3.5 GB or more in ten minutes. Usual here: 2.0 MB. 10.0.0.23 had never used such a service "
	    "before. 0 of 100 packets were very small. Service: port 443.");
	(void)alert_text_fill(LANGUAGE_EN, t->why_cstr, &a, out, sizeof(out));
	assert_non_null(strstr(out,
	    "We are fairly sure: in our tests, 95 of 100 alerts like this one were real. Not checked: the "
	    "content, which is encrypted."));
	(void)alert_text_fill(LANGUAGE_FR, text_in(LANGUAGE_FR, t->what_cstr), &a, out, sizeof(out));
	assert_string_equal(out,
	    "10.0.0.23 a envoyé 3,5 Go ou plus en dix minutes. D'habitude ici : 2,0 Mo. 10.0.0.23 n'avait jamais utilisé un tel "
	    "service. 0 paquets sur 100 étaient très petits. Service : port 443.");
	assert_true(model_words_get(&a, &back, &again));
	assert_memory_equal(back.code, v.code, FLOW_CODES);
	assert_int_equal(again.reason_count, 3);
	assert_int_equal(again.reasons[1].usual, -1);
	assert_int_equal(again.sure_counted, 812);
}

static void
every_code_has_its_sentence_in_both_languages(void **state)
{
	(void)state;
	struct alert a = sample();
	for (unsigned code = 0; code < FLOW_CODES; code++)
		for (unsigned value = 0; value < 256; value++) {
			struct flow_vector v = {0};
			char en[512], fr[512];
			v.code[code] = (uint8_t)value;
			size_t n = model_words_sentence(LANGUAGE_EN, &v, code, &a, en, sizeof(en));
			size_t m = model_words_sentence(LANGUAGE_FR, &v, code, &a, fr, sizeof(fr));
			assert_true((n > 0) == (m > 0) && n == strlen(en) && n < 200 && m < 200);
			if (n > 0 && (strcmp(en, fr) == 0 || strpbrk(en, "{}") != NULL || strpbrk(fr, "{}") != NULL))
				fail_msg("code %u, value %u: %s / %s", code, value, en, fr);
			if (value == FLOW_CODE_MISSING)
				assert_int_equal(n, 0);
		}
	for (unsigned code = 0; code < FLOW_CODE_RECORD; code++)
		assert_true(model_words_group(code) != MODEL_WORDS_GROUP_NONE);
}

static void
facts_that_make_no_sense_say_nothing(void **state)
{
	(void)state;
	static const char *const sures[] = {"", "5 1 1", "3 10001 1", "3 1", "3 1 1 1", "x"},
	                         *const reasons[] = {
	                             "64:1", "3", "3:", "3:256", "3:1 ", "3:1  4:1", "1:- 2:- 3:- 4:-", "-1:3"};
	char out[512];
	struct flow_vector v = {0};
	struct model_verdict verdict;
	for (size_t i = 0; i < LENGTH_OF(sures) + LENGTH_OF(reasons); i++) {
		struct alert a = sample();
		char codes[2 * FLOW_CODES];
		memset(codes, '1', sizeof(codes));
		alert_fact_text(&a, "vector", (struct bytes){(const uint8_t *)codes, sizeof(codes)});
		alert_fact_text(&a, "sure", bytes_of_cstr(i < LENGTH_OF(sures) ? sures[i] : "1 2 3"));
		alert_fact_text(&a, "reasons", bytes_of_cstr(i < LENGTH_OF(sures) ? "" : reasons[i - LENGTH_OF(sures)]));
		if (model_words_get(&a, &v, &verdict))
			fail_msg("taken: %s", i < LENGTH_OF(sures) ? sures[i] : reasons[i - LENGTH_OF(sures)]);
		assert_int_equal(model_words_fill(LANGUAGE_EN, BYTES("model_fact"), &a, out, sizeof(out)), 0);
	}
	struct alert a = sample();
	assert_int_equal(model_words_fill(LANGUAGE_EN, BYTES("model_sure"), &a, out, sizeof(out)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes_that_say_the_same_are_one_reason),
	    cmocka_unit_test(what_would_be_untrue_of_this_flow_is_no_reason),
	    cmocka_unit_test(an_alert_tells_it_in_both_languages),
	    cmocka_unit_test(every_code_has_its_sentence_in_both_languages),
	    cmocka_unit_test(facts_that_make_no_sense_say_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
