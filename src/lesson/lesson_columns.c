/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_columns.h"

#include "core/text.h"
#include "lesson/lesson_number.h"

#include <errno.h>
#include <stdio.h>

enum { NAME_MAX_FOLDED = 48, NAMES_TOLD = 8 };

/* Lower case, letters and digits only: "Fwd Pkt Len Max", "fwd_pkt_len_max". */
static struct bytes
fold(struct bytes name, char out[static NAME_MAX_FOLDED])
{
	size_t n = 0;
	for (size_t i = 0; i < name.len && n < NAME_MAX_FOLDED; i++) {
		uint8_t c = bytes_lower(name.at[i]);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = (char)c;
	}
	return (struct bytes){(const uint8_t *)out, n};
}

int
lesson_columns_field(const struct lesson *l, struct bytes name)
{
	char ours[NAME_MAX_FOLDED], theirs[NAME_MAX_FOLDED];
	struct bytes wanted = fold(name, theirs);
	for (size_t i = 0; i < l->mapping->field_count && wanted.len > 0; i++) {
		if (l->mapping->fields[i].names_cstr == NULL)
			continue;
		struct bytes rest = bytes_of_cstr(l->mapping->fields[i].names_cstr);
		while (rest.len > 0) {
			struct bytes known = bytes_first(rest, bytes_find(rest, '|'));
			rest = bytes_after(rest, known.len + 1);
			if (bytes_eq(fold(known, ours), wanted))
				return (int)i;
		}
	}
	return -1;
}

/* Of two columns with the same name the first one counts. */
static void
set_column(struct lesson *l, size_t cell, int field)
{
	bool again = field >= 0 && l->values.column[field] != 0;
	l->fields[cell] = (int8_t)(again ? -1 : field);
	if (field >= 0 && !again)
		l->values.column[field] = (uint16_t)(cell + 1);
}

void
lesson_columns_add(struct lesson *l, struct bytes name)
{
	if (l->column_count < LESSON_CELLS_MAX)
		set_column(l, l->column_count++, lesson_columns_field(l, name));
}

int
lesson_columns_check(struct lesson *l, struct diag *diag)
{
	char names_cstr[256] = "";
	size_t missing = 0, used = 0;
	for (size_t i = 0; i < l->mapping->field_count; i++) {
		const struct lesson_field *field = &l->mapping->fields[i];
		if (field->optional || field->names_cstr == NULL || l->values.column[i] != 0 || missing++ >= NAMES_TOLD)
			continue;
		struct bytes name = bytes_of_cstr(field->names_cstr);
		name = bytes_first(name, bytes_find(name, '|'));
		int n = snprintf(names_cstr + used, sizeof(names_cstr) - used, "%s%.*s", used > 0 ? ", " : "", (int)name.len,
		    (const char *)name.at);
		used += n > 0 && (size_t)n < sizeof(names_cstr) - used ? (size_t)n : 0;
	}
	l->has_columns = true;
	if (missing == 0)
		return 0;
	int r = missing > NAMES_TOLD
	    ? diag_say_at(diag, -EINVAL, l->file_cstr, UINT64_MAX,
	          _("the mapping %s needs columns that this file does not name: %s, and %zu more"), l->mapping->name_cstr,
	          names_cstr, missing - NAMES_TOLD)
	    : diag_say_at(diag, -EINVAL, l->file_cstr, UINT64_MAX,
	          _("the mapping %s needs columns that this file does not name: %s"), l->mapping->name_cstr, names_cstr);
	diag->line = (unsigned)l->line;
	return r;
}

static bool
has_number(const struct lesson_cells *cells)
{
	double number;
	for (size_t i = 0; i < cells->count; i++)
		if (lesson_number_read(cells->cell[i], &number) == LESSON_NUMBER_OK)
			return true;
	return false;
}

static int
learn_positions(struct lesson *l, struct diag *diag)
{
	char counts_cstr[96] = "";
	size_t used = 0;
	for (size_t i = 0; i < l->mapping->layout_count; i++) {
		const struct lesson_layout *layout = &l->mapping->layouts[i];
		if (layout->cells != l->cells.count) {
			int n = snprintf(
			    counts_cstr + used, sizeof(counts_cstr) - used, "%s%zu", used > 0 ? ", " : "", layout->cells);
			used += n > 0 && (size_t)n < sizeof(counts_cstr) - used ? (size_t)n : 0;
			continue;
		}
		for (size_t c = 0; c < layout->cells; c++)
			set_column(l, c, layout->fields[c]);
		l->column_count = layout->cells;
		l->has_columns = true;
		return 0;
	}
	int r = used > 0
	    ? diag_say_at(diag, -EINVAL, l->file_cstr, UINT64_MAX,
	          _("the first line has %zu cells and no names of columns; the mapping %s knows tables without names that have %s"),
	          l->cells.count, l->mapping->name_cstr, counts_cstr)
	    : diag_say_at(diag, -EINVAL, l->file_cstr, UINT64_MAX,
	          _("the first line has no names of columns, and the mapping %s knows no table without"),
	          l->mapping->name_cstr);
	diag->line = (unsigned)l->line;
	return r;
}

int
lesson_columns_learn(struct lesson *l, struct diag *diag)
{
	l->column_count = 0;
	memset(l->values.column, 0, sizeof(l->values.column));
	if (has_number(&l->cells))
		return learn_positions(l, diag);
	for (size_t i = 0; i < l->cells.count; i++)
		lesson_columns_add(l, l->cells.cell[i]);
	int r = lesson_columns_check(l, diag);
	return r < 0 ? r : 1;
}
