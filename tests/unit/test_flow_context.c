/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/learn/flow_context.h"

#include <math.h>
#include <stdlib.h>

static const int64_t second_ns = INT64_C(1000000000), start_s = INT64_C(1700000010); /* a multiple of 30 */

/* The naive way: all flows that were told, walked again for each question. */
enum { FLOWS_MAX = 3000 };
struct told {
	struct flow_context_flow flow;
	uint8_t state, service;
	int64_t now_s;
};
static struct told history[FLOWS_MAX];
static size_t told_count;

static struct addr
address(unsigned number)
{
	struct addr a = addr_v4((const uint8_t[]){10, 0, (uint8_t)(number >> 8), (uint8_t)number});
	return a;
}

static bool
is_recent(int64_t then_s, int64_t now_s, int64_t window_s)
{
	return then_s / window_s >= now_s / window_s - 1;
}

/* Distinct values of what is picked, among the recent flows that fit. */
static unsigned
distinct(
    const struct told *of, bool (*fits)(const struct told *a, const struct told *b), uint64_t (*pick)(const struct told *t))
{
	static uint64_t seen[FLOWS_MAX];
	unsigned count = 0;
	for (size_t i = 0; i < told_count; i++) {
		if (!is_recent(history[i].now_s, of->now_s, 30) || !fits(&history[i], of))
			continue;
		bool known = false;
		for (unsigned k = 0; k < count && !known; k++)
			known = seen[k] == pick(&history[i]);
		if (!known)
			seen[count++] = pick(&history[i]);
	}
	return count;
}

static bool
same_source(const struct told *a, const struct told *b)
{
	return addr_eq(&a->flow.source, &b->flow.source);
}

static bool
same_service(const struct told *a, const struct told *b)
{
	return addr_eq(&a->flow.target, &b->flow.target) && a->flow.target_port == b->flow.target_port;
}

static bool
same_pair(const struct told *a, const struct told *b)
{
	return same_source(a, b) && same_service(a, b);
}

static uint64_t
pick_target(const struct told *t)
{
	return (uint64_t)t->flow.target.at[14] << 8 | t->flow.target.at[15];
}

static uint64_t
pick_source(const struct told *t)
{
	return (uint64_t)t->flow.source.at[14] << 8 | t->flow.source.at[15];
}

static uint64_t
pick_port(const struct told *t)
{
	return t->flow.target_port;
}

/* Linear counting is an estimate: of so few, some may share a bit. */
static void
assert_near(uint8_t code, unsigned exact)
{
	unsigned slack = exact <= 1 ? 0 : 1 + exact / 6;
	if (code < flow_code_log(exact - slack) || code > flow_code_log(exact + slack))
		fail_msg("code %u for %u different ones, which is %u", code, exact, flow_code_log(exact));
}

static void
tell(struct flow_context *c, const struct told *t, struct flow_vector *v)
{
	memset(v->code, FLOW_CODE_MISSING, sizeof(v->code));
	v->code[FLOW_CODE_STATE] = t->state;
	v->code[FLOW_CODE_SERVICE] = t->service;
	flow_context_flow(c, &t->flow, v);
}

static void
check_against_history(const struct told *t, const struct flow_vector *v)
{
	uint64_t flows = 0, failed = 0, upload = 0, service_flows = 0, pair_before = 0, port_count = 0;
	bool class_before = false;
	static int64_t starts[FLOWS_MAX];
	for (size_t i = 0; i < told_count; i++) {
		const struct told *h = &history[i];
		bool is_last = i == told_count - 1;
		if (same_source(h, t)) {
			if (is_recent(h->now_s, t->now_s, 30)) {
				flows++;
				failed += h->state == FLOW_VECTOR_S0 || h->state == FLOW_VECTOR_REJ;
			}
			if (is_recent(h->now_s, t->now_s, 300))
				upload += h->flow.upload_bytes;
			class_before = class_before || (!is_last && h->service == t->service);
		}
		service_flows += same_service(h, t) && is_recent(h->now_s, t->now_s, 30);
		if (same_pair(h, t))
			starts[pair_before++] = h->flow.first_ns / 1000000;
		port_count += h->flow.target_port == t->flow.target_port;
	}
	pair_before--; /* itself */
	assert_int_equal(v->code[FLOW_CODE_SOURCE_FLOWS], flow_code_log(flows));
	assert_int_equal(v->code[FLOW_CODE_SOURCE_FAILED], flow_code_share(failed, flows));
	assert_int_equal(v->code[FLOW_CODE_SOURCE_UPLOAD], flow_code_log(upload));
	assert_int_equal(v->code[FLOW_CODE_SERVICE_FLOWS], flow_code_log(service_flows));
	assert_int_equal(v->code[FLOW_CODE_PAIR_SEEN], flow_code_log(pair_before));
	assert_int_equal(v->code[FLOW_CODE_SERVICE_NEW], class_before ? 0 : FLOW_CODE_MAX);
	assert_int_equal(v->code[FLOW_CODE_PORT_RARITY], flow_code_log(port_count));
	assert_near(v->code[FLOW_CODE_SOURCE_DESTINATIONS], distinct(t, same_source, pick_target));
	assert_near(v->code[FLOW_CODE_SOURCE_PORTS], distinct(t, same_source, pick_port));
	assert_near(v->code[FLOW_CODE_SERVICE_SOURCES], distinct(t, same_service, pick_source));
	if (pair_before < 3) {
		assert_int_equal(v->code[FLOW_CODE_REGULARITY], FLOW_CODE_MAX);
	} else if (pair_before < 60) {
		double sum = 0, squares = 0;
		for (uint64_t i = 1; i <= pair_before; i++) {
			double gap = fabs((double)(starts[i] - starts[i - 1]));
			sum += gap;
			squares += gap * gap;
		}
		double mean = sum / (double)pair_before, variance = squares / (double)pair_before - mean * mean;
		double share = sum == 0 ? 1 : sqrt(variance > 0 ? variance : 0) / mean;
		int wanted = share >= 1 ? FLOW_CODE_MAX : (int)(share * FLOW_CODE_MAX);
		assert_in_range(v->code[FLOW_CODE_REGULARITY], wanted > 0 ? wanted - 1 : 0, wanted + 1);
	}
}

static void
every_counter_is_what_all_flows_walked_again_give(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 5; seed++) {
		srand(seed);
		struct flow_context *c = flow_context_new(FLOW_CONTEXT_KEY);
		assert_non_null(c);
		told_count = 0;
		int64_t now_ns = start_s * second_ns;
		for (unsigned i = 0; i < 600; i++) {
			now_ns += rand() % 8 == 0 ? rand() % 40 * second_ns : rand() % 400 * INT64_C(1000000);
			static const uint16_t ports[] = {22, 53, 80, 443, 8080, 5000, 61000};
			struct told t = {.flow = {.source = address((unsigned)rand() % 6),
			                     .target = address(1000 + (unsigned)rand() % (seed == 1 ? 3 : 120)),
			                     .target_port = ports[rand() % (seed == 2 ? 2 : 7)],
			                     .ip_proto = 6,
			                     .at_end = true,
			                     .first_ns = now_ns - rand() % 3 * second_ns,
			                     .last_ns = now_ns,
			                     .upload_bytes = (uint64_t)(rand() % 100000)},
			    .state = rand() % 3 == 0 ? FLOW_VECTOR_S0
			        : rand() % 5 == 0    ? FLOW_VECTOR_REJ
			                             : FLOW_VECTOR_SF,
			    .service = (uint8_t)(rand() % 12),
			    .now_s = now_ns / second_ns};
			struct flow_vector v;
			history[told_count++] = t;
			tell(c, &t, &v);
			check_against_history(&t, &v);
		}
		flow_context_check(c);
		flow_context_free(c);
	}
}

static void
a_flow_that_is_only_looked_at_changes_nothing(void **state)
{
	(void)state;
	struct flow_context *c = flow_context_new(1);
	struct told t = {.flow = {.source = address(1),
	                     .target = address(2),
	                     .target_port = 80,
	                     .ip_proto = 6,
	                     .at_end = true,
	                     .first_ns = start_s * second_ns,
	                     .last_ns = start_s * second_ns,
	                     .upload_bytes = 500},
	    .service = 2};
	struct flow_vector first, early, again;
	t.flow.at_end = false;
	tell(c, &t, &early);
	assert_int_equal(early.code[FLOW_CODE_SOURCE_FLOWS], 0);
	assert_int_equal(early.code[FLOW_CODE_SERVICE_NEW], FLOW_CODE_MAX);
	t.flow.at_end = true;
	tell(c, &t, &first);
	assert_int_equal(first.code[FLOW_CODE_SOURCE_FLOWS], flow_code_log(1));
	t.flow.at_end = false;
	tell(c, &t, &early);
	tell(c, &t, &again);
	assert_memory_equal(&early, &again, sizeof(early));
	assert_int_equal(early.code[FLOW_CODE_SOURCE_UPLOAD], flow_code_log(500));
	for (unsigned i = 0; i < FLOW_CODE_RECORD; i++)
		if (i >= FLOW_CODE_SOURCE_FLOWS)
			assert_int_not_equal(early.code[i], FLOW_CODE_MISSING);
	flow_context_free(c);
}

static void
a_beacon_is_regular_and_chance_is_not(void **state)
{
	(void)state;
	struct flow_context *c = flow_context_new(1);
	struct flow_vector beacon = {0}, human = {0};
	int64_t at_s = start_s;
	srand(3);
	for (unsigned i = 0; i < 200; i++) {
		int64_t beacon_ns = (start_s + 60 * (int64_t)i) * second_ns;
		struct told b = {.flow = {.source = address(1),
		                     .target = address(2),
		                     .target_port = 443,
		                     .ip_proto = 6,
		                     .at_end = true,
		                     .first_ns = beacon_ns,
		                     .last_ns = beacon_ns}};
		tell(c, &b, &beacon);
		at_s += rand() % 4 == 0 ? 200 + rand() % 200 : rand() % 3;
		struct told h = b;
		h.flow.source = address(3);
		h.flow.first_ns = h.flow.last_ns = at_s * second_ns;
		tell(c, &h, &human);
	}
	assert_int_equal(beacon.code[FLOW_CODE_REGULARITY], 0);
	assert_true(human.code[FLOW_CODE_REGULARITY] > 150);
	flow_context_check(c);
	flow_context_free(c);
}

static void
hours_of_the_week_are_learned_once_a_week(void **state)
{
	(void)state;
	struct flow_context *c = flow_context_new(1);
	struct flow_vector v;
	static const uint8_t shares[] = {0, 84, 169, 254, 254};
	for (unsigned week = 0; week < LENGTH_OF(shares); week++)
		for (unsigned i = 0; i < 10; i++) {
			int64_t at_ns = (start_s + (int64_t)week * 7 * 86400 + (int64_t)i) * second_ns;
			struct told t = {.flow = {.source = address(1),
			                     .target = address(2),
			                     .target_port = 443,
			                     .ip_proto = 6,
			                     .at_end = true,
			                     .first_ns = at_ns,
			                     .last_ns = at_ns}};
			tell(c, &t, &v);
			if (i == 0)
				assert_int_equal(v.code[FLOW_CODE_HOUR_HABIT], shares[week]);
		}
	flow_context_free(c);
}

static void
what_tls_and_dns_said_is_found_at_the_end_of_the_flow(void **state)
{
	(void)state;
	struct flow_context *c = flow_context_new(1);
	struct flow_vector v;
	struct told t = {.flow = {.source = address(1),
	                     .target = address(2),
	                     .target_port = 443,
	                     .ip_proto = 6,
	                     .at_end = true,
	                     .flow_id = 77,
	                     .first_ns = start_s * second_ns,
	                     .last_ns = start_s * second_ns}};
	flow_context_tls(c, 77, BYTES("t13d1516h2_8daaf6152771_b186095e22b6"), 11, 3);
	flow_context_dns(c, &t.flow.source, 0, start_s * second_ns, true);
	flow_context_dns(c, &t.flow.source, 0, start_s * second_ns, false);
	tell(c, &t, &v);
	assert_int_equal(v.code[FLOW_CODE_TLS_SUITES], flow_code_log(15));
	assert_int_equal(v.code[FLOW_CODE_TLS_NAME_LENGTH], flow_code_log(11));
	assert_int_equal(v.code[FLOW_CODE_TLS_CERTIFICATE], 3);
	assert_int_equal(v.code[FLOW_CODE_TLS_CLIENT_RARITY], flow_code_log(1));
	assert_int_equal(v.code[FLOW_CODE_DNS_FAILED], 127);
	tell(c, &t, &v);
	assert_int_equal(v.code[FLOW_CODE_TLS_CLIENT_RARITY], flow_code_log(2));
	t.flow.flow_id = 78;
	tell(c, &t, &v);
	assert_int_equal(v.code[FLOW_CODE_TLS_CLIENT_RARITY], 0);
	flow_context_free(c);
}

/* A million made-up sources and destinations: who is at home keeps its place, and nothing grows. */
static void
a_flood_of_made_up_sources_puts_nobody_out_who_is_at_home(void **state)
{
	(void)state;
	struct flow_context *c = flow_context_new(1);
	struct flow_vector v = {0};
	int64_t now_ns = start_s * second_ns;
	for (unsigned i = 0; i < 1000000; i++) {
		bool quiet = i < 200; /* before it begins, they were seen in several windows */
		struct told t = {.flow = {.source = address(0),
		                     .target = address(9),
		                     .target_port = (uint16_t)i,
		                     .ip_proto = 6,
		                     .at_end = true,
		                     .first_ns = now_ns,
		                     .last_ns = now_ns}};
		if (quiet || i % 1000 == 0) { /* then a flow of one of them comes each thousand of the flood */
			unsigned home = (quiet ? i : i / 1000) % 40;
			now_ns += second_ns;
			t.flow.first_ns = t.flow.last_ns = now_ns;
			t.flow.source.at[15] = (uint8_t)(100 + home);
			t.flow.target_port = 443;
			t.service = 3;
			tell(c, &t, &v);
			if (!quiet)
				assert_int_equal(v.code[FLOW_CODE_SERVICE_NEW], 0);
			continue;
		}
		memcpy(t.flow.source.at + 8, &(uint64_t){i * UINT64_C(0x9e3779b97f4a7c15)}, 8);
		tell(c, &t, &v);
		assert_int_not_equal(v.code[FLOW_CODE_SOURCE_FLOWS], 0);
	}
	flow_context_check(c);
	assert_true(flow_context_size() <= 160 * 1024);
	flow_context_free(c);
}

static void
time_that_goes_back_or_jumps_does_no_harm(void **state)
{
	(void)state;
	struct flow_context *c = flow_context_new(1);
	struct flow_vector v;
	static const int64_t times[] = {0, INT64_MIN, INT64_MAX, 5, -1, INT64_C(1700000000000000000)};
	for (unsigned i = 0; i < 5000; i++) {
		int64_t at_ns = times[i % LENGTH_OF(times)];
		struct told t = {.flow = {.source = address(i % 700),
		                     .target = address(i % 3),
		                     .target_port = (uint16_t)i,
		                     .ip_proto = 17,
		                     .at_end = i % 2 == 0,
		                     .first_ns = at_ns,
		                     .last_ns = times[(i + 1) % 6],
		                     .upload_bytes = UINT64_MAX},
		    .service = (uint8_t)i};
		tell(c, &t, &v);
	}
	flow_context_check(c);
	flow_context_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_counter_is_what_all_flows_walked_again_give),
	    cmocka_unit_test(a_flow_that_is_only_looked_at_changes_nothing),
	    cmocka_unit_test(a_beacon_is_regular_and_chance_is_not),
	    cmocka_unit_test(hours_of_the_week_are_learned_once_a_week),
	    cmocka_unit_test(what_tls_and_dns_said_is_found_at_the_end_of_the_flow),
	    cmocka_unit_test(a_flood_of_made_up_sources_puts_nobody_out_who_is_at_home),
	    cmocka_unit_test(time_that_goes_back_or_jumps_does_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
