/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/html.h"

#include "report/typography.h"

#include <stdio.h>

enum { CHAPTERS_MIN = 5 /* fewer need no contents */ };

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

/* The boxes in the margins of every page (CSS Paged Media 3): texts are strings of CSS, all numbers. */
static void
put_margins(const struct doc *d, struct markup *m)
{
	char marking[512], foot[512];
	const struct doc_cover *c = &d->cover;
	(void)snprintf(foot, sizeof(foot), "%s  v%s  %s", c->reference_cstr, c->version_cstr, c->status_cstr);
	markup_raw(m,
	    BYTES(
	        "@page{size:A4;margin:15mm 15mm 14mm;"
	        "@top-left{font:8pt \"Noto Sans\",\"Liberation Sans\",Arial,\"DejaVu Sans\",sans-serif;color:#43505f;content:"));
	markup_css_string(m, c->organisation_cstr);
	markup_raw(m,
	    BYTES("}@top-right{font:bold 8pt \"Noto Sans\",\"Liberation Sans\",Arial,\"DejaVu Sans\",sans-serif;content:"));
	markup_css_string(m, doc_marking(d, marking, sizeof(marking)));
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
put_head(const struct doc *d, struct markup *m, enum html_form form)
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
	if (form == HTML_WHOLE) {
		markup_text(m, " - ");
		markup_text(m, d->cover.reference_cstr);
	}
	markup_close(m);
	markup_open(m, "meta");
	markup_attr(m, "name", "author");
	markup_attr(m, "content", d->cover.author_cstr);
	markup_close(m);
	if (form == HTML_WHOLE) {
		markup_open(m, "style");
		markup_raw(m, BYTES("\n"));
		markup_raw(m, (struct bytes){report_css, report_css_len});
		put_margins(d, m);
		markup_raw(m, BYTES("\n"));
		markup_close(m);
	}
	markup_close(m);
}

struct cover_row {
	const char *label_cstr, *value_cstr;
};

static void
put_cover_table(const struct doc *d, struct markup *m, const struct cover_row *rows, size_t count, enum html_form form)
{
	markup_open(m, "table");
	markup_attr(m, "class", "facts");
	markup_leaf(m, "caption", doc_say(d, N_("About this document")));
	markup_open(m, "tbody");
	for (size_t i = 0; i < count; i++) {
		bool said = rows[i].value_cstr[0] != '\0';
		markup_open(m, "tr");
		markup_open(m, form == HTML_WHOLE ? "th" : "td");
		if (form == HTML_WHOLE)
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
put_cover(const struct doc *d, struct markup *m, enum html_form form)
{
	const struct doc_cover *c = &d->cover;
	char made[TYPOGRAPHY_TIME_MAX], marking[512];
	made[0] = '\0'; /* a document of a file is that of its version, whenever it is made */
	if (c->made_s != 0)
		(void)typography_exact(d->language, d->zone, c->made_s, made);
	(void)doc_marking(d, marking, sizeof(marking));
	markup_open(m, "header");
	markup_attr(m, "class", "cover");
	if (c->organisation_cstr[0] != '\0')
		put_block(m, "p", "organisation", c->organisation_cstr);
	if (form == HTML_WHOLE) /* pandoc has it from the head */
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
	bool follows = false;
	for (size_t i = 0; i < LENGTH_OF(line); i++) {
		if (line[i][0] == '\0')
			continue;
		markup_text(m, !follows ? "" : i == 2 ? " " : " · ");
		markup_text(m, line[i]);
		follows = true;
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
	put_cover_table(d, m, rows, LENGTH_OF(rows), form);
}

static void
put_cell(struct markup *m, const struct doc_table *t, const struct doc_cell *cell, size_t column, enum html_form form)
{
	enum doc_column_kind kind = t->columns[column].kind;
	bool is_head = t->is_facts && column == 0 && form == HTML_WHOLE;
	markup_open(m, is_head ? "th" : "td");
	if (is_head)
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
put_table(struct markup *m, const struct doc_table *t, enum html_form form)
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
		put_cell(m, t, cell, column, form);
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
put_figure(struct markup *m, const struct doc_block *b, enum html_form form)
{
	static const char *const classes[] = {[DOC_PLAIN] = "figure",
	    [DOC_QUIET] = "figure",
	    [DOC_GOOD] = "figure good",
	    [DOC_WATCH] = "figure watch",
	    [DOC_GRAVE] = "figure grave"};
	if (form == HTML_FOR_PANDOC) {
		markup_open(m, "tr");
		markup_leaf(m, "td", b->text_cstr);
		markup_open(m, "td");
		markup_leaf(m, "strong", b->more_cstr);
		markup_close(m);
		markup_leaf(m, "td", b->note_cstr == NULL ? "" : b->note_cstr);
		markup_close(m);
		return;
	}
	markup_open(m, "div");
	markup_attr(m, "class", classes[b->tone]);
	put_block(m, "p", "label", b->text_cstr);
	put_block(m, "p", "value", b->more_cstr);
	if (b->note_cstr != NULL)
		put_block(m, "p", "hint", b->note_cstr);
	markup_close(m);
}

/* RFC 4648 4. */
static void
put_base64(struct markup *m, struct bytes data)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	while (data.len > 0) {
		uint32_t group = (uint32_t)data.at[0] << 16 | (data.len > 1 ? (uint32_t)data.at[1] << 8 : 0) |
		    (data.len > 2 ? data.at[2] : 0);
		uint8_t out[4] = {(uint8_t)letters[group >> 18], (uint8_t)letters[group >> 12 & 63],
		    (uint8_t)(data.len > 1 ? letters[group >> 6 & 63] : '='),
		    (uint8_t)(data.len > 2 ? letters[group & 63] : '=')};
		markup_attr_more(m, (struct bytes){out, sizeof(out)});
		data = bytes_after(data, 3);
	}
}

static void
put_picture(struct markup *m, const struct doc_block *b, enum html_form form)
{
	if (form == HTML_FOR_PANDOC) {
		markup_open(m, "p");
		markup_open(m, "img");
		markup_attr(m, "alt", b->more_cstr);
		markup_attr_start(m, "src");
		markup_attr_more(m, BYTES("data:image/svg+xml;base64,"));
		put_base64(m, b->svg);
		markup_attr_end(m);
		markup_close(m);
		markup_close(m);
		markup_leaf(m, "p", b->text_cstr);
		return;
	}
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

struct writing {
	struct markup *m;
	enum html_form form;
	bool new_page; /* the next heading begins a page */
	unsigned chapter;
};

static void
put_heading(struct writing *w, const struct doc_block *b)
{
	static const char *const headings[] = {"h2", "h2", "h3", "h4"};
	markup_open(w->m, headings[b->level < LENGTH_OF(headings) ? b->level : LENGTH_OF(headings) - 1]);
	if (b->level == 1)
		markup_attr_f(w->m, "id", "s%u", ++w->chapter);
	if (w->new_page)
		markup_attr(w->m, "class", "page");
	w->new_page = false;
	markup_text(w->m, b->text_cstr);
	markup_close(w->m);
}

static void
put_one(struct writing *w, const struct doc_block *b)
{
	struct markup *m = w->m;
	bool whole = w->form == HTML_WHOLE;
	switch (b->kind) {
	case DOC_HEADING: put_heading(w, b); break;
	case DOC_PARAGRAPH: put_block(m, "p", tones[b->tone], b->text_cstr); break;
	case DOC_ITEM: put_block(m, "li", "", b->text_cstr); break;
	case DOC_NOTE:
		put_div(m,
		    b->tone == DOC_GRAVE       ? "note grave"
		        : b->tone == DOC_WATCH ? "note watch"
		        : b->tone == DOC_GOOD  ? "note good"
		                               : "note");
		put_block(m, "p", "", b->text_cstr);
		markup_close(m);
		break;
	case DOC_FIGURE: put_figure(m, b, w->form); break;
	case DOC_TABLE: put_table(m, b->table, w->form); break;
	case DOC_PICTURE: put_picture(m, b, w->form); break;
	case DOC_PAGE: w->new_page = whole; break;
	case DOC_SIDES:
		if (whole)
			put_div(m, "sides");
		if (whole)
			put_div(m, "side");
		break;
	case DOC_SIDE:
		if (whole)
			markup_close(m);
		if (whole)
			put_div(m, "side");
		break;
	case DOC_SIDES_END:
		if (whole)
			markup_close(m);
		if (whole)
			markup_close(m);
		break;
	}
}

/* Chapters, with their pages where the document is printed (CSS Generated Content for Paged Media 3). */
static void
put_contents(const struct doc *d, struct markup *m)
{
	unsigned chapters = 0;
	for (const struct doc_block *b = d->first; b != NULL; b = b->next)
		chapters += b->kind == DOC_HEADING && b->level == 1;
	if (d->cover.is_short || chapters < CHAPTERS_MIN)
		return;
	chapters = 0;
	markup_open(m, "nav");
	markup_attr(m, "aria-label", doc_say(d, N_("Contents")));
	markup_open(m, "ol");
	for (const struct doc_block *b = d->first; b != NULL; b = b->next) {
		if (b->kind != DOC_HEADING || b->level != 1)
			continue;
		markup_open(m, "li");
		markup_open(m, "a");
		markup_attr_f(m, "href", "#s%u", ++chapters);
		markup_text(m, b->text_cstr);
		markup_close(m);
		markup_close(m);
	}
	markup_close(m);
	markup_close(m);
}

void
html_write(const struct doc *d, struct markup *m, enum html_form form)
{
	struct writing w = {.m = m, .form = form};
	bool whole = form == HTML_WHOLE;
	m->is_french = d->language == LANGUAGE_FR;
	put_head(d, m, form);
	markup_open(m, "body");
	if (d->cover.is_short)
		markup_attr(m, "class", "tight");
	put_cover(d, m, form);
	if (whole)
		put_contents(d, m);
	markup_open(m, "main");
	for (const struct doc_block *b = d->first, *before = NULL; b != NULL; before = b, b = b->next) {
		bool joins = before != NULL && before->kind == b->kind,
		     goes_on = b->next != NULL && b->next->kind == b->kind;
		if (!joins && b->kind == DOC_ITEM)
			markup_open(m, "ul");
		if (!joins && b->kind == DOC_FIGURE && whole)
			put_div(m, "figures");
		if (!joins && b->kind == DOC_FIGURE && !whole)
			markup_open(m, "table");
		put_one(&w, b);
		if (!goes_on && (b->kind == DOC_ITEM || b->kind == DOC_FIGURE))
			markup_close(m);
	}
	markup_close(m);
	markup_close(m);
	markup_close(m);
	markup_raw(m, BYTES("\n"));
}
