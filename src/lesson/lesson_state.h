/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_state.h - a table being read: what the files of this folder share. */
#ifndef LESSON_LESSON_STATE_H
#define LESSON_LESSON_STATE_H

#include "detect/learn/learn_table_file.h"
#include "lesson/lesson_cells.h"
#include "lesson/lesson_mapping.h"
#include "record/flow_vector_file.h"

/* A binary file being read. */
enum lesson_vectors_kind { LESSON_VECTORS_NONE, LESSON_VECTORS_SENSOR, LESSON_VECTORS_SET };
struct lesson_vectors {
	enum lesson_vectors_kind kind;
	struct flow_vector_head head;
	struct learn_table_head set;
	uint64_t rows;                                               /* of the set, so far */
	uint16_t families[LEARN_NAMES_MAX], groups[LEARN_NAMES_MAX]; /* its numbers as ours */
};

struct lesson_host;
struct lesson_ends;
struct lesson_json;
struct lesson_labels;

struct lesson {
	const struct lesson_mapping *mapping;
	struct learn_table *table;
	struct lesson_limits limits;
	struct lesson_account account;
	char file_cstr[256];
	uint64_t line, file_bytes; /* of this file; bytes read before it */
	uint16_t group;
	/* of this file: which cell is which field */
	bool has_columns;
	uint8_t separator;
	size_t column_count;
	int8_t fields[LESSON_CELLS_MAX]; /* by cell; -1: none of ours */
	struct lesson_values values;
	bool spaced; /* the last cell is several, with three spaces between them, as the labelled logs of IoT-23 have it */
	bool has_answers; /* a flow of this file has packets of both sides */
	size_t first_row; /* of this file */
	bool finished;    /* what follows are totals, no rows */
	struct lesson_json *json;
	struct lesson_vectors vectors;
	const struct lesson_labels *labels; /* NULL: those of the table */
	/* machines by address and group; their number is the place in the list */
	struct lesson_host *hosts;
	uint32_t host_count, *host_slot; /* 0: free, else the number */
	size_t host_slots;
	uint64_t host_key;
	struct lesson_ends *ends; /* by row of the table, of mappings of flows */
	size_t ends_room;
	struct lesson_cells cells;
};

/* The group that this file's rows belong to, by the file's name. 0 or -ENOSPC with diag. */
MUST_USE int lesson_group(struct lesson *lesson, struct diag *diag);

#endif
