/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_read.h"

#include "app/incident_words.h"
#include "cli/incident_view.h"
#include "core/json.h"
#include "incident/case_export.h"
#include "incident/case_json.h"
#include "incident/notice.h"
#include "incident/recurrence.h"
#include "incident/statistics.h"
#include "record/alert_text.h"

#include <errno.h>
#include <stdlib.h>

enum { TIMELINE_MAX = 20, PATH_TEXT_MAX = 640 };

/* Every incident's file in turn; the arena is cut back behind each. */
struct walk {
	struct incident_session *s;
	void (*each)(struct walk *w, const struct case_file *file);
	struct diag *diag;
	int error;
	const struct case_file *asked;
	void *more;
};

static void
step(void *context, const char *id_cstr)
{
	struct walk *w = context;
	struct arena before = w->s->arena;
	struct case_file file;
	if (w->error < 0)
		return;
	w->error = dossier_case_load(w->s->v.dossier, &w->s->arena, id_cstr, &file, w->diag);
	if (w->error == 0)
		w->each(w, &file);
	w->s->arena = before;
}

static int
walk(struct walk *w)
{
	int count = dossier_case_each(w->s->v.dossier, step, w, w->diag);
	return count < 0 ? count : w->error < 0 ? w->error : count;
}

static bool
has_file(const struct case_file *file)
{
	return file->incident.field_count > 0 || file->item_count > 0;
}

static void
list_text(struct incident_session *s, const struct case_file *file)
{
	enum language language = s->v.options.language;
	char when[CIVIL_TEXT_MAX];
	const char *title_cstr = case_file_value(&file->incident, "title"),
	           *state_cstr = case_file_value(&file->incident, "state"),
	           *severity_cstr = case_file_value(&file->incident, "severity");
	if (!has_file(file)) {
		incident_view_line(&s->v.presenter, file->story);
		return;
	}
	unsigned severity = severity_cstr[0] >= '1' && severity_cstr[0] <= '4' ? (unsigned)(severity_cstr[0] - '0')
	                                                                       : file->story->severity;
	const char *seen_cstr = notice_value(
	    "incident", "seen", case_file_value(&file->incident, "seen"), s->zone, language, when);
	fprintf(stdout, "%s  %-12s  %.16s  %-14s  ", file->incident.id_cstr, alert_text_severity(language, severity),
	    seen_cstr,
	    notice_value("incident", "state", state_cstr[0] == '\0' ? "new" : state_cstr, s->zone, language, when));
	incident_session_say(s, title_cstr);
	fputc('\n', stdout);
}

struct ranked {
	char id_cstr[CASE_ID_MAX];
	unsigned severity;
	int64_t last_ns;
};

struct ranking {
	struct ranked *all;
	size_t count, size;
	bool no_memory;
};

/* Gravest first, then latest: what people decided about the severity counts before what alerts say. */
static void
rank(struct walk *w, const struct case_file *file)
{
	struct ranking *ranking = w->more;
	const char *severity_cstr = case_file_value(&file->incident, "severity");
	if (ranking->count == ranking->size) {
		size_t size = ranking->size == 0 ? 256 : ranking->size * 2;
		struct ranked *more = realloc(ranking->all, size * sizeof(*more));
		if (more == NULL) {
			ranking->no_memory = true;
			return;
		}
		ranking->all = more;
		ranking->size = size;
	}
	struct ranked *r = &ranking->all[ranking->count++];
	(void)snprintf(r->id_cstr, sizeof(r->id_cstr), "%s", file->incident.id_cstr);
	r->severity = severity_cstr[0] >= '1' && severity_cstr[0] <= '4' ? (unsigned)(severity_cstr[0] - '0')
	                                                                 : file->story->severity;
	r->last_ns = file->story->last_ns;
}

static int
compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->last_ns != y->last_ns)
		return x->last_ns > y->last_ns ? -1 : 1;
	return strcmp(x->id_cstr, y->id_cstr);
}

static void
list_one(struct walk *w, const struct case_file *file)
{
	list_text(w->s, file);
}

int
incident_read_list(struct incident_session *s, struct diag *diag)
{
	struct ranking ranking = {0};
	struct desk_order order;
	if (s->v.json != NULL)
		return desk_order_init(&order, OPERATION_INCIDENT_LIST, &s->arena) ? incident_session_answer(s, &order, diag)
		                                                                   : -ENOMEM;
	struct walk w = {.s = s, .each = rank, .diag = diag, .more = &ranking};
	int count = walk(&w);
	if (count >= 0 && ranking.no_memory)
		count = diag_say(diag, -ENOMEM, "%s", _("not enough memory for the dossier"));
	if (ranking.count > 1)
		qsort(ranking.all, ranking.count, sizeof(*ranking.all), compare);
	w.each = list_one;
	for (size_t i = 0; i < ranking.count && count >= 0 && w.error == 0; i++)
		step(&w, ranking.all[i].id_cstr);
	free(ranking.all);
	if (count < 0 || w.error < 0)
		return count < 0 ? count : w.error;
	if (count == 0) {
		fputs(text_in(s->v.options.language, N_("No incident is kept here.\n")), stdout);
	} else {
		fputs(text_in(s->v.options.language, N_("\nThe whole story of one: beffroi incident show ID\n")), stdout);
	}
	return 0;
}

struct timeline {
	struct incident_session *s;
	uint64_t shown, more;
};

static void
show_alert(void *context, const struct kept_alert *kept)
{
	struct timeline *t = context;
	struct verb_reading *v = &t->s->v;
	char path[PATH_TEXT_MAX] = "";
	if (kept->evidence_cstr[0] != '\0')
		(void)snprintf(path, sizeof(path), "%s/%s", v->folder_cstr, kept->evidence_cstr);
	if (t->shown < TIMELINE_MAX || v->options.all_alerts) {
		incident_view_alert(&v->presenter, &kept->alert, path);
		t->shown++;
	} else {
		t->more++;
	}
}

/* "    Title: ..." for each field that has a value, in the order of the table. */
static void
say_fields(struct incident_session *s, const struct case_item *item, const char *indent_cstr)
{
	const struct case_kind *kind = case_fields_kind(item->kind_cstr);
	for (size_t i = 0; kind != NULL && i < kind->field_count; i++) {
		const struct case_field_def *def = &kind->fields[i];
		char when[CIVIL_TEXT_MAX];
		const char *value_cstr = case_file_value(item, def->name_cstr);
		if (value_cstr[0] == '\0' || (item->kind_cstr[0] != 'i' && strcmp(def->name_cstr, kind->main_cstr) == 0))
			continue;
		fprintf(stdout, "%s%s: ", indent_cstr, text_in(s->v.options.language, def->label_cstr));
		incident_session_say(
		    s, notice_value(item->kind_cstr, def->name_cstr, value_cstr, s->zone, s->v.options.language, when));
		fputc('\n', stdout);
	}
}

static void
say_file(struct incident_session *s, const struct case_file *file)
{
	enum language language = s->v.options.language;
	size_t count;
	const struct case_kind *kinds = case_fields_kinds(&count);
	say_fields(s, &file->incident, "  ");
	for (size_t k = 1; k < count; k++) {
		const struct case_item *item = case_file_next(file, kinds[k].kind_cstr, NULL);
		for (; item != NULL; item = case_file_next(file, kinds[k].kind_cstr, item)) {
			char when[CIVIL_TEXT_MAX];
			(void)zone_write(s->zone, item->at_ns / 1000000000, when);
			fprintf(stdout, "  %s  %.10s %.5s  %s  ", item->id_cstr, when, when + 11,
			    text_in(language, kinds[k].label_cstr));
			incident_session_say(s, case_file_value(item, kinds[k].main_cstr));
			fputs("  (", stdout);
			incident_session_say(s, item->by_cstr);
			fputs(")\n", stdout);
			say_fields(s, item, "      ");
		}
	}
}

int
incident_read_show(struct incident_session *s, struct diag *diag)
{
	struct verb_reading *v = &s->v;
	struct case_file file;
	struct timeline t = {.s = s};
	struct desk_order order;
	if (v->json != NULL) {
		bool made = desk_order_init(&order, OPERATION_INCIDENT_SHOW, &s->arena) &&
		    desk_order_add(&order, "id", v->options.words[1]);
		return made ? incident_session_answer(s, &order, diag) : -ENOMEM;
	}
	int r = incident_session_load(s, v->options.words[1], &file, NULL, diag);
	if (r < 0)
		return r;
	enum language language = v->options.language;
	present_incident(&v->presenter, file.story);
	if (file.story->part_count == 0)
		fprintf(stdout, "%s\n", file.incident.id_cstr);
	incident_view_victims(&v->presenter, file.story);
	say_file(s, &file);
	if (file.story->alerts > 0)
		fputs(text_in(language, N_("  Alerts, in order of time (UTC):\n")), stdout);
	r = dossier_each_alert(v->dossier, file.incident.id_cstr, show_alert, &t, diag);
	if (r < 0)
		return r;
	if (t.more > 0)
		fprintf(stdout, text_in(language, N_("    ... and %llu more: --alerts shows them all\n")),
		    (unsigned long long)t.more);
	return 0;
}

static void
compare_one(struct walk *w, const struct case_file *file)
{
	char what[RECURRENCE_WHAT_MAX];
	unsigned common = strcmp(file->incident.id_cstr, w->asked->incident.id_cstr) == 0
	    ? 0
	    : recurrence_of(w->asked, file, what);
	static const char *const words[] = {"cause", "asset", "technique"};
	static const char *const told[] = {N_("same cause"), N_("same machine"), N_("same technique")};
	struct json *j = w->s->v.json;
	if (common == 0)
		return;
	*(size_t *)w->more += 1;
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("id"), file->incident.id_cstr);
		json_cstr(j, JSON_KEY("title"), case_file_value(&file->incident, "title"));
		json_open_array(j, JSON_KEY("common"));
		for (size_t i = 0; i < LENGTH_OF(words); i++)
			if ((common >> i & 1) != 0)
				json_cstr(j, (struct bytes){0}, words[i]);
		json_close_array(j);
		json_cstr(j, JSON_KEY("what"), what);
		json_close_object(j);
		verb_reading_flush(&w->s->v);
		return;
	}
	fprintf(stdout, "%s  ", file->incident.id_cstr);
	for (size_t i = 0; i < LENGTH_OF(told); i++)
		if ((common >> i & 1) != 0)
			fprintf(stdout, "%s  ", text_in(w->s->v.options.language, told[i]));
	incident_session_say(w->s, what);
	fputs("  ", stdout);
	incident_session_say(w->s, case_file_value(&file->incident, "title"));
	fputc('\n', stdout);
}

int
incident_read_similar(struct incident_session *s, struct diag *diag)
{
	struct case_file asked;
	size_t found = 0;
	int r = incident_session_load(s, s->v.options.words[1], &asked, NULL, diag);
	struct walk w = {.s = s, .each = compare_one, .diag = diag, .asked = &asked, .more = &found};
	if (r < 0)
		return r;
	if (s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		json_cstr(s->v.json, JSON_KEY("incident"), asked.incident.id_cstr);
		json_open_array(s->v.json, JSON_KEY("similar"));
	}
	r = walk(&w);
	if (r >= 0 && s->v.json != NULL) {
		json_close_array(s->v.json);
		json_close_object(s->v.json);
		json_newline(s->v.json);
	} else if (r >= 0 && found == 0) {
		fputs(text_in(s->v.options.language, N_("Nothing like it has been kept.\n")), stdout);
	}
	return r < 0 ? r : 0;
}

static void
count_one(struct walk *w, const struct case_file *file)
{
	statistics_add(w->more, file);
}

static void
say_mean(struct incident_session *s, const char *label_cstr, const struct statistics_mean *mean)
{
	int64_t seconds;
	char text[64];
	if (!statistics_mean_s(mean, &seconds))
		return;
	(void)alert_text_duration(s->v.options.language, seconds * 1000000000, text, sizeof(text));
	fprintf(stdout, "  %s %s (%llu)", label_cstr, text, (unsigned long long)mean->count);
}

static void
mean_json(struct json *j, struct bytes key, const struct statistics_mean *mean)
{
	int64_t seconds;
	json_open_object(j, key);
	json_u64(j, JSON_KEY("count"), mean->count);
	if (statistics_mean_s(mean, &seconds))
		json_i64(j, JSON_KEY("mean_s"), seconds);
	else
		json_none(j, JSON_KEY("mean_s"));
	json_close_object(j);
}

int
incident_read_stats(struct incident_session *s, struct diag *diag)
{
	static const char *const by[] = {"all", "category", "cause", "version"};
	struct statistics *statistics = calloc(1, sizeof(*statistics));
	struct walk w = {.s = s, .each = count_one, .diag = diag, .more = statistics};
	int r = statistics == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory")) : walk(&w);
	struct json *j = s->v.json;
	if (r >= 0 && j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_open_array(j, JSON_KEY("groups"));
	}
	for (size_t i = 0; r >= 0 && i < statistics->group_count; i++) {
		const struct statistics_group *g = &statistics->groups[i];
		if (j != NULL) {
			json_open_object(j, (struct bytes){0});
			json_cstr(j, JSON_KEY("by"), by[g->by]);
			json_cstr(j, JSON_KEY("name"), g->name_cstr);
			json_u64(j, JSON_KEY("incidents"), g->incidents);
			json_u64(j, JSON_KEY("open"), g->open);
			mean_json(j, JSON_KEY("mttd"), &g->detect);
			mean_json(j, JSON_KEY("mttr"), &g->repair);
			json_close_object(j);
			verb_reading_flush(&s->v);
			continue;
		}
		incident_session_say(s, g->by == STATISTICS_ALL ? text_in(s->v.options.language, N_("all")) : g->name_cstr);
		fprintf(stdout, text_in(s->v.options.language, N_(": %llu, open %llu")), (unsigned long long)g->incidents,
		    (unsigned long long)g->open);
		say_mean(s, "MTTD", &g->detect);
		say_mean(s, "MTTR", &g->repair);
		fputc('\n', stdout);
	}
	if (r >= 0 && j != NULL) {
		json_close_array(j);
		json_bool(j, JSON_KEY("complete"), !statistics->full);
		json_close_object(j);
		json_newline(j);
	}
	free(statistics);
	return r < 0 ? r : 0;
}

int
incident_read_categories(struct incident_session *s, struct diag *diag)
{
	struct json j;
	struct case_file none = {.item_count = 0};
	if (s->v.options.json && !case_export_room(&none, &j))
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (s->v.options.json) {
		json_open_object(&j, (struct bytes){0});
		json_open_array(&j, JSON_KEY("categories"));
	}
	for (const struct data_tree *c = s->vocabulary.categories->first; c != NULL; c = c->next) {
		const char *name_cstr = vocabulary_words(data_tree_find(c, "name"), s->v.options.language);
		if (!s->v.options.json) {
			fprintf(stdout, "%-62s %s\n", data_tree_cstr(c, "code"), name_cstr);
			continue;
		}
		json_open_object(&j, (struct bytes){0});
		json_cstr(&j, JSON_KEY("code"), data_tree_cstr(c, "code"));
		json_cstr(&j, JSON_KEY("name"), name_cstr);
		json_cstr(&j, JSON_KEY("playbook"), data_tree_cstr(c, "playbook"));
		json_close_object(&j);
	}
	if (s->v.options.json) {
		json_close_array(&j);
		json_close_object(&j);
		json_newline(&j);
		(void)fwrite(j.start, 1, json_length(&j), stdout);
		free(j.start);
	}
	return 0;
}

/* The table of fields: of each verb, what it may be given. */
int
incident_read_fields(struct incident_session *s, struct diag *diag)
{
	static const char *const types[] = {[CASE_LINE] = "line",
	    [CASE_TEXT] = "text",
	    [CASE_TIME] = "time",
	    [CASE_NUMBER] = "number",
	    [CASE_WORD] = "word",
	    [CASE_REF] = "id"};
	struct json j;
	struct case_file none = {.item_count = 0};
	size_t count;
	const struct case_kind *kinds = case_fields_kinds(&count);
	bool json = s->v.options.json;
	if (json && !case_export_room(&none, &j))
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (json) {
		json_open_object(&j, (struct bytes){0});
		json_open_array(&j, JSON_KEY("fields"));
	}
	for (size_t k = 0; k < count; k++) {
		for (size_t i = 0; i < kinds[k].field_count; i++) {
			const struct case_field_def *def = &kinds[k].fields[i];
			if (!json) {
				fprintf(stdout, "%-9s %-17s %-7s %s", kinds[k].kind_cstr, def->name_cstr, types[def->type],
				    text_in(s->v.options.language, def->label_cstr));
				for (size_t word = 0; def->words != NULL && def->words[word] != NULL; word++)
					fprintf(stdout, "%s%s", word == 0 ? ": " : " | ", def->words[word]);
				fputc('\n', stdout);
				continue;
			}
			json_open_object(&j, (struct bytes){0});
			json_cstr(&j, JSON_KEY("kind"), kinds[k].kind_cstr);
			json_cstr(&j, JSON_KEY("verb"), kinds[k].verb_cstr);
			json_cstr(&j, JSON_KEY("name"), def->name_cstr);
			json_cstr(&j, JSON_KEY("type"), types[def->type]);
			json_cstr(&j, JSON_KEY("label"), text_in(s->v.options.language, def->label_cstr));
			if (def->words != NULL) {
				json_open_array(&j, JSON_KEY("words"));
				for (size_t word = 0; def->words[word] != NULL; word++)
					json_cstr(&j, (struct bytes){0}, def->words[word]);
				json_close_array(&j);
			}
			json_close_object(&j);
		}
	}
	if (json) {
		json_close_array(&j);
		json_close_object(&j);
		json_newline(&j);
		(void)fwrite(j.start, 1, json_length(&j), stdout);
		free(j.start);
	}
	return 0;
}
