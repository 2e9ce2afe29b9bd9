/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson.h"

#include "core/text.h"
#include "lesson/lesson_columns.h"
#include "lesson/lesson_own.h"
#include "lesson/lesson_row.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const struct lesson_mapping *const mappings[] = {&lesson_own_unsw_nb15, &lesson_own_nsl_kdd};

const char *
lesson_mapping_name(size_t index)
{
	return index < LENGTH_OF(mappings) ? mappings[index]->name_cstr : NULL;
}

const char *
lesson_mapping_about(size_t index)
{
	return index < LENGTH_OF(mappings) ? mappings[index]->about_cstr : NULL;
}

static int
refuse_mapping(const char *mapping_cstr, struct diag *diag)
{
	char names_cstr[192] = "";
	size_t used = 0;
	for (size_t i = 0; i < LENGTH_OF(mappings); i++) {
		int n = snprintf(
		    names_cstr + used, sizeof(names_cstr) - used, "%s%s", i > 0 ? " " : "", mappings[i]->name_cstr);
		used += n > 0 && (size_t)n < sizeof(names_cstr) - used ? (size_t)n : 0;
	}
	return diag_say(diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), "--mapping", mapping_cstr, names_cstr);
}

/* The codes of a schema of its own are named as their columns. */
static void
name_codes(struct lesson *l)
{
	size_t code = 0;
	for (size_t i = 0; i < l->mapping->field_count && code < FLOW_CODES; i++) {
		struct bytes name = bytes_of_cstr(l->mapping->fields[i].names_cstr);
		if (l->mapping->fields[i].kind != LESSON_CODE)
			continue;
		name = bytes_first(name, bytes_find(name, '|'));
		memcpy(l->table->code_names[code++], name.at, name.len < LEARN_NAME_SIZE ? name.len : LEARN_NAME_SIZE - 1);
	}
}

int
lesson_new(const char *mapping_cstr, const struct lesson_limits *limits, struct lesson **out, struct diag *diag)
{
	const struct lesson_mapping *mapping = NULL;
	for (size_t i = 0; i < LENGTH_OF(mappings); i++)
		if (strcmp(mappings[i]->name_cstr, mapping_cstr) == 0)
			mapping = mappings[i];
	if (mapping == NULL)
		return refuse_mapping(mapping_cstr, diag);
	struct lesson *l = calloc(1, sizeof(*l));
	if (l == NULL || learn_table_new(mapping->schema_cstr, &l->table) < 0) {
		free(l);
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	}
	l->mapping = mapping;
	l->limits = *limits;
	name_codes(l);
	*out = l;
	return 0;
}

void
lesson_free(struct lesson *l)
{
	if (l == NULL)
		return;
	learn_table_free(l->table);
	free(l);
}

/* The end of a path tells more than its beginning. */
static struct bytes
group_of(const char *file_cstr)
{
	struct bytes name = bytes_of_cstr(file_cstr);
	return name.len < LEARN_NAME_SIZE ? name : bytes_after(name, name.len - (LEARN_NAME_SIZE - 1));
}

int
lesson_begin(struct lesson *l, const char *file_cstr, struct diag *diag)
{
	int group = learn_table_group(l->table, group_of(file_cstr));
	if (group < 0)
		return diag_say_at(
		    diag, group, file_cstr, UINT64_MAX, _("more than %u files in one table"), LEARN_NAMES_MAX);
	(void)snprintf(l->file_cstr, sizeof(l->file_cstr), "%s", file_cstr);
	l->line = 0;
	l->group = (uint16_t)group;
	l->has_columns = l->is_arff = false;
	l->column_count = 0;
	l->account.files++;
	memset(&l->values, 0, sizeof(l->values));
	return 0;
}

/* The cells of the line; 0, or -EINVAL when they were told to be wrong. */
static int
split(struct lesson *l, struct bytes line)
{
	size_t wrong_at = 0;
	if (!l->has_columns && !l->is_arff)
		l->separator = lesson_cells_separator(line);
	switch (lesson_cells_read(line, l->separator, &l->cells, &wrong_at)) {
	case LESSON_CELLS_QUOTE: return lesson_row_wrong(l, LESSON_WRONG_QUOTE, -1, line);
	case LESSON_CELLS_MANY:
	case LESSON_CELLS_LONG: return lesson_row_wrong(l, LESSON_WRONG_LONG, -1, line);
	case LESSON_CELLS_OK: break;
	}
	return 0;
}

static int
add_row(struct lesson *l, struct diag *diag)
{
	struct learn_row row = {.group = l->group};
	int r = l->mapping->row == NULL ? lesson_row_codes(l, &l->values, &row) : l->mapping->row(l, &l->values, &row);
	if (r == 0)
		r = l->mapping->label == NULL ? lesson_row_label(l, &l->values, &row)
		                              : l->mapping->label(l, &l->values, &row);
	if (r == -EINVAL)
		return 0; /* told */
	if (r == 0 && l->account.rows == l->limits.rows)
		return diag_say_at(diag, -E2BIG, l->file_cstr, UINT64_MAX,
		    _("more than %llu rows: give fewer files, or raise --max-rows"), (unsigned long long)l->limits.rows);
	if (r == 0)
		r = learn_table_add(l->table, &row);
	if (r == -ENOSPC)
		return diag_say_at(diag, r, l->file_cstr, UINT64_MAX,
		    _("more than %u kinds of attacks: is this the column of labels?"), LEARN_NAMES_MAX);
	if (r < 0)
		return diag_say(diag, r, "%s", _("not enough memory"));
	l->account.rows++;
	return 0;
}

static int
take_cells(struct lesson *l, struct diag *diag)
{
	if (!l->has_columns) {
		int r = lesson_columns_learn(l, diag);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	if (l->cells.count != l->column_count) {
		(void)lesson_row_wrong(l, LESSON_WRONG_CELLS, -1, (struct bytes){0});
		return 0;
	}
	for (size_t i = 0; i < l->cells.count; i++)
		if (l->fields[i] >= 0)
			l->values.value[l->fields[i]] = l->cells.cell[i];
	return add_row(l, diag);
}

/* "@attribute 'duration' real": the header of Weka's form, one column a line; "@data" ends it. */
static int
take_arff(struct lesson *l, struct bytes line, struct diag *diag)
{
	if (line.at[0] != '@')
		return 0; /* a comment */
	l->is_arff = true;
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

int
lesson_line(struct lesson *l, struct bytes line, struct diag *diag)
{
	static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
	l->line++;
	l->account.lines++;
	l->account.bytes += line.len + 1;
	if (l->line == 1 && bytes_start_with(line, (struct bytes){mark, sizeof(mark)}))
		line = bytes_after(line, sizeof(mark));
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	if (l->account.bytes > l->limits.bytes)
		return diag_say_at(diag, -E2BIG, l->file_cstr, UINT64_MAX, _("more than %llu MB of text: give fewer files"),
		    (unsigned long long)(l->limits.bytes >> 20));
	if (bytes_trim(line).len == 0)
		return 0;
	if (bytes_find(line, '\0') < line.len) {
		int r = lesson_row_wrong(l, LESSON_WRONG_BYTES, -1, line);
		if (l->has_columns || l->line > 1)
			return 0;
		return diag_say_at(
		    diag, r, l->file_cstr, UINT64_MAX, "%s", _("this is no text: a table of the mapping was expected"));
	}
	if (!l->has_columns && (line.at[0] == '@' || line.at[0] == '%'))
		return take_arff(l, line, diag);
	return split(l, line) < 0 ? 0 : take_cells(l, diag);
}

int
lesson_end(struct lesson *l, struct diag *diag)
{
	if (l->line == 0)
		return diag_say_at(diag, -ENODATA, l->file_cstr, UINT64_MAX, "%s", _("the file is empty"));
	return 0;
}

int
lesson_finish(struct lesson *l, struct learn_table **out, struct diag *diag)
{
	if (l->table->rows == 0)
		return diag_say_at(diag, -ENODATA, l->file_cstr, UINT64_MAX, "%s", _("not one row could be read"));
	learn_table_finish(l->table);
	*out = l->table;
	l->table = NULL;
	return 0;
}

const struct lesson_account *
lesson_account(const struct lesson *l)
{
	return &l->account;
}
