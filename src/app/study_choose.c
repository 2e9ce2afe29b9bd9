/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/study_choose.h"

#include "core/auto.h"
#include "app/study_document.h"
#include "dossier/dossier_digest.h"
#include "report/report_choice.h"
#include "study/choice_json.h"

enum { LINE_MAX = 1024 };

/* The seal of the weights; the file's own must be the same, so that nobody moves them once the notes are known. */
static int
check_lock(const struct choice *choice, const char *file_cstr, char hash[static DOSSIER_DIGEST_TEXT], struct diag *diag)
{
	char sealed[CHOICE_SEALED_MAX];
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	size_t len = choice_sealed(choice, sealed);
	dossier_digest_sha256((struct bytes){(const uint8_t *)sealed, len}, digest);
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, hash);
	if (choice->lock_hash_cstr[0] == '\0' || strcmp(choice->lock_hash_cstr, hash) == 0)
		return 0;
	int r = diag_say_at(diag, -EPERM, file_cstr, UINT64_MAX,
	    _("lock: the weights or vetoes are no longer those that %s sealed on %s; their hash is %s now. Put them back, or seal "
	      "them again and say why under change:"),
	    choice->lock_by_cstr, choice->lock_on_cstr, hash);
	diag->line = choice->lock_line;
	diag->column = choice->lock_column;
	return r;
}

/* "A (Buy)" */
static const char *
label(const char *id_cstr, const char *name_cstr, char *out, size_t size)
{
	(void)snprintf(out, size, name_cstr[0] == '\0' ? "%s" : "%s (%s)", id_cstr, name_cstr);
	return out;
}

static const char *
dimension_text(enum language language, int dimension)
{
	static const char *const words[CHOICE_DIMENSIONS] = {N_("technical feasibility"), N_("economic feasibility"),
	    N_("legal feasibility"), N_("organisation and skills"), N_("the schedule"), N_("operation and maintenance")};
	return text_in(language, words[dimension]);
}

static void
tell_exclusion(const struct presenter *p, const struct choice *choice, size_t at, const struct choice_standing *s)
{
	char line[LINE_MAX], note[DECIMAL_TEXT_MAX], veto[DECIMAL_TEXT_MAX], name[256];
	enum language l = p->language;
	if (s->exclusion == CHOICE_BY_VETO) {
		const struct choice_criterion *c = &choice->criteria[s->because];
		(void)snprintf(line, sizeof(line),
		    text_in(l, N_("excluded: its note for %s is %s, and %s or less is a veto")),
		    label(c->id_cstr, c->name_cstr[l], name, sizeof(name)),
		    decimal_write(l, choice->scenarios[at].notes[s->because], note), decimal_write(l, c->veto, veto));
	} else {
		const char *proof_cstr = choice->scenarios[at].feasibility[s->because].proof_cstr;
		(void)snprintf(line, sizeof(line), text_in(l, N_("not feasible: %s is unfavourable%s%s")),
		    dimension_text(l, s->because), proof_cstr[0] == '\0' ? "" : ": ", proof_cstr);
	}
	present_paragraph(p, "        ", 8, line);
}

static void
tell_facts(const struct presenter *p, const struct choice *choice, const struct choice_scenario *s)
{
	char line[LINE_MAX], text[DECIMAL_TEXT_MAX];
	enum language l = p->language;
	if (s->has_cost) {
		(void)snprintf(line, sizeof(line), text_in(l, N_("costs %s over %u years")), decimal_write(l, s->cost, text),
		    choice->years);
		present_paragraph(p, "        ", 8, line);
	}
	if (s->has_coverage) {
		(void)snprintf(line, sizeof(line), text_in(l, N_("covers %s %% of the requirements, by their priority")),
		    decimal_round(l, s->coverage * 100, 1, text));
		present_paragraph(p, "        ", 8, line);
	}
	if (s->has_reduction) {
		(void)snprintf(line, sizeof(line), text_in(l, N_("takes away %s %% of the exposure to risks")),
		    decimal_round(l, s->reduction * 100, 1, text));
		present_paragraph(p, "        ", 8, line);
	}
	for (unsigned i = 0; i < CHOICE_DIMENSIONS; i++) {
		if (s->feasibility[i].verdict != CHOICE_CONDITIONAL)
			continue;
		(void)snprintf(line, sizeof(line), text_in(l, N_("%s: only if %s")), dimension_text(l, (int)i),
		    s->feasibility[i].condition_cstr);
		present_paragraph(p, "        ", 8, line);
	}
}

/* By rank, then the excluded ones, each group in the order of the file. */
static void
tell_standings(const struct presenter *p, const struct choice *choice, const struct choice_outcome *o)
{
	for (unsigned rank = 1; rank <= choice->scenario_count + 1; rank++) {
		for (size_t i = 0; i < choice->scenario_count; i++) {
			const struct choice_standing *s = &o->standings[i];
			char name[256], score[DECIMAL_TEXT_MAX], mark[16] = "  -";
			if (s->rank != (rank <= choice->scenario_count ? rank : 0))
				continue;
			if (s->rank > 0)
				(void)snprintf(mark, sizeof(mark), "%3u.", s->rank);
			fprintf(p->out, "  %-4s %6s  %s\n", mark, decimal_round(p->language, s->score, 2, score),
			    label(choice->scenarios[i].id_cstr, choice->scenarios[i].name_cstr[p->language], name,
			        sizeof(name)));
			if (s->exclusion != CHOICE_ELIGIBLE)
				tell_exclusion(p, choice, i, s);
			tell_facts(p, choice, &choice->scenarios[i]);
			if (s->dominated_by != CHOICE_NONE)
				fprintf(p->out,
				    text_in(p->language, N_("        %s is nowhere worse, and better somewhere\n")),
				    choice->scenarios[s->dominated_by].id_cstr);
		}
	}
}

static void
tell_why(const struct presenter *p, const struct choice *choice, const struct choice_outcome *o)
{
	char line[LINE_MAX], name[256], score[DECIMAL_TEXT_MAX];
	enum language l = p->language;
	if (o->winner == CHOICE_NONE) {
		present_paragraph(p, "", 0,
		    text_in(l,
		        N_("No scenario is left: each one is excluded. Look for another one, or lift a veto with a reason.")));
		return;
	}
	const struct choice_scenario *w = &choice->scenarios[o->winner];
	(void)snprintf(line, sizeof(line), text_in(l, N_("%s comes first, with %s of 5.")),
	    label(w->id_cstr, w->name_cstr[l], name, sizeof(name)),
	    decimal_round(l, o->standings[o->winner].score, 2, score));
	present_paragraph(p, "", 0, line);
	if (o->tied)
		present_paragraph(
		    p, "", 0, text_in(l, N_("Another one has the same score: the numbers do not decide, people must.")));
}

static void
tell_turn(const struct presenter *p, const struct choice *choice, const char *name_cstr, const struct choice_sensitivity *s,
    const struct choice_turn *turn)
{
	char line[LINE_MAX], now[DECIMAL_TEXT_MAX], then[DECIMAL_TEXT_MAX];
	enum language l = p->language;
	(void)snprintf(line, sizeof(line),
	    turn == &s->below ? text_in(l, N_("%s weighs %s %%: %s would win if it weighed less than %s %%"))
	                      : text_in(l, N_("%s weighs %s %%: %s would win if it weighed more than %s %%")),
	    name_cstr, decimal_round(l, s->share, 1, now), choice->scenarios[turn->winner].id_cstr,
	    decimal_round(l, turn->share, 1, then));
	present_paragraph(p, "  - ", 4, line);
}

static void
tell_sensitivity(const struct presenter *p, const struct choice *choice, const struct choice_outcome *o)
{
	char name[256], line[LINE_MAX];
	enum language l = p->language;
	if (o->winner == CHOICE_NONE)
		return;
	fputs(
	    text_in(l, N_("\nHow firm that is: each weight alone is moved, the others keep their proportions.\n")), p->out);
	for (size_t i = 0; i < choice->criterion_count; i++) {
		const struct choice_sensitivity *s = &o->sensitivity[i];
		const struct choice_criterion *c = &choice->criteria[i];
		(void)label(c->id_cstr, c->name_cstr[l], name, sizeof(name));
		if (s->below.winner != CHOICE_NONE)
			tell_turn(p, choice, name, s, &s->below);
		if (s->above.winner != CHOICE_NONE)
			tell_turn(p, choice, name, s, &s->above);
		if (choice_nearest(s) == NULL) {
			(void)snprintf(line, sizeof(line), text_in(l, N_("%s: no weight of it changes the winner")), name);
			present_paragraph(p, "  - ", 4, line);
		}
	}
}

static void
tell(const struct presenter *p, const struct choice *choice, const struct choice_outcome *o, const char *hash_cstr)
{
	enum language l = p->language;
	if (choice->title_cstr[l][0] != '\0')
		fprintf(p->out, "%s\n\n", choice->title_cstr[l]);
	tell_why(p, choice, o);
	fputc('\n', p->out);
	tell_standings(p, choice, o);
	tell_sensitivity(p, choice, o);
	fputc('\n', p->out);
	if (choice->lock_hash_cstr[0] == '\0')
		fprintf(p->out,
		    text_in(l,
		        N_("The weights are not sealed. To seal them before notes are given: lock: {hash: %s, on: DATE, by: NAME}\n")),
		    hash_cstr);
	else
		fprintf(p->out, text_in(l, N_("The weights are those that %s sealed on %s.\n")), choice->lock_by_cstr,
		    choice->lock_on_cstr);
	if (choice->change_reason_cstr[0] != '\0')
		fprintf(p->out, text_in(l, N_("They were changed on %s by %s: %s\n")), choice->change_on_cstr,
		    choice->change_by_cstr, choice->change_reason_cstr);
}

struct content {
	const struct choice *choice;
	const struct choice_outcome *outcome;
	const char *hash_cstr;
};

static void
build(void *context, struct doc *d)
{
	const struct content *c = context;
	report_choice_build(c->choice, c->outcome, c->hash_cstr, d);
}

static int
write_document(struct study_session *s, const struct zone *zone, struct content *content, struct diag *diag)
{
	enum language l = s->options.language;
	struct doc_cover cover = {.title_cstr = text_in(l, N_("Feasibility study and choice")),
	    .subtitle_cstr = content->choice->title_cstr[l],
	    .reference_cstr = "D09",
	    .version_cstr = "1.0"};
	return study_document_write(s, zone, &cover, build, content, diag);
}

int
study_choose_run(struct study_session *s, struct diag *diag)
{
	struct zone *zone = NULL;
	struct bytes text = {0};
	const struct choice *choice = NULL;
	static struct choice_outcome outcome; /* 20 kB */
	char hash[DOSSIER_DIGEST_TEXT];
	const char *file_cstr = s->options.words[1];
	int r = study_session_read(s, file_cstr, &text, diag);
	if (r == 0 && study_document_wanted(s))
		r = study_document_prepare(&zone, diag);
	if (r == 0)
		r = study_session_confine(diag);
	if (r == 0)
		r = choice_read(&s->arena, text, file_cstr, &choice, diag);
	if (r == 0)
		r = check_lock(choice, file_cstr, hash, diag);
	if (r < 0) {
		zone_free(zone);
		return r;
	}
	choice_weigh(choice, &outcome);
	if (zone != NULL) {
		r = write_document(s, zone, &(struct content){choice, &outcome, hash}, diag);
		zone_free(zone);
		return r;
	}
	if (s->options.json)
		choice_json_write(&s->json, choice, &outcome, hash, s->options.language);
	else
		tell(&s->presenter, choice, &outcome, hash);
	return 0;
}
