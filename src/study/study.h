/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/study.h - a risk study by EBIOS RM, as the files (YAML) that people wrote: five workshops, references, what follows from the
 * ratings.
 *
 * Every record keeps the node of its file: what it says is read from there (study_get.c). What may be said is one table
 * (study_schema.c), which checks, shows, compares and documents alike. Ids are unique in the whole study.
 */
#ifndef STUDY_STUDY_H
#define STUDY_STUDY_H

#include "core/arena.h"
#include "core/data_read.h"
#include "core/decimal.h"
#include "study/attack_graph.h"
#include "study/study_ids.h"

enum { STUDY_FILES_MAX = 64, STUDY_PROBLEMS_MAX = 500, STUDY_WORKSHOPS = 5 };

enum study_section {
	STUDY_MISSION,
	STUDY_VALUE,
	STUDY_ASSET,
	STUDY_EVENT,
	STUDY_BASELINE,
	STUDY_BASELINE_ITEM,
	STUDY_ORIGIN,
	STUDY_OBJECTIVE,
	STUDY_PAIR,
	STUDY_STAKEHOLDER,
	STUDY_STRATEGIC,
	STUDY_PATH,
	STUDY_OPERATIONAL,
	STUDY_MODE,
	STUDY_RISK,
	STUDY_MEASURE,
	STUDY_REQUIREMENT,
	STUDY_INDICATOR,
	STUDY_TEST,
	STUDY_DETECTION,
	STUDY_INCIDENT,
	STUDY_CAUSE,
	STUDY_ACTION,
	STUDY_PROOF,
	STUDY_SCALE,
	STUDY_MATRIX,
	STUDY_SECTIONS,
	STUDY_FRAME = STUDY_SECTIONS, /* one map, without id */
	STUDY_MONITORING,
	STUDY_PART, /* a map inside a record */
};

enum study_kind {
	STUDY_ID,
	STUDY_TEXT,    /* the same in both languages */
	STUDY_TEXTS,   /* or {en: ..., fr: ...} */
	STUDY_WORDS,   /* a list of texts */
	STUDY_NUMBER,  /* whole, min to max */
	STUDY_DECIMAL, /* min to max */
	STUDY_LEVEL,   /* of a scale */
	STUDY_CHOICE,  /* one of words */
	STUDY_YES_NO,
	STUDY_DATE, /* 2026-11-01 */
	STUDY_REF,  /* an id of a record of the sections `refers` */
	STUDY_REFS, /* a list of them */
	STUDY_MAP,
	STUDY_MAPS,    /* a list of maps; records of `section` */
	STUDY_ACTIONS, /* an attack graph */
	STUDY_CELLS,   /* rows of whole numbers */
};

struct study_field {
	const char *name_cstr;
	enum study_kind kind;
	bool is_needed;
	long min, max;
	const char *const *words;         /* of a choice, ends with NULL */
	uint32_t refers;                  /* bit of each section; 0: any record */
	const struct study_field *fields; /* of maps, ends with a NULL name */
	enum study_section section;       /* of maps */
	bool is_likelihood;               /* a level of that scale; otherwise of gravity */
};

struct study_section_form {
	const char *key_cstr;  /* at the top of a file; NULL: it is inside another one */
	const char *noun_cstr; /* "a business value", N_() */
	unsigned workshop;
	const struct study_field *fields;
};

struct study_record {
	enum study_section section;
	const char *id_cstr;
	const struct data_tree *tree;
	size_t file, parent; /* parent: a record, or SIZE_MAX */
};

struct study_file {
	const char *name_cstr;
	const struct data_tree *root; /* NULL: it could not be read */
	bool is_ours;                 /* the scales that ship */
};

enum study_severity { STUDY_ERROR, STUDY_WARNING };
struct study_problem {
	enum study_severity severity;
	const char *code_cstr; /* stable */
	size_t file;
	unsigned line, column;
	const char *record_cstr; /* the id it is about; "" : none */
	const char *text_cstr;
};

/* Of a mode: its graph. */
struct study_mode {
	size_t record;
	struct attack_graph graph;
};

struct study {
	struct arena *arena;
	struct study_file files[STUDY_FILES_MAX];
	size_t file_count;
	struct study_record *records; /* in the order of the files, sections mixed */
	size_t record_count, record_room;
	size_t *of_section[STUDY_SECTIONS]; /* numbers of records, in order */
	size_t section_count[STUDY_SECTIONS];
	struct study_ids ids;
	const struct data_tree *frame, *monitoring; /* NULL: nothing was said */
	size_t frame_file;
	struct study_mode *modes;
	size_t mode_count;
	struct study_problem *problems; /* sorted by file, line, column */
	size_t problem_count, error_count;
	size_t untold; /* problems beyond STUDY_PROBLEMS_MAX */
};

struct study_source {
	const char *name_cstr;
	struct bytes text;
};

/* Reads all files, with the scales that ship in front. What is wrong with them is in `problems`; -ENOMEM or -E2BIG with diag only. */
MUST_USE int
study_read(struct arena *arena, const struct study_source *sources, size_t count, struct study **out, struct diag *diag);

/* The table. */
const struct study_section_form *study_schema_form(enum study_section section);
const struct study_field *study_schema_find(const struct study_field *fields, struct bytes name);
extern const struct study_field study_schema_frame[], study_schema_monitoring[];

/* Problems; text_cstr is copied. */
void study_problem_say(struct study *s, enum study_severity severity, const char *code_cstr, size_t file, unsigned line,
    unsigned column, const char *record_cstr, const char *format, ...) PRINTF_LIKE(8, 9);
/* About a record, at its place. */
void study_problem_of(
    struct study *s, enum study_severity severity, const char *code_cstr, size_t record, const char *sentence_cstr);
void study_problem_sort(struct study *s);

/* What a record says. Texts in a language; "" when nothing was said. */
const char *study_get_text(const struct data_tree *map, const char *key_cstr, enum language language);
/* -1: nothing was said. */
long study_get_number(const struct data_tree *map, const char *key_cstr);
bool study_get_yes(const struct data_tree *map, const char *key_cstr, bool otherwise);
/* The record that a reference names; SIZE_MAX: none. */
size_t study_get_ref(const struct study *s, const struct data_tree *map, const char *key_cstr);
/* The i-th of a list of references; SIZE_MAX: there are fewer. */
size_t study_get_refs(const struct study *s, const struct data_tree *map, const char *key_cstr, size_t i);
const struct data_tree *study_get_first(const struct data_tree *map, const char *key_cstr); /* of a list */
static inline const struct data_tree *
study_tree(const struct study *s, size_t record)
{
	return s->records[record].tree;
}
/* The name, or the id where it has none. */
const char *study_get_name(const struct study *s, size_t record, enum language language);

#endif
