/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/html.h"

#include "report/typography.h"

#include <stdio.h>

extern const unsigned char report_css[];
extern const size_t report_css_len;

static const char *const tones[] = {
    [DOC_PLAIN] = "", [DOC_QUIET] = "quiet", [DOC_GOOD] = "good", [DOC_WATCH] = "watch", [DOC_GRAVE] = "grave"};

/* Lines of a text stay lines. */
static void
put_lines(struct markup *m, const char *text_cstr)
{
	struct bytes left = bytes_of_cstr(text_cstr);
	while (left.len > 0) {
		size_t end = bytes_find(left, '\n');
		markup_bytes(m, bytes_first(left, end));
		left = bytes_after(left, end + 1);
		if (left.len > 0) {
			markup_open(m, "br");
			markup_close(m);
		}
	}
}

static void
put_block(struct markup *m, const char *name_cstr, const char *class_cstr, const char *text_cstr)
{
	markup_open(m, name_cstr);
	if (class_cstr[0] != '\0')
		markup_attr(m, "class", class_cstr);
	put_lines(m, text_cstr);
	markup_close(m);
}

/* "TLP:AMBER · Interne"; empty when there is neither. */
static const char *
marking_of(const struct doc *d, char *out, size_t size)
{
	const struct doc_cover *c = &d->cover;
	bool tlp = c->tlp_cstr[0] != '\0', own = c->marking_cstr[0] != '\0';
	(void)snprintf(out, size, "%s%s%s%s", tlp ? "TLP:" : "", c->tlp_cstr, tlp && own ? " · " : "", c->marking_cstr);
	return out;
}

/* The boxes in the margins of every page (CSS Paged Media 3): texts are strings of CSS, all numbers. */
static void
put_margins(const struct doc *d, struct markup *m)
{
	char marking[512], foot[512];
	const struct doc_cover *c = &d->cover;
	(void)snprintf(foot, sizeof(foot), "%s  v%s  %s", c->reference_cstr, c->version_cstr, c->status_cstr);
	markup_raw(m,
	    BYTES(
	        "@page{size:A4;margin:17mm 15mm 16mm;"
	        "@top-left{font:8pt \"Noto Sans\",\"Liberation Sans\",Arial,\"DejaVu Sans\",sans-serif;color:#43505f;content:"));
	markup_css_string(m, c->organisation_cstr);
	markup_raw(m,
	    BYTES("}@top-right{font:bold 8pt \"Noto Sans\",\"Liberation Sans\",Arial,\"DejaVu Sans\",sans-serif;content:"));
	markup_css_string(m, marking_of(d, marking, sizeof(marking)));
	markup_raw(m,
	    BYTES(
	        "}@bottom-left{font:8pt \"Noto Sans\",\"Liberation Sans\",Arial,\"DejaVu Sans\",sans-serif;color:#43505f;content:"));
	markup_css_string(m, foot);
	markup_raw(m,
	    BYTES(
	        "}@bottom-right{font:8pt \"Noto Sans\",\"Liberation Sans\",Arial,\"DejaVu Sans\",sans-serif;color:#43505f;content:"));
	markup_css_string(m, doc_say(d, N_("page ")));
	markup_raw(m, BYTES(" counter(page) \"/\" counter(pages)}}"));
}

static void
put_head(const struct doc *d, struct markup *m)
{
	markup_raw(m, BYTES("<!DOCTYPE html>\n"));
	markup_open(m, "html");
	markup_attr(m, "lang", d->language == LANGUAGE_FR ? "fr" : "en");
	markup_open(m, "head");
	markup_open(m, "meta");
	markup_attr(m, "charset", "utf-8");
	markup_close(m);
	markup_open(m, "meta");
	markup_attr(m, "name", "viewport");
	markup_attr(m, "content", "width=device-width, initial-scale=1");
	markup_close(m);
	markup_open(m, "meta");
	markup_attr(m, "http-equiv", "Content-Security-Policy");
	markup_attr(m, "content", "default-src 'none'; style-src 'unsafe-inline'");
	markup_close(m);
	markup_open(m, "title");
	markup_text(m, d->cover.title_cstr);
	markup_text(m, " - ");
	markup_text(m, d->cover.reference_cstr);
	markup_close(m);
	markup_open(m, "meta");
	markup_attr(m, "name", "author");
	markup_attr(m, "content", d->cover.author_cstr);
	markup_close(m);
	markup_open(m, "style");
	markup_raw(m, BYTES("\n"));
	markup_raw(m, (struct bytes){report_css, report_css_len});
	put_margins(d, m);
	markup_raw(m, BYTES("\n"));
	markup_close(m);
	markup_close(m);
}

struct cover_row {
	const char *label_cstr, *value_cstr;
};

static void
put_cover_table(const struct doc *d, struct markup *m, const struct cover_row *rows, size_t count)
{
	markup_open(m, "table");
	markup_attr(m, "class", "facts");
	markup_leaf(m, "caption", doc_say(d, N_("About this document")));
	markup_open(m, "tbody");
	for (size_t i = 0; i < count; i++) {
		bool said = rows[i].value_cstr[0] != '\0';
		markup_open(m, "tr");
		markup_open(m, "th");
		markup_attr(m, "scope", "row");
		markup_text(m, text_in(d->language, rows[i].label_cstr));
		markup_close(m);
		put_block(m, "td", said ? "" : "quiet", said ? rows[i].value_cstr : doc_say(d, N_("not said yet")));
		markup_close(m);
	}
	markup_close(m);
	markup_close(m);
}

static void
put_cover(const struct doc *d, struct markup *m)
{
	const struct doc_cover *c = &d->cover;
	char made[TYPOGRAPHY_TIME_MAX], marking[512];
	(void)typography_exact(d->language, d->zone, c->made_s, made);
	(void)marking_of(d, marking, sizeof(marking));
	markup_open(m, "header");
	markup_attr(m, "class", "cover");
	if (c->organisation_cstr[0] != '\0')
		put_block(m, "p", "organisation", c->organisation_cstr);
	markup_leaf(m, "h1", c->title_cstr);
	if (c->subtitle_cstr[0] != '\0')
		put_block(m, "p", "subtitle", c->subtitle_cstr);
	markup_open(m, "p");
	markup_attr(m, "class", "line");
	if (marking[0] != '\0') {
		markup_open(m, "span");
		markup_attr(m, "class", "marking");
		markup_text(m, marking);
		markup_close(m);
		markup_text(m, " ");
	}
	const char *const line[] = {c->reference_cstr, doc_say(d, N_("version")), c->version_cstr, c->status_cstr, made};
	for (size_t i = 0; i < LENGTH_OF(line); i++) {
		markup_text(m, i == 0 ? "" : i == 2 ? " " : " · ");
		markup_text(m, line[i]);
	}
	if (c->is_short && c->author_cstr[0] != '\0') {
		markup_text(m, " · ");
		markup_text(m, c->author_cstr);
	}
	markup_close(m);
	markup_close(m);
	if (c->is_short)
		return;
	const struct cover_row rows[] = {{N_("Reference"), c->reference_cstr}, {N_("Version"), c->version_cstr},
	    {N_("Status"), c->status_cstr}, {N_("Made on"), made}, {N_("Author"), c->author_cstr},
	    {N_("Checked by"), c->checked_by_cstr}, {N_("Approved by"), c->approved_by_cstr},
	    {N_("Recipients"), c->recipients_cstr}, {N_("Protection"), marking},
	    {N_("Hours are those of"), zone_name(d->zone)}};
	put_cover_table(d, m, rows, LENGTH_OF(rows));
}

static void
put_cell(struct markup *m, const struct doc_table *t, const struct doc_cell *cell, size_t column)
{
	enum doc_column_kind kind = t->columns[column].kind;
	markup_open(m, t->is_facts && column == 0 ? "th" : "td");
	if (t->is_facts && column == 0)
		markup_attr(m, "scope", "row");
	else if (kind == DOC_NUMBER)
		markup_attr(m, "class", "number");
	else if (cell->tone != DOC_PLAIN)
		markup_attr(m, "class", tones[cell->tone]);
	if (kind == DOC_CODE)
		markup_leaf(m, "code", cell->text_cstr);
	else
		put_lines(m, cell->text_cstr);
	if (cell->note_cstr != NULL) {
		markup_open(m, "br");
		markup_close(m);
		put_block(m, "span", "hint", cell->note_cstr);
	}
	markup_close(m);
}

static void
put_table(struct markup *m, const struct doc_table *t)
{
	markup_open(m, "table");
	if (t->is_facts)
		markup_attr(m, "class", "facts");
	if (t->caption_cstr[0] != '\0')
		markup_leaf(m, "caption", t->caption_cstr);
	markup_open(m, "colgroup");
	for (size_t i = 0; i < t->column_count; i++) {
		markup_open(m, "col");
		if (t->columns[i].width > 0)
			markup_attr_f(m, "style", "width:%u%%", t->columns[i].width);
		markup_close(m);
	}
	markup_close(m);
	if (!t->is_facts) {
		markup_open(m, "thead");
		markup_open(m, "tr");
		for (size_t i = 0; i < t->column_count; i++) {
			markup_open(m, "th");
			markup_attr(m, "scope", "col");
			if (t->columns[i].kind == DOC_NUMBER)
				markup_attr(m, "class", "number");
			markup_text(m, t->columns[i].head_cstr);
			markup_close(m);
		}
		markup_close(m);
		markup_close(m);
	}
	markup_open(m, "tbody");
	size_t column = 0;
	for (const struct doc_cell *cell = t->first; cell != NULL; cell = cell->next) {
		if (column == 0)
			markup_open(m, "tr");
		put_cell(m, t, cell, column);
		column = (column + 1) % t->column_count;
		if (column == 0)
			markup_close(m);
	}
	if (column != 0)
		markup_close(m);
	markup_close(m);
	markup_close(m);
}

static void
put_figure(struct markup *m, const struct doc_block *b)
{
	static const char *const classes[] = {[DOC_PLAIN] = "figure",
	    [DOC_QUIET] = "figure",
	    [DOC_GOOD] = "figure good",
	    [DOC_WATCH] = "figure watch",
	    [DOC_GRAVE] = "figure grave"};
	markup_open(m, "div");
	markup_attr(m, "class", classes[b->tone]);
	put_block(m, "p", "label", b->text_cstr);
	put_block(m, "p", "value", b->more_cstr);
	if (b->note_cstr != NULL)
		put_block(m, "p", "hint", b->note_cstr);
	markup_close(m);
}

static void
put_picture(struct markup *m, const struct doc_block *b)
{
	markup_open(m, "figure");
	markup_raw(m, b->svg);
	markup_leaf(m, "figcaption", b->text_cstr);
	markup_close(m);
}

static void
put_div(struct markup *m, const char *class_cstr)
{
	markup_open(m, "div");
	markup_attr(m, "class", class_cstr);
}

static void
put_one(struct markup *m, const struct doc_block *b, bool *new_page)
{
	static const char *const headings[] = {"h2", "h2", "h3", "h4"};
	switch (b->kind) {
	case DOC_HEADING:
		markup_open(m, headings[b->level < LENGTH_OF(headings) ? b->level : LENGTH_OF(headings) - 1]);
		if (*new_page)
			markup_attr(m, "class", "page");
		*new_page = false;
		markup_text(m, b->text_cstr);
		markup_close(m);
		break;
	case DOC_PARAGRAPH: put_block(m, "p", tones[b->tone], b->text_cstr); break;
	case DOC_ITEM: put_block(m, "li", "", b->text_cstr); break;
	case DOC_NOTE:
		put_div(m,
		    b->tone == DOC_GRAVE       ? "note grave"
		        : b->tone == DOC_WATCH ? "note watch"
		        : b->tone == DOC_GOOD  ? "note good"
		                               : "note");
		put_lines(m, b->text_cstr);
		markup_close(m);
		break;
	case DOC_FIGURE: put_figure(m, b); break;
	case DOC_TABLE: put_table(m, b->table); break;
	case DOC_PICTURE: put_picture(m, b); break;
	case DOC_PAGE: *new_page = true; break;
	case DOC_SIDES:
		put_div(m, "sides");
		put_div(m, "side");
		break;
	case DOC_SIDE:
		markup_close(m);
		put_div(m, "side");
		break;
	case DOC_SIDES_END:
		markup_close(m);
		markup_close(m);
		break;
	}
}

void
html_write(const struct doc *d, struct markup *m)
{
	bool new_page = false;
	put_head(d, m);
	markup_open(m, "body");
	if (d->cover.is_short)
		markup_attr(m, "class", "tight");
	put_cover(d, m);
	markup_open(m, "main");
	for (const struct doc_block *b = d->first, *before = NULL; b != NULL; before = b, b = b->next) {
		bool joins = before != NULL && before->kind == b->kind,
		     goes_on = b->next != NULL && b->next->kind == b->kind;
		if (!joins && b->kind == DOC_ITEM)
			markup_open(m, "ul");
		if (!joins && b->kind == DOC_FIGURE)
			put_div(m, "figures");
		put_one(m, b, &new_page);
		if (!goes_on && (b->kind == DOC_ITEM || b->kind == DOC_FIGURE))
			markup_close(m);
	}
	markup_close(m);
	markup_close(m);
	markup_close(m);
	markup_raw(m, BYTES("\n"));
}
