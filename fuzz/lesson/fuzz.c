/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/lesson - a table of flows of any mapping, which the first byte chooses; or vectors, in pieces.
 *
 * Oracles: what is refused has a reason; rows are in bounds and add up; a row that was left out was told, with its line; the table,
 * written as a set, is read back the same.
 */
#include "core/ensure.h"
#include "detect/learn/learn_table_file.h"
#include "lesson/lesson.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS_MAX = 2000, PIECE = 300 };
static const struct lesson_limits limits = {.rows = ROWS_MAX, .bytes = 1 << 20};

static int
give_lines(struct lesson *l, struct bytes rest, struct diag *diag)
{
	int r = 0;
	while (rest.len > 0 && r == 0) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		rest = bytes_after(rest, line.len + 1);
		r = lesson_line(l, line, diag);
	}
	return r == 0 ? lesson_end(l, 0, diag) : r;
}

static int
give_pieces(struct lesson *l, struct bytes file, size_t piece, struct diag *diag)
{
	size_t given = 0, taken = 0;
	int r = 0;
	while (given < file.len && r == 0) {
		given = file.len - given > piece ? given + piece : file.len;
		struct bytes rest = bytes_first(bytes_after(file, taken), given - taken);
		r = lesson_bytes(l, &rest, diag);
		ENSURE(r < 0 || rest.len <= given - taken);
		taken = given - rest.len;
	}
	return r == 0 ? lesson_end(l, file.len - taken, diag) : r;
}

static void
check_account(const struct lesson_account *a)
{
	uint64_t wrong = 0;
	for (size_t i = 0; i < LESSON_WRONGS; i++)
		wrong += a->wrong[i];
	ENSURE(a->fault_count == (wrong < LESSON_FAULTS_TOLD ? wrong : LESSON_FAULTS_TOLD));
	for (size_t i = 0; i < a->fault_count; i++)
		ENSURE(a->faults[i].line >= 1 && a->faults[i].line <= a->lines && a->faults[i].text_cstr[0] != '\0' &&
		    a->faults[i].wrong < LESSON_WRONGS);
}

static void
check_table(const struct learn_table *t, const struct lesson_account *a)
{
	uint64_t unknown = 0;
	ENSURE(t->rows == a->rows && t->rows > 0 && t->rows <= ROWS_MAX);
	for (size_t i = 0; i < t->rows; i++) {
		ENSURE(t->labels[i] <= LEARN_UNKNOWN && t->families[i] < t->family_names.count &&
		    t->groups[i] < t->group_names.count);
		ENSURE(t->labels[i] != LEARN_ATTACK || t->families[i] != 0 || a->lines == 0);
		unknown += t->labels[i] == LEARN_UNKNOWN;
	}
	ENSURE(unknown == a->unlabelled);
}

static void
check_set(const struct learn_table *t)
{
	size_t size = LEARN_TABLE_FILE_HEAD + LEARN_TABLE_FILE_NAMES_MAX + t->rows * LEARN_TABLE_FILE_ROW;
	uint8_t *room = malloc(size);
	struct lesson *l;
	struct learn_table *back;
	struct diag diag;
	ENSURE(room != NULL && lesson_new("fv64", &limits, &l, &diag) == 0);
	struct writer w = writer_of(room, size);
	learn_table_file_put_head(&w, t);
	learn_table_file_put_names(&w, t);
	for (size_t i = 0; i < t->rows; i++)
		learn_table_file_put_row(&w, t, i);
	ENSURE(writer_ok(&w) && lesson_begin(l, "set", &diag) == 0);
	ENSURE(give_pieces(l, writer_written(&w), LEARN_TABLE_FILE_NAMES_MAX, &diag) == 0 &&
	    lesson_finish(l, &back, &diag) == 0);
	ENSURE(back->rows == t->rows && memcmp(back->vectors, t->vectors, t->rows * sizeof(t->vectors[0])) == 0 &&
	    memcmp(back->labels, t->labels, t->rows) == 0);
	learn_table_free(back);
	lesson_free(l);
	free(room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lesson *l = NULL;
	struct learn_table *t = NULL;
	struct diag diag = {.offset = UINT64_MAX};
	size_t mappings = 0;
	if (size == 0)
		return 0;
	while (lesson_mapping_name(mappings) != NULL)
		mappings++;
	struct bytes text = {data + 1, size - 1};
	ENSURE(lesson_new(lesson_mapping_name(data[0] % mappings), &limits, &l, &diag) == 0);
	ENSURE(lesson_begin(l, "table", &diag) == 0);
	int r = lesson_has_lines(l) ? give_lines(l, text, &diag) : give_pieces(l, text, PIECE, &diag);
	if (r == 0)
		r = lesson_finish(l, &t, &diag);
	ENSURE(r == 0 || diag.text_cstr[0] != '\0');
	check_account(lesson_account(l));
	if (r == 0) {
		check_table(t, lesson_account(l));
		check_set(t);
	}
	learn_table_free(t);
	lesson_free(l);
	return 0;
}
