/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Alerts page by page, and the health of sensors. */
#include "dossier_samples.h"

#include "dossier/dossier_alerts.h"
#include "dossier/dossier_sensor.h"

enum { ALERTS = 1200, SAME_TIME = 7 };

static void
fill(struct fixture *f)
{
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	for (unsigned n = 0; n < ALERTS; n++) {
		struct alert a = sample_alert(n);
		a.first_ns = a.last_ns = INT64_C(1700000000000000000) + n / SAME_TIME; /* many at the same moment */
		a.severity = (uint8_t)(SEVERITY_MINOR + n % 4);
		assert_int_equal(dossier_put_alert(d, n % 2 == 0 ? "INC-00000000aaaa" : "INC-00000000bbbb", &a,
		                     (struct bytes){0}, NULL, &f->diag),
		    0);
	}
	close_ok(f, d);
}

struct got {
	unsigned count;
	struct dossier_alert_row last;
};

static void
take(void *context, const struct dossier_alert_row *row)
{
	struct got *got = context;
	if (got->count > 0) {
		const struct dossier_alert_row *before = &got->last;
		bool later = row->kept.alert.last_ns > before->kept.alert.last_ns;
		bool same = row->kept.alert.last_ns == before->kept.alert.last_ns;
		assert_true(!later && (!same || strcmp(row->kept.id_cstr, before->kept.id_cstr) < 0));
	}
	got->count++;
	got->last = *row;
}

/* All pages of a question: in order, each alert once. */
static unsigned
ask_all(struct fixture *f, struct dossier_alerts_query query)
{
	static struct got got;
	struct dossier_alerts_page page = {0};
	char after[DOSSIER_ALERTS_CURSOR_MAX];
	struct dossier *d = open_ok(f, DOSSIER_READ);
	memset(&got, 0, sizeof(got));
	do {
		if (dossier_alerts_page(d, &query, take, &got, &page, &f->diag) < 0)
			fail_msg("%s", f->diag.text_cstr);
		memcpy(after, page.next_cstr, sizeof(after));
		query.after_cstr = after;
	} while (!page.complete);
	close_ok(f, d);
	return got.count;
}

static void
pages_are_complete_whatever_is_asked(void **state)
{
	struct fixture *f = *state;
	fill(f);
	const char *detector_cstr = detector(3);
	unsigned of_detector = 0;
	for (unsigned n = 0; n < ALERTS; n++)
		of_detector += strcmp(detector(n), detector_cstr) == 0;
	const struct {
		const char *why;
		struct dossier_alerts_query query;
		unsigned expected;
	} rows[] = {{"all", {.limit = 13}, ALERTS}, {"one by one", {.limit = 1}, ALERTS},
	    {"by severity", {.severity_min = SEVERITY_CRITICAL, .limit = 50}, ALERTS / 4},
	    {"by detector", {.detector_cstr = detector_cstr}, of_detector},
	    {"by time", {.from_ns = INT64_C(1700000000000000010), .to_ns = INT64_C(1700000000000000020)}, 10 * SAME_TIME},
	    {"by target", {.text = BYTES("192.168.0.9")}, 1},
	    {"by source and target", {.text = BYTES("192.168.0.1 192.168.1.10")}, 1},
	    {"by fact", {.text = BYTES("\xff\x1b[31M")}, ALERTS},
	    {"by incident", {.text = BYTES("inc-00000000bbbb"), .limit = 9}, ALERTS / 2},
	    {"by application", {.text = BYTES("ssh t1110")}, ALERTS}, {"by nothing there", {.text = BYTES("nobody")}, 0}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		unsigned got = ask_all(f, rows[i].query);
		if (got != rows[i].expected)
			fail_msg("%s: %u instead of %u", rows[i].why, got, rows[i].expected);
	}
}

static void
senseless_questions_are_refused(void **state)
{
	struct fixture *f = *state;
	static struct dossier_alert_row row;
	struct got got = {0};
	struct dossier_alerts_page page;
	fill(f);
	struct dossier *d = open_ok(f, DOSSIER_READ);
	static const char *const places[] = {"", "x", "12", "12.", ".ALR-1", "99999999999999999999.ALR-1",
	    "1.ALR-0000000000000000000000000000000000000000000000000000000000"};
	for (size_t i = 0; i < LENGTH_OF(places); i++)
		assert_int_equal(dossier_alerts_page(d, &(struct dossier_alerts_query){.after_cstr = places[i]}, take, &got,
		                     &page, &f->diag),
		    -EINVAL);
	assert_int_equal(
	    dossier_alerts_page(d, &(struct dossier_alerts_query){.text = BYTES("a b c d e f g h i j k l m n o p q")}, take,
	        &got, &page, &f->diag),
	    -EINVAL);
	assert_int_equal(dossier_alerts_page(d, &(struct dossier_alerts_query){.limit = 1}, take, &got, &page, &f->diag), 0);
	assert_int_equal(dossier_alerts_find(d, got.last.kept.id_cstr, &row, &f->diag), 0);
	assert_string_equal(row.incident_cstr, got.last.incident_cstr);
	assert_int_equal(dossier_alerts_find(d, "ALR-none", &row, &f->diag), -ENOENT);
	close_ok(f, d);
}

static void
take_health(void *context, const struct sensor_health *health)
{
	struct sensor_health *all = context;
	while (all->name_cstr[0] != '\0')
		all++;
	*all = *health;
}

static void
a_sensor_has_one_row(void **state)
{
	struct fixture *f = *state;
	struct sensor_health all[4] = {0};
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	struct sensor_health h = {
	    .name_cstr = "eth0", .started_ns = 5, .seen_ns = 10, .packets = 1, .state = SENSOR_HEALTH_RUNNING};
	assert_int_equal(dossier_sensor_put(d, &h, &f->diag), 0);
	h.seen_ns = 20;
	h.packets = UINT64_MAX; /* kept as far as a number goes */
	h.state = SENSOR_HEALTH_ENDED;
	assert_int_equal(dossier_sensor_put(d, &h, &f->diag), 0);
	struct sensor_health other = {.name_cstr = "captures", .seen_ns = 30};
	assert_int_equal(dossier_sensor_put(d, &other, &f->diag), 0);
	close_ok(f, d);
	d = open_ok(f, DOSSIER_READ);
	assert_int_equal(dossier_sensor_each(d, take_health, all, &f->diag), 2);
	assert_string_equal(all[0].name_cstr, "captures");
	assert_string_equal(all[1].name_cstr, "eth0");
	assert_true(all[1].packets == INT64_MAX && all[1].seen_ns == 20 && all[1].state == SENSOR_HEALTH_ENDED);
	close_ok(f, d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(pages_are_complete_whatever_is_asked, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(senseless_questions_are_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_sensor_has_one_row, set_up, tear_down),
	};
	return RUN_TESTS(tests);
}
