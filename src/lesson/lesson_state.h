/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_state.h - a table being read: what the files of this folder share. */
#ifndef LESSON_LESSON_STATE_H
#define LESSON_LESSON_STATE_H

#include "lesson/lesson_cells.h"
#include "lesson/lesson_mapping.h"

struct lesson {
	const struct lesson_mapping *mapping;
	struct learn_table *table;
	struct lesson_limits limits;
	struct lesson_account account;
	char file_cstr[256];
	uint64_t line; /* of this file */
	uint16_t group;
	/* of this file: which cell is which field */
	bool has_columns;
	bool is_arff; /* names come as @attribute lines */
	uint8_t separator;
	size_t column_count;
	int8_t fields[LESSON_CELLS_MAX]; /* by cell; -1: none of ours */
	struct lesson_values values;
	struct lesson_cells cells;
};

#endif
