/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_timeline.h"

#include "desk/desk_file.h"
#include "desk/desk_timeline.h"
#include "incident/notice.h"

static void
say(struct incident_session *s, const struct desk_moment *m)
{
	char local[CIVIL_TEXT_MAX];
	(void)zone_write(s->zone, m->at_s, local);
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
	struct desk_moments m;
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_INCIDENT_TIMELINE, &order))
		return desk_no_memory(diag);
	if (s->v.json != NULL)
		return incident_session_answer(s, &order, diag);
	int r = desk_file_load(&s->desk, s->v.options.words[1], &file, NULL, diag);
	if (r == 0)
		r = desk_timeline_collect(&s->desk, &file, &m, diag);
	for (size_t i = 0; r == 0 && i < m.count; i++)
		say(s, &m.all[i]);
	if (r == 0 && m.full)
		fputs(
		    text_in(s->v.options.language, N_("There is more: it is in --format json of incident show.\n")), stdout);
	return r;
}

static void
say_cause(void *context, const struct case_item *cause, size_t depth)
{
	struct incident_session *s = context;
	enum language language = s->v.options.language;
	char ignored[CIVIL_TEXT_MAX];
	const char *family_cstr = case_file_value(cause, "ishikawa");
	fprintf(stdout, text_in(language, N_("%*swhy %zu: ")), (int)(depth * 2 + 2), "", depth + 1);
	incident_session_say(s, case_file_value(cause, "text"));
	fprintf(stdout, "  [%s%s%s]%s\n", cause->id_cstr, family_cstr[0] == '\0' ? "" : ", ",
	    notice_value("cause", "ishikawa", family_cstr, s->zone, language, ignored),
	    case_file_says(cause, "root", "yes") ? text_in(language, N_("  <- root cause")) : "");
}

int
incident_timeline_causes(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_INCIDENT_CAUSES, &order))
		return desk_no_memory(diag);
	if (s->v.json != NULL)
		return incident_session_answer(s, &order, diag);
	int r = desk_file_load(&s->desk, s->v.options.words[1], &file, NULL, diag);
	if (r == 0)
		desk_timeline_each_cause(&file, say_cause, s);
	return r;
}
