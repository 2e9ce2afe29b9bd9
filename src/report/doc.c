/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/doc.h"

#include "core/ensure.h"
#include "report/markup.h"
#include "report/picture.h"
#include "report/typography.h"
#include "report/veil.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	COVER_LETTERS = 40,
	RECIPIENTS_LETTERS = 400,
	LETTER_HUNDREDTHS = 560 /* of a unit of pictures: an ordinary letter */
};

static const char *
copy(struct doc *d, struct bytes text)
{
	struct bytes kept = arena_dup(d->arena, text);
	if (kept.at == NULL) {
		d->full = true;
		return "";
	}
	return (const char *)kept.at;
}

static const char *
keep(struct doc *d, struct bytes text, bool is_prose)
{
	text = bytes_first(text, DOC_TEXT_MAX);
	if (d->veil != NULL)
		text = veil_over(d->veil, d->arena, text);
	if (!is_prose || d->language != LANGUAGE_FR)
		return copy(d, text);
	char *out = arena_take(d->arena, typography_room(text), 1);
	if (out == NULL) {
		d->full = true;
		return "";
	}
	(void)typography_spaces(d->language, text, out);
	return out;
}

const char *
doc_keep_bytes(struct doc *d, struct bytes text)
{
	return keep(d, text, true);
}

const char *
doc_keep(struct doc *d, const char *text_cstr)
{
	return keep(d, bytes_of_cstr(text_cstr), true);
}

const char *
doc_keep_code(struct doc *d, const char *text_cstr)
{
	return keep(d, bytes_of_cstr(text_cstr), false);
}

const char *
doc_keep_short(struct doc *d, const char *text_cstr, size_t letters)
{
	struct bytes text = bytes_of_cstr(doc_keep(d, text_cstr));
	char *line = (char *)(uintptr_t)text.at; /* just made, in the arena; or "", which has no line */
	for (size_t i = 0; i < text.len; i++)
		if (line[i] == '\n' || line[i] == '\t')
			line[i] = ' ';
	size_t end = picture_line_break(text, (int)(letters * LETTER_HUNDREDTHS / 100), false);
	if (end >= text.len)
		return (const char *)text.at;
	while (end > 0 && text.at[end - 1] == ' ')
		end--;
	return doc_format(d, "%.*s…", (int)end, (const char *)text.at);
}

const char *
doc_format(struct doc *d, const char *format, ...)
{
	va_list list, again;
	va_start(list, format);
	va_copy(again, list);
	int n = vsnprintf(NULL, 0, format, list);
	char *text = n < 0 ? NULL : arena_take(d->arena, (size_t)n + 1, 1);
	if (text != NULL)
		(void)vsnprintf(text, (size_t)n + 1, format, again);
	else
		d->full = true;
	va_end(again);
	va_end(list);
	return text == NULL ? "" : text;
}

void
doc_start(struct doc *d, struct arena *arena, enum language language, const struct zone *zone, struct veil *veil,
    const struct doc_cover *cover)
{
	*d = (struct doc){.arena = arena, .language = language, .zone = zone, .veil = veil, .cover = *cover};
	const char **const texts[] = {&d->cover.organisation_cstr, &d->cover.title_cstr, &d->cover.subtitle_cstr,
	    &d->cover.reference_cstr, &d->cover.version_cstr, &d->cover.status_cstr, &d->cover.author_cstr,
	    &d->cover.checked_by_cstr, &d->cover.approved_by_cstr, &d->cover.recipients_cstr, &d->cover.tlp_cstr,
	    &d->cover.marking_cstr};
	for (size_t i = 0; i < LENGTH_OF(texts); i++)
		*texts[i] = *texts[i] == NULL
		    ? ""
		    : doc_keep_short(
		          d, *texts[i], texts[i] == &d->cover.recipients_cstr ? RECIPIENTS_LETTERS : COVER_LETTERS);
}

const char *
doc_marking(const struct doc *d, char *out, size_t size)
{
	const struct doc_cover *c = &d->cover;
	bool tlp = c->tlp_cstr[0] != '\0', own = c->marking_cstr[0] != '\0';
	(void)snprintf(out, size, "%s%s%s%s", tlp ? "TLP:" : "", c->tlp_cstr, tlp && own ? " · " : "", c->marking_cstr);
	return out;
}

static struct doc_block *
add(struct doc *d, enum doc_kind kind)
{
	static struct doc_block nowhere; /* what a full arena cannot take */
	struct doc_block *b = arena_new(d->arena, struct doc_block, 1);
	if (b == NULL) {
		d->full = true;
		nowhere = (struct doc_block){.kind = kind};
		return &nowhere;
	}
	b->kind = kind;
	if (d->last == NULL)
		d->first = b;
	else
		d->last->next = b;
	d->last = b;
	return b;
}

void
doc_heading(struct doc *d, unsigned level, const char *text_cstr)
{
	struct doc_block *b = add(d, DOC_HEADING);
	b->level = level;
	b->text_cstr = doc_keep(d, text_cstr);
}

static void
add_text(struct doc *d, enum doc_kind kind, enum doc_tone tone, const char *text_cstr)
{
	struct doc_block *b = add(d, kind);
	b->tone = tone;
	b->text_cstr = doc_keep(d, text_cstr);
}

void
doc_paragraph(struct doc *d, enum doc_tone tone, const char *text_cstr)
{
	add_text(d, DOC_PARAGRAPH, tone, text_cstr);
}

void
doc_item(struct doc *d, const char *text_cstr)
{
	add_text(d, DOC_ITEM, DOC_PLAIN, text_cstr);
}

void
doc_note(struct doc *d, enum doc_tone tone, const char *text_cstr)
{
	add_text(d, DOC_NOTE, tone, text_cstr);
}

void
doc_figure(struct doc *d, enum doc_tone tone, const char *label_cstr, const char *value_cstr, const char *note_cstr)
{
	struct doc_block *b = add(d, DOC_FIGURE);
	b->tone = tone;
	b->text_cstr = doc_keep(d, label_cstr);
	b->more_cstr = doc_keep(d, value_cstr);
	b->note_cstr = note_cstr == NULL ? NULL : doc_keep(d, note_cstr);
}

void
doc_mark(struct doc *d, enum doc_kind kind)
{
	(void)add(d, kind);
}

void
doc_picture(struct doc *d, const char *title_cstr, const char *what_cstr, struct markup *m)
{
	struct doc_block *b = add(d, DOC_PICTURE);
	b->text_cstr = doc_keep(d, title_cstr);
	b->more_cstr = doc_keep(d, what_cstr);
	if (markup_ok(m))
		b->svg = arena_dup(d->arena, markup_written(m));
	d->full |= b->svg.len == 0;
	markup_free(m);
}

static struct doc_table *
add_table(struct doc *d, const char *caption_cstr)
{
	static struct doc_table nowhere;
	struct doc_table *t = arena_new(d->arena, struct doc_table, 1);
	if (t == NULL) {
		d->full = true;
		nowhere = (struct doc_table){0};
		t = &nowhere;
	}
	t->caption_cstr = doc_keep(d, caption_cstr);
	add(d, DOC_TABLE)->table = t;
	return t;
}

void
doc_table(struct doc *d, const char *caption_cstr, const struct doc_column *columns, size_t count)
{
	ENSURE(count <= DOC_COLUMNS_MAX);
	struct doc_table *t = add_table(d, caption_cstr);
	t->column_count = count;
	for (size_t i = 0; i < count; i++) {
		t->columns[i] = columns[i];
		t->columns[i].head_cstr = doc_keep(d, doc_say(d, columns[i].head_cstr));
	}
}

static struct doc_cell *
add_cell(struct doc *d)
{
	static struct doc_cell nowhere;
	struct doc_table *t = d->last == NULL ? NULL : d->last->table;
	struct doc_cell *cell = arena_new(d->arena, struct doc_cell, 1);
	if (cell == NULL || t == NULL) {
		d->full = true;
		nowhere = (struct doc_cell){0};
		return &nowhere;
	}
	if (t->last == NULL)
		t->first = cell;
	else
		t->last->next = cell;
	t->last = cell;
	t->cell_count++;
	return cell;
}

void
doc_cell_tone(struct doc *d, enum doc_tone tone, const char *text_cstr)
{
	struct doc_cell *cell = add_cell(d);
	const struct doc_table *t = d->last->table;
	bool is_code = t != NULL && t->column_count > 0 &&
	    t->columns[(t->cell_count - 1) % t->column_count].kind == DOC_CODE;
	cell->tone = tone;
	cell->text_cstr = is_code ? doc_keep_code(d, text_cstr) : doc_keep(d, text_cstr);
}

void
doc_cell(struct doc *d, const char *text_cstr)
{
	doc_cell_tone(d, DOC_PLAIN, text_cstr);
}

void
doc_cell_number(struct doc *d, uint64_t value)
{
	char text[TYPOGRAPHY_NUMBER_MAX];
	struct doc_cell *cell = add_cell(d);
	cell->has_value = value <= INT64_MAX;
	cell->value = (int64_t)value;
	cell->text_cstr = doc_keep(d, typography_number(d->language, value, text));
}

void
doc_cell_time(struct doc *d, bool known, int64_t at_s)
{
	char text[TYPOGRAPHY_TIME_MAX];
	struct doc_cell *cell = add_cell(d);
	cell->has_value = known;
	cell->value = at_s;
	cell->text_cstr = "";
	if (!known)
		return;
	(void)typography_time(d->language, d->zone, at_s, text);
	/* In a narrow column the hour may stand below the day. */
	cell->text_cstr = doc_format(d, "%.10s %s", text, text + strlen(text) - 5);
}

void
doc_cell_note(struct doc *d, const char *note_cstr)
{
	if (d->last != NULL && d->last->table != NULL && d->last->table->last != NULL)
		d->last->table->last->note_cstr = doc_keep(d, note_cstr);
}

void
doc_facts(struct doc *d, const char *caption_cstr)
{
	struct doc_table *t = add_table(d, caption_cstr);
	t->column_count = 2;
	t->is_facts = true;
	t->columns[0].width = 30;
	t->columns[1].width = 70;
}

void
doc_fact(struct doc *d, const char *label_cstr, const char *value_cstr)
{
	doc_cell(d, label_cstr);
	doc_cell_tone(d, value_cstr[0] == '\0' ? DOC_QUIET : DOC_PLAIN,
	    value_cstr[0] == '\0' ? doc_say(d, N_("not said yet")) : value_cstr);
}
