/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/learn/flow_judge.h"
#include "record/alert_text.h"
#include "record/model_words.h"

#include <math.h>
#include <stdlib.h>

enum { ASKS = FLOW_CODE_SOURCE_FLOWS, LIMIT = 40 };
static const int64_t second_ns = INT64_C(1000000000), start_ns = INT64_C(1700000000000000000);

/* One question: more connections of the source than a code of 40. Margins of -6 and 6. */
static struct learn_model *
one_question(void)
{
	uint8_t planes[] = {ASKS}, limits[] = {LIMIT};
	int32_t leaves[] = {-1536, 1536};
	float covers[] = {900, 100};
	struct learn_forest forest = {.growth = LEARN_SYMMETRIC,
	    .trees = 1,
	    .depth = 1,
	    .exponent = 8,
	    .planes = planes,
	    .limits = limits,
	    .leaves = leaves,
	    .covers = covers};
	struct learn_facts facts = {.schema = "fv64", .mask = UINT64_C(1) << ASKS};
	struct learn_model *model;
	struct diag diag = {0};
	if (learn_model_new(&forest, &facts, &model, &diag) < 0)
		fail_msg("%s", diag.text_cstr);
	return model;
}

struct heard {
	size_t count;
	struct alert alerts[8];
	uint64_t suspect;
};

static void
say(void *context, const struct alert *alert)
{
	struct heard *h = context;
	if (h->count < LENGTH_OF(h->alerts))
		h->alerts[h->count] = *alert;
	h->count++;
}

static bool
is_suspected(void *context, uint64_t flow_id)
{
	const struct heard *h = context;
	return h->suspect != 0 && flow_id == h->suspect;
}

struct bench {
	struct learn_model *model;
	struct learn_site *site;
	struct flow_judge *judge;
	struct heard heard;
	uint64_t next_id;
};

static void
set_up(struct bench *b)
{
	*b = (struct bench){.model = one_question(), .site = malloc(sizeof(*b->site)), .next_id = 1};
	assert_non_null(b->site);
	flow_judge_site_default(b->site);
	struct flow_judge_options options = {.model = b->model,
	    .site = b->site,
	    .model_cstr = "00112233aabbccdd",
	    .out = {.say = say, .context = &b->heard},
	    .is_suspected = is_suspected,
	    .context = &b->heard,
	    .keeps_verdicts = true};
	b->judge = flow_judge_new(&options);
	assert_non_null(b->judge);
}

static void
tear_down(struct bench *b)
{
	flow_judge_free(b->judge);
	learn_model_free(b->model);
	free(b->site);
}

static uint64_t
tell(struct bench *b, uint8_t host, uint8_t flows, enum flow_vector_moment moment, int64_t time_ns, uint64_t id)
{
	struct observation o = {.kind = OBSERVATION_VECTOR,
	    .time_ns = time_ns,
	    .flow_id = id,
	    .number = id,
	    .src = addr_v4((const uint8_t[]){10, 0, 0, host}),
	    .dst = addr_v4((const uint8_t[]){10, 0, 1, 9}),
	    .dst_port = 22,
	    .ip_proto = 6,
	    .vector = {.first_ns = time_ns - second_ns, .last_ns = time_ns, .moment = (uint8_t)moment}};
	struct flow_vector v = {0};
	v.code[ASKS] = flows;
	v.code[FLOW_CODE_SERVICE] = 4;
	flow_judge_hear(b->judge, &o, &v);
	return id;
}

static void
an_attack_is_an_alert_with_its_reason_and_the_rest_is_not(void **state)
{
	(void)state;
	static struct bench b;
	set_up(&b);
	for (unsigned i = 0; i < 100; i++)
		(void)tell(&b, (uint8_t)i, LIMIT, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	(void)tell(&b, 200, LIMIT + 1, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	(void)tell(&b, 200, LIMIT + 1, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	flow_judge_flush(b.judge);
	assert_int_equal(b.heard.count, 0); /* two may be chance */
	uint64_t bad = tell(&b, 200, LIMIT + 1, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	assert_int_equal(b.heard.count, 0); /* it waits in its block */
	flow_judge_flush(b.judge);
	assert_int_equal(b.heard.count, 1);
	const struct alert *a = &b.heard.alerts[0];
	assert_string_equal(a->detector_cstr, "model");
	assert_int_equal(a->signature_id, FLOW_JUDGE_SIGNATURE);
	assert_int_equal(a->flow_id, bad);
	assert_int_equal(a->source.at[15], 200);
	assert_int_equal(a->stage, STAGE_RECONNAISSANCE);
	assert_int_equal(a->severity, SEVERITY_MINOR); /* nobody measured how often it is right */
	assert_int_equal(a->confidence, 50);
	struct flow_vector v;
	struct model_verdict verdict;
	assert_true(model_words_get(a, &v, &verdict));
	assert_int_equal(verdict.reason_count, 1);
	assert_int_equal(verdict.reasons[0].code, ASKS);
	assert_string_equal(verdict.model_cstr, "00112233aabbccdd");
	assert_true(fabsf(verdict.margin - 6) < 0.01f);
	char out[512];
	(void)alert_text_fill(LANGUAGE_EN, alert_text_find(BYTES("model"))->what_cstr, a, out, sizeof(out));
	assert_string_equal(out, "Connections that 10.0.0.200 made within a minute: 32. Service: port 22.");
	struct flow_judge_counters n = flow_judge_count(b.judge);
	assert_int_equal(n.flows, 103);
	assert_int_equal(n.attacks, 3);
	tear_down(&b);
}

static void
an_attack_that_goes_on_is_told_ten_times_rarer_each_time_and_again_after_an_hour(void **state)
{
	(void)state;
	static struct bench b;
	set_up(&b);
	for (unsigned i = 0; i < 1000; i++)
		(void)tell(&b, 7, 200, FLOW_VECTOR_AT_END, start_ns + i * second_ns, b.next_id++);
	flow_judge_flush(b.judge);
	assert_int_equal(b.heard.count, 3);
	static const uint64_t counts[] = {3, 30, 300};
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(b.heard.alerts[i].count, counts[i]);
	for (unsigned i = 0; i < 3; i++) {
		(void)tell(&b, 8, 200, FLOW_VECTOR_AT_END, start_ns, b.next_id++); /* another source is another alert */
		(void)tell(&b, 7, 200, FLOW_VECTOR_AT_END, start_ns + 7200 * second_ns, b.next_id++);
	}
	flow_judge_flush(b.judge);
	assert_int_equal(b.heard.count, 5);
	assert_int_equal(b.heard.alerts[4].count, 3);
	tear_down(&b);
}

static void
one_is_enough_where_it_was_measured_to_be_real(void **state)
{
	(void)state;
	static struct bench b;
	set_up(&b);
	for (unsigned i = 0; i < 100; i++)
		learn_confidence_count(&b.site->confidence, 6, true);
	learn_confidence_fit(&b.site->confidence);
	(void)tell(&b, 7, 200, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	flow_judge_flush(b.judge);
	assert_int_equal(b.heard.count, 1);
	assert_int_equal(b.heard.alerts[0].severity, SEVERITY_SIGNIFICANT);
	assert_true(b.heard.alerts[0].confidence >= 97);
	tear_down(&b);
}

static void
a_flow_that_was_called_an_attack_early_is_counted_once(void **state)
{
	(void)state;
	static struct bench b;
	set_up(&b);
	for (uint64_t id = 1; id <= 3; id++)
		(void)tell(&b, 7, 200, FLOW_VECTOR_AT_8, start_ns, id);
	flow_judge_flush(b.judge);
	assert_int_equal(b.heard.count, 1); /* while it lasts */
	for (uint64_t id = 1; id <= 3; id++) {
		(void)tell(&b, 7, 200, FLOW_VECTOR_AT_60, start_ns, id);
		(void)tell(&b, 7, 200, FLOW_VECTOR_AT_END, start_ns, id);
	}
	flow_judge_flush(b.judge);
	struct flow_judge_counters n = flow_judge_count(b.judge);
	assert_int_equal(n.attacks, 3);
	assert_int_equal(n.flows, 3);
	assert_int_equal(b.heard.count, 1);
	tear_down(&b);
}

static void
what_was_never_seen_and_what_is_unsure_raise_nothing(void **state)
{
	(void)state;
	static struct bench b;
	set_up(&b);
	b.site->conformal.services[4] = (struct learn_conformal_bounds){.benign_most = 1, .attack_least = 9};
	uint64_t unseen = tell(&b, 7, 200, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	flow_judge_flush(b.judge);
	b.site->conformal.services[4] = (struct learn_conformal_bounds){.benign_most = 9, .attack_least = 1};
	uint64_t unsure = tell(&b, 7, 200, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	flow_judge_flush(b.judge);
	assert_int_equal(b.heard.count, 0);
	float margin;
	enum flow_judge_word word;
	assert_true(flow_judge_verdict(b.judge, unseen, &margin, &word));
	assert_string_equal(flow_judge_word_cstr(word), "unseen");
	assert_true(flow_judge_verdict(b.judge, unsure, &margin, &word));
	assert_string_equal(flow_judge_word_cstr(word), "unsure");
	assert_int_equal(flow_judge_count(b.judge).unseen, 1);
	assert_int_equal(flow_judge_count(b.judge).undecided, 1);
	tear_down(&b);
}

static void
what_a_person_called_normal_raises_nothing_until_its_day(void **state)
{
	(void)state;
	static struct bench b;
	set_up(&b);
	struct flow_vector example = {0};
	example.code[ASKS] = 200;
	example.code[FLOW_CODE_SERVICE] = 4;
	learn_site_accept(b.site, &example, start_ns + 100 * second_ns);
	(void)tell(&b, 7, 200, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	flow_judge_flush(b.judge);
	assert_int_equal(b.heard.count, 0);
	assert_int_equal(flow_judge_count(b.judge).accepted, 1);
	for (unsigned i = 0; i < 3; i++)
		(void)tell(&b, 7, 200, FLOW_VECTOR_AT_END, start_ns + 200 * second_ns, b.next_id++);
	flow_judge_flush(b.judge);
	assert_int_equal(b.heard.count, 1);
	tear_down(&b);
}

static void
what_a_rule_suspects_is_not_learned_as_normal(void **state)
{
	(void)state;
	static struct bench b;
	set_up(&b);
	b.heard.suspect = tell(&b, 7, 3, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	flow_judge_flush(b.judge);
	assert_int_equal(b.site->normal[LEARN_PROFILE_OPENED_HERE].counted, 0);
	(void)tell(&b, 7, 3, FLOW_VECTOR_AT_END, start_ns, b.next_id++);
	flow_judge_flush(b.judge);
	assert_int_equal(b.site->normal[LEARN_PROFILE_OPENED_HERE].counted, 1);
	tear_down(&b);
}

static void
verdicts_of_a_whole_chunk_are_found_until_they_are_forgotten(void **state)
{
	(void)state;
	static struct bench b;
	set_up(&b);
	enum { FLOWS = 20000 };
	uint64_t *ids = calloc(FLOWS, sizeof(*ids));
	unsigned found = 0;
	float margin;
	enum flow_judge_word word;
	for (unsigned i = 0; i < FLOWS; i++) {
		ids[i] = ((uint64_t)i + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 11; /* as ids are: 53 bits of a hash */
		(void)tell(&b, 7, 3, FLOW_VECTOR_AT_END, start_ns, ids[i]);
	}
	flow_judge_flush(b.judge);
	for (unsigned i = 0; i < FLOWS; i++)
		found += flow_judge_verdict(b.judge, ids[i], &margin, &word) && word == FLOW_JUDGE_BENIGN;
	assert_true(found >= FLOWS - FLOWS / 100);
	assert_false(flow_judge_verdict(b.judge, 12345, &margin, &word));
	flow_judge_forget(b.judge);
	assert_false(flow_judge_verdict(b.judge, ids[3], &margin, &word));
	free(ids);
	tear_down(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_attack_is_an_alert_with_its_reason_and_the_rest_is_not),
	    cmocka_unit_test(an_attack_that_goes_on_is_told_ten_times_rarer_each_time_and_again_after_an_hour),
	    cmocka_unit_test(one_is_enough_where_it_was_measured_to_be_real),
	    cmocka_unit_test(a_flow_that_was_called_an_attack_early_is_counted_once),
	    cmocka_unit_test(what_was_never_seen_and_what_is_unsure_raise_nothing),
	    cmocka_unit_test(what_a_person_called_normal_raises_nothing_until_its_day),
	    cmocka_unit_test(what_a_rule_suspects_is_not_learned_as_normal),
	    cmocka_unit_test(verdicts_of_a_whole_chunk_are_found_until_they_are_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
