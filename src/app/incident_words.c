/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_words.h"

#include <errno.h>

/* The part before '=' when it looks like the name of a field. */
static bool
split(struct incident_session *s, const char *word_cstr, const char **name, const char **value)
{
	size_t n = strspn(word_cstr, "abcdefghijklmnopqrstuvwxyz_0123456789");
	if (n == 0 || word_cstr[n] != '=')
		return false;
	*name = incident_session_text(s, "%.*s", (int)n, word_cstr);
	*value = word_cstr + n + 1;
	return true;
}

static int
read_time(struct incident_session *s, const char *name_cstr, const char **value, struct diag *diag)
{
	int64_t at_s = incident_session_now_s(s);
	char text[CIVIL_TEXT_MAX];
	int r = strcmp(*value, "now") == 0 ? 0 : zone_parse_time(s->zone, *value, &at_s, diag);
	if (r < 0)
		return diag_say(diag, r, "%s: %s", name_cstr, incident_session_text(s, "%s", diag->text_cstr));
	*value = incident_session_text(s, "%s", civil_write(at_s, 0, CIVIL_UTC, text));
	return 0;
}

static int
read_reference(struct incident_session *s, const char **value, struct diag *diag)
{
	struct dossier_case_name found;
	int r = dossier_case_find(s->v.dossier, *value, &found, diag);
	if (r == 0)
		*value = incident_session_text(s, "%s", found.id_cstr);
	return r;
}

/* What people say for what is kept: "phishing" for "fraud.phishing", "amber" for "AMBER", "serious" for 3. */
static void
understand(struct incident_session *s, const struct case_field_def *def, const char **value)
{
	if (strcmp(def->name_cstr, "category") == 0) {
		const struct data_tree *found = vocabulary_category(&s->vocabulary, *value);
		if (found != NULL)
			*value = data_tree_cstr(found, "code");
	}
	for (size_t i = 0; def->type == CASE_WORD && def->words[i] != NULL; i++)
		if (bytes_eq_nocase(bytes_of_cstr(def->words[i]), bytes_of_cstr(*value)))
			*value = def->words[i];
	for (unsigned g = 1; strcmp(def->name_cstr, "severity") == 0 && g <= SEVERITY_CRITICAL; g++)
		if (strcmp(*value, alert_severity_word(g)) == 0)
			*value = incident_session_text(s, "%u", g);
}

static int
read_field(struct incident_session *s, const struct case_kind *kind, const char *name_cstr, const char *value_cstr,
    struct case_item *out, struct diag *diag)
{
	const struct case_field_def *def = case_fields_find(kind, name_cstr);
	if (def == NULL)
		return diag_say(diag, -EINVAL, _("there is no field \"%.60s\" of a %s: incident fields lists them"),
		    name_cstr, kind->kind_cstr);
	int r = 0;
	understand(s, def, &value_cstr);
	if (value_cstr[0] != '\0' && def->type == CASE_TIME)
		r = read_time(s, name_cstr, &value_cstr, diag);
	if (value_cstr[0] != '\0' && def->type == CASE_REF)
		r = read_reference(s, &value_cstr, diag);
	if (r == 0)
		r = case_fields_check(def, value_cstr, diag);
	if (r == 0)
		incident_words_set(out, def->name_cstr, value_cstr);
	return r;
}

void
incident_words_set(struct case_item *item, const char *name_cstr, const char *value_cstr)
{
	for (size_t i = 0; i < item->field_count; i++) {
		if (strcmp(item->fields[i].name_cstr, name_cstr) == 0) {
			item->fields[i].value_cstr = value_cstr;
			return;
		}
	}
	if (item->field_count < CASE_FIELDS_MAX)
		item->fields[item->field_count++] = (struct case_field){name_cstr, value_cstr};
}

int
incident_words_read(
    struct incident_session *s, const struct case_kind *kind, size_t from, struct case_item *out, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	out->fields = arena_new(&s->arena, struct case_field, CASE_FIELDS_MAX);
	int r = out->fields == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory")) : 0;
	bool has_text = false;
	for (size_t i = from; i < o->word_count && r == 0; i++) {
		const char *name_cstr, *value_cstr;
		if (split(s, o->words[i], &name_cstr, &value_cstr)) {
			r = read_field(s, kind, name_cstr, value_cstr, out, diag);
		} else if (has_text) {
			r = diag_say(diag, -EINVAL,
			    _("\"%.60s\" is one word too many: put a text in quotes, and other fields as NAME=VALUE"),
			    o->words[i]);
		} else {
			has_text = true;
			r = read_field(s, kind, kind->main_cstr, o->words[i], out, diag);
		}
	}
	return r;
}

int
incident_words_merge(struct incident_session *s, const struct case_item *before, const struct case_item *change,
    struct case_item *out, struct diag *diag)
{
	*out = *change;
	out->field_count = 0;
	out->fields = arena_new(&s->arena, struct case_field, CASE_FIELDS_MAX);
	if (out->fields == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	for (size_t i = 0; before != NULL && i < before->field_count; i++)
		incident_words_set(out, before->fields[i].name_cstr, before->fields[i].value_cstr);
	for (size_t i = 0; i < change->field_count; i++)
		incident_words_set(out, change->fields[i].name_cstr, change->fields[i].value_cstr);
	return 0;
}
