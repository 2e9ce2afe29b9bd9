/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_cells.h - one line of a table as its cells: commas, semicolons or tabs, quotes as RFC 4180 has them.
 *
 * A cell of more than one line does not occur in tables of flows and is refused. Cells borrow the line and the scratch.
 */
#ifndef LESSON_LESSON_CELLS_H
#define LESSON_LESSON_CELLS_H

#include "core/bytes.h"

enum { LESSON_CELLS_MAX = 256, LESSON_CELLS_LINE_MAX = 64 << 10 };

struct lesson_cells {
	size_t count;
	struct bytes cell[LESSON_CELLS_MAX];
	uint8_t scratch[LESSON_CELLS_LINE_MAX]; /* cells whose doubled quotes were undone */
};

enum lesson_cells_said { LESSON_CELLS_OK, LESSON_CELLS_QUOTE, LESSON_CELLS_MANY, LESSON_CELLS_LONG };

/* The separator that a line uses: the commonest of , ; and tab outside quotes; ',' where there is none. */
uint8_t lesson_cells_separator(struct bytes line);
/* *wrong_at: from 1, the cell where a quote does not close. Spaces around a cell are no part of it. */
enum lesson_cells_said lesson_cells_read(struct bytes line, uint8_t separator, struct lesson_cells *out, size_t *wrong_at);

#endif
