/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/doc.h - a document as its reports build it, whatever it becomes (report/html.h, report/sheet.h).
 *
 * Blocks in order, in an arena. Every text goes through doc_keep(): there names and addresses are hidden where the version is
 * public, and spaces are set as the language has them. A full arena marks the document full: ask doc_ok() once.
 */
#ifndef REPORT_DOC_H
#define REPORT_DOC_H

#include "core/arena.h"
#include "core/text.h"
#include "core/zone.h"

struct veil;
struct markup;

enum { DOC_COLUMNS_MAX = 10, DOC_TEXT_MAX = 1 << 16 };

enum doc_kind {
	DOC_HEADING,
	DOC_PARAGRAPH,
	DOC_ITEM, /* of a list: those that follow each other are one */
	DOC_NOTE,
	DOC_FIGURE, /* a key figure: those that follow each other are one row */
	DOC_TABLE,
	DOC_PICTURE,
	DOC_PAGE,  /* what follows begins a page */
	DOC_SIDES, /* what follows stands in two columns, until DOC_SIDES_END */
	DOC_SIDE,  /* the second column begins */
	DOC_SIDES_END,
};

enum doc_tone { DOC_PLAIN, DOC_QUIET, DOC_GOOD, DOC_WATCH, DOC_GRAVE };

enum doc_column_kind { DOC_TEXT, DOC_CODE /* not set as prose: hashes, paths */, DOC_NUMBER, DOC_TIME };

struct doc_column {
	const char *head_cstr; /* a sentence of ours, N_(): doc_table() translates it */
	unsigned width;        /* percent */
	enum doc_column_kind kind;
};

struct doc_cell {
	const char *text_cstr;
	const char *note_cstr; /* smaller, below; NULL: none */
	enum doc_tone tone;
	bool has_value; /* value is the number, or the seconds since 1970, that text_cstr writes */
	int64_t value;
	struct doc_cell *next; /* of the row, then of the next row */
};

struct doc_table {
	const char *caption_cstr;
	size_t column_count, cell_count;
	struct doc_column columns[DOC_COLUMNS_MAX];
	bool is_facts; /* two columns without a head row: the first one names the second */
	struct doc_cell *first, *last;
};

struct doc_block {
	enum doc_kind kind;
	unsigned level; /* of a heading, from 1 */
	enum doc_tone tone;
	const char *text_cstr; /* of a figure: its label; of a picture: its title */
	const char *more_cstr; /* of a figure: the value; of a picture: what it shows, for who cannot see it */
	const char *note_cstr; /* of a figure: what it says; NULL: nothing */
	struct doc_table *table;
	struct bytes svg; /* in the arena */
	struct doc_block *next;
};

/* The cover block that every document has. Texts are kept, and kept short, by doc_start(); empty ones are told as not said. */
struct doc_cover {
	const char *organisation_cstr, *title_cstr, *subtitle_cstr;
	const char *reference_cstr; /* ORG-TYPE-YYYY-nnn */
	const char *version_cstr, *status_cstr;
	int64_t made_s;
	const char *author_cstr, *checked_by_cstr, *approved_by_cstr, *recipients_cstr;
	const char *tlp_cstr;     /* "AMBER" */
	const char *marking_cstr; /* "Interne"; empty: none beside the TLP */
	bool is_short;            /* one line of cover: pages that count their lines */
};

struct doc {
	struct arena *arena;
	enum language language;
	const struct zone *zone;
	struct veil *veil; /* NULL: nothing is hidden */
	struct doc_cover cover;
	struct doc_block *first, *last;
	bool full;
};

void doc_start(struct doc *d, struct arena *arena, enum language language, const struct zone *zone, struct veil *veil,
    const struct doc_cover *cover);
static inline bool
doc_ok(const struct doc *d)
{
	return !d->full;
}

/* "TLP:AMBER · Interne"; empty when there is neither. Returns out. */
const char *doc_marking(const struct doc *d, char *out, size_t size);
/* A text as it may stand in this document; "" when the arena is full. */
const char *doc_keep(struct doc *d, const char *text_cstr);
const char *doc_keep_bytes(struct doc *d, struct bytes text);
/* The same without the spaces of prose: paths, hashes, ids. */
const char *doc_keep_code(struct doc *d, const char *text_cstr);
/* On one line, as wide as so many ordinary letters at most, cut at a word with an ellipsis: for pages that count their lines. */
const char *doc_keep_short(struct doc *d, const char *text_cstr, size_t letters);
/* As printf writes it; not kept as doc_keep() does: its pieces must be, or be ours. */
const char *doc_format(struct doc *d, const char *format, ...) PRINTF_LIKE(2, 3);
/* A sentence of ours in the document's language. */
#define doc_say(d, sentence) text_in((d)->language, sentence)

void doc_heading(struct doc *d, unsigned level, const char *text_cstr);
void doc_paragraph(struct doc *d, enum doc_tone tone, const char *text_cstr);
void doc_item(struct doc *d, const char *text_cstr);
void doc_note(struct doc *d, enum doc_tone tone, const char *text_cstr);
void doc_figure(struct doc *d, enum doc_tone tone, const char *label_cstr, const char *value_cstr, const char *note_cstr);
void doc_mark(struct doc *d, enum doc_kind kind); /* DOC_PAGE, DOC_SIDES, DOC_SIDE, DOC_SIDES_END */
/* Takes the SVG that m holds, and frees m. */
void doc_picture(struct doc *d, const char *title_cstr, const char *what_cstr, struct markup *m);

/* The cells that follow fill its rows. */
void doc_table(struct doc *d, const char *caption_cstr, const struct doc_column *columns, size_t count);
void doc_cell(struct doc *d, const char *text_cstr);
void doc_cell_tone(struct doc *d, enum doc_tone tone, const char *text_cstr);
void doc_cell_number(struct doc *d, uint64_t value);
void doc_cell_time(struct doc *d, bool known, int64_t at_s);
void doc_cell_note(struct doc *d, const char *note_cstr); /* below the last cell */
/* A table of facts: doc_fact() adds a row; an empty value is told as not said yet. */
void doc_facts(struct doc *d, const char *caption_cstr);
void doc_fact(struct doc *d, const char *label_cstr, const char *value_cstr);

#endif
