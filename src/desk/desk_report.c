/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_report.h"

#include "desk/desk_report_period.h"
#include "desk/desk_report_walk.h"
#include "dossier/dossier_case.h"
#include "incident/notice.h"

#include <errno.h>
#include <stdio.h>

enum { SENTENCES_MAX = 400, ALERTS_MAX = 20000, ASSETS_MAX = 20000, CODE_MAX = 8, SECOND_NS = 1000000000 };

struct reading {
	const struct desk_report_source *from;
	const struct desk_report_request *request;
	struct report_input *in;
	struct report_alert *alerts;
	struct report_sentence *sentences;
	struct asset *assets;
	bool full; /* one of the bounds above */
};

/* --- what belongs to one incident */

static void
add_alert(void *context, const struct kept_alert *kept)
{
	struct reading *r = context;
	struct report_incident *i = &r->in->incident;
	i->alerts_in_all++;
	if (i->alert_count == ALERTS_MAX)
		return;
	struct report_alert *a = &r->alerts[i->alert_count++];
	a->alert = kept->alert;
	(void)snprintf(a->id_cstr, sizeof(a->id_cstr), "%s", kept->id_cstr);
	a->evidence_cstr = desk_report_walk_text(r->from->arena, "%s", kept->evidence_cstr);
}

static void
add_sentence(void *context, const struct notice_sentence *said)
{
	struct reading *r = context;
	struct report_incident *i = &r->in->incident;
	if (i->sentence_count == SENTENCES_MAX) {
		r->full = true;
		return;
	}
	r->sentences[i->sentence_count++] = (struct report_sentence){
	    .text_cstr = desk_report_walk_text(r->from->arena, "%s", said->text_cstr),
	    .cites_cstr = desk_report_walk_text(r->from->arena, "%s", said->cites_cstr),
	    .is_question = said->is_question};
}

static int
read_notice(struct reading *r, struct diag *diag)
{
	const struct desk_report_source *from = r->from;
	struct report_incident *i = &r->in->incident;
	const char *name_cstr = r->request->notice_cstr == NULL ? "gdpr" : r->request->notice_cstr;
	const struct data_tree *template = vocabulary_notice(from->vocabulary, name_cstr);
	if (template == NULL)
		return diag_say(
		    diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), "--notice", name_cstr, "gdpr | nis2");
	r->sentences = arena_new(from->arena, struct report_sentence, SENTENCES_MAX);
	if (r->sentences == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	i->sentences = r->sentences;
	i->notice_title_cstr = vocabulary_words(data_tree_find(template, "title"), r->request->language);
	(void)notice_write(template, i->file, from->zone, r->request->language, add_sentence, r);
	return 0;
}

static int
read_incident(struct reading *r, struct diag *diag)
{
	const struct desk_report_source *from = r->from;
	struct report_incident *i = &r->in->incident;
	struct dossier_case_name name;
	struct case_file *file = arena_new(from->arena, struct case_file, 1);
	r->alerts = arena_new(from->arena, struct report_alert, ALERTS_MAX);
	enum { CLOCKS_ALL = CLOCKS_PROFILES_MAX * CLOCKS_STEPS_MAX };
	struct report_clock *clocks = arena_new(from->arena, struct report_clock, CLOCKS_ALL);
	if (file == NULL || r->alerts == NULL || clocks == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int error = dossier_case_find(from->dossier, r->request->incident_cstr, &name, diag);
	if (error == 0 && name.incident_cstr[0] == '\0')
		error = diag_say(diag, -ENOENT, _("%.80s belongs to no incident"), name.id_cstr);
	if (error == 0)
		error = dossier_case_load(from->dossier, from->arena, name.incident_cstr, file, diag);
	if (error < 0)
		return error;
	i->file = file;
	i->alerts = r->alerts;
	error = dossier_each_alert(from->dossier, file->incident.id_cstr, add_alert, r, diag);
	if (error < 0)
		return error;
	i->clock_count = desk_report_walk_clocks(from, r->request->language, file, clocks, CLOCKS_ALL);
	i->clocks = clocks;
	i->category_cstr = desk_report_walk_category(
	    from, r->request->language, case_file_value(&file->incident, "category"));
	return r->request->kind == REPORT_NOTICE ? read_notice(r, diag) : 0;
}

static void
add_asset(void *context, const struct asset *asset)
{
	struct reading *r = context;
	if (r->in->asset_count == ASSETS_MAX) {
		r->full = true;
		return;
	}
	r->assets[r->in->asset_count++] = *asset;
}

static int
read_assets(struct reading *r, struct diag *diag)
{
	r->in->assets = r->assets = arena_new(r->from->arena, struct asset, ASSETS_MAX);
	if (r->assets == NULL)
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
	bool ignored;
	return case_file_time(&file->incident, "recorded", &at_s) ? at_s : desk_report_walk_time(file, &ignored);
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
		int error = desk_report_walk(r->from, rank_one, &ranking, diag);
		if (error < 0)
			return error;
		number = ranking.before + 1;
	} else {
		struct civil c = civil_of(at_s + zone_offset(zone, at_s));
		number = (unsigned)(civil_days(c.year, c.month, c.day) - civil_days(c.year, 1, 1)) + 1;
	}
	*out = desk_report_walk_text(
	    r->from->arena, "%s-%s-%04d-%03u", code, report_kind_code(r->request->kind), year_of(zone, at_s), number);
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
	if (error == 0 && request->kind > REPORT_NOTICE)
		error = desk_report_period_read(from, request, &out->period, diag);
	if (error == 0)
		error = fill_cover(&r, diag);
	if (error == 0 && r.full)
		error = diag_say(
		    diag, -E2BIG, "%s", _("the document is too big: choose a shorter period, or fewer incidents"));
	return error;
}
