/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/study - the files of a study (YAML), one after the other, separated by a line "%%%".
 *
 * Oracles: each problem is at a line of a file that is there, in order; each record is found by its id; a figure is a level or unknown;
 * a study differs from itself in nothing.
 */
#include "core/ensure.h"
#include "study/study_check.h"
#include "study/study_orphans.h"
#include "study/study_show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const unsigned char scales_yaml[];
extern const size_t scales_yaml_len;

static void
no_difference(void *context, enum study_change change, const char *id_cstr, unsigned workshop, const char *fields_cstr)
{
	(void)change, (void)id_cstr, (void)workshop, (void)fields_cstr;
	++*(size_t *)context;
}

static void
count_orphan(void *context, enum study_orphan kind, size_t record, const char *word_cstr)
{
	const struct study *s = context;
	ENSURE(record < s->record_count && study_orphans_code(kind)[0] != '\0' && word_cstr != NULL);
}

static void
check(struct study *s, const struct study_figure *figures)
{
	size_t differences = 0;
	for (size_t i = 0; i < s->problem_count; i++)
		ENSURE(
		    s->problems[i].file < s->file_count && s->problems[i].line > 0 && s->problems[i].text_cstr[0] != '\0');
	for (size_t i = 0; i < s->record_count; i++) {
		ENSURE(study_ids_find(&s->ids, s->records[i].id_cstr) == i);
		ENSURE(figures[i].level >= -1 && figures[i].level <= 9 && figures[i].likelihood <= 9 &&
		    figures[i].gravity <= 9);
	}
	ENSURE(study_orphans(s, "2026-11-28", &(struct study_orphans_proofs){NULL}, count_orphan, s) <= 0);
	study_show_differences(s, s, no_difference, &differences);
	ENSURE(differences == 0 || s->error_count > 0 || s->record_count > 100);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static char room[1 << 22];
	static const char *const names[] = {"a.yaml", "b.yaml", "c.yaml", "d.yaml"};
	struct study_source sources[LENGTH_OF(names) + 1] = {{"scales.yaml", {scales_yaml, scales_yaml_len}}};
	struct bytes left = {data, size};
	struct diag diag = {0};
	struct study *s = NULL;
	size_t count = 1;
	if (arena.start == NULL)
		ENSURE(arena_init(&arena, 128 << 20) == 0);
	arena_reset(&arena);
	do {
		struct bytes file = bytes_first(left, bytes_find_all(left, BYTES("%%%\n")));
		sources[count] = (struct study_source){names[count - 1], file};
		left = bytes_after(left, file.len + 4);
		count++;
	} while (left.len > 0 && count <= LENGTH_OF(names));
	if (study_read(&arena, sources, count, &s, &diag) < 0)
		return 0;
	struct study_figure *figures = study_reckon(s);
	if (figures == NULL)
		return 0;
	study_check(s, figures);
	study_problem_sort(s);
	check(s, figures);
	struct json j = json_of(room, sizeof(room));
	study_show_problems(&j, s);
	study_show_figures(&j, s, figures, LANGUAGE_FR);
	return 0;
}
