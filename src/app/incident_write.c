/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_write.h"

#include "app/incident_words.h"

#include <errno.h>

/* An order about words[1], when there are enough words. */
static int
begin(struct incident_session *s, enum operation_name operation, size_t words, const char *usage_cstr,
    struct desk_order *out, struct diag *diag)
{
	if (s->v.options.word_count < words)
		return diag_say(diag, -EINVAL, _("say what: beffroi incident %s"), usage_cstr);
	return incident_session_order(s, operation, out) ? 0 : desk_no_memory(diag);
}

int
incident_write_open(struct incident_session *s, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	struct desk_order order;
	if (o->word_count < 2)
		return diag_say(diag, -EINVAL, "%s",
		    _("say what: incident open ALERT-ID, or incident open \"TITLE\" category=... severity=1..4 seen=TIME reporter=NAME"));
	struct bytes word = bytes_of_cstr(o->words[1]);
	bool from_alert = bytes_eq_nocase(bytes_first(word, 4), BYTES("ALR-")) ||
	    bytes_eq_nocase(bytes_first(word, 4), BYTES("INC-"));
	if (!desk_order_init(&order, OPERATION_INCIDENT_OPEN, &s->arena) ||
	    (from_alert && !desk_order_add(&order, "alert", o->words[1])))
		return desk_no_memory(diag);
	int r = incident_words_read(s, case_fields_kind("incident"), from_alert ? 2 : 1, &order, diag);
	return r < 0 ? r : incident_session_do(s, &order, N_("is open"), diag);
}

/* Fields of whatever the id names. */
int
incident_write_set(struct incident_session *s, struct diag *diag)
{
	struct desk_order order;
	struct dossier_case_name name;
	int r = begin(s, OPERATION_INCIDENT_SET, 3, "set ID NAME=VALUE...", &order, diag);
	if (r == 0)
		r = dossier_case_find(s->v.dossier, s->v.options.words[1], &name, diag);
	const struct case_kind *kind = r < 0 ? NULL : case_fields_kind(name.kind_cstr);
	if (r == 0 && kind == NULL)
		r = diag_say(diag, -EINVAL, _("%.80s cannot be changed: it is not written by people"), name.id_cstr);
	if (r == 0)
		r = incident_words_read(s, kind, 2, &order, diag);
	return r < 0 ? r : incident_session_do(s, &order, N_("is changed"), diag);
}

/* by=NAME why="TEXT" at=TIME; the names of the fields themselves will do. */
int
incident_write_aware(struct incident_session *s, struct diag *diag)
{
	static const char usage_cstr[] = "aware ID by=NAME why=\"TEXT\" [at=TIME]";
	static const char *const names[][2] = {{"by", "aware_by"}, {"why", "aware_why"}, {"at", "aware"}};
	struct desk_order order;
	int r = begin(s, OPERATION_INCIDENT_AWARE, 3, usage_cstr, &order, diag);
	for (size_t i = 2; r == 0 && i < s->v.options.word_count; i++) {
		struct desk_input given;
		size_t n = 0;
		bool named = incident_words_split(s, s->v.options.words[i], &given);
		while (named && n < LENGTH_OF(names) && strcmp(given.name_cstr, names[n][0]) != 0 &&
		    strcmp(given.name_cstr, names[n][1]) != 0)
			n++;
		if (!named || n == LENGTH_OF(names) || !desk_order_add(&order, names[n][0], given.value_cstr))
			r = diag_say(diag, -EINVAL, _("say what: beffroi incident %s"), usage_cstr);
	}
	return r < 0
	    ? r
	    : incident_session_do(s, &order, N_("the legal clocks count from there: incident clock shows them"), diag);
}

int
incident_write_reopen(struct incident_session *s, struct diag *diag)
{
	struct desk_order order;
	int r = begin(s, OPERATION_INCIDENT_REOPEN, 3, "reopen ID \"WHY\"", &order, diag);
	if (r == 0 && !desk_order_add(&order, "why", s->v.options.words[2]))
		r = desk_no_memory(diag);
	return r < 0 ? r : incident_session_do(s, &order, N_("is open again"), diag);
}

int
incident_write_add(struct incident_session *s, struct diag *diag)
{
	const struct case_kind *kind = case_fields_verb(s->v.options.words[0]);
	struct desk_order order;
	int r = begin(
	    s, OPERATION_ITEM_ADD, 3, desk_text(&s->desk, "%s ID \"TEXT\" NAME=VALUE...", kind->verb_cstr), &order, diag);
	if (r == 0 && !desk_order_add(&order, "kind", kind->kind_cstr))
		r = desk_no_memory(diag);
	if (r == 0)
		r = incident_words_read(s, kind, 2, &order, diag);
	return r < 0 ? r : incident_session_do(s, &order, N_("is kept"), diag);
}

int
incident_write_merge(struct incident_session *s, struct diag *diag)
{
	struct desk_order order;
	int r = begin(s, OPERATION_INCIDENT_MERGE, 3, "merge ID OTHER-ID   (OTHER-ID goes into ID)", &order, diag);
	if (r == 0 && !desk_order_add(&order, "other", s->v.options.words[2]))
		r = desk_no_memory(diag);
	return r < 0 ? r : incident_session_do(s, &order, N_("is merged"), diag);
}

/* incident split ID THING... title="TEXT" */
int
incident_write_split(struct incident_session *s, struct diag *diag)
{
	struct desk_order order;
	int r = begin(s, OPERATION_INCIDENT_SPLIT, 4, "split ID THING-ID... title=\"TEXT\"", &order, diag);
	for (size_t i = 2; r == 0 && i < s->v.options.word_count; i++) {
		const char *word_cstr = s->v.options.words[i];
		bool title = strncmp(word_cstr, "title=", 6) == 0;
		if (!desk_order_add(&order, title ? "title" : "things", title ? word_cstr + 6 : word_cstr))
			r = desk_no_memory(diag);
	}
	return r < 0 ? r : incident_session_do(s, &order, N_("is open"), diag);
}
