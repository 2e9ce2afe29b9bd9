/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/deadline_json.h"

static void
step_json(struct json *j, const struct clock_step *s, enum language language)
{
	json_cstr(j, JSON_KEY("step"), s->step_cstr);
	json_cstr(j, JSON_KEY("name"), s->name.cstr[language]);
	json_cstr(j, JSON_KEY("tell"), s->tell.cstr[language]);
	json_cstr(j, JSON_KEY("counts_from"), s->delay.from_cstr);
	if (s->delay.unit != CLOCK_NONE)
		json_u64(j, JSON_KEY("delay"), s->delay.count);
	json_cstr(j, JSON_KEY("unit"), clocks_unit_word(s->delay.unit));
	json_cstr(j, JSON_KEY("text"), s->text.cstr[language]);
	json_cstr(j, JSON_KEY("article"), s->article_cstr);
	json_cstr(j, JSON_KEY("state"), clocks_state_word(s->state));
	json_cstr(j, JSON_KEY("binding"), clocks_binding_word(s->binding));
	json_cstr(j, JSON_KEY("source"), s->source_cstr);
	json_cstr(j, JSON_KEY("valid_from"), s->valid_from_cstr[0] == '\0' ? NULL : s->valid_from_cstr);
	json_cstr(j, JSON_KEY("valid_to"), s->valid_to_cstr[0] == '\0' ? NULL : s->valid_to_cstr);
	json_cstr(j, JSON_KEY("note"), s->note.cstr[language][0] == '\0' ? NULL : s->note.cstr[language]);
}

void
deadline_json_profile(struct json *j, const struct clock_profile *profile, enum language language)
{
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("profile"), profile->profile_cstr);
	json_cstr(j, JSON_KEY("name"), profile->name.cstr[language]);
	json_cstr(j, JSON_KEY("applies"), profile->applies.cstr[language]);
	json_open_array(j, JSON_KEY("steps"));
	for (size_t i = 0; i < profile->step_count; i++) {
		json_open_object(j, (struct bytes){0});
		step_json(j, &profile->steps[i], language);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

void
deadline_json_write(struct json *j, const struct deadline *d, const struct zone *zone, enum language language)
{
	char text[CIVIL_TEXT_MAX];
	step_json(j, d->step, language);
	if (d->kind == DEADLINE_AT) {
		json_cstr(j, JSON_KEY("deadline_utc"), civil_write(d->at_s, 0, CIVIL_UTC, text));
		json_cstr(j, JSON_KEY("deadline_local"), zone_write(zone, d->at_s, text));
	} else {
		json_none(j, JSON_KEY("deadline_utc"));
		json_none(j, JSON_KEY("deadline_local"));
	}
	json_bool(j, JSON_KEY("without_delay"), d->kind == DEADLINE_WITHOUT_DELAY);
	if (d->kind == DEADLINE_WAITS) {
		json_cstr(j, JSON_KEY("waits_for"), d->step->delay.from_cstr);
	} else {
		json_cstr(j, JSON_KEY("from"), d->from_cstr);
		json_cstr(j, JSON_KEY("from_utc"), civil_write(d->from_s, 0, CIVIL_UTC, text));
	}
	json_bool(j, JSON_KEY("assumed"), d->assumed);
	json_bool(j, JSON_KEY("in_force"), d->in_force);
	if (d->moved) {
		json_cstr(j, JSON_KEY("before_rule_utc"), civil_write(d->unmoved_s, 0, CIVIL_UTC, text));
		json_cstr(j, JSON_KEY("before_rule_local"), zone_write(zone, d->unmoved_s, text));
	}
}
