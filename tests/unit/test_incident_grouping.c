/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "incident/incident_grouping.h"

#include <stdio.h>

static const int64_t start_ns = INT64_C(1772524800) * 1000000000, hour_ns = INT64_C(3600) * 1000000000;

static struct addr
host(unsigned n)
{
	uint8_t b[4] = {192, 168, (uint8_t)(n >> 8), (uint8_t)n};
	return addr_v4(b);
}

static struct alert
alert_of(const char *detector_cstr, unsigned stage, unsigned source, unsigned target, int64_t at_ns)
{
	struct alert a = {.detector_cstr = detector_cstr,
	    .stage = (uint8_t)stage,
	    .severity = SEVERITY_SIGNIFICANT,
	    .confidence = 80,
	    .first_ns = at_ns,
	    .last_ns = at_ns,
	    .count = 1,
	    .targets = 1};
	a.source = source == 0 ? (struct addr){0} : host(source);
	a.target = target == 0 ? (struct addr){0} : host(target);
	return a;
}

enum { LIST_MAX = 256 };

struct list {
	struct incident *at;
	size_t count;
};

static void
take(void *context, const struct incident *incident)
{
	struct list *l = context;
	if (l->at == NULL)
		l->at = calloc(LIST_MAX, sizeof(*l->at));
	assert_non_null(l->at);
	assert_true(l->count < LIST_MAX);
	l->at[l->count++] = *incident;
}

struct row {
	const char *why_cstr;
	struct {
		const char *detector_cstr;
		unsigned stage, source, target;
		int64_t hours;
	} alerts[5];
	size_t incidents; /* expected */
};

/* Each row: alerts in order of time, and how many stories they make. */
static void
alerts_of_one_cause_become_one_incident(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"one attacker, two methods", {{"scan", STAGE_RECONNAISSANCE, 1, 9, 0}, {"guess", STAGE_ACCESS, 1, 9, 1}}, 1},
	    {"two attackers of one machine are two stories",
	        {{"scan", STAGE_RECONNAISSANCE, 1, 9, 0}, {"scan", STAGE_RECONNAISSANCE, 2, 9, 0}}, 2},
	    {"23 hours apart: the same story",
	        {{"scan", STAGE_RECONNAISSANCE, 1, 9, 0}, {"scan", STAGE_RECONNAISSANCE, 1, 9, 23}}, 1},
	    {"25 hours apart: another story",
	        {{"scan", STAGE_RECONNAISSANCE, 1, 9, 0}, {"scan", STAGE_RECONNAISSANCE, 1, 9, 25}}, 2},
	    {"an alert that ends late may begin before the story",
	        {{"scan", STAGE_RECONNAISSANCE, 1, 9, 30}, {"scan", STAGE_RECONNAISSANCE, 1, 9, 10}}, 1},
	    {"a machine that was entered and then attacks goes on with the story",
	        {{"guess", STAGE_ACCESS, 1, 5, 0}, {"spread", STAGE_LATERAL, 5, 6, 1}}, 1},
	    {"a machine that was only scanned has its own story",
	        {{"scan", STAGE_RECONNAISSANCE, 1, 5, 0}, {"scan", STAGE_RECONNAISSANCE, 5, 6, 1}}, 2},
	    {"what was done before being entered is another story",
	        {{"guess", STAGE_ACCESS, 1, 5, 2}, {"scan", STAGE_RECONNAISSANCE, 5, 6, 1}}, 2},
	    {"a chain of three machines is one story",
	        {{"guess", STAGE_ACCESS, 1, 5, 0}, {"spread", STAGE_LATERAL, 5, 6, 1}, {"spread", STAGE_LATERAL, 6, 7, 2}},
	        1},
	    {"a weakness is not a part of an attack", {{"guess", STAGE_ACCESS, 1, 5, 0}, {"cert", STAGE_HYGIENE, 1, 5, 0}},
	        2},
	    {"two weaknesses of one machine are two findings",
	        {{"cert", STAGE_HYGIENE, 1, 5, 0}, {"clear", STAGE_HYGIENE, 1, 5, 0}}, 2},
	    {"one weakness that many meet is one finding",
	        {{"cert", STAGE_HYGIENE, 1, 5, 0}, {"cert", STAGE_HYGIENE, 2, 5, 0}}, 1},
	    {"forged sources: the story is the target's",
	        {{"flood", STAGE_IMPACT, 0, 5, 0}, {"flood", STAGE_IMPACT, 0, 5, 1}}, 1},
	    {"forged sources against two targets", {{"flood", STAGE_IMPACT, 0, 5, 0}, {"flood", STAGE_IMPACT, 0, 6, 0}}, 2},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct incident_grouping *g = incident_grouping_new();
		struct list l = {0};
		assert_non_null(g);
		size_t alerts = 0;
		for (; alerts < 5 && rows[i].alerts[alerts].detector_cstr != NULL; alerts++) {
			struct alert a = alert_of(rows[i].alerts[alerts].detector_cstr, rows[i].alerts[alerts].stage,
			    rows[i].alerts[alerts].source, rows[i].alerts[alerts].target,
			    start_ns + rows[i].alerts[alerts].hours * hour_ns);
			assert_non_null(incident_grouping_add(g, &a));
		}
		incident_grouping_each(g, take, &l);
		if (l.count != rows[i].incidents)
			fail_msg("%s: %zu incidents instead of %zu", rows[i].why_cstr, l.count, rows[i].incidents);
		uint64_t told = 0;
		for (size_t k = 0; k < l.count; k++)
			told += l.at[k].alerts;
		assert_int_equal(told, alerts); /* none is lost, none counted twice */
		free(l.at);
		incident_grouping_free(g);
	}
}

static void
the_same_alerts_give_the_same_ids_in_every_run(void **state)
{
	(void)state;
	struct list l[2] = {0};
	for (size_t run = 0; run < 2; run++) {
		struct incident_grouping *g = incident_grouping_new(); /* another key each time */
		for (unsigned i = 1; i <= 200; i++) {
			struct alert a = alert_of("scan", STAGE_RECONNAISSANCE, i, 500 + i % 7, start_ns + (int64_t)i);
			assert_non_null(incident_grouping_add(g, &a));
		}
		incident_grouping_each(g, take, &l[run]);
		incident_grouping_free(g);
	}
	assert_int_equal(l[0].count, 200);
	for (size_t i = 0; i < 200; i++) {
		assert_string_equal(l[0].at[i].id_cstr, l[1].at[i].id_cstr);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(l[0].at[i].id_cstr, l[0].at[k].id_cstr);
	}
	free(l[0].at);
	free(l[1].at);
}

static void
the_gravest_come_first_then_the_earliest(void **state)
{
	(void)state;
	static const struct {
		unsigned source, severity;
		int64_t hours;
	} rows[] = {{1, SEVERITY_MINOR, 0}, {2, SEVERITY_CRITICAL, 2}, {3, SEVERITY_SERIOUS, 1}, {4, SEVERITY_CRITICAL, 1}};
	static const unsigned expected[] = {4, 2, 3, 1};
	struct incident_grouping *g = incident_grouping_new();
	struct list l = {0};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct alert a = alert_of(
		    "scan", STAGE_RECONNAISSANCE, rows[i].source, 9, start_ns + rows[i].hours * hour_ns);
		a.severity = (uint8_t)rows[i].severity;
		(void)incident_grouping_add(g, &a);
	}
	incident_grouping_each(g, take, &l);
	assert_int_equal(l.count, 4);
	for (size_t i = 0; i < 4; i++) {
		struct addr who = host(expected[i]);
		assert_true(addr_eq(&l.at[i].attacker, &who));
	}
	free(l.at);
	/* Asking does not disturb what goes on: the next alert finds its story. */
	struct alert again = alert_of("guess", STAGE_ACCESS, 1, 9, start_ns + 3 * hour_ns);
	const struct incident *incident = incident_grouping_add(g, &again);
	assert_int_equal(incident->part_count, 2);
	incident_grouping_free(g);
}

static void
three_stages_are_graver_than_the_gravest_of_them(void **state)
{
	(void)state;
	struct incident_grouping *g = incident_grouping_new();
	static const unsigned stages[] = {STAGE_RECONNAISSANCE, STAGE_ACCESS, STAGE_COMMAND};
	static const char *const detectors[] = {"scan", "guess", "beacon"};
	const struct incident *incident = NULL;
	for (size_t i = 0; i < 3; i++) {
		struct alert a = alert_of(detectors[i], stages[i], 1, 9, start_ns);
		incident = incident_grouping_add(g, &a);
		assert_int_equal(incident->severity, i < 2 ? SEVERITY_SIGNIFICANT : SEVERITY_SERIOUS);
	}
	assert_int_equal(incident->confidence, 99); /* 1 - 0.2 * 0.2 * 0.2, never certain */
	assert_int_equal(incident->part_count, 3);
	incident_grouping_free(g);
}

static void
victims_are_sorted_counted_once_and_listed_as_far_as_there_is_room(void **state)
{
	(void)state;
	struct incident_grouping *g = incident_grouping_new();
	const struct incident *incident = NULL;
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = 100; i >= 1; i--) {
			struct alert a = alert_of("guess", STAGE_ACCESS, 200, i, start_ns + (int64_t)(round * 100 + i));
			incident = incident_grouping_add(g, &a);
		}
	assert_int_equal(incident->victims_total, 100);
	assert_int_equal(incident->victim_count, INCIDENT_VICTIMS_MAX);
	for (size_t i = 1; i < incident->victim_count; i++)
		assert_true(addr_compare(&incident->victims[i - 1], &incident->victims[i]) < 0);
	struct alert many = alert_of("scan", STAGE_RECONNAISSANCE, 200, 0, start_ns);
	many.targets = 254;
	incident = incident_grouping_add(g, &many);
	assert_int_equal(incident->victims_total, 254);
	incident_grouping_free(g);
}

static void
a_part_keeps_its_most_telling_alert_and_its_times(void **state)
{
	(void)state;
	struct incident_grouping *g = incident_grouping_new();
	struct alert a = alert_of("guess", STAGE_ACCESS, 1, 9, start_ns + hour_ns);
	a.count = 10;
	(void)incident_grouping_add(g, &a);
	a.first_ns = start_ns;
	a.count = 40;
	(void)incident_grouping_add(g, &a);
	a.last_ns = start_ns + 2 * hour_ns;
	a.count = 5;
	const struct incident *incident = incident_grouping_add(g, &a);
	assert_int_equal(incident->part_count, 1);
	assert_int_equal(incident->parts[0].strongest.count, 40);
	assert_int_equal(incident->parts[0].count, 55);
	assert_int_equal(incident->parts[0].alerts, 3);
	assert_int_equal(incident->parts[0].first_ns, start_ns);
	assert_int_equal(incident->last_ns, start_ns + 2 * hour_ns);
	struct alert earlier = alert_of("scan", STAGE_RECONNAISSANCE, 1, 9, start_ns - hour_ns);
	incident = incident_grouping_add(g, &earlier);
	assert_string_equal(incident->parts[0].strongest.detector_cstr, "scan"); /* parts in the order in which they began */
	incident_grouping_free(g);
}

static void
more_detectors_than_a_record_holds_are_counted_not_written_past_it(void **state)
{
	(void)state;
	struct incident_grouping *g = incident_grouping_new();
	static char names[20][16];
	const struct incident *incident = NULL;
	for (int i = 0; i < 20; i++) {
		snprintf(names[i], sizeof(names[i]), "d%d", i);
		struct alert a = alert_of(names[i], STAGE_ACCESS, 1, 9, start_ns);
		incident = incident_grouping_add(g, &a);
	}
	assert_int_equal(incident->part_count, INCIDENT_PARTS_MAX);
	assert_int_equal(incident->alerts, 20);
	incident_grouping_free(g);
}

struct tally {
	uint64_t alerts, incidents;
};

static void
add_up(void *context, const struct incident *incident)
{
	struct tally *t = context;
	t->alerts += incident->alerts;
	t->incidents++;
}

/* Also at the ends of time, where differences do not fit: a captured sensor may say anything. */
static void
a_hundred_thousand_alerts_of_strangers_lose_none(void **state)
{
	(void)state;
	enum { ALERTS = 100000 };
	struct incident_grouping *g = incident_grouping_new();
	struct tally t = {0};
	for (unsigned i = 0; i < ALERTS; i++) {
		struct alert a = alert_of("scan", STAGE_ACCESS, i % 50000 + 1, i % 700 + 1,
		    i % 3 == 0       ? INT64_MAX - (int64_t)i
		        : i % 3 == 1 ? INT64_MIN + (int64_t)i
		                     : start_ns);
		assert_non_null(incident_grouping_add(g, &a));
	}
	incident_grouping_each(g, add_up, &t);
	assert_int_equal(t.alerts, ALERTS);
	assert_true(t.incidents <= INCIDENT_GROUPING_MAX);
	incident_grouping_free(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(alerts_of_one_cause_become_one_incident),
	    cmocka_unit_test(the_same_alerts_give_the_same_ids_in_every_run),
	    cmocka_unit_test(the_gravest_come_first_then_the_earliest),
	    cmocka_unit_test(three_stages_are_graver_than_the_gravest_of_them),
	    cmocka_unit_test(victims_are_sorted_counted_once_and_listed_as_far_as_there_is_room),
	    cmocka_unit_test(a_part_keeps_its_most_telling_alert_and_its_times),
	    cmocka_unit_test(more_detectors_than_a_record_holds_are_counted_not_written_past_it),
	    cmocka_unit_test(a_hundred_thousand_alerts_of_strangers_lose_none),
	};
	return RUN_TESTS(tests);
}
