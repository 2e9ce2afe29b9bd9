/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson.h"

#include "core/text.h"
#include "lesson/lesson_columns.h"
#include "lesson/lesson_context.h"
#include "lesson/lesson_head.h"
#include "lesson/lesson_json.h"
#include "lesson/lesson_labels.h"
#include "lesson/lesson_origin.h"
#include "lesson/lesson_own.h"
#include "lesson/lesson_row.h"
#include "lesson/lesson_source.h"
#include "lesson/lesson_vectors.h"
#include "record/flow_vector_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const struct lesson_mapping *const mappings[] = {&lesson_vectors_fv64, &lesson_source_zeek_conn,
    &lesson_source_eve_flow, &lesson_source_netflow, &lesson_source_ctu13, &lesson_source_cic, &lesson_own_unsw_nb15,
    &lesson_own_kdd_nsl};

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

static void
name_code(struct lesson *l, size_t code, struct bytes name)
{
	name = bytes_first(name, LEARN_NAME_SIZE - 1);
	memcpy(l->table->code_names[code], name.at, name.len);
}

/* The codes of a schema of its own are named as their columns. */
static void
name_codes(struct lesson *l)
{
	size_t code = 0;
	bool own = strcmp(l->mapping->schema_cstr, "fv64") != 0;
	for (unsigned i = 0; i < FLOW_CODES && !own; i++)
		name_code(l, i, bytes_of_cstr(flow_vector_name(i)));
	for (size_t i = 0; i < l->mapping->field_count && own; i++) {
		struct bytes name = bytes_of_cstr(l->mapping->fields[i].names_cstr);
		if (l->mapping->fields[i].kind == LESSON_CODE)
			name_code(l, code++, bytes_first(name, bytes_find(name, '|')));
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
lesson_label_by(struct lesson *l, const struct lesson_labels *labels)
{
	l->labels = labels;
}

void
lesson_free(struct lesson *l)
{
	if (l == NULL)
		return;
	learn_table_free(l->table);
	lesson_json_free(l->json);
	free(l->hosts);
	free(l->host_slot);
	free(l->ends);
	free(l);
}

/* The end of a path tells more than its beginning. */
int
lesson_group(struct lesson *l, struct diag *diag)
{
	struct bytes name = bytes_of_cstr(l->file_cstr);
	if (name.len >= LEARN_NAME_SIZE)
		name = bytes_after(name, name.len - (LEARN_NAME_SIZE - 1));
	int group = learn_table_group(l->table, name);
	if (group < 0)
		return diag_say_at(
		    diag, group, l->file_cstr, UINT64_MAX, _("more than %u files in one table"), LEARN_NAMES_MAX);
	l->group = (uint16_t)group;
	return 0;
}

int
lesson_begin(struct lesson *l, const char *file_cstr, struct diag *diag)
{
	(void)snprintf(l->file_cstr, sizeof(l->file_cstr), "%s", file_cstr);
	l->line = 0;
	l->file_bytes = l->account.bytes;
	l->vectors = (struct lesson_vectors){0};
	l->has_columns = l->spaced = l->finished = l->has_answers = false;
	l->first_row = l->table->rows;
	l->column_count = 0;
	l->account.files++;
	memset(&l->values, 0, sizeof(l->values));
	return l->mapping->form == LESSON_BINARY ? 0 : lesson_group(l, diag); /* a set brings its own */
}

/* The cells of the line; 0, or -EINVAL when they were told to be wrong. */
static int
split(struct lesson *l, struct bytes line)
{
	size_t wrong_at = 0;
	if (!l->has_columns)
		l->separator = lesson_cells_separator(line);
	switch (lesson_cells_read(line, l->separator, &l->cells, &wrong_at)) {
	case LESSON_CELLS_QUOTE: return lesson_row_wrong(l, LESSON_WRONG_QUOTE, -1, line);
	case LESSON_CELLS_MANY:
	case LESSON_CELLS_LONG: return lesson_row_wrong(l, LESSON_WRONG_LONG, -1, line);
	case LESSON_CELLS_OK: break;
	}
	if (l->spaced)
		lesson_head_unspace(l);
	return 0;
}

static int
add_row(struct lesson *l, struct diag *diag)
{
	struct learn_row row = {.group = l->group};
	int r = l->mapping->row == NULL ? lesson_row_codes(l, &l->values, &row) : l->mapping->row(l, &l->values, &row);
	if (r == 0 && l->mapping->row == NULL)
		r = lesson_origin_own(l, &l->values, &row);
	if (r == 0)
		r = l->mapping->label == NULL ? lesson_row_label(l, &l->values, &row)
		                              : l->mapping->label(l, &l->values, &row);
	if (r == -EINVAL || r == LESSON_ROW_PASSED)
		return 0; /* told, or none of ours */
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

static int
take_json(struct lesson *l, struct bytes line, struct diag *diag)
{
	int r = lesson_json_read(l, line);
	if (r == -ENOMEM)
		return diag_say(diag, r, "%s", _("not enough memory"));
	return r < 0 ? 0 : add_row(l, diag);
}

static int
take_line(struct lesson *l, struct bytes line, struct diag *diag)
{
	uint8_t first = line.at[0];
	if (l->mapping->form == LESSON_JSON || (l->mapping->form == LESSON_ZEEK && first == '{'))
		return take_json(l, line, diag);
	if (l->mapping->form == LESSON_ZEEK && first == '#')
		return lesson_head_zeek(l, line, diag);
	if (l->mapping->form == LESSON_CSV && !l->has_columns && (first == '@' || first == '%'))
		return lesson_head_arff(l, line, diag);
	l->finished = l->finished || (l->has_columns && bytes_eq(line, BYTES("Summary"))); /* nfdump's totals follow */
	if (l->finished)
		return 0;
	return split(l, line) < 0 ? 0 : take_cells(l, diag);
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
	return take_line(l, line, diag);
}

bool
lesson_has_lines(const struct lesson *l)
{
	return l->mapping->form != LESSON_BINARY;
}

int
lesson_bytes(struct lesson *l, struct bytes *rest, struct diag *diag)
{
	return lesson_vectors_take(l, rest, diag);
}

int
lesson_end(struct lesson *l, size_t left, struct diag *diag)
{
	int r = 0;
	if (l->line == 0 && left == 0 && l->account.bytes == l->file_bytes)
		return diag_say_at(diag, -ENODATA, l->file_cstr, UINT64_MAX, "%s", _("the file is empty"));
	if (l->mapping->form == LESSON_BINARY)
		r = lesson_vectors_end(l, left, diag);
	if (r < 0)
		return r;
	if (l->mapping->end_file != NULL)
		l->mapping->end_file(l, l->first_row);
	if (l->ends != NULL && l->mapping->form != LESSON_BINARY)
		r = lesson_context_fill(l, l->first_row);
	if (r == 0 && l->labels != NULL)
		r = lesson_labels_apply(l->labels, l, l->first_row);
	return r == 0 ? 0 : diag_say(diag, r, "%s", r == -ENOSPC ? _("too many kinds of attacks") : _("not enough memory"));
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
