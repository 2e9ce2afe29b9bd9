/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/attack_graph_json.h"

#include "study/study_json.h"

static void
write_level(struct json *j, struct bytes key, bool known, uint8_t level)
{
	if (known)
		json_u64(j, key, level);
	else
		json_none(j, key);
}

static void
write_action(struct json *j, const struct attack_graph *g, const struct attack_action *a, enum language language)
{
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("id"), a->id_cstr);
	study_json_maybe(j, JSON_KEY("name"), a->name_cstr[language]);
	study_json_maybe(j, JSON_KEY("phase"), a->phase == ATTACK_PHASE_UNSAID ? NULL : attack_graph_phase_word(a->phase));
	json_open_array(j, JSON_KEY("techniques"));
	for (size_t i = 0; i < a->technique_count; i++)
		json_cstr(j, (struct bytes){0}, a->techniques[i]);
	json_close_array(j);
	json_open_array(j, JSON_KEY("after"));
	for (size_t i = 0; i < a->after_count; i++)
		json_cstr(j, (struct bytes){0}, g->actions[g->after[a->after + i]].id_cstr);
	json_close_array(j);
	json_cstr(j, JSON_KEY("join"), a->join == ATTACK_ALL ? "and" : "or");
	json_u64(j, JSON_KEY("pr"), a->pr);
	write_level(j, JSON_KEY("diff"), a->has_diff, a->diff);
	json_u64(j, JSON_KEY("cumulated_pr"), a->cumulated_pr);
	write_level(j, JSON_KEY("cumulated_diff"), g->has_diff, a->cumulated_diff);
	json_bool(j, JSON_KEY("least_effort"), a->is_least_effort);
	json_close_object(j);
}

void
attack_graph_json_members(struct json *j, const struct attack_graph *g, enum language language)
{
	json_u64(j, JSON_KEY("pr"), g->pr);
	write_level(j, JSON_KEY("diff"), g->has_diff, g->diff);
	json_open_object(j, JSON_KEY("likelihood"));
	json_u64(j, JSON_KEY("standard"), g->standard);
	write_level(j, JSON_KEY("advanced"), g->has_diff, g->advanced);
	json_close_object(j);
	json_cstr(j, JSON_KEY("most_critical"), g->actions[g->critical].id_cstr);
	json_open_array(j, JSON_KEY("least_effort"));
	for (size_t i = 0; i < g->action_count; i++)
		if (g->actions[g->order[i]].is_least_effort)
			json_cstr(j, (struct bytes){0}, g->actions[g->order[i]].id_cstr);
	json_close_array(j);
	json_open_array(j, JSON_KEY("actions"));
	for (size_t i = 0; i < g->action_count; i++)
		write_action(j, g, &g->actions[i], language);
	json_close_array(j);
}
