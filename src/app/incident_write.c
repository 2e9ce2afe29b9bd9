/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_write.h"

#include "app/incident_words.h"
#include "core/json.h"
#include "incident/case_clock.h"
#include "incident/case_export.h"
#include "incident/case_json.h"
#include "incident/lifecycle.h"
#include "record/alert_text.h"

#include <errno.h>
#include <stdlib.h>

enum { SECOND_NS = 1000000000, MOVED_MAX = 4096 };

static const char *
utc(struct incident_session *s, int64_t at_s)
{
	char text[CIVIL_TEXT_MAX];
	return incident_session_text(s, "%s", civil_write(at_s, 0, CIVIL_UTC, text));
}

/* What was kept, for the person or the program that asked. */
static int
tell(struct incident_session *s, const struct case_item *item, const char *sentence_cstr, struct diag *diag)
{
	if (s->v.json == NULL) {
		fprintf(stdout, "%s  %s\n", item->id_cstr, text_in(s->v.options.language, sentence_cstr));
		return 0;
	}
	struct case_file file = {.incident = *item};
	struct json j;
	if (!case_export_room(&file, &j))
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	case_json_item(&j, (struct bytes){0}, item);
	json_newline(&j);
	(void)fwrite(j.start, 1, json_length(&j), stdout);
	free(j.start);
	return 0;
}

/* The field that keeps when a state was entered is filled by itself, unless it was given; leaving the end empties it. */
static void
stamp_state(struct incident_session *s, const struct case_item *before, struct case_item *change)
{
	const struct lifecycle_state *to = lifecycle_find(case_file_value(change, "state"));
	if (to == NULL || (before != NULL && case_file_says(before, "state", to->state_cstr)))
		return;
	if (to->time_cstr != NULL && case_file_value(change, to->time_cstr)[0] == '\0')
		incident_words_set(change, to->time_cstr, utc(s, incident_session_now_s(s)));
	if (before != NULL && lifecycle_is_over(before))
		incident_words_set(change, "closed", "");
}

int
incident_write_keep(struct incident_session *s, struct case_file *file, const struct case_item *before,
    struct case_item *change, struct diag *diag)
{
	struct case_item after;
	bool is_incident = strcmp(change->kind_cstr, "incident") == 0;
	if (is_incident)
		stamp_state(s, before, change);
	int r = incident_words_merge(s, before, change, &after, diag);
	if (r == 0)
		r = lifecycle_check(&s->vocabulary, file, before, &after, diag);
	if (r == 0 && (strcmp(change->kind_cstr, "clock") == 0 || strcmp(change->kind_cstr, "notice") == 0))
		r = case_clock_check(s->clocks, file, s->zone, &after, diag);
	if (r == 0 && is_incident && case_file_says(&after, "state", "closed") &&
	    (before == NULL || !case_file_says(before, "state", "closed"))) {
		struct case_file as_it_will_be = *file;
		as_it_will_be.incident = after;
		r = case_clock_check_closing(s->clocks, &as_it_will_be, s->zone, incident_session_now_s(s), diag);
	}
	return r == 0 ? dossier_case_put(s->v.dossier, change, diag) : r;
}

static void
set_unless(struct case_item *item, const char *name_cstr, const char *value_cstr)
{
	if (case_file_value(item, name_cstr)[0] == '\0' && value_cstr[0] != '\0')
		incident_words_set(item, name_cstr, value_cstr);
}

/* What opening always writes down: when, by whom, and the first state. */
static void
set_origin(struct incident_session *s, struct case_item *item)
{
	int64_t now_s = incident_session_now_s(s);
	incident_words_set(item, "recorded", utc(s, now_s));
	incident_words_set(item, "recorded_by", s->who_cstr);
	set_unless(item, "state", "new");
	set_unless(item, "reporter", s->who_cstr);
	set_unless(item, "category", "other.undetermined");
	set_unless(item, "seen", utc(s, now_s));
}

struct search {
	const char *alert_cstr;
	const struct alert_text *text;
	int64_t first_ns, last_ns;
};

static void
look(void *context, const struct kept_alert *kept)
{
	struct search *search = context;
	if (search->alert_cstr != NULL && strcmp(kept->id_cstr, search->alert_cstr) != 0)
		return;
	if (search->text == NULL) {
		search->text = alert_text_find(bytes_of_cstr(kept->alert.detector_cstr));
		search->last_ns = kept->alert.last_ns;
	}
}

/* An incident that alerts told of gets its file: title, severity and times from them, unless words say otherwise. */
static int
open_from_alerts(struct incident_session *s, const char *id_cstr, struct diag *diag)
{
	struct case_file file;
	struct dossier_case_name name;
	struct case_item item = {.kind_cstr = "incident"};
	struct search search = {0};
	int r = incident_session_load(s, id_cstr, &file, &name, diag);
	if (r == 0 && case_file_value(&file.incident, "recorded")[0] != '\0')
		r = diag_say(
		    diag, -EEXIST, _("%s is open already: incident show %s"), file.incident.id_cstr, file.incident.id_cstr);
	if (r == 0)
		r = incident_words_read(s, case_fields_kind("incident"), 2, &item, diag);
	if (r < 0)
		return r;
	search.alert_cstr = strcmp(name.kind_cstr, "alert") == 0 ? name.id_cstr : NULL;
	r = dossier_each_alert(s->v.dossier, file.incident.id_cstr, look, &search, diag);
	if (r < 0)
		return r;
	item.id_cstr = item.incident_cstr = file.incident.id_cstr;
	item.by_cstr = s->who_cstr;
	if (search.text != NULL)
		set_unless(&item, "title", text_in(s->v.options.language, search.text->title_cstr));
	set_unless(&item, "severity", incident_session_text(s, "%u", file.story->severity));
	set_unless(&item, "happened", utc(s, file.story->first_ns / SECOND_NS));
	set_unless(&item, "seen", utc(s, (search.text != NULL ? search.last_ns : file.story->last_ns) / SECOND_NS));
	set_origin(s, &item);
	r = incident_write_keep(s, &file, NULL, &item, diag);
	return r < 0 ? r : tell(s, &item, N_("is open"), diag);
}

static int
open_by_hand(
    struct incident_session *s, size_t from, const struct case_item *first, struct case_item *out, struct diag *diag)
{
	struct case_item item = {.kind_cstr = "incident", .by_cstr = s->who_cstr};
	struct case_file file = {.incident = item};
	int r = first != NULL ? incident_words_merge(s, NULL, first, &item, diag)
	                      : incident_words_read(s, case_fields_kind("incident"), from, &item, diag);
	if (r < 0)
		return r;
	item.kind_cstr = "incident";
	item.by_cstr = s->who_cstr;
	item.at_ns = incident_session_now_s(s) * SECOND_NS;
	item.id_cstr = item.incident_cstr = incident_session_id(s, "INC-", case_file_value(&item, "title"));
	set_unless(&item, "severity", "2");
	set_origin(s, &item);
	r = incident_write_keep(s, &file, NULL, &item, diag);
	*out = item;
	return r;
}

int
incident_write_open(struct incident_session *s, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	struct case_item item;
	if (o->word_count < 2)
		return diag_say(diag, -EINVAL, "%s",
		    _("say what: incident open ALERT-ID, or incident open \"TITLE\" category=... severity=1..4 seen=TIME reporter=NAME"));
	struct bytes word = bytes_of_cstr(o->words[1]);
	if (bytes_eq_nocase(bytes_first(word, 4), BYTES("ALR-")) || bytes_eq_nocase(bytes_first(word, 4), BYTES("INC-")))
		return open_from_alerts(s, o->words[1], diag);
	int r = open_by_hand(s, 1, NULL, &item, diag);
	return r < 0 ? r : tell(s, &item, N_("is open"), diag);
}

static int
need_id(const struct incident_session *s, size_t count, const char *usage_cstr, struct diag *diag)
{
	return s->v.options.word_count >= count ? 0
	                                        : diag_say(diag, -EINVAL, _("say what: beffroi incident %s"), usage_cstr);
}

int
incident_write_set(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	struct dossier_case_name name;
	struct case_item change = {.field_count = 0};
	int r = need_id(s, 3, "set ID NAME=VALUE...", diag);
	if (r == 0)
		r = incident_session_load(s, s->v.options.words[1], &file, &name, diag);
	const struct case_item *before = r < 0 ? NULL : case_file_find(&file, name.id_cstr);
	if (r == 0 && before == NULL)
		r = diag_say(diag, -EINVAL, _("%.80s cannot be changed: it is not written by people"), name.id_cstr);
	if (r == 0)
		r = incident_words_read(s, case_fields_kind(before->kind_cstr), 2, &change, diag);
	if (r < 0)
		return r;
	change.id_cstr = before->id_cstr;
	change.kind_cstr = before->kind_cstr;
	change.incident_cstr = before->incident_cstr;
	change.by_cstr = s->who_cstr;
	r = incident_write_keep(s, &file, before, &change, diag);
	return r < 0 ? r : tell(s, &change, N_("is changed"), diag);
}

/* Sets fields of the incident itself, given by the program. */
static int
change_incident(struct incident_session *s, struct case_file *file, struct case_item *change, const char *sentence_cstr,
    struct diag *diag)
{
	change->id_cstr = change->incident_cstr = file->incident.id_cstr;
	change->kind_cstr = "incident";
	change->by_cstr = s->who_cstr;
	int r = incident_write_keep(s, file, &file->incident, change, diag);
	return r < 0 || sentence_cstr == NULL ? r : tell(s, change, sentence_cstr, diag);
}

/* incident aware ID by=NAME why="TEXT" [at=TIME]: the words of the sentence, and the fields they are. */
int
incident_write_aware(struct incident_session *s, struct diag *diag)
{
	static const char *const names[][2] = {{"by=", "aware_by="}, {"why=", "aware_why="}, {"at=", "aware="}};
	struct case_file file;
	struct case_item change = {.field_count = 0};
	int r = need_id(s, 3, "aware ID by=NAME why=\"TEXT\" [at=TIME]", diag);
	if (r == 0)
		r = incident_session_load(s, s->v.options.words[1], &file, NULL, diag);
	for (size_t i = 2; r == 0 && i < s->v.options.word_count; i++) {
		const char *word_cstr = s->v.options.words[i];
		for (size_t n = 0; n < LENGTH_OF(names); n++)
			if (strncmp(word_cstr, names[n][0], strlen(names[n][0])) == 0)
				s->v.options.words[i] = incident_session_text(
				    s, "%s%s", names[n][1], word_cstr + strlen(names[n][0]));
	}
	if (r == 0)
		r = incident_words_read(s, case_fields_kind("incident"), 2, &change, diag);
	if (r < 0)
		return r;
	set_unless(&change, "aware", utc(s, incident_session_now_s(s)));
	set_unless(&change, "aware_by", s->who_cstr);
	return change_incident(s, &file, &change, N_("the legal clocks count from there: incident clock shows them"), diag);
}

int
incident_write_reopen(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	struct case_field fields[CASE_FIELDS_MAX] = {{"state", "qualified"}, {"state_why", ""}};
	struct case_item change = {.field_count = 2, .fields = fields};
	int r = need_id(s, 3, "reopen ID \"WHY\"", diag);
	if (r == 0)
		r = incident_session_load(s, s->v.options.words[1], &file, NULL, diag);
	if (r < 0)
		return r;
	fields[1].value_cstr = s->v.options.words[2];
	static const struct case_field_def why = {"state_why", CASE_TEXT, "", NULL};
	r = case_fields_check(&why, fields[1].value_cstr, diag);
	if (r == 0 && !lifecycle_is_over(&file.incident))
		r = diag_say(diag, -EPERM, _("%s is not closed"), file.incident.id_cstr);
	return r < 0 ? r : change_incident(s, &file, &change, N_("is open again"), diag);
}

int
incident_write_add(struct incident_session *s, struct diag *diag)
{
	const struct case_kind *kind = case_fields_verb(s->v.options.words[0]);
	struct case_file file;
	struct case_item item = {.kind_cstr = kind->kind_cstr, .by_cstr = s->who_cstr, .at_ns = s->now_ns};
	int r = need_id(s, 3, incident_session_text(s, "%s ID \"TEXT\" NAME=VALUE...", kind->verb_cstr), diag);
	if (r == 0)
		r = incident_session_load(s, s->v.options.words[1], &file, NULL, diag);
	if (r == 0)
		r = incident_words_read(s, kind, 2, &item, diag);
	if (r < 0)
		return r;
	if (strcmp(kind->kind_cstr, "notice") == 0)
		set_unless(&item, "sent", utc(s, incident_session_now_s(s)));
	if (strcmp(kind->kind_cstr, "action") == 0)
		set_unless(&item, "state", "open");
	item.incident_cstr = file.incident.id_cstr;
	item.id_cstr = incident_session_id(s, kind->prefix_cstr, case_file_value(&item, kind->main_cstr));
	r = incident_write_keep(s, &file, NULL, &item, diag);
	return r < 0 ? r : tell(s, &item, N_("is kept"), diag);
}

/* Alerts are named while they are read, and moved when all are known. */
struct moved {
	size_t count;
	bool full;
	char ids[MOVED_MAX][INCIDENT_ID_MAX];
};

static void
name_alert(void *context, const struct kept_alert *kept)
{
	struct moved *moved = context;
	if (moved->count == MOVED_MAX)
		moved->full = true;
	else
		(void)snprintf(moved->ids[moved->count++], INCIDENT_ID_MAX, "%s", kept->id_cstr);
}

static int
move_all(struct incident_session *s, const struct case_file *from, const char *to_cstr, struct diag *diag)
{
	struct moved *moved = arena_new(&s->arena, struct moved, 1);
	int r = moved == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory"))
	                      : dossier_each_alert(s->v.dossier, from->incident.id_cstr, name_alert, moved, diag);
	if (r >= 0 && moved->full)
		r = diag_say(
		    diag, -E2BIG, _("%s has too many alerts to be merged: relate them instead"), from->incident.id_cstr);
	for (size_t i = 0; r >= 0 && i < moved->count; i++)
		r = dossier_case_move(s->v.dossier, moved->ids[i], "alert", from->incident.id_cstr, to_cstr, diag);
	for (size_t i = 0; r >= 0 && i < from->item_count; i++)
		r = dossier_case_move(
		    s->v.dossier, from->items[i].id_cstr, from->items[i].kind_cstr, from->incident.id_cstr, to_cstr, diag);
	return r < 0 ? r : 0;
}

int
incident_write_merge(struct incident_session *s, struct diag *diag)
{
	struct case_file into, from;
	struct case_field fields[CASE_FIELDS_MAX] = {{"state", "merged"}, {"merged_into", ""}};
	struct case_item change = {.field_count = 2, .fields = fields};
	int r = need_id(s, 3, "merge ID OTHER-ID   (OTHER-ID goes into ID)", diag);
	if (r == 0)
		r = incident_session_load(s, s->v.options.words[1], &into, NULL, diag);
	if (r == 0)
		r = incident_session_load(s, s->v.options.words[2], &from, NULL, diag);
	if (r < 0)
		return r;
	if (strcmp(into.incident.id_cstr, from.incident.id_cstr) == 0 || case_file_says(&into.incident, "state", "merged"))
		return diag_say(diag, -EINVAL, "%s", _("an incident is merged into another one that is not merged itself"));
	r = move_all(s, &from, into.incident.id_cstr, diag);
	fields[1].value_cstr = into.incident.id_cstr;
	return r < 0 ? r : change_incident(s, &from, &change, N_("is merged"), diag);
}

/* incident split ID THING... title="TEXT": a new incident that takes these items and alerts with it. */
int
incident_write_split(struct incident_session *s, struct diag *diag)
{
	struct case_file from;
	struct case_field fields[CASE_FIELDS_MAX];
	struct case_item first = {.fields = fields}, made;
	int r = need_id(s, 4, "split ID THING-ID... title=\"TEXT\"", diag);
	if (r == 0)
		r = incident_session_load(s, s->v.options.words[1], &from, NULL, diag);
	for (size_t i = 2; r == 0 && i < s->v.options.word_count; i++)
		if (strncmp(s->v.options.words[i], "title=", 6) == 0)
			incident_words_set(&first, "title", s->v.options.words[i] + 6);
	static const struct case_field_def title = {"title", CASE_LINE, "", NULL};
	if (r == 0)
		r = case_fields_check(&title, case_file_value(&first, "title"), diag);
	if (r < 0)
		return r;
	for (const char *const *name = (const char *const[]){"category", "severity", "happened", "seen", "tlp", NULL};
	     *name != NULL; name++)
		set_unless(&first, *name, case_file_value(&from.incident, *name));
	r = open_by_hand(s, 0, &first, &made, diag);
	for (size_t i = 2; r == 0 && i < s->v.options.word_count; i++) {
		struct dossier_case_name name;
		if (strncmp(s->v.options.words[i], "title=", 6) == 0)
			continue;
		r = dossier_case_find(s->v.dossier, s->v.options.words[i], &name, diag);
		if (r == 0 &&
		    (strcmp(name.incident_cstr, from.incident.id_cstr) != 0 || strcmp(name.kind_cstr, "incident") == 0))
			r = diag_say(diag, -EINVAL, _("%.80s does not belong to %s"), name.id_cstr, from.incident.id_cstr);
		if (r == 0)
			r = dossier_case_move(
			    s->v.dossier, name.id_cstr, name.kind_cstr, from.incident.id_cstr, made.id_cstr, diag);
	}
	return r < 0 ? r : tell(s, &made, N_("is open"), diag);
}
