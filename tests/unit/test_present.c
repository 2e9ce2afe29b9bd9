/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "cli/incident_view.h"
#include "incident/story_json.h"
#include "cli/present.h"
#include "core/json.h"
#include "record/alert_text.h"
#include "record/observation.h"

enum { ROOM = 65536 };

static char text[ROOM];
static FILE *out;

static struct presenter
start(enum language language, bool color)
{
	memset(text, 0, sizeof(text));
	out = fmemopen(text, sizeof(text) - 1, "w");
	assert_non_null(out);
	return present_to(out, language, color);
}

static const char *
finish(void)
{
	assert_int_equal(fclose(out), 0);
	return text;
}

static struct incident *
sample(void)
{
	static struct incident incident;
	size_t count;
	const struct alert_text *all = alert_text_all(&count);
	struct alert a = {.detector_cstr = all[0].detector_cstr,
	    .severity = SEVERITY_SERIOUS,
	    .confidence = 90,
	    .stage = STAGE_RECONNAISSANCE,
	    .first_ns = INT64_C(1772524800) * 1000000000,
	    .last_ns = INT64_C(1772524860) * 1000000000,
	    .source = addr_v4((const uint8_t[]){192, 168, 1, 2}),
	    .targets = 12,
	    .target_port = 22,
	    .count = 12,
	    .technique_cstr = "T1046"};
	alert_fact_text(&a, "name", BYTES("\x1b[2Jevil\"<"));
	memset(&incident, 0, sizeof(incident));
	memcpy(incident.id_cstr, "INC-0123456789ab", 17);
	incident.attacker = a.source;
	incident.victims[incident.victim_count++] = addr_v4((const uint8_t[]){192, 168, 1, 3});
	incident.victims_total = 12;
	incident.stages = 1U << STAGE_RECONNAISSANCE;
	incident.severity = SEVERITY_SERIOUS;
	incident.confidence = 90;
	incident.first_ns = a.first_ns;
	incident.last_ns = a.last_ns;
	incident.alerts = 1;
	incident.parts[incident.part_count++] = (struct incident_part){
	    .strongest = a, .alerts = 1, .count = 12, .first_ns = a.first_ns, .last_ns = a.last_ns};
	return &incident;
}

static bool
has_control(const char *shown_cstr)
{
	for (const char *at = shown_cstr; *at != '\0'; at++)
		if (((uint8_t)*at < 0x20 && *at != '\n') || *at == 0x7f)
			return true;
	return false;
}

static void
an_incident_says_who_when_what_why_and_what_to_do(void **state)
{
	(void)state;
	static const char *const words[] = {"serious", "INC-0123456789ab", "192.168.1.2", "2026-03-03 08:00:00", "08:01:00",
	    "90 %", "Why it matters: ", "What to do now: "};
	struct presenter p = start(LANGUAGE_EN, false);
	present_incident(&p, sample());
	const char *shown_cstr = finish();
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (strstr(shown_cstr, words[i]) == NULL)
			fail_msg("\"%s\" is missing in: %s", words[i], shown_cstr);
	assert_false(has_control(shown_cstr));
}

static void
colours_only_when_asked(void **state)
{
	(void)state;
	for (int color = 0; color < 2; color++) {
		struct presenter p = start(LANGUAGE_EN, color == 1);
		present_incident(&p, sample());
		incident_view_line(&p, sample());
		assert_int_equal(strchr(finish(), '\033') != NULL, color);
	}
}

static void
paragraphs_keep_to_their_width_and_count_letters_not_bytes(void **state)
{
	(void)state;
	struct presenter p = start(LANGUAGE_FR, false);
	p.width = 40;
	present_paragraph(&p, "  à faire : ", 4,
	    "débranchez l'élément du réseau, éteignez-le après vérification, et appelez le numéro affiché à l'entrée");

	(void)finish();
	size_t lines = 0, words = 0;
	for (const char *at = text; at < text + sizeof(text) && *at != '\0'; lines++) {
		size_t len = strcspn(at, "\n"), letters = 0;
		for (size_t i = 0; i < len; i++) {
			letters += ((uint8_t)at[i] & 0xc0) != 0x80;
			words += at[i] != ' ' && (i == 0 || at[i - 1] == ' ');
		}
		assert_true(letters <= 40);
		assert_true(lines == 0 || strncmp(at, "    ", 4) == 0);
		at += len + 1;
	}
	assert_true(lines >= 3);
	assert_int_equal(words, 3 + 14);
}

static void
json_is_whole_and_never_translated_in_its_words(void **state)
{
	(void)state;
	static char room[ROOM];
	struct json j = json_of(room, sizeof(room) - 1);
	story_json_incident(&j, (struct bytes){0}, sample(), LANGUAGE_FR);
	assert_true(json_ok(&j));
	room[json_length(&j)] = '\0';
	static const char *const words[] = {"\"severity\":\"serious\"", "\"stages\":[\"reconnaissance\"]",
	    "\"attacker\":\"192.168.1.2\"", "\"victims\":[\"192.168.1.3\"]", "\"victims_total\":12",
	    "\"first\":\"2026-03-03T08:00:00.000000+0000\"", "\"technique\":\"T1046\""};
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (strstr(room, words[i]) == NULL)
			fail_msg("%s is missing in: %s", words[i], room);
	assert_false(has_control(room));
}

static void
times_beyond_the_calendar_do_no_harm(void **state)
{
	(void)state;
	static const int64_t times[] = {INT64_MIN, -1, 0, INT64_MAX};
	for (size_t i = 0; i < LENGTH_OF(times); i++) {
		char when[24];
		present_time(times[i], when);
		assert_int_equal(strlen(when), 19);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_incident_says_who_when_what_why_and_what_to_do),
	    cmocka_unit_test(colours_only_when_asked),
	    cmocka_unit_test(paragraphs_keep_to_their_width_and_count_letters_not_bytes),
	    cmocka_unit_test(json_is_whole_and_never_translated_in_its_words),
	    cmocka_unit_test(times_beyond_the_calendar_do_no_harm),
	};
	return RUN_TESTS(tests);
}
