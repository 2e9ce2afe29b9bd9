/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/case_file.h - what people write about an incident, beside what its alerts tell: named fields of the incident itself,
 * and items (tasks, causes, actions, proofs, notices ...), each with fields of its own (record/case_fields.h).
 *
 * All texts are NUL-terminated UTF-8 and borrowed; whoever loads a file gives the arena they live in.
 */
#ifndef RECORD_CASE_FILE_H
#define RECORD_CASE_FILE_H

#include "core/bytes.h"

enum { CASE_ID_MAX = 24, CASE_NAME_MAX = 32, CASE_VALUE_MAX = 8192, CASE_WHO_MAX = 64, CASE_FIELDS_MAX = 64 };

struct incident;

struct case_field {
	const char *name_cstr;
	const char *value_cstr; /* empty: not said, or said no longer */
};

struct case_item {
	const char *id_cstr;       /* "TSK-" and 12 digits; "INC-" of the incident itself */
	const char *kind_cstr;     /* "task", "incident" */
	const char *incident_cstr; /* the incident it belongs to; its own id for an incident */
	const char *by_cstr;       /* who wrote it down */
	int64_t at_ns;             /* when it was written down */
	size_t field_count;
	struct case_field *fields;
};

struct case_file {
	struct case_item incident;
	const struct incident *story; /* of its alerts; story->alerts is 0 when it was opened by hand */
	size_t item_count;
	struct case_item *items; /* in order of at_ns, then id */
};

/* "" when it was not said. */
const char *case_file_value(const struct case_item *item, const char *name_cstr);
bool case_file_says(const struct case_item *item, const char *name_cstr, const char *value_cstr);
const struct case_item *case_file_find(const struct case_file *file, const char *id_cstr);
/* The next item of a kind behind `after` (NULL: the first); NULL when there is no more. */
const struct case_item *case_file_next(const struct case_file *file, const char *kind_cstr, const struct case_item *after);
/* A time as fields keep it ("2026-10-24T10:00:00Z") in seconds since 1970. */
bool case_file_time(const struct case_item *item, const char *name_cstr, int64_t *out_s);

#endif
