/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_head.h"

#include "lesson/lesson_columns.h"

/* The labelled logs of IoT-23 have tunnel_parents, label and detailed-label in one column. */
static const char spaces_cstr[] = "   ";

/* "@attribute 'duration' real": one column a line; "@data" ends it. */
int
lesson_head_arff(struct lesson *l, struct bytes line, struct diag *diag)
{
	if (line.at[0] != '@')
		return 0; /* a comment */
	l->separator = ',';
	if (bytes_eq_nocase(bytes_first(line, 5), BYTES("@data")))
		return lesson_columns_check(l, diag);
	if (!bytes_eq_nocase(bytes_first(line, 10), BYTES("@attribute")))
		return 0;
	struct bytes name = bytes_trim(bytes_after(line, 10));
	bool quoted = name.len > 0 && (name.at[0] == '\'' || name.at[0] == '"');
	uint8_t end = quoted ? name.at[0] : ' ';
	name = bytes_after(name, quoted);
	lesson_columns_add(l, bytes_first(name, bytes_find(name, end)));
	return 0;
}

/* docs.zeek.org/en/master/log-formats.html; "#separator \x09" is the only one that is met. */
int
lesson_head_zeek(struct lesson *l, struct bytes line, struct diag *diag)
{
	struct bytes fields = BYTES("#fields\t"), spaces = bytes_of_cstr(spaces_cstr);
	if (!bytes_start_with(line, fields))
		return 0;
	l->separator = '\t';
	l->column_count = 0;
	l->spaced = false;
	memset(l->values.column, 0, sizeof(l->values.column));
	for (struct bytes rest = bytes_after(line, fields.len); rest.len > 0;) {
		struct bytes name = bytes_first(rest, bytes_find(rest, '\t'));
		rest = bytes_after(rest, name.len + 1);
		while (name.len > 0) {
			size_t len = bytes_find_all(name, spaces);
			l->spaced |= len < name.len;
			lesson_columns_add(l, bytes_first(name, len));
			name = bytes_after(name, len + spaces.len);
		}
	}
	return lesson_columns_check(l, diag);
}

void
lesson_head_unspace(struct lesson *l)
{
	struct bytes last = l->cells.cell[l->cells.count - 1], spaces = bytes_of_cstr(spaces_cstr);
	l->cells.count--;
	while (l->cells.count < LESSON_CELLS_MAX) {
		size_t len = bytes_find_all(last, spaces);
		l->cells.cell[l->cells.count++] = bytes_trim(bytes_first(last, len));
		if (len == last.len)
			return;
		last = bytes_after(last, len + spaces.len);
	}
}
