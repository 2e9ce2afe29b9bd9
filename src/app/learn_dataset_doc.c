/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_dataset_doc.h"

#include "core/zone.h"
#include "report/doc.h"
#include "report/html.h"

#include <errno.h>
#include <stdio.h>

enum { ARENA_BYTES = 64 << 20 };

static const enum doc_tone tones[] = {
    [LEARN_FINDING_GOOD] = DOC_GOOD, [LEARN_FINDING_WATCH] = DOC_WATCH, [LEARN_FINDING_GRAVE] = DOC_GRAVE};

static void
add_figures(struct doc *d, const struct learn_relevance *w)
{
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("flows")), doc_format(d, "%llu", (unsigned long long)w->rows), NULL);
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("normal")),
	    doc_format(d, "%llu", (unsigned long long)w->labels[LEARN_BENIGN]), NULL);
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("attacks")),
	    doc_format(d, "%llu", (unsigned long long)w->labels[LEARN_ATTACK]), NULL);
	doc_figure(d, DOC_QUIET, doc_say(d, N_("neither")),
	    doc_format(d, "%llu", (unsigned long long)w->labels[LEARN_UNKNOWN]), NULL);
}

static void
add_origin(struct doc *d, const struct learn_subject *s)
{
	doc_heading(d, 2, doc_say(d, N_("Where it is from")));
	doc_facts(d, doc_say(d, N_("Data sheet")));
	for (size_t i = 0; i < LEARN_SHEET_ENTRIES; i++)
		doc_fact(d, doc_say(d, learn_sheet_label((enum learn_sheet_entry)i)), doc_keep(d, s->sheet->text[i]));
}

static void
add_families(struct doc *d, const struct learn_subject *s)
{
	static const struct doc_column columns[] = {
	    {N_("Kind of attack"), 50, DOC_TEXT}, {N_("Flows"), 25, DOC_NUMBER}, {N_("Files"), 25, DOC_NUMBER}};
	doc_heading(d, 2, doc_say(d, N_("Attacks")));
	doc_table(d, doc_say(d, N_("Kinds of attacks")), columns, LENGTH_OF(columns));
	for (size_t i = 1; i < s->worth->family_count; i++) {
		doc_cell(d, doc_keep(d, s->table->family_names.name[i]));
		doc_cell_number(d, s->worth->families[i].rows);
		doc_cell_number(d, s->worth->families[i].groups);
	}
}

static void
add_codes(struct doc *d, const struct learn_subject *s)
{
	static const struct doc_column columns[] = {{N_("Column"), 40, DOC_CODE}, {N_("Known for"), 20, DOC_NUMBER},
	    {N_("Right alone"), 20, DOC_TEXT}, {N_("PSI"), 20, DOC_TEXT}};
	doc_heading(d, 2, doc_say(d, N_("Columns")));
	doc_table(d, doc_say(d, N_("What each column knows, and what it would tell alone")), columns, LENGTH_OF(columns));
	for (unsigned k = 0; k < FLOW_CODES; k++) {
		const struct learn_relevance_code *c = &s->worth->code[k];
		if (s->table->code_names[k][0] == '\0')
			continue;
		doc_cell(d, doc_keep_code(d, s->table->code_names[k]));
		doc_cell_number(d, c->known);
		doc_cell(d, doc_format(d, "%.1f %%", 100 * c->alone));
		doc_cell(d, c->psi < 0 ? "-" : doc_format(d, "%.3f", (double)c->psi));
	}
}

static int
write_page(const struct doc *d)
{
	struct markup page = {0};
	html_write(d, &page, HTML_WHOLE);
	bool done = markup_ok(&page) && fwrite(page.at, 1, page.len, stdout) == page.len;
	markup_free(&page);
	return done ? 0 : -EIO;
}

int
learn_dataset_doc_page(
    enum language language, const struct learn_subject *s, const struct learn_findings *findings, struct diag *diag)
{
	struct arena arena;
	struct doc d;
	struct zone *zone = NULL;
	const char *name_cstr = s->sheet->text[LEARN_SHEET_NAME];
	const struct doc_cover cover = {.organisation_cstr = "",
	    .title_cstr = text_in(language, N_("What a set of labelled flows can teach")),
	    .subtitle_cstr = name_cstr[0] == '\0' ? s->table->group_names.name[0] : name_cstr,
	    .reference_cstr = "",
	    .version_cstr = "1",
	    .status_cstr = text_in(language, N_("generated")),
	    .made_s = s->now_s,
	    .author_cstr = "",
	    .checked_by_cstr = "",
	    .approved_by_cstr = "",
	    .recipients_cstr = "",
	    .tlp_cstr = "AMBER",
	    .marking_cstr = ""};
	if (arena_init(&arena, ARENA_BYTES) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int r = zone_open(&zone, "Europe/Paris", diag);
	if (r == 0) {
		doc_start(&d, &arena, language, zone, NULL, &cover);
		add_figures(&d, s->worth);
		doc_heading(&d, 2, doc_say(&d, N_("What this set can teach, and what it cannot")));
		for (size_t i = 0; i < findings->count; i++)
			doc_note(&d, tones[findings->at[i].tone], doc_keep(&d, findings->at[i].text_cstr));
		add_origin(&d, s);
		add_families(&d, s);
		add_codes(&d, s);
		r = doc_ok(&d) ? write_page(&d) : -E2BIG;
		if (r < 0)
			r = diag_say(diag, r, "%s", _("the page could not be made"));
	}
	zone_free(zone);
	arena_done(&arena);
	return r;
}
