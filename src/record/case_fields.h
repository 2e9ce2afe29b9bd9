/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/case_fields.h - which items an incident's file may hold, and which fields each may have: one table that the verbs,
 * the checks, the exports and the manual page share.
 */
#ifndef RECORD_CASE_FIELDS_H
#define RECORD_CASE_FIELDS_H

#include "core/diag.h"
#include "record/case_file.h"

enum case_type {
	CASE_LINE,   /* one line of text */
	CASE_TEXT,   /* text, perhaps of several lines */
	CASE_TIME,   /* kept in UTC, "2026-10-24T10:00:00Z" */
	CASE_NUMBER, /* whole, not negative */
	CASE_WORD,   /* one of words */
	CASE_REF,    /* the id of another object */
};

struct case_field_def {
	const char *name_cstr;
	enum case_type type;
	const char *label_cstr;   /* English; text_in() at the edge */
	const char *const *words; /* of a CASE_WORD, NULL at the end */
};

struct case_kind {
	const char *kind_cstr;
	const char *verb_cstr;   /* `beffroi incident VERB` that adds one; NULL: none */
	const char *prefix_cstr; /* of ids */
	const char *label_cstr;  /* English */
	const char *main_cstr;   /* the field that a text without a name goes to */
	const char *needs[4];    /* fields that a new one must have */
	const struct case_field_def *fields;
	size_t field_count;
};

const struct case_kind *case_fields_kinds(size_t *count);
/* NULL when there is none. */
const struct case_kind *case_fields_kind(const char *kind_cstr);
const struct case_kind *case_fields_verb(const char *verb_cstr);
const struct case_field_def *case_fields_find(const struct case_kind *kind, const char *name_cstr);
/* Whether a value may be kept in a field: its form, length, UTF-8 without control characters. Empty is allowed: it takes the
 * field back. 0, or -EINVAL with diag. */
MUST_USE int case_fields_check(const struct case_field_def *def, const char *value_cstr, struct diag *diag);

#endif
