/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/margins.h"

#include "report/markup.h"
#include "report/zip.h"

#include <stdlib.h>

#define WORD "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define PROLOG BYTES("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n")

/* --- DOCX: a header and a footer as parts of their own, and the section that names them (ECMA-376 17.10) */

static void
word_run(struct markup *m, const char *text_cstr)
{
	markup_open(m, "w:r");
	markup_open(m, "w:t");
	markup_attr(m, "xml:space", "preserve");
	markup_text(m, text_cstr);
	markup_close(m);
	markup_close(m);
}

static void
word_field(struct markup *m, const char *field_cstr)
{
	markup_open(m, "w:fldSimple");
	markup_attr(m, "w:instr", field_cstr);
	word_run(m, "1");
	markup_close(m);
}

static void
word_part(struct markup *m, const struct report_margins *margins, bool is_header)
{
	markup_raw(m, PROLOG);
	markup_open(m, is_header ? "w:hdr" : "w:ftr");
	markup_attr(m, "xmlns:w", WORD);
	markup_open(m, "w:p");
	markup_open(m, "w:pPr");
	markup_open(m, "w:tabs");
	markup_open(m, "w:tab");
	markup_attr(m, "w:val", "right");
	markup_attr(m, "w:pos", "9638"); /* twentieths of a point: the width of A4 between the margins */
	markup_close(m);
	markup_close(m);
	markup_close(m);
	word_run(m, is_header ? margins->left_cstr : margins->foot_cstr);
	markup_open(m, "w:r");
	markup_open(m, "w:tab");
	markup_close(m);
	markup_close(m);
	if (is_header) {
		word_run(m, margins->marking_cstr);
	} else {
		word_field(m, "PAGE");
		word_run(m, "/");
		word_field(m, "NUMPAGES");
	}
	markup_close(m);
	markup_close(m);
}

static const struct edit {
	const char *part_cstr, *before_cstr, *text_cstr;
} word_edits[] = {
    {"[Content_Types].xml", "</Types>",
        "<Override PartName=\"/word/header9.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>"
        "<Override PartName=\"/word/footer9.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>"},
    {"word/_rels/document.xml.rels", "</Relationships>",
        "<Relationship Id=\"rIdHead\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"header9.xml\"/>"
        "<Relationship Id=\"rIdFoot\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer9.xml\"/>"},
    {"word/document.xml", "</w:body>",
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdHead\"/><w:footerReference w:type=\"default\" r:id=\"rIdFoot\"/>"
        "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr>"},
};

/* --- ODT: in the master page (OpenDocument 1.2, 16.9) */

static void
open_text(struct markup *m, const char *left_cstr, const char *right_cstr, bool has_page)
{
	markup_open(m, "text:p");
	markup_attr(m, "text:style-name", "Footer"); /* pandoc's own; has a tab at the right */
	markup_text(m, left_cstr);
	for (int i = 0; i < 2; i++) { /* past the middle */
		markup_open(m, "text:tab");
		markup_close(m);
	}
	markup_text(m, right_cstr);
	if (has_page) {
		markup_leaf(m, "text:page-number", "1");
		markup_text(m, "/");
		markup_leaf(m, "text:page-count", "1");
	}
	markup_close(m);
}

static void
open_margins(struct markup *m, const struct report_margins *margins)
{
	markup_open(m, "style:header");
	open_text(m, margins->left_cstr, margins->marking_cstr, false);
	markup_close(m);
	markup_open(m, "style:footer");
	open_text(m, margins->foot_cstr, "", true);
	markup_close(m);
}

/* --- the archive */

/* The part with the text put in at that place. False: the place is not there, or no memory. */
static bool
put_in(struct zip *z, const char *name_cstr, struct bytes part, size_t at, size_t skip, struct bytes text)
{
	if (at > part.len || skip > part.len - at)
		return false;
	size_t len = part.len - skip + text.len;
	uint8_t *room = malloc(len + 1);
	if (room == NULL)
		return false;
	memcpy(room, part.at, at);
	memcpy(room + at, text.at, text.len);
	memcpy(room + at + text.len, part.at + at + skip, part.len - at - skip);
	zip_deflate(z, name_cstr, (struct bytes){room, len});
	free(room);
	return true;
}

static bool
edit_word(struct zip *z, const char *name_cstr, struct bytes part, bool *edited)
{
	for (size_t i = 0; i < LENGTH_OF(word_edits); i++) {
		const struct edit *e = &word_edits[i];
		if (strcmp(name_cstr, e->part_cstr) != 0)
			continue;
		size_t at = bytes_find_all(part, bytes_of_cstr(e->before_cstr)), skip = 0;
		struct bytes empty = BYTES("<w:sectPr />"); /* which pandoc leaves: ours takes its place */
		if (at == part.len)
			return false;
		if (i == 2 && at >= empty.len && bytes_start_with(bytes_after(part, at - empty.len), empty)) {
			at -= empty.len;
			skip = empty.len;
		}
		*edited = true;
		return put_in(z, name_cstr, part, at, skip, bytes_of_cstr(e->text_cstr));
	}
	return true;
}

/* Behind the start tag of the master page named Standard, whose own margins, if any, are before ours and win nothing. */
static bool
edit_open(struct zip *z, const char *name_cstr, struct bytes part, struct bytes text, bool *edited)
{
	if (strcmp(name_cstr, "styles.xml") != 0)
		return true;
	size_t at = bytes_find_all(part, BYTES("<style:master-page style:name=\"Standard\""));
	size_t end = at + bytes_find(bytes_after(part, at), '>') + 1;
	if (at == part.len || end > part.len)
		return false;
	*edited = true;
	if (part.at[end - 2] != '/') { /* it has content: ours takes its place */
		size_t close = bytes_find_all(bytes_after(part, end), BYTES("</style:master-page>"));
		return close < part.len - end && put_in(z, name_cstr, part, end, close, text);
	}
	return false;
}

bool
margins_put(bool is_docx, const struct report_margins *margins, struct bytes archive, char **out, size_t *out_len)
{
	static struct zip from, to; /* 40 kB each; one thread makes documents */
	struct markup head = {0}, foot = {0};
	bool ok = zip_open(archive, &from);
	size_t edits = 0;
	to = (struct zip){.count = 0};
	if (is_docx) {
		word_part(&head, margins, true);
		word_part(&foot, margins, false);
	} else {
		open_margins(&head, margins);
	}
	ok = ok && markup_ok(&head) && markup_ok(&foot);
	for (size_t i = 0; i < from.count && ok; i++) {
		const struct zip_entry *e = &from.entries[i];
		uint8_t *bytes = NULL;
		bool edited = false;
		ok = zip_read(archive, e, &bytes);
		struct bytes part = {bytes, e->size};
		if (ok)
			ok = is_docx ? edit_word(&to, e->name_cstr, part, &edited)
			             : edit_open(&to, e->name_cstr, part, markup_written(&head), &edited);
		if (ok && !edited && strcmp(e->name_cstr, "mimetype") == 0)
			zip_store(&to, e->name_cstr, part);
		else if (ok && !edited)
			zip_deflate(&to, e->name_cstr, part);
		edits += edited;
		free(bytes);
	}
	ok = ok && edits == (is_docx ? LENGTH_OF(word_edits) : 1);
	if (ok && is_docx) {
		zip_deflate(&to, "word/header9.xml", markup_written(&head));
		zip_deflate(&to, "word/footer9.xml", markup_written(&foot));
	}
	markup_free(&head);
	markup_free(&foot);
	ok = ok && zip_end(&to);
	if (!ok) {
		zip_free(&to);
		return false;
	}
	*out = (char *)to.at;
	*out_len = to.len;
	return true;
}
