/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_timeline.h"

#include "core/json.h"
#include "incident/lifecycle.h"
#include "incident/notice.h"
#include "record/alert_text.h"

#include <errno.h>
#include <stdlib.h>

enum { MOMENTS_MAX = 20000, SECOND_NS = 1000000000, DEPTH_MAX = 32 };

struct moment {
	int64_t at_s;
	const char *kind_cstr; /* "alert", "log", "happened" ...: for programs */
	const char *id_cstr, *text_cstr, *by_cstr;
	size_t order; /* of equal times: as they were found */
};

struct moments {
	struct incident_session *s;
	struct moment *all;
	size_t count;
	bool full;
};

static void
add(struct moments *m, struct moment moment)
{
	if (m->count == MOMENTS_MAX) {
		m->full = true;
		return;
	}
	moment.order = m->count;
	m->all[m->count++] = moment;
}

static void
add_alert(void *context, const struct kept_alert *kept)
{
	struct moments *m = context;
	const struct alert_text *text = alert_text_find(bytes_of_cstr(kept->alert.detector_cstr));
	add(m,
	    (struct moment){.at_s = kept->alert.first_ns / SECOND_NS,
	        .kind_cstr = "alert",
	        .id_cstr = incident_session_text(m->s, "%s", kept->id_cstr),
	        .text_cstr = text == NULL ? kept->alert.detector_cstr : text_in(m->s->v.options.language, text->title_cstr),
	        .by_cstr = ""});
}

/* The moments that fields of the incident tell: its own three times, awareness, its states. */
static void
add_times(struct moments *m, const struct case_item *incident)
{
	const struct case_kind *kind = case_fields_kind("incident");
	for (size_t i = 0; i < kind->field_count; i++) {
		int64_t at_s;
		if (kind->fields[i].type == CASE_TIME && case_file_time(incident, kind->fields[i].name_cstr, &at_s))
			add(m,
			    (struct moment){.at_s = at_s,
			        .kind_cstr = kind->fields[i].name_cstr,
			        .id_cstr = incident->id_cstr,
			        .text_cstr = text_in(m->s->v.options.language, kind->fields[i].label_cstr),
			        .by_cstr = ""});
	}
}

/* When it was, where somebody said so; else when it was written down. */
static void
add_item(struct moments *m, const struct case_item *item)
{
	static const char *const names[] = {"when", "sent", "taken", "done"};
	const struct case_kind *kind = case_fields_kind(item->kind_cstr);
	struct moment moment = {.at_s = item->at_ns / SECOND_NS,
	    .kind_cstr = item->kind_cstr,
	    .id_cstr = item->id_cstr,
	    .by_cstr = item->by_cstr};
	if (kind == NULL)
		return;
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (case_file_time(item, names[i], &moment.at_s))
			break;
	moment.text_cstr = case_file_value(item, kind->main_cstr);
	add(m, moment);
}

static int
compare(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;
	if (x->at_s != y->at_s)
		return x->at_s < y->at_s ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void
say(struct incident_session *s, const struct moment *m)
{
	char utc[CIVIL_TEXT_MAX], local[CIVIL_TEXT_MAX];
	struct json *j = s->v.json;
	(void)zone_write(s->zone, m->at_s, local);
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("at_utc"), civil_write(m->at_s, 0, CIVIL_UTC, utc));
		json_cstr(j, JSON_KEY("at_local"), local);
		json_cstr(j, JSON_KEY("kind"), m->kind_cstr);
		json_cstr(j, JSON_KEY("id"), m->id_cstr);
		json_cstr(j, JSON_KEY("text"), m->text_cstr);
		json_cstr(j, JSON_KEY("by"), m->by_cstr[0] == '\0' ? NULL : m->by_cstr);
		json_close_object(j);
		verb_reading_flush(&s->v);
		return;
	}
	fprintf(stdout, "%.10s %.8s  %s  ", local, local + 11, m->id_cstr);
	incident_session_say(s, m->text_cstr);
	if (m->by_cstr[0] != '\0') {
		fputs("  (", stdout);
		incident_session_say(s, m->by_cstr);
		fputc(')', stdout);
	}
	fputc('\n', stdout);
}

int
incident_timeline_show(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	struct moments m = {.s = s, .all = arena_new(&s->arena, struct moment, MOMENTS_MAX)};
	int r = m.all == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory"))
	                      : incident_session_load(s, s->v.options.words[1], &file, NULL, diag);
	if (r == 0)
		r = dossier_each_alert(s->v.dossier, file.incident.id_cstr, add_alert, &m, diag);
	if (r < 0)
		return r;
	add_times(&m, &file.incident);
	for (size_t i = 0; i < file.item_count; i++)
		add_item(&m, &file.items[i]);
	qsort(m.all, m.count, sizeof(*m.all), compare);
	if (s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		json_cstr(s->v.json, JSON_KEY("incident"), file.incident.id_cstr);
		json_open_array(s->v.json, JSON_KEY("timeline"));
	}
	for (size_t i = 0; i < m.count; i++)
		say(s, &m.all[i]);
	if (s->v.json != NULL) {
		json_close_array(s->v.json);
		json_bool(s->v.json, JSON_KEY("complete"), !m.full);
		json_close_object(s->v.json);
		json_newline(s->v.json);
	} else if (m.full) {
		fputs(
		    text_in(s->v.options.language, N_("There is more: it is in --format json of incident show.\n")), stdout);
	}
	return 0;
}

static bool
is_below(const struct case_file *file, const struct case_item *cause, const char *parent_cstr)
{
	const char *said_cstr = case_file_value(cause, "parent");
	if (parent_cstr[0] == '\0') /* at the top: no parent, or one that went elsewhere */
		return said_cstr[0] == '\0' || case_file_find(file, said_cstr) == NULL;
	return strcmp(said_cstr, parent_cstr) == 0;
}

static void
say_cause(struct incident_session *s, const struct case_item *cause, size_t depth)
{
	enum language language = s->v.options.language;
	char ignored[CIVIL_TEXT_MAX];
	const char *family_cstr = case_file_value(cause, "ishikawa"), *control_cstr = case_file_value(cause, "control");
	struct json *j = s->v.json;
	bool is_root = case_file_says(cause, "root", "yes");
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("id"), cause->id_cstr);
		json_u64(j, JSON_KEY("why"), depth + 1);
		json_cstr(j, JSON_KEY("parent"), case_file_value(cause, "parent"));
		json_cstr(j, JSON_KEY("text"), case_file_value(cause, "text"));
		json_cstr(j, JSON_KEY("ishikawa"), family_cstr);
		json_cstr(j, JSON_KEY("control"), control_cstr);
		json_bool(j, JSON_KEY("root"), is_root);
		json_close_object(j);
		verb_reading_flush(&s->v);
		return;
	}
	fprintf(stdout, text_in(language, N_("%*swhy %zu: ")), (int)(depth * 2 + 2), "", depth + 1);
	incident_session_say(s, case_file_value(cause, "text"));
	fprintf(stdout, "  [%s%s%s]%s\n", cause->id_cstr, family_cstr[0] == '\0' ? "" : ", ",
	    notice_value("cause", "ishikawa", family_cstr, s->zone, language, ignored),
	    is_root ? text_in(language, N_("  <- root cause")) : "");
}

/* Depth first, without recursion: the path from the top to where we are. A cause never explains itself (lifecycle.c). */
int
incident_timeline_causes(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	const struct case_item *path[DEPTH_MAX] = {NULL};
	size_t depth = 0;
	int r = incident_session_load(s, s->v.options.words[1], &file, NULL, diag);
	if (r < 0)
		return r;
	if (s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		json_cstr(s->v.json, JSON_KEY("incident"), file.incident.id_cstr);
		json_open_array(s->v.json, JSON_KEY("causes"));
	}
	for (;;) {
		const char *parent_cstr = depth == 0 ? "" : path[depth - 1]->id_cstr;
		do
			path[depth] = case_file_next(&file, "cause", path[depth]);
		while (path[depth] != NULL && !is_below(&file, path[depth], parent_cstr));
		if (path[depth] != NULL) {
			say_cause(s, path[depth], depth);
			if (depth + 1 < DEPTH_MAX)
				path[++depth] = NULL;
		} else if (depth == 0) {
			break;
		} else {
			depth--;
		}
	}
	if (s->v.json != NULL) {
		json_close_array(s->v.json);
		json_close_object(s->v.json);
		json_newline(s->v.json);
	}
	return 0;
}
