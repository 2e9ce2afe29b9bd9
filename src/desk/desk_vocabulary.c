/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_vocabulary.h"

#include "desk/desk_law.h"
#include "desk/desk_people.h"
#include "desk/desk_settings.h"
#include "incident/lifecycle.h"
#include "incident/notice.h"
#include "record/alert_text.h"
#include "record/case_fields.h"

const char *
desk_vocabulary_type(unsigned type)
{
	static const char *const types[] = {[CASE_LINE] = "line",
	    [CASE_TEXT] = "text",
	    [CASE_TIME] = "time",
	    [CASE_NUMBER] = "number",
	    [CASE_WORD] = "word",
	    [CASE_REF] = "ref"};
	return type < LENGTH_OF(types) ? types[type] : "";
}

static void
states(const struct desk *desk, struct json *out)
{
	size_t count;
	const struct lifecycle_state *all = lifecycle_states(&count);
	json_open_array(out, JSON_KEY("states"));
	for (size_t i = 0; i < count; i++) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("name"), all[i].state_cstr);
		json_cstr(out, JSON_KEY("label"), text_in(desk->language, all[i].label_cstr));
		json_open_array(out, JSON_KEY("next"));
		for (size_t n = 0; n < LENGTH_OF(all[i].next) && all[i].next[n] != NULL; n++)
			json_cstr(out, (struct bytes){0}, all[i].next[n]);
		json_close_array(out);
		json_close_object(out);
	}
	json_close_array(out);
}

static void
field(const struct desk *desk, struct json *out, const struct case_kind *kind, const struct case_field_def *def)
{
	char unused[CIVIL_TEXT_MAX];
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("name"), def->name_cstr);
	json_cstr(out, JSON_KEY("type"), desk_vocabulary_type(def->type));
	json_cstr(out, JSON_KEY("label"), text_in(desk->language, def->label_cstr));
	if (def->words != NULL)
		json_open_array(out, JSON_KEY("words"));
	for (size_t i = 0; def->words != NULL && def->words[i] != NULL; i++) {
		const char *word_cstr = def->words[i];
		bool is_severity = strcmp(def->name_cstr, "severity") == 0;
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("value"), word_cstr);
		json_cstr(out, JSON_KEY("label"),
		    is_severity
		        ? alert_text_severity(desk->language, (unsigned)(word_cstr[0] - '0'))
		        : notice_value(kind->kind_cstr, def->name_cstr, word_cstr, desk->zone, desk->language, unused));
		json_close_object(out);
	}
	if (def->words != NULL)
		json_close_array(out);
	json_close_object(out);
}

static void
kinds(const struct desk *desk, struct json *out)
{
	size_t count;
	const struct case_kind *all = case_fields_kinds(&count);
	json_open_array(out, JSON_KEY("kinds"));
	for (size_t k = 0; k < count; k++) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("kind"), all[k].kind_cstr);
		json_cstr(out, JSON_KEY("label"), text_in(desk->language, all[k].label_cstr));
		json_cstr(out, JSON_KEY("main"), all[k].main_cstr);
		json_open_array(out, JSON_KEY("needs"));
		for (size_t i = 0; i < LENGTH_OF(all[k].needs) && all[k].needs[i] != NULL; i++)
			json_cstr(out, (struct bytes){0}, all[k].needs[i]);
		json_close_array(out);
		json_open_array(out, JSON_KEY("fields"));
		for (size_t i = 0; i < all[k].field_count; i++)
			field(desk, out, &all[k], &all[k].fields[i]);
		json_close_array(out);
		json_close_object(out);
	}
	json_close_array(out);
}

void
desk_vocabulary_categories(const struct desk *desk, struct json *out)
{
	json_open_array(out, JSON_KEY("categories"));
	for (const struct data_tree *c = desk->vocabulary->categories->first; c != NULL; c = c->next) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("code"), data_tree_cstr(c, "code"));
		json_cstr(out, JSON_KEY("label"), vocabulary_words(data_tree_find(c, "name"), desk->language));
		json_cstr(out, JSON_KEY("playbook"), data_tree_cstr(c, "playbook"));
		json_close_object(out);
	}
	json_close_array(out);
}

static void
severities(const struct desk *desk, struct json *out)
{
	json_open_array(out, JSON_KEY("severities"));
	for (unsigned severity = SEVERITY_MINOR; severity <= SEVERITY_CRITICAL; severity++) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("value"), alert_severity_word(severity));
		json_u64(out, JSON_KEY("grade"), severity);
		json_cstr(out, JSON_KEY("label"), alert_text_severity(desk->language, severity));
		json_close_object(out);
	}
	json_close_array(out);
}

static void
lines(const struct desk *desk, struct json *out, struct bytes key, const struct data_tree *list)
{
	if (list == NULL)
		return;
	json_open_array(out, key);
	for (const struct data_tree *e = list->first; e != NULL; e = e->next)
		json_cstr(out, (struct bytes){0}, vocabulary_words(e, desk->language));
	json_close_array(out);
}

/* Playbooks and drafts of notices: a name and a title each. */
static void
titles(const struct desk *desk, struct json *out, struct bytes key, const struct data_tree *list, const char *name_cstr)
{
	json_open_array(out, key);
	for (const struct data_tree *e = list->first; e != NULL; e = e->next) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("name"), data_tree_cstr(e, name_cstr));
		json_cstr(out, JSON_KEY("title"), vocabulary_words(data_tree_find(e, "title"), desk->language));
		lines(desk, out, JSON_KEY("first"), data_tree_find(e, "first"));
		lines(desk, out, JSON_KEY("never"), data_tree_find(e, "never"));
		json_close_object(out);
	}
	json_close_array(out);
}

static void
clocks(struct desk *desk, struct json *out)
{
	json_open_array(out, JSON_KEY("clocks"));
	for (size_t i = 0; i < desk->clocks->profile_count; i++) {
		const struct clock_profile *p = &desk->clocks->profiles[i];
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("profile"), p->profile_cstr);
		json_cstr(out, JSON_KEY("label"), p->name.cstr[desk->language]);
		json_cstr(out, JSON_KEY("applies"), p->applies.cstr[desk->language]);
		json_open_array(out, JSON_KEY("steps"));
		for (size_t n = 0; n < p->step_count; n++) {
			json_open_object(out, (struct bytes){0});
			json_cstr(out, JSON_KEY("step"), p->steps[n].step_cstr);
			json_cstr(out, JSON_KEY("label"), p->steps[n].name.cstr[desk->language]);
			json_cstr(out, JSON_KEY("tell"), p->steps[n].tell.cstr[desk->language]);
			json_cstr(out, JSON_KEY("law"), desk_law_text(desk, &p->steps[n]));
			json_close_object(out);
		}
		json_close_array(out);
		json_close_object(out);
	}
	json_close_array(out);
}

int
desk_vocabulary_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	(void)order;
	(void)diag;
	json_open_object(out, (struct bytes){0});
	json_open_object(out, JSON_KEY("organisation"));
	json_cstr(out, JSON_KEY("name"), desk_settings_value(desk, "organisation"));
	json_cstr(out, JSON_KEY("zone"), zone_name(desk->zone));
	json_cstr(out, JSON_KEY("language"), desk_settings_value(desk, "language"));
	json_cstr(out, JSON_KEY("tlp"), desk_settings_value(desk, "tlp"));
	json_close_object(out);
	states(desk, out);
	desk_vocabulary_categories(desk, out);
	severities(desk, out);
	kinds(desk, out);
	titles(desk, out, JSON_KEY("playbooks"), desk->vocabulary->playbooks, "playbook");
	titles(desk, out, JSON_KEY("notices"), desk->vocabulary->notices, "notice");
	clocks(desk, out);
	desk_people_roles(desk, out);
	json_close_object(out);
	return 0;
}
