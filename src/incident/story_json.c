/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/story_json.h"

#include "record/alert_text.h"

enum { SENTENCE_MAX = 2048 };

static const char *
sentence(enum language language, const struct alert *alert, const char *template_cstr, char room[static SENTENCE_MAX])
{
	alert_text_fill(language, text_in(language, template_cstr), alert, room, SENTENCE_MAX);
	return room;
}

const char *
story_json_title(enum language language, const char *detector_cstr)
{
	const struct alert_text *text = alert_text_find(bytes_of_cstr(detector_cstr));
	return text == NULL ? detector_cstr : text_in(language, text->title_cstr);
}

static void
part_json(struct json *j, const struct incident_part *part, enum language language)
{
	const struct alert *alert = &part->strongest;
	const struct alert_text *text = alert_text_find(bytes_of_cstr(alert->detector_cstr));
	char room[SENTENCE_MAX];
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("detector"), alert->detector_cstr);
	json_u64(j, JSON_KEY("signature_id"), alert->signature_id);
	json_cstr(j, JSON_KEY("severity"), alert_severity_word(alert->severity));
	json_u64(j, JSON_KEY("confidence"), alert->confidence);
	json_cstr(j, JSON_KEY("stage"), alert_stage_word(alert->stage));
	json_cstr(j, JSON_KEY("technique"), alert->technique_cstr);
	json_addr(j, JSON_KEY("source"), &alert->source);
	if (!addr_is_zero(&alert->target))
		json_addr(j, JSON_KEY("target"), &alert->target);
	json_u64(j, JSON_KEY("targets"), alert->targets);
	if (alert->target_port != 0)
		json_u64(j, JSON_KEY("target_port"), alert->target_port);
	json_u64(j, JSON_KEY("alerts"), part->alerts);
	json_u64(j, JSON_KEY("count"), part->count);
	json_time(j, JSON_KEY("first"), part->first_ns);
	json_time(j, JSON_KEY("last"), part->last_ns);
	if (text != NULL) {
		json_cstr(j, JSON_KEY("title"), text_in(language, text->title_cstr));
		json_cstr(j, JSON_KEY("what"), sentence(language, alert, text->what_cstr, room));
		json_cstr(j, JSON_KEY("why"), sentence(language, alert, text->why_cstr, room));
		json_cstr(j, JSON_KEY("todo"), sentence(language, alert, text->todo_cstr, room));
	}
	json_close_object(j);
}

void
story_json_incident(struct json *j, struct bytes key, const struct incident *incident, enum language language)
{
	json_open_object(j, key);
	json_cstr(j, JSON_KEY("id"), incident->id_cstr);
	json_cstr(j, JSON_KEY("title"),
	    incident->part_count == 0 ? ""
	                              : story_json_title(language, incident_main_part(incident)->strongest.detector_cstr));
	json_cstr(j, JSON_KEY("severity"), alert_severity_word(incident->severity));
	json_u64(j, JSON_KEY("confidence"), incident->confidence);
	json_addr(j, JSON_KEY("attacker"), &incident->attacker);
	json_open_array(j, JSON_KEY("victims"));
	for (size_t i = 0; i < incident->victim_count; i++)
		json_addr(j, (struct bytes){0}, &incident->victims[i]);
	json_close_array(j);
	json_u64(j, JSON_KEY("victims_total"), incident->victims_total);
	json_open_array(j, JSON_KEY("stages"));
	for (unsigned stage = 0; stage <= STAGE_HYGIENE; stage++)
		if ((incident->stages >> stage & 1) != 0)
			json_cstr(j, (struct bytes){0}, alert_stage_word(stage));
	json_close_array(j);
	json_time(j, JSON_KEY("first"), incident->first_ns);
	json_time(j, JSON_KEY("last"), incident->last_ns);
	json_u64(j, JSON_KEY("alerts"), incident->alerts);
	json_open_array(j, JSON_KEY("parts"));
	for (size_t i = 0; i < incident->part_count; i++)
		part_json(j, &incident->parts[i], language);
	json_close_array(j);
	json_close_object(j);
}
