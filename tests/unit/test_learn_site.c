/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/learn/learn_site.h"
#include "detect/learn/learn_site_file.h"

#include <errno.h>
#include <math.h>

static uint64_t seed = 1;

static unsigned
draw(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % below;
}

static void
the_threshold_keeps_the_conformal_bound_and_says_when_it_cannot(void **state)
{
	(void)state;
	static struct learn_threshold t;
	struct learn_threshold_choice c;
	learn_threshold_choose(&t, 0.01, &c);
	assert_true(isinf(c.margin) && !c.suffices); /* nothing counted: nothing is an attack */
	assert_int_equal(c.needed, 99);
	for (unsigned i = 1; i <= 98; i++)
		learn_threshold_count(&t, (float)i / 10);
	learn_threshold_choose(&t, 0.01, &c);
	assert_false(c.suffices);
	assert_true(c.margin > 9.8f && c.margin <= 9.8f + 1.0f / 64);
	learn_threshold_count(&t, 9.9f);
	learn_threshold_choose(&t, 0.01, &c);
	assert_true(c.suffices);
	assert_int_equal(c.above, 0); /* (0 + 1) / 100 */
	for (unsigned i = 0; i < 100; i++)
		learn_threshold_count(&t, -3);
	learn_threshold_choose(&t, 0.01, &c);
	assert_int_equal(c.above, 1); /* (1 + 1) / 200 */
	assert_true(c.margin > 9.8f && c.margin <= 9.9f);
	learn_threshold_choose(&t, 0.05, &c);
	assert_int_equal(c.above, 9);
}

static void
the_threshold_rises_only_for_services_that_are_high_here(void **state)
{
	(void)state;
	static struct learn_local l;
	struct learn_local_choice c;
	learn_local_choose(&l, 0.01, 2, &c);
	for (unsigned s = 0; s < LEARN_CONFORMAL_SERVICES; s++)
		assert_true(c.margin[s] == 2 && c.flows[s] == 0);
	for (unsigned i = 0; i < 200; i++)
		learn_local_count(&l, 3, i < 3 ? 9.0f : 4.0f); /* 200 flows: (above + 1) / 201 <= 0.01 lets one be above */
	learn_local_count(&l, 201, 5);                         /* one flow: just above it */
	learn_local_count(&l, 6, -8);                          /* low: the threshold it came with stays */
	learn_local_choose(&l, 0.01, 2, &c);
	assert_int_equal(c.counted, 202);
	assert_true(c.margin[3] > 9 && c.margin[3] < 9.2f);
	assert_true(c.margin[41] > 5 && c.margin[41] < 5.2f);
	assert_true(c.margin[6] == 2 && c.margin[7] == 2);
	learn_local_choose(&l, 0.02, 2, &c); /* now three may be above */
	assert_true(c.margin[3] > 4 && c.margin[3] < 4.2f);
	/* What is high here and was never seen becomes benign with enough flows, and undecided with one. */
	struct learn_conformal bounds = {.epsilon = 0.01};
	for (unsigned s = 0; s < LEARN_CONFORMAL_SERVICES; s++)
		bounds.services[s] = (struct learn_conformal_bounds){.benign_most = 0, .attack_least = 4.5f};
	assert_int_equal(learn_local_decide(&bounds, &c, 3, 3), LEARN_DECISION_BENIGN);
	assert_int_equal(learn_local_decide(&bounds, &c, 201, 3), LEARN_DECISION_NEITHER);
	assert_int_equal(learn_local_decide(&bounds, &c, 201, 4.8f), LEARN_DECISION_BOTH);
	assert_int_equal(learn_local_decide(&bounds, &c, 201, 6), LEARN_DECISION_ATTACK);
	assert_int_equal(learn_local_decide(&bounds, NULL, 201, 4.8f), LEARN_DECISION_ATTACK);
}

static void
no_margin_is_outside_the_steps(void **state)
{
	(void)state;
	static const struct {
		float margin;
		unsigned bin;
		const char *why;
	} rows[] = {
	    {-1e30f, 0, "far below"},
	    {-INFINITY, 0, "below everything"},
	    {NAN, 0, "no number"},
	    {INFINITY, LEARN_THRESHOLD_BINS - 1, "above everything"},
	    {16, LEARN_THRESHOLD_BINS - 1, "the end itself"},
	    {0, LEARN_THRESHOLD_BINS / 2, "the middle"},
	    {-1e-9f, LEARN_THRESHOLD_BINS / 2, "rounds to the middle in a float"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (learn_threshold_bin(rows[i].margin) != rows[i].bin)
			fail_msg("%s: %u", rows[i].why, learn_threshold_bin(rows[i].margin));
	assert_int_equal(learn_confidence_bin(NAN), 0);
	assert_int_equal(learn_confidence_bin(INFINITY), LEARN_CONFIDENCE_BINS - 1);
}

enum { ROWS = 4000 };
static float margins[ROWS], scratch[ROWS];
static uint8_t labels[ROWS];
static struct flow_vector vectors[ROWS];

static void
a_margin_that_fits_no_class_is_never_seen_and_a_service_has_bounds_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ROWS; i++) {
		labels[i] = i % 4 == 3 ? LEARN_UNKNOWN : i % 2 == 0 ? LEARN_BENIGN : LEARN_ATTACK;
		memset(&vectors[i], 0, sizeof(vectors[i]));
		vectors[i].code[FLOW_CODE_SERVICE] = i < 2000 ? 3 : 200;
		/* benign -5..-4 (service 3: -9..-8), attacks 4..5; unknown rows would break every bound */
		float base = labels[i] == LEARN_BENIGN ? (i < 2000 ? -9.0f : -5.0f)
		    : labels[i] == LEARN_ATTACK        ? 4.0f
		                                       : 100.0f;
		margins[i] = base + (float)draw(1000) / 1000;
	}
	struct learn_conformal c;
	assert_int_equal(learn_conformal_fit(margins, labels, vectors, ROWS, 0.01, scratch, &c), 0);
	assert_int_equal(c.all.benign, 2000);
	assert_int_equal(c.all.attack, 1000);
	assert_int_equal(learn_conformal_decide(&c, 200, -4.5f), LEARN_DECISION_BENIGN);
	assert_int_equal(learn_conformal_decide(&c, 3, -4.5f), LEARN_DECISION_NEITHER);
	assert_int_equal(learn_conformal_decide(&c, 3, -8.5f), LEARN_DECISION_BENIGN);
	assert_int_equal(learn_conformal_decide(&c, 3, 4.5f), LEARN_DECISION_ATTACK);
	assert_int_equal(learn_conformal_decide(&c, 77, 0), LEARN_DECISION_NEITHER);
	/* At most 1 of 100 benign flows lies above the bound, and the next greater bound would not have been needed. */
	unsigned above = 0;
	for (unsigned i = 0; i < ROWS; i++)
		above += labels[i] == LEARN_BENIGN && margins[i] > c.all.benign_most;
	assert_true(above <= 20 && above >= 15);
	assert_int_equal(learn_conformal_fit(margins, labels, vectors, 100, 0.001, scratch, &c), -ERANGE);
	/* Classes that overlap are told as such. */
	for (unsigned i = 0; i < ROWS; i++)
		margins[i] = (float)draw(1000) / 1000;
	assert_int_equal(learn_conformal_fit(margins, labels, vectors, ROWS, 0.01, scratch, &c), 0);
	assert_int_equal(learn_conformal_decide(&c, 3, 0.5f), LEARN_DECISION_BOTH);
}

static void
confidence_rises_with_the_margin_and_is_silent_where_little_was_counted(void **state)
{
	(void)state;
	struct learn_confidence c = {0};
	/* 1 % at 0, 50 % at 1, 40 % at 2 (pooled with it: 45 %), 99 % at 4 */
	static const struct {
		float margin;
		unsigned benign, attack;
	} rows[] = {{0, 99, 1}, {1, 50, 50}, {2, 60, 40}, {4, 1, 99}, {-9, 2, 0}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		for (unsigned k = 0; k < rows[i].benign; k++)
			learn_confidence_count(&c, rows[i].margin, false);
		for (unsigned k = 0; k < rows[i].attack; k++)
			learn_confidence_count(&c, rows[i].margin, true);
	}
	learn_confidence_fit(&c);
	unsigned last = 0;
	for (unsigned i = 0; i < LEARN_CONFIDENCE_BINS; i++) {
		assert_true(c.share[i] >= last);
		last = c.share[i];
	}
	assert_int_equal(learn_confidence_of(&c, 1).share, 4500);
	assert_int_equal(learn_confidence_of(&c, 2).share, 4500);
	assert_int_equal(learn_confidence_of(&c, 2).counted, 200);
	assert_int_equal(learn_confidence_of(&c, 4).share, 9900);
	assert_int_equal(learn_confidence_of(&c, 4).word, LEARN_CONFIDENCE_SURE);
	assert_int_equal(learn_confidence_of(&c, 1).word, LEARN_CONFIDENCE_POSSIBLE);
	assert_int_equal(learn_confidence_of(&c, -9).word, LEARN_CONFIDENCE_UNMEASURED);
}

static struct flow_vector
ordinary(void)
{
	struct flow_vector v;
	for (unsigned i = 0; i < FLOW_CODES; i++)
		v.code[i] = i == FLOW_CODE_STATE ? FLOW_VECTOR_SF
		    : i % 7 == 6                 ? FLOW_CODE_MISSING
		                                 : (uint8_t)(80 + draw(4) + draw(4));
	v.code[FLOW_CODE_SERVICE] = 1;
	v.code[FLOW_CODE_IP_PROTOCOL] = 6;
	return v;
}

static void
what_was_never_here_is_strange_and_what_is_unknown_is_not(void **state)
{
	(void)state;
	static struct learn_normal n;
	float psi[FLOW_CODES];
	struct flow_vector v = ordinary();
	assert_int_equal(learn_normal_score(&n, &v).rarity, 0);
	assert_int_equal(learn_normal_adopt(&n, LEARN_NORMAL_BY_ITSELF, psi), LEARN_NORMAL_TOO_FEW);
	for (unsigned i = 0; i < 1000; i++) {
		v = ordinary();
		learn_normal_learn(&n, &v);
	}
	assert_int_equal(learn_normal_adopt(&n, LEARN_NORMAL_BY_ITSELF, psi), LEARN_NORMAL_ADOPTED);
	struct learn_normal_score usual = {0}, s;
	for (unsigned i = 0; i < 1000; i++) {
		v = ordinary();
		s = learn_normal_score(&n, &v);
		learn_normal_note(&n, s);
		usual.rarity += s.rarity;
		usual.tail += s.tail;
	}
	/* One value out of range costs about log2(1000) bits more. */
	v = ordinary();
	struct learn_normal_score before = learn_normal_score(&n, &v);
	v.code[FLOW_CODE_BYTES_OPENER] = 200;
	s = learn_normal_score(&n, &v);
	assert_in_range(s.rarity - before.rarity, 8 * 8, 16 * 8);
	assert_in_range(s.tail - before.tail, 8 * 8, 16 * 8);
	for (unsigned i = 0; i < 20; i++)
		v.code[i] = 220;
	s = learn_normal_score(&n, &v);
	assert_true(s.tail > 2 * usual.tail / 1000);
	assert_in_range(learn_normal_share(&n, s), 1, 1000);
	memset(v.code, FLOW_CODE_MISSING, sizeof(v.code));
	s = learn_normal_score(&n, &v);
	assert_int_equal(s.rarity, 0);
	assert_int_equal(s.tail, 0);
	/* Names have no tail: the least number is as ordinary as it is frequent. */
	v.code[FLOW_CODE_STATE] = FLOW_VECTOR_SF;
	assert_int_equal(learn_normal_score(&n, &v).tail, 0);
	v.code[FLOW_CODE_STATE] = FLOW_VECTOR_OTHER;
	assert_true(learn_normal_score(&n, &v).tail > 64);
	uint8_t low, median, high;
	assert_true(learn_normal_usual(&n, FLOW_CODE_BYTES_OPENER, &low, &median, &high));
	assert_in_range(low, 80, 82);
	assert_in_range(median, 82, 84);
	assert_in_range(high, 84, 86);
	assert_false(learn_normal_usual(&n, 6, &low, &median, &high)); /* never known */
}

static void
another_world_does_not_come_into_force_by_itself(void **state)
{
	(void)state;
	static struct learn_normal n;
	memset(&n, 0, sizeof(n));
	float psi[FLOW_CODES];
	for (unsigned day = 0; day < 3; day++) {
		for (unsigned i = 0; i < 2000; i++) {
			struct flow_vector v = ordinary();
			learn_normal_learn(&n, &v);
		}
		assert_int_equal(learn_normal_adopt(&n, LEARN_NORMAL_BY_ITSELF, psi), LEARN_NORMAL_ADOPTED);
		for (unsigned i = 0; i < FLOW_CODES; i++)
			assert_true(psi[i] < 0.05f);
	}
	for (unsigned i = 0; i < 2000; i++) {
		struct flow_vector v = ordinary();
		v.code[FLOW_CODE_DURATION] = 170;
		learn_normal_learn(&n, &v);
	}
	assert_int_equal(learn_normal_adopt(&n, LEARN_NORMAL_BY_ITSELF, psi), LEARN_NORMAL_CHANGED);
	unsigned worst;
	assert_true(learn_drift_alarm(psi, &worst));
	assert_int_equal(worst, FLOW_CODE_DURATION);
	assert_int_equal(learn_normal_adopt(&n, LEARN_NORMAL_BY_PERSON, psi), LEARN_NORMAL_ADOPTED);
}

static void
three_codes_at_a_quarter_or_one_at_a_half_are_an_alarm(void **state)
{
	(void)state;
	float psi[FLOW_CODES] = {0};
	unsigned worst;
	psi[1] = psi[2] = 0.3f;
	assert_false(learn_drift_alarm(psi, &worst));
	psi[40] = 0.25f;
	assert_true(learn_drift_alarm(psi, &worst));
	psi[40] = 0;
	psi[2] = 0.5f;
	assert_true(learn_drift_alarm(psi, &worst));
	assert_int_equal(worst, 2);
	/* By hand: (0.8 - 0.5) ln(0.8 / 0.5) + (0.2 - 0.5) ln(0.2 / 0.5) = 0.41589 */
	uint32_t now[256] = {[10] = 80, [90] = 20}, then[256] = {[10] = 500, [90] = 500}, none[256] = {0};
	assert_true(fabs((double)learn_drift_psi(FLOW_CODE_DURATION, now, then) - 0.41589) < 1e-4);
	assert_true(learn_drift_psi(FLOW_CODE_DURATION, now, none) == 0);
	/* The same octave of a size, but two names. */
	uint32_t a[256] = {[9] = 100}, b[256] = {[10] = 100};
	assert_true(learn_drift_psi(FLOW_CODE_DURATION, a, b) == 0);
	assert_true(learn_drift_psi(FLOW_CODE_STATE, a, b) > 1);
}

static void
a_mean_that_moves_is_told_and_one_that_does_not_is_not(void **state)
{
	(void)state;
	static struct learn_drift_window w;
	for (unsigned i = 0; i < 200000; i++)
		assert_false(learn_drift_add(&w, draw(100) < 5 ? 1 : 0));
	assert_true(fabs(learn_drift_mean(&w) - 0.05) < 0.005);
	unsigned after = 0;
	while (!learn_drift_add(&w, draw(100) < 25 ? 1 : 0))
		assert_true(++after < 1000);
	for (unsigned i = 0; i < 5000; i++)
		(void)learn_drift_add(&w, draw(100) < 25 ? 1 : 0);
	assert_true(fabs(learn_drift_mean(&w) - 0.25) < 0.03);
	(void)learn_drift_add(&w, NAN);
	assert_true(learn_drift_mean(&w) >= 0);
}

static struct learn_site *
new_site(void)
{
	static struct learn_site s;
	memset(&s, 0, sizeof(s));
	s.target = 0.01;
	s.calibrate_flows = 300;
	s.choice.margin = 2;
	s.conformal.epsilon = 0.01;
	s.conformal.all = (struct learn_conformal_bounds){
	    .benign_most = -1, .attack_least = 1, .benign = 500, .attack = 500};
	for (unsigned i = 0; i < LEARN_CONFORMAL_SERVICES; i++)
		s.conformal.services[i] = s.conformal.all;
	return &s;
}

static void
the_site_takes_its_own_threshold_once_and_learns_no_attack(void **state)
{
	(void)state;
	struct learn_site *s = new_site();
	struct learn_judgement j;
	int64_t now = 1;
	for (unsigned i = 0; i < 2000; i++, now += 1000000000) {
		struct flow_vector v = ordinary();
		learn_site_judge(s, LEARN_PROFILE_OPENED_HERE, &v, 3 + (float)draw(100) / 100, now, &j);
		if (i == 0)
			assert_int_equal(j.decision, LEARN_DECISION_ATTACK); /* before this site was heard */
		learn_site_learn(s, LEARN_PROFILE_OPENED_HERE, &v, &j, LEARN_NOT_SUSPECTED, now);
	}
	assert_true(s->is_local && (s->notices & LEARN_SITE_CALIBRATED));
	assert_int_equal(s->thresholds.counted, 300);
	assert_true(s->thresholds.margin[1] > 3.9f && s->thresholds.margin[1] < 4.2f);
	assert_true(s->thresholds.margin[2] == s->choice.margin); /* a service not heard of */
	struct flow_vector v = ordinary();
	learn_site_judge(s, LEARN_PROFILE_OPENED_HERE, &v, 3.5f, now, &j);
	assert_int_equal(j.decision, LEARN_DECISION_BOTH); /* usual here, and like attacks elsewhere */
	learn_site_judge(s, LEARN_PROFILE_OPENED_HERE, &v, 6, now, &j);
	assert_int_equal(j.decision, LEARN_DECISION_ATTACK);
	uint64_t counted = s->normal[0].counted;
	learn_site_learn(s, LEARN_PROFILE_OPENED_HERE, &v, &j, LEARN_NOT_SUSPECTED, now);
	learn_site_judge(s, LEARN_PROFILE_OPENED_HERE, &v, -5, now, &j);
	learn_site_learn(s, LEARN_PROFILE_OPENED_HERE, &v, &j, LEARN_SUSPECTED, now);
	assert_int_equal(s->normal[0].counted, counted);
	learn_site_learn(s, LEARN_PROFILE_OPENED_HERE, &v, &j, LEARN_NOT_SUSPECTED, now);
	assert_int_equal(s->normal[0].counted, counted + 1);
	assert_true(s->notices & LEARN_SITE_NORMAL_ADOPTED);
	assert_int_equal(s->normal[1].counted, 0);
}

static void
what_a_person_called_normal_is_no_attack_until_it_ends(void **state)
{
	(void)state;
	struct learn_site *s = new_site();
	struct learn_judgement j;
	struct flow_vector v = ordinary(), near = v, far = v, other = v;
	near.code[FLOW_CODE_DURATION] = (uint8_t)(v.code[FLOW_CODE_DURATION] + 8);
	near.code[FLOW_CODE_SOURCE_FLOWS] = 3; /* what else happens is not compared */
	far.code[FLOW_CODE_BYTES_OPENER] = (uint8_t)(v.code[FLOW_CODE_BYTES_OPENER] + 40);
	other.code[FLOW_CODE_SERVICE] = 9;
	learn_site_accept(s, &v, 1000);
	static const struct {
		unsigned which;
		int64_t time_ns;
		enum learn_decision wanted;
		const char *why;
	} rows[] = {
	    {0, 999, LEARN_DECISION_BENIGN, "the example itself"},
	    {1, 999, LEARN_DECISION_BENIGN, "one much like it"},
	    {2, 999, LEARN_DECISION_ATTACK, "thirty times the bytes"},
	    {3, 999, LEARN_DECISION_ATTACK, "another service"},
	    {0, 1000, LEARN_DECISION_ATTACK, "it ended"},
	};
	const struct flow_vector *flows[] = {&v, &near, &far, &other};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		learn_site_judge(s, LEARN_PROFILE_OPENED_HERE, flows[rows[i].which], 5, rows[i].time_ns, &j);
		if (j.decision != rows[i].wanted)
			fail_msg("%s", rows[i].why);
	}
	for (unsigned i = 0; i < LEARN_SITE_EXAMPLES; i++)
		learn_site_accept(s, &other, 5000 + i); /* the first one ends first: it makes room */
	learn_site_judge(s, LEARN_PROFILE_OPENED_HERE, &v, 5, 500, &j);
	assert_int_equal(j.decision, LEARN_DECISION_ATTACK);
}

static void
a_file_is_read_as_it_was_written_and_no_other_file_is(void **state)
{
	(void)state;
	struct learn_site *s = new_site();
	struct learn_judgement j;
	for (unsigned i = 0; i < 1500; i++) {
		struct flow_vector v = ordinary();
		learn_site_judge(s, i % 2, &v, (float)draw(100) / 50 - 4, i, &j);
		learn_site_learn(s, i % 2, &v, &j, LEARN_NOT_SUSPECTED, i);
	}
	struct flow_vector v = ordinary();
	learn_site_accept(s, &v, 77);
	size_t size = learn_site_file_size();
	uint8_t *file = malloc(size), *again = malloc(size);
	static struct learn_site back;
	struct diag diag = {0};
	learn_site_file_write(s, file);
	assert_int_equal(learn_site_file_read((struct bytes){file, size}, "site", &back, &diag), 0);
	learn_site_file_write(&back, again);
	assert_memory_equal(file, again, size);
	assert_int_equal(back.normal[1].adopted, s->normal[1].adopted);
	assert_true(back.scores.width == s->scores.width && back.examples[0].until_ns == 77);
	for (size_t len = 0; len < size; len += 997)
		assert_int_equal(learn_site_file_read((struct bytes){file, len}, "site", &back, &diag), -EBADMSG);
	for (size_t at = 0; at < size; at += 1009) {
		file[at] ^= 1;
		assert_int_equal(learn_site_file_read((struct bytes){file, size}, "site", &back, &diag), -EBADMSG);
		file[at] ^= 1;
	}
	/* Written by somebody with the sum, but with a number that cannot be. */
	s->choice.margin = NAN;
	learn_site_file_write(s, file);
	assert_int_equal(learn_site_file_read((struct bytes){file, size}, "site", &back, &diag), -EBADMSG);
	assert_non_null(strstr(diag.text_cstr, "cannot be"));
	free(file);
	free(again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_threshold_keeps_the_conformal_bound_and_says_when_it_cannot),
	    cmocka_unit_test(the_threshold_rises_only_for_services_that_are_high_here),
	    cmocka_unit_test(no_margin_is_outside_the_steps),
	    cmocka_unit_test(a_margin_that_fits_no_class_is_never_seen_and_a_service_has_bounds_of_its_own),
	    cmocka_unit_test(confidence_rises_with_the_margin_and_is_silent_where_little_was_counted),
	    cmocka_unit_test(what_was_never_here_is_strange_and_what_is_unknown_is_not),
	    cmocka_unit_test(another_world_does_not_come_into_force_by_itself),
	    cmocka_unit_test(three_codes_at_a_quarter_or_one_at_a_half_are_an_alarm),
	    cmocka_unit_test(a_mean_that_moves_is_told_and_one_that_does_not_is_not),
	    cmocka_unit_test(the_site_takes_its_own_threshold_once_and_learns_no_attack),
	    cmocka_unit_test(what_a_person_called_normal_is_no_attack_until_it_ends),
	    cmocka_unit_test(a_file_is_read_as_it_was_written_and_no_other_file_is),
	};
	return RUN_TESTS(tests);
}
