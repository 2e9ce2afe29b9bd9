/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/sheet.h"

#include "report/markup.h"
#include "report/typography.h"

#include <stdio.h>

enum {
	SHEETS_MAX = 200,
	NAME_BYTES = 31 * 4 + 1,
	NAME_CHARACTERS = 31,
	WIDTH_ALL = 110,
	SECONDS = 86400,
	EPOCH_DAYS = 25569
};
/* Indices into cellXfs of styles.xml. */
enum style { STYLE_TEXT, STYLE_HEAD, STYLE_TITLE, STYLE_TIME, STYLE_NUMBER, STYLE_BOLD };

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."
#define PROLOG BYTES("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n")

struct book {
	const struct doc *d;
	struct zip *zip;
	size_t count;
	char names[SHEETS_MAX][NAME_BYTES];
	bool failed;
};

static void
attr(struct markup *m, const char *name_cstr, const char *value_cstr)
{
	markup_attr(m, name_cstr, value_cstr);
}

static void
element(struct markup *m, const char *name_cstr, const char *a_cstr, const char *a_value_cstr, const char *b_cstr,
    const char *b_value_cstr)
{
	markup_open(m, name_cstr);
	attr(m, a_cstr, a_value_cstr);
	if (b_cstr != NULL)
		attr(m, b_cstr, b_value_cstr);
	markup_close(m);
}

static void
finish(struct book *b, const char *path_cstr, struct markup *m)
{
	if (markup_ok(m))
		zip_deflate(b->zip, path_cstr, markup_written(m));
	else
		b->failed = true;
	markup_free(m);
}

/* --- cells */

static void
open_cell(struct markup *m, size_t row, size_t column, enum style style)
{
	markup_open(m, "c");
	markup_attr_f(m, "r", "%c%zu", (char)('A' + column), row); /* at most DOC_COLUMNS_MAX columns */
	markup_attr_f(m, "s", "%d", (int)style);
}

static void
put_text(struct markup *m, size_t row, size_t column, enum style style, const char *text_cstr, const char *note_cstr)
{
	static const char starts[] = "=+-@\t\r|%";
	open_cell(m, row, column, style);
	attr(m, "t", "inlineStr");
	markup_open(m, "is");
	markup_open(m, "t");
	attr(m, "xml:space", "preserve");
	if (text_cstr[0] != '\0' && strchr(starts, text_cstr[0]) != NULL)
		markup_text(m, "'");
	markup_text(m, text_cstr);
	if (note_cstr != NULL) {
		markup_text(m, "\n");
		markup_text(m, note_cstr);
	}
	markup_close(m);
	markup_close(m);
	markup_close(m);
}

static void
put_value(
    const struct doc *d, struct markup *m, size_t row, size_t column, const struct doc_cell *cell, enum doc_column_kind kind)
{
	if (!cell->has_value || cell->note_cstr != NULL) {
		put_text(m, row, column, STYLE_TEXT, cell->text_cstr, cell->note_cstr);
		return;
	}
	open_cell(m, row, column, kind == DOC_TIME ? STYLE_TIME : STYLE_NUMBER);
	markup_open(m, "v");
	if (kind == DOC_TIME) { /* days since 1899-12-30, on the wall */
		int64_t wall_s = cell->value + zone_offset(d->zone, cell->value);
		char text[64];
		(void)snprintf(text, sizeof(text), "%.9f", (double)wall_s / SECONDS + EPOCH_DAYS);
		markup_text(m, text);
	} else {
		char text[32];
		(void)snprintf(text, sizeof(text), "%lld", (long long)cell->value);
		markup_text(m, text);
	}
	markup_close(m);
	markup_close(m);
}

static void
open_row(struct markup *m, size_t row)
{
	markup_open(m, "row");
	markup_attr_f(m, "r", "%zu", row);
}

static void
line(struct markup *m, size_t *row, enum style style, const char *a_cstr, const char *b_cstr)
{
	open_row(m, ++*row);
	put_text(m, *row, 0, style, a_cstr, NULL);
	if (b_cstr != NULL)
		put_text(m, *row, 1, STYLE_TEXT, b_cstr, NULL);
	markup_close(m);
}

/* --- a sheet */

static void
open_sheet(struct markup *m, bool has_heads, const unsigned *widths, size_t count)
{
	markup_raw(m, PROLOG);
	markup_open(m, "worksheet");
	attr(m, "xmlns", MAIN);
	markup_open(m, "sheetPr");
	element(m, "pageSetUpPr", "fitToPage", "1", NULL, NULL);
	markup_close(m);
	markup_open(m, "sheetViews");
	markup_open(m, "sheetView");
	attr(m, "workbookViewId", "0");
	if (has_heads) {
		markup_open(m, "pane");
		attr(m, "ySplit", "1");
		attr(m, "topLeftCell", "A2");
		attr(m, "activePane", "bottomLeft");
		attr(m, "state", "frozen");
		markup_close(m);
	}
	markup_close(m);
	markup_close(m);
	markup_open(m, "cols");
	for (size_t i = 0; i < count; i++) {
		markup_open(m, "col");
		markup_attr_f(m, "min", "%zu", i + 1);
		markup_attr_f(m, "max", "%zu", i + 1);
		markup_attr_f(m, "width", "%u", widths[i] * WIDTH_ALL / 100 + 4);
		attr(m, "customWidth", "1");
		markup_close(m);
	}
	markup_close(m);
	markup_open(m, "sheetData");
}

/* In headers and footers & begins a code: && is the character. */
static void
put_margin(struct markup *m, const char *text_cstr)
{
	for (struct bytes left = bytes_of_cstr(text_cstr); left.len > 0;) {
		size_t n = bytes_find(left, '&');
		markup_bytes(m, bytes_first(left, n));
		if (n < left.len)
			markup_text(m, "&&");
		left = bytes_after(left, n + 1);
	}
}

static void
close_sheet(const struct book *b, struct markup *m, const char *filter_cstr)
{
	const struct doc_cover *c = &b->d->cover;
	markup_close(m);
	if (filter_cstr != NULL)
		element(m, "autoFilter", "ref", filter_cstr, NULL, NULL);
	markup_open(m, "pageSetup");
	attr(m, "paperSize", "9"); /* A4 */
	attr(m, "orientation", "landscape");
	attr(m, "fitToHeight", "0");
	markup_close(m);
	markup_open(m, "headerFooter");
	markup_open(m, "oddHeader");
	markup_text(m, "&L");
	put_margin(m, c->organisation_cstr);
	markup_text(m, "&R");
	if (c->tlp_cstr[0] != '\0')
		markup_text(m, "TLP:");
	put_margin(m, c->tlp_cstr);
	markup_text(m, " ");
	put_margin(m, c->marking_cstr);
	markup_close(m);
	markup_open(m, "oddFooter");
	markup_text(m, "&L");
	put_margin(m, c->reference_cstr);
	markup_text(m, " v");
	put_margin(m, c->version_cstr);
	markup_text(m, "&R&P/&N");
	markup_close(m);
	markup_close(m);
	markup_close(m);
}

/* At most 31 characters, none of []:*?/\ ; no name twice, whatever its case. */
static void
name_sheet(struct book *b, const char *wanted_cstr)
{
	char base[NAME_BYTES];
	struct bytes left = bytes_of_cstr(wanted_cstr[0] == '\0' ? doc_say(b->d, N_("Table")) : wanted_cstr);
	size_t used = 0, characters = 0;
	while (left.len > 0 && characters < NAME_CHARACTERS - 4) {
		char out[8];
		size_t n;
		left = markup_plain(left, out, &n);
		if (n == 1 && strchr("[]:*?/\\'\n\t", out[0]) != NULL) {
			out[0] = ' ';
		}
		memcpy(base + used, out, n);
		used += n;
		characters += (uint8_t)out[0] >= 0x80 ? 1 : n;
	}
	while (used > 1 && base[used - 1] == ' ')
		used--;
	base[used] = '\0';
	char *name = b->names[b->count];
	(void)snprintf(name, NAME_BYTES, "%s", base);
	for (unsigned again = 2, i = 0; i < b->count; i++) {
		if (!bytes_eq_nocase(bytes_of_cstr(b->names[i]), bytes_of_cstr(name)))
			continue;
		(void)snprintf(name, NAME_BYTES, "%.*s %u", (int)used, base, again++);
		i = (unsigned)-1; /* compare with all again */
	}
}

static void
end_sheet(struct book *b, struct markup *m)
{
	char path[64];
	(void)snprintf(path, sizeof(path), "xl/worksheets/sheet%zu.xml", ++b->count);
	finish(b, path, m);
}

static void
table_sheet(struct book *b, const struct doc_table *t, const char *title_cstr)
{
	struct markup m = {0};
	unsigned widths[DOC_COLUMNS_MAX];
	size_t row = 1, column = 0;
	char filter[32];
	if (b->count == SHEETS_MAX) {
		b->failed = true;
		return;
	}
	name_sheet(b, title_cstr);
	for (size_t i = 0; i < t->column_count; i++)
		widths[i] = t->columns[i].width;
	open_sheet(&m, true, widths, t->column_count);
	open_row(&m, row);
	for (size_t i = 0; i < t->column_count; i++)
		put_text(&m, row, i, STYLE_HEAD, t->columns[i].head_cstr, NULL);
	markup_close(&m);
	for (const struct doc_cell *cell = t->first; cell != NULL; cell = cell->next) {
		if (column == 0)
			open_row(&m, ++row);
		put_value(b->d, &m, row, column, cell, t->columns[column].kind);
		column = (column + 1) % t->column_count;
		if (column == 0)
			markup_close(&m);
	}
	if (column != 0)
		markup_close(&m);
	(void)snprintf(filter, sizeof(filter), "A1:%c%zu", (char)('A' + t->column_count - 1), row);
	close_sheet(b, &m, filter);
	end_sheet(b, &m);
}

static void
put_cover(const struct doc *d, struct markup *m, size_t *row)
{
	const struct doc_cover *c = &d->cover;
	char made[TYPOGRAPHY_TIME_MAX] = "";
	if (c->made_s != 0)
		(void)typography_exact(d->language, d->zone, c->made_s, made);
	const struct {
		const char *label_cstr, *value_cstr;
	} rows[] = {{N_("Organisation"), c->organisation_cstr}, {N_("Reference"), c->reference_cstr},
	    {N_("Version"), c->version_cstr}, {N_("Status"), c->status_cstr}, {N_("Made on"), made},
	    {N_("Author"), c->author_cstr}, {N_("Checked by"), c->checked_by_cstr}, {N_("Approved by"), c->approved_by_cstr},
	    {N_("Recipients"), c->recipients_cstr}, {N_("Sharing (TLP)"), c->tlp_cstr}, {N_("Protection"), c->marking_cstr},
	    {N_("Hours are those of"), zone_name(d->zone)}};
	line(m, row, STYLE_TITLE, c->title_cstr, NULL);
	line(m, row, STYLE_TEXT, c->subtitle_cstr, NULL);
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		line(m, row, STYLE_TEXT, doc_say(d, rows[i].label_cstr),
		    rows[i].value_cstr[0] == '\0' ? doc_say(d, N_("not said yet")) : rows[i].value_cstr);
}

static void
put_facts(struct markup *m, size_t *row, const struct doc_table *t)
{
	for (const struct doc_cell *cell = t->first; cell != NULL && cell->next != NULL; cell = cell->next->next)
		line(m, row, STYLE_TEXT, cell->text_cstr, cell->next->text_cstr);
}

/* All that is no table, in order. */
static void
first_sheet(struct book *b)
{
	static const unsigned widths[] = {40, 60};
	struct markup m = {0};
	size_t row = 0;
	name_sheet(b, doc_say(b->d, N_("About this document")));
	open_sheet(&m, false, widths, LENGTH_OF(widths));
	put_cover(b->d, &m, &row);
	for (const struct doc_block *block = b->d->first; block != NULL; block = block->next) {
		switch (block->kind) {
		case DOC_HEADING: line(&m, &row, STYLE_BOLD, block->text_cstr, NULL); break;
		case DOC_FIGURE: line(&m, &row, STYLE_TEXT, block->text_cstr, block->more_cstr); break;
		case DOC_PICTURE: line(&m, &row, STYLE_TEXT, block->text_cstr, block->more_cstr); break;
		case DOC_PARAGRAPH:
		case DOC_ITEM:
		case DOC_NOTE: line(&m, &row, STYLE_TEXT, "", block->text_cstr); break;
		case DOC_TABLE:
			if (block->table->is_facts)
				put_facts(&m, &row, block->table);
			break;
		case DOC_PAGE:
		case DOC_SIDES:
		case DOC_SIDE:
		case DOC_SIDES_END: break;
		}
	}
	close_sheet(b, &m, NULL);
	end_sheet(b, &m);
}

/* --- the parts that tie it together */

static void
put_types(struct book *b)
{
	struct markup m = {0};
	markup_raw(&m, PROLOG);
	markup_open(&m, "Types");
	attr(&m, "xmlns", PACKAGE "content-types");
	element(
	    &m, "Default", "Extension", "rels", "ContentType", "application/vnd.openxmlformats-package.relationships+xml");
	element(&m, "Default", "Extension", "xml", "ContentType", "application/xml");
	element(&m, "Override", "PartName", "/xl/workbook.xml", "ContentType", TYPE "sheet.main+xml");
	element(&m, "Override", "PartName", "/xl/styles.xml", "ContentType", TYPE "styles+xml");
	element(&m, "Override", "PartName", "/docProps/core.xml", "ContentType",
	    "application/vnd.openxmlformats-package.core-properties+xml");
	for (size_t i = 1; i <= b->count; i++) {
		char path[64];
		(void)snprintf(path, sizeof(path), "/xl/worksheets/sheet%zu.xml", i);
		element(&m, "Override", "PartName", path, "ContentType", TYPE "worksheet+xml");
	}
	markup_close(&m);
	finish(b, "[Content_Types].xml", &m);
}

static void
relationship(struct markup *m, const char *id_cstr, const char *type_cstr, const char *target_cstr)
{
	markup_open(m, "Relationship");
	attr(m, "Id", id_cstr);
	attr(m, "Type", type_cstr);
	attr(m, "Target", target_cstr);
	markup_close(m);
}

static void
put_relationships(struct book *b)
{
	struct markup m = {0};
	markup_raw(&m, PROLOG);
	markup_open(&m, "Relationships");
	attr(&m, "xmlns", PACKAGE "relationships");
	relationship(&m, "rId1", OFFICE "/officeDocument", "xl/workbook.xml");
	relationship(&m, "rId2", PACKAGE "relationships/metadata/core-properties", "docProps/core.xml");
	markup_close(&m);
	finish(b, "_rels/.rels", &m);
	markup_raw(&m, PROLOG);
	markup_open(&m, "Relationships");
	attr(&m, "xmlns", PACKAGE "relationships");
	relationship(&m, "rIdStyles", OFFICE "/styles", "styles.xml");
	for (size_t i = 1; i <= b->count; i++) {
		char id[32], path[64];
		(void)snprintf(id, sizeof(id), "rId%zu", i);
		(void)snprintf(path, sizeof(path), "worksheets/sheet%zu.xml", i);
		relationship(&m, id, OFFICE "/worksheet", path);
	}
	markup_close(&m);
	finish(b, "xl/_rels/workbook.xml.rels", &m);
}

static void
put_workbook(struct book *b)
{
	struct markup m = {0};
	markup_raw(&m, PROLOG);
	markup_open(&m, "workbook");
	attr(&m, "xmlns", MAIN);
	attr(&m, "xmlns:r", OFFICE);
	markup_open(&m, "sheets");
	for (size_t i = 0; i < b->count; i++) {
		markup_open(&m, "sheet");
		attr(&m, "name", b->names[i]);
		markup_attr_f(&m, "sheetId", "%zu", i + 1);
		markup_attr_f(&m, "r:id", "rId%zu", i + 1);
		markup_close(&m);
	}
	markup_close(&m);
	markup_close(&m);
	finish(b, "xl/workbook.xml", &m);
}

/* What enum style counts on. */
static const char styles[] =
    "<styleSheet xmlns=\"" MAIN "\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"%s\"/></numFmts>"
    "<fonts count=\"3\"><font><sz val=\"10\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"10\"/><name val=\"Calibri\"/></font>"
    "<font><b/><sz val=\"14\"/><name val=\"Calibri\"/></font></fonts>"
    "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE8ECF0\"/></patternFill></fill></fills>"
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
    "<cellXfs count=\"6\">"
    "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf>"
    "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"2\" borderId=\"0\" xfId=\"0\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf>"
    "<xf numFmtId=\"49\" fontId=\"2\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
    "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyAlignment=\"1\"><alignment horizontal=\"left\" vertical=\"top\"/></xf>"
    "<xf numFmtId=\"3\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\"/></xf>"
    "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
    "</cellXfs></styleSheet>";

static void
put_styles(struct book *b)
{
	struct markup m = {0};
	char text[sizeof(styles) + 64];
	int n = snprintf(
	    text, sizeof(text), styles, b->d->language == LANGUAGE_FR ? "dd/mm/yyyy hh:mm" : "yyyy-mm-dd hh:mm");
	markup_raw(&m, PROLOG);
	markup_raw(&m, (struct bytes){(const uint8_t *)text, (size_t)n});
	finish(b, "xl/styles.xml", &m);
}

static void
put_core(struct book *b)
{
	struct markup m = {0};
	const struct doc_cover *c = &b->d->cover;
	markup_raw(&m, PROLOG);
	markup_open(&m, "cp:coreProperties");
	attr(&m, "xmlns:cp", PACKAGE "metadata/core-properties");
	attr(&m, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
	markup_leaf(&m, "dc:title", c->title_cstr);
	markup_leaf(&m, "dc:creator", c->author_cstr);
	markup_leaf(&m, "dc:identifier", c->reference_cstr);
	markup_leaf(&m, "dc:language", b->d->language == LANGUAGE_FR ? "fr" : "en");
	markup_close(&m);
	finish(b, "docProps/core.xml", &m);
}

bool
sheet_write(const struct doc *d, struct zip *out)
{
	static struct book b; /* one thread makes documents */
	const char *heading_cstr = "";
	b = (struct book){.d = d, .zip = out};
	*out = (struct zip){.count = 0};
	first_sheet(&b);
	for (const struct doc_block *block = d->first; block != NULL; block = block->next) {
		if (block->kind == DOC_HEADING)
			heading_cstr = block->text_cstr;
		if (block->kind == DOC_TABLE && !block->table->is_facts)
			table_sheet(&b, block->table, heading_cstr);
	}
	put_types(&b);
	put_relationships(&b);
	put_workbook(&b);
	put_styles(&b);
	put_core(&b);
	return zip_end(out) && !b.failed;
}
