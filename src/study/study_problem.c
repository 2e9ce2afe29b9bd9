/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/study.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SENTENCE_MAX = 512 };

void
study_problem_say(struct study *s, enum study_severity severity, const char *code_cstr, size_t file, unsigned line,
    unsigned column, const char *record_cstr, const char *format, ...)
{
	char text[SENTENCE_MAX];
	va_list list;
	s->error_count += severity == STUDY_ERROR;
	if (s->problem_count == STUDY_PROBLEMS_MAX) {
		s->untold++;
		return;
	}
	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	struct bytes kept = arena_dup(s->arena, bytes_of_cstr(text));
	s->problems[s->problem_count++] = (struct study_problem){.severity = severity,
	    .code_cstr = code_cstr,
	    .file = file,
	    .line = line,
	    .column = column,
	    .record_cstr = record_cstr,
	    .text_cstr = kept.at == NULL ? code_cstr : (const char *)kept.at};
}

void
study_problem_of(
    struct study *s, enum study_severity severity, const char *code_cstr, size_t record, const char *sentence_cstr)
{
	const struct study_record *r = &s->records[record];
	study_problem_say(s, severity, code_cstr, r->file, r->tree->line, r->tree->column, r->id_cstr, "%s: %s", r->id_cstr,
	    sentence_cstr);
}

static int
by_place(const void *a, const void *b)
{
	const struct study_problem *x = a, *y = b;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return strcmp(x->text_cstr, y->text_cstr);
}

void
study_problem_sort(struct study *s)
{
	if (s->problem_count > 0)
		qsort(s->problems, s->problem_count, sizeof(s->problems[0]), by_place);
}
