/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_report.h"

#include "dossier/dossier_case.h"
#include "incident/case_clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum { ALERTS_MAX = 20000, ASSETS_MAX = 20000, CODE_MAX = 8, SECOND_NS = 1000000000 };

struct reading {
	const struct desk_report_source *from;
	const struct desk_report_request *request;
	struct report_input *in;
	bool full; /* the arena, or one of the bounds above */
};

static const char *text(struct reading *r, const char *format, ...) PRINTF_LIKE(2, 3);

static const char *
text(struct reading *r, const char *format, ...)
{
	char line[1024];
	va_list list;
	va_start(list, format);
	(void)vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	struct bytes kept = arena_dup(r->from->arena, bytes_of_cstr(line));
	return kept.at == NULL ? "" : (const char *)kept.at;
}

/* --- what belongs to one incident */

static void
add_alert(void *context, const struct kept_alert *kept)
{
	struct reading *r = context;
	struct report_incident *i = &r->in->incident;
	i->alerts_in_all++;
	if (i->alert_count == ALERTS_MAX)
		return;
	struct report_alert *a = (struct report_alert *)(uintptr_t)&i->alerts[i->alert_count++];
	a->alert = kept->alert;
	(void)snprintf(a->id_cstr, sizeof(a->id_cstr), "%s", kept->id_cstr);
	a->evidence_cstr = text(r, "%s", kept->evidence_cstr);
}

static enum report_clock_state
state_of(const struct case_clock *clock, enum case_clock_state state)
{
	static const enum report_clock_state states[] = {[CASE_CLOCK_WAITS] = REPORT_CLOCK_WAITS,
	    [CASE_CLOCK_RUNS] = REPORT_CLOCK_RUNS,
	    [CASE_CLOCK_NOW] = REPORT_CLOCK_NOW,
	    [CASE_CLOCK_OVERDUE] = REPORT_CLOCK_OVERDUE,
	    [CASE_CLOCK_SENT] = REPORT_CLOCK_SENT,
	    [CASE_CLOCK_SENT_LATE] = REPORT_CLOCK_SENT_LATE};
	return clock->needed ? states[state] : REPORT_CLOCK_NOT_NEEDED;
}

static size_t
read_clocks(struct reading *r, const struct case_file *file, struct report_clock *out, size_t max)
{
	static struct case_clock all[CLOCKS_PROFILES_MAX];
	enum language language = r->request->language;
	size_t count = case_clock_all(r->from->clocks, file, r->from->zone, r->from->now_s, all), used = 0;
	for (size_t c = 0; c < count; c++) {
		for (size_t s = 0; s < all[c].step_count && used < max; s++) {
			const struct case_clock_step *step = &all[c].steps[s];
			const struct clock_step *law = step->deadline.step;
			struct report_clock *o = &out[used++];
			*o = (struct report_clock){.profile_cstr = all[c].profile->name.cstr[language],
			    .step_cstr = law->name.cstr[language],
			    .law_cstr = text(r, "%s, %s", law->text_cstr, law->article_cstr),
			    .why_cstr = step->notice != NULL ? case_file_value(step->notice, "why_late")
			        : all[c].item != NULL        ? case_file_value(all[c].item, "why")
			                                     : "",
			    .state = state_of(&all[c], step->state),
			    .is_draft = law->state != CLOCK_IN_FORCE,
			    .has_due = step->deadline.kind == DEADLINE_AT,
			    .from_s = step->deadline.from_s,
			    .due_s = step->deadline.at_s};
			o->has_sent = step->notice != NULL && case_file_time(step->notice, "sent", &o->sent_s);
		}
	}
	return used;
}

static int
read_incident(struct reading *r, struct diag *diag)
{
	const struct desk_report_source *from = r->from;
	struct report_incident *i = &r->in->incident;
	struct dossier_case_name name;
	struct case_file *file = arena_new(from->arena, struct case_file, 1);
	struct report_alert *alerts = arena_new(from->arena, struct report_alert, ALERTS_MAX);
	enum { CLOCKS_ALL = CLOCKS_PROFILES_MAX * CLOCKS_STEPS_MAX };
	struct report_clock *clocks = arena_new(from->arena, struct report_clock, CLOCKS_ALL);
	if (file == NULL || alerts == NULL || clocks == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int error = dossier_case_find(from->dossier, r->request->incident_cstr, &name, diag);
	if (error == 0 && name.incident_cstr[0] == '\0')
		error = diag_say(diag, -ENOENT, _("%.80s belongs to no incident"), name.id_cstr);
	if (error == 0)
		error = dossier_case_load(from->dossier, from->arena, name.incident_cstr, file, diag);
	if (error < 0)
		return error;
	i->file = file;
	i->alerts = alerts;
	error = dossier_each_alert(from->dossier, file->incident.id_cstr, add_alert, r, diag);
	if (error < 0)
		return error;
	i->clock_count = read_clocks(r, file, clocks, CLOCKS_ALL);
	i->clocks = clocks;
	const struct data_tree *category = vocabulary_category(
	    from->vocabulary, case_file_value(&file->incident, "category"));
	i->category_cstr = category == NULL ? case_file_value(&file->incident, "category")
	                                    : vocabulary_words(data_tree_find(category, "name"), r->request->language);
	return 0;
}

static void
add_asset(void *context, const struct asset *asset)
{
	struct reading *r = context;
	if (r->in->asset_count == ASSETS_MAX) {
		r->full = true;
		return;
	}
	((struct asset *)(uintptr_t)r->in->assets)[r->in->asset_count++] = *asset;
}

static int
read_assets(struct reading *r, struct diag *diag)
{
	r->in->assets = arena_new(r->from->arena, struct asset, ASSETS_MAX);
	if (r->in->assets == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int n = dossier_each_asset(r->from->dossier, add_asset, r, diag);
	return n < 0 ? n : 0;
}

/* --- the cover */

/* "Ville de Saint-Amand" -> "VSA": the capitals; one word in capitals is its own code. */
static void
code_of(const char *organisation_cstr, char out[static CODE_MAX + 1])
{
	size_t n = 0;
	bool starts = true;
	for (const char *c = organisation_cstr; *c != '\0' && n < CODE_MAX; c++) {
		bool capital = *c >= 'A' && *c <= 'Z', inside = !starts && n > 0 && c[-1] >= 'A' && c[-1] <= 'Z';
		if (capital && (starts || inside))
			out[n++] = *c;
		starts = *c == ' ' || *c == '-' || *c == '\'';
	}
	out[n] = '\0';
	if (n == 0)
		memcpy(out, "ORG", sizeof("ORG"));
}

/* --- every incident's file in turn; the arena is cut back behind each */

struct walk {
	const struct desk_report_source *from;
	void (*each)(void *context, const struct case_file *file);
	void *context;
	struct diag *diag;
	int error;
};

static void
step(void *context, const char *id_cstr)
{
	struct walk *w = context;
	struct arena before = *w->from->arena;
	struct case_file file;
	if (w->error < 0)
		return;
	w->error = dossier_case_load(w->from->dossier, w->from->arena, id_cstr, &file, w->diag);
	if (w->error == 0)
		w->each(w->context, &file);
	*w->from->arena = before;
}

static int
walk(const struct desk_report_source *from, void (*each)(void *context, const struct case_file *file), void *context,
    struct diag *diag)
{
	struct walk w = {.from = from, .each = each, .context = context, .diag = diag};
	int count = dossier_case_each(from->dossier, step, &w, diag);
	return count < 0 ? count : w.error;
}

/* The rank of an incident among those of its year, by when they were written down, then by id. */
struct ranking {
	const struct zone *zone;
	const char *id_cstr;
	int64_t at_s;
	unsigned before;
};

static int64_t
written_s(const struct case_file *file)
{
	int64_t at_s;
	if (case_file_time(&file->incident, "recorded", &at_s))
		return at_s;
	return (file->story != NULL && file->story->alerts > 0 ? file->story->first_ns : file->incident.at_ns) / SECOND_NS;
}

static int
year_of(const struct zone *zone, int64_t at_s)
{
	return civil_of(at_s + zone_offset(zone, at_s)).year;
}

static void
rank_one(void *context, const struct case_file *file)
{
	struct ranking *r = context;
	int64_t at_s = written_s(file);
	r->before += year_of(r->zone, at_s) == year_of(r->zone, r->at_s) &&
	    (at_s < r->at_s || (at_s == r->at_s && strcmp(file->incident.id_cstr, r->id_cstr) < 0));
}

/* ORG-TYPE-YYYY-nnn: of an incident its rank in the year, of a period the day of the year when it ends. */
static int
make_reference(struct reading *r, const char **out, struct diag *diag)
{
	char code[CODE_MAX + 1];
	const struct case_file *file = r->in->incident.file;
	const struct zone *zone = r->from->zone;
	int64_t at_s = file != NULL ? written_s(file) : r->request->to_s - 1;
	unsigned number;
	code_of(r->in->cover.organisation_cstr, code);
	if (file != NULL) {
		struct ranking ranking = {.zone = zone, .id_cstr = file->incident.id_cstr, .at_s = at_s};
		int error = walk(r->from, rank_one, &ranking, diag);
		if (error < 0)
			return error;
		number = ranking.before + 1;
	} else {
		struct civil c = civil_of(at_s + zone_offset(zone, at_s));
		number = (unsigned)(civil_days(c.year, c.month, c.day) - civil_days(c.year, 1, 1)) + 1;
	}
	*out = text(r, "%s-%s-%04d-%03u", code, report_kind_code(r->request->kind), year_of(zone, at_s), number);
	return 0;
}

static bool
is_said(const char *text_cstr)
{
	return text_cstr != NULL && text_cstr[0] != '\0';
}

static int
fill_cover(struct reading *r, struct diag *diag)
{
	struct doc_cover *c = &r->in->cover;
	const struct case_file *file = r->in->incident.file;
	*c = r->request->cover;
	c->made_s = r->from->now_s;
	const char **const texts[] = {&c->organisation_cstr, &c->author_cstr, &c->checked_by_cstr, &c->approved_by_cstr,
	    &c->recipients_cstr, &c->marking_cstr};
	for (size_t i = 0; i < LENGTH_OF(texts); i++)
		*texts[i] = *texts[i] == NULL ? "" : *texts[i];
	if (!is_said(c->version_cstr))
		c->version_cstr = "0.1";
	if (!is_said(c->status_cstr))
		c->status_cstr = text_in(r->request->language, N_("draft"));
	if (!is_said(c->tlp_cstr) && file != NULL)
		c->tlp_cstr = case_file_value(&file->incident, "tlp");
	if (!is_said(c->tlp_cstr)) /* what nobody marked is for those concerned only */
		c->tlp_cstr = "AMBER";
	return is_said(c->reference_cstr) ? 0 : make_reference(r, &c->reference_cstr, diag);
}

int
desk_report_read(const struct desk_report_source *from, const struct desk_report_request *request, struct report_input *out,
    struct diag *diag)
{
	struct reading r = {.from = from, .request = request, .in = out};
	*out = (struct report_input){
	    .language = request->language, .zone = from->zone, .now_s = from->now_s, .is_public = request->is_public};
	int error = read_assets(&r, diag);
	if (error == 0 && request->kind <= REPORT_NOTICE)
		error = read_incident(&r, diag);
	if (error == 0)
		error = fill_cover(&r, diag);
	if (error == 0 && r.full)
		error = diag_say(
		    diag, -E2BIG, "%s", _("the document is too big: choose a shorter period, or fewer incidents"));
	return error;
}
