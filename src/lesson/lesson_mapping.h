/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_mapping.h - what a mapping is made of: fields with the names that columns have for them, and what a row says. */
#ifndef LESSON_LESSON_MAPPING_H
#define LESSON_LESSON_MAPPING_H

#include "lesson/lesson.h"
#include "lesson/lesson_coding.h"

enum { LESSON_FIELDS_MAX = 64 };

enum lesson_kind {
	LESSON_CODE,    /* of a data set's own columns: the next code of the schema */
	LESSON_FIELD,   /* what the mapping's own function reads */
	LESSON_SIGNED,  /* the same, and it may be negative */
	LESSON_LABEL,   /* 0, 1, or a word */
	LESSON_FAMILY,  /* of the attack */
	LESSON_TIME,    /* seconds since 1970 */
	LESSON_SOURCE,  /* the machine that began the flow */
	LESSON_ADDRESS, /* another machine: no feature, and personal data */
};

struct lesson_field {
	const char *names_cstr; /* what headers call it: "smean|smeansz" */
	enum lesson_kind kind;
	bool optional;
	struct lesson_coding coding;
	const char *missing_cstr; /* what stands for "not known", beside the usual signs */
};

/* Columns by position, where a file has no header: so many cells, and of each the number of its field, or -1. */
struct lesson_layout {
	size_t cells;
	const int8_t *fields;
};

struct lesson_values {
	struct bytes value[LESSON_FIELDS_MAX]; /* by field; empty where there is none */
	uint16_t column[LESSON_FIELDS_MAX];    /* from 1; 0: this file has none */
};

enum lesson_form {
	LESSON_CSV,  /* cells, with or without names; ARFF */
	LESSON_ZEEK, /* #fields and tabs, or JSON */
	LESSON_JSON, /* one object a line */
	LESSON_BINARY,
};

enum { LESSON_ROW_PASSED = 1 /* what lesson_mapping.row says of a line that is none of ours */ };

struct lesson_mapping {
	const char *name_cstr, *schema_cstr, *about_cstr;
	enum lesson_form form;
	const struct lesson_field *fields;
	size_t field_count;
	const struct lesson_layout *layouts;
	size_t layout_count;
	/* NULL: every field is LESSON_CODE or one of the common kinds. 0, or -EINVAL after lesson_row_wrong(). */
	int (*row)(struct lesson *lesson, const struct lesson_values *v, struct learn_row *out);
	/* The label of a row, where 0, 1 and words of the family are not all there is. */
	int (*label)(struct lesson *lesson, const struct lesson_values *v, struct learn_row *out);
	/* A file is over, whose rows begin there. NULL: nothing is left to do. */
	void (*end_file)(struct lesson *lesson, size_t first_row);
};

#endif
