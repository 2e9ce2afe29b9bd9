/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "record/alert_text.h"
#include "record/observation.h"
#include "record/wire.h"

enum { ROUNDS = 400, ROOM = 65536 };

/* xorshift64: the same records in every run. */
static uint64_t
draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static struct addr
draw_addr(uint64_t *seed)
{
	struct addr a;
	for (size_t i = 0; i < sizeof(a.at); i++)
		a.at[i] = (uint8_t)draw(seed);
	return a;
}

static struct alert
draw_alert(uint64_t *seed)
{
	size_t count;
	const struct alert_text *all = alert_text_all(&count);
	struct alert a = {0};
	a.detector_cstr = all[draw(seed) % count].detector_cstr;
	a.signature_id = (uint32_t)draw(seed);
	a.severity = (uint8_t)(1 + draw(seed) % 4);
	a.confidence = (uint8_t)(draw(seed) % 101);
	a.stage = (uint8_t)(draw(seed) % (STAGE_HYGIENE + 1));
	a.ip_proto = (uint8_t)draw(seed);
	memcpy(a.technique_cstr, "T1046.001", draw(seed) % 10);
	a.first_ns = (int64_t)draw(seed);
	a.last_ns = (int64_t)draw(seed);
	a.number = draw(seed);
	a.flow_id = draw(seed);
	a.source = draw_addr(seed);
	a.target = draw_addr(seed);
	a.targets = (uint32_t)draw(seed);
	a.source_port = (uint16_t)draw(seed);
	a.target_port = (uint16_t)draw(seed);
	a.vlan = (uint16_t)draw(seed);
	a.app = (uint8_t)(draw(seed) % APP_COUNT);
	a.count = draw(seed);
	size_t facts = draw(seed) % (ALERT_FACTS_MAX + 1);
	for (size_t i = 0; i < facts; i++) {
		uint8_t value[ALERT_FACT_VALUE_MAX];
		for (size_t k = 0; k < sizeof(value); k++)
			value[k] = (uint8_t)draw(seed);
		char name_cstr[ALERT_FACT_NAME_MAX] = "abcdefghijklmno";
		name_cstr[draw(seed) % ALERT_FACT_NAME_MAX] = '\0';
		alert_fact_text(&a, name_cstr, (struct bytes){value, draw(seed) % (sizeof(value) + 1)});
	}
	return a;
}

static struct incident *
draw_incident(uint64_t *seed)
{
	static struct incident incident;
	memset(&incident, 0, sizeof(incident));
	memcpy(incident.id_cstr, "INC-0123456789ab", draw(seed) % 17);
	incident.attacker = draw_addr(seed);
	incident.victims_total = (uint32_t)draw(seed);
	incident.victim_count = (uint8_t)(draw(seed) % (INCIDENT_VICTIMS_MAX + 1));
	for (size_t i = 0; i < incident.victim_count; i++)
		incident.victims[i] = draw_addr(seed);
	incident.stages = (uint16_t)draw(seed);
	incident.severity = (uint8_t)(1 + draw(seed) % 4);
	incident.confidence = (uint8_t)(draw(seed) % 101);
	incident.first_ns = (int64_t)draw(seed);
	incident.last_ns = (int64_t)draw(seed);
	incident.alerts = draw(seed);
	incident.part_count = (uint8_t)(draw(seed) % (INCIDENT_PARTS_MAX + 1));
	for (size_t i = 0; i < incident.part_count; i++) {
		incident.parts[i].strongest = draw_alert(seed);
		incident.parts[i].alerts = draw(seed);
		incident.parts[i].count = draw(seed);
		incident.parts[i].first_ns = (int64_t)draw(seed);
		incident.parts[i].last_ns = (int64_t)draw(seed);
	}
	return &incident;
}

static struct asset
draw_asset(uint64_t *seed)
{
	struct asset a = {.address = draw_addr(seed),
	    .has_mac = draw(seed) % 2 == 0,
	    .is_private = draw(seed) % 2 == 0,
	    .first_ns = (int64_t)draw(seed),
	    .last_ns = (int64_t)draw(seed),
	    .packets = draw(seed),
	    .bytes = draw(seed)};
	a.mac[5] = (uint8_t)draw(seed);
	a.name_len = (uint8_t)(draw(seed) % (ASSET_NAME_MAX + 1));
	for (size_t i = 0; i < a.name_len; i++)
		a.name[i] = (char)draw(seed);
	a.service_count = (uint8_t)(draw(seed) % (ASSET_SERVICES_MAX + 1));
	for (size_t i = 0; i < a.service_count; i++)
		a.services[i] = (struct asset_service){
		    (uint16_t)draw(seed), (uint8_t)draw(seed), (uint8_t)(draw(seed) % APP_COUNT)};
	return a;
}

enum kind { ALERT, INCIDENT, ASSET };

static uint8_t room[2][ROOM];

static struct bytes
put(enum kind kind, const void *record, size_t which)
{
	struct writer w = writer_of(room[which], ROOM);
	if (kind == ALERT)
		wire_put_alert(&w, record);
	else if (kind == INCIDENT)
		wire_put_incident(&w, record);
	else
		wire_put_asset(&w, record);
	assert_true(writer_ok(&w));
	return writer_written(&w);
}

static void *
get(enum kind kind, struct bytes message, enum parse *state, size_t *left)
{
	static struct incident incident;
	static struct alert alert;
	static struct asset asset;
	struct cursor c = cursor_of(message);
	*state = kind == ALERT ? wire_get_alert(&c, alert_text_known, &alert)
	    : kind == INCIDENT ? wire_get_incident(&c, alert_text_known, &incident)
	                       : wire_get_asset(&c, &asset);
	*left = c.left;
	return kind == ALERT ? (void *)&alert : kind == INCIDENT ? (void *)&incident : (void *)&asset;
}

static struct bytes
draw_message(enum kind kind, uint64_t *seed)
{
	struct alert alert;
	struct asset asset;
	if (kind == ALERT)
		alert = draw_alert(seed);
	if (kind == ASSET)
		asset = draw_asset(seed);
	return put(kind,
	    kind == ALERT          ? (void *)&alert
	        : kind == INCIDENT ? (void *)draw_incident(seed)
	                           : (void *)&asset,
	    0);
}

static void
what_is_written_is_read_back_and_written_again_the_same(void **state)
{
	(void)state;
	uint64_t seed = 20260303;
	for (size_t i = 0; i < ROUNDS * 3; i++) {
		enum kind kind = (enum kind)(i % 3);
		enum parse result;
		size_t left;
		struct bytes first = draw_message(kind, &seed);
		void *record = get(kind, first, &result, &left);
		assert_int_equal(result, PARSE_OK);
		assert_int_equal(left, 0);
		assert_bytes_equal(put(kind, record, 1), first);
	}
}

static void
every_prefix_of_a_message_is_refused(void **state)
{
	(void)state;
	uint64_t seed = 7;
	for (size_t i = 0; i < 30; i++) {
		enum kind kind = (enum kind)(i % 3);
		struct bytes message = draw_message(kind, &seed);
		for (size_t len = 0; len < message.len; len += kind == INCIDENT ? 7 : 1) {
			struct bytes cut = test_heap(bytes_first(message, len));
			enum parse result;
			size_t left;
			(void)get(kind, cut, &result, &left);
			if (result == PARSE_OK)
				fail_msg("kind %d: %zu of %zu bytes were believed", (int)kind, len, message.len);
			test_heap_free(cut);
		}
	}
}

/* One byte changed anywhere: refused, or a record whose every value is in its range. */
static void
a_changed_byte_never_gives_a_value_out_of_its_range(void **state)
{
	(void)state;
	uint64_t seed = 99;
	for (size_t i = 0; i < 12000; i++) {
		struct bytes message = draw_message(ALERT, &seed);
		room[0][draw(&seed) % message.len] = (uint8_t)draw(&seed);
		enum parse result;
		size_t left;
		const struct alert *a = get(ALERT, message, &result, &left);
		if (result != PARSE_OK)
			continue;
		assert_non_null(a->detector_cstr);
		assert_in_range(a->severity, SEVERITY_MINOR, SEVERITY_CRITICAL);
		assert_in_range(a->confidence, 0, 100);
		assert_in_range(a->stage, 0, STAGE_HYGIENE);
		assert_in_range(a->app, 0, APP_COUNT - 1);
		assert_in_range(a->fact_count, 0, ALERT_FACTS_MAX);
		for (size_t k = 0; k < a->fact_count; k++)
			assert_in_range(a->facts[k].value_len, 0, ALERT_FACT_VALUE_MAX);
	}
}

static void
what_a_captured_role_may_not_say_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr;
		size_t at; /* behind the detector's name */
		uint8_t value;
	} rows[] = {{"severity 0", 4, 0}, {"severity 5", 4, 5}, {"confidence 101", 5, 101},
	    {"a stage that is none", 6, STAGE_HYGIENE + 1}};
	uint64_t seed = 3;
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct alert a = draw_alert(&seed);
		struct bytes message = put(ALERT, &a, 0);
		enum parse result;
		size_t left;
		room[0][2 + strlen(a.detector_cstr) + rows[i].at] = rows[i].value;
		(void)get(ALERT, message, &result, &left);
		if (result != PARSE_BAD)
			fail_msg("believed: %s", rows[i].why_cstr);
	}
	struct alert a = draw_alert(&seed);
	a.detector_cstr = "no-such-detector";
	enum parse result;
	size_t left;
	(void)get(ALERT, put(ALERT, &a, 0), &result, &left);
	assert_int_equal(result, PARSE_BAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_is_read_back_and_written_again_the_same),
	    cmocka_unit_test(every_prefix_of_a_message_is_refused),
	    cmocka_unit_test(a_changed_byte_never_gives_a_value_out_of_its_range),
	    cmocka_unit_test(what_a_captured_role_may_not_say_is_refused),
	};
	return RUN_TESTS(tests);
}
