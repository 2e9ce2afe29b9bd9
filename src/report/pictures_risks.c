/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The map of risks: a field for each gravity and likelihood, with the level it has and the risks that are in it. */
#include "report/picture.h"
#include "report/pictures.h"

#include <stdio.h>

enum { HEAD = 100, FOOT = 34, LINES = 4, CELL_HIGH = LINES * PICTURE_LINE + 12, PAD = 5 };

static const char *
shade_of(int level)
{
	static const char *const shades[] = {"#dcefe2", "#fde7c7", "#f6c9cc", "#e79aa0"};
	return level < 0 ? PICTURE_WHITE : shades[level > 3 ? 3 : level];
}

static void
draw_cell(struct markup *m, const struct pictures_words *w, const struct pictures_risks *map, size_t row, size_t column,
    int x, int y, int width)
{
	const struct pictures_risks_cell *cell = &map->cells[row * map->columns + column];
	char more[64];
	picture_rect(m, x, y, width, CELL_HIGH, shade_of(cell->level), PICTURE_LINE_INK);
	picture_text(m, &(struct picture_text){x + width - PAD, y + 11, width - 2 * PAD, PICTURE_END, PICTURE_QUIET, false},
	    cell->level_cstr);
	for (size_t i = 0; i < cell->count; i++) {
		bool last = i == LINES - 2 && cell->count > LINES - 1;
		if (last)
			(void)snprintf(more, sizeof(more), text_in(w->language, N_("and %zu more")), cell->count - i);
		picture_text(m,
		    &(struct picture_text){
		        x + PAD, y + 11 + (int)(i + 1) * PICTURE_LINE, width - 2 * PAD, PICTURE_START, PICTURE_INK, !last},
		    last ? more : cell->labels[i]);
		if (last)
			break;
	}
}

void
pictures_risks(struct markup *m, const struct pictures_words *w, const struct pictures_risks *map)
{
	int width = map->columns == 0 ? 0 : (PICTURE_WIDTH - HEAD - 2) / (int)map->columns;
	int height = (int)map->rows * CELL_HIGH + FOOT;
	picture_start(m, w->language, height, w->title_cstr, w->what_cstr);
	for (size_t r = 0; r < map->rows; r++) { /* the highest likelihood is at the top */
		size_t row = map->rows - 1 - r;
		int y = (int)r * CELL_HIGH + 2;
		(void)picture_paragraph(m,
		    &(struct picture_text){
		        HEAD - PAD, y + CELL_HIGH / 2 - PICTURE_LINE, HEAD - PAD, PICTURE_END, PICTURE_INK, true},
		    3, map->row_names[row]);
		for (size_t c = 0; c < map->columns; c++)
			draw_cell(m, w, map, row, c, HEAD + (int)c * width, y, width);
	}
	for (size_t c = 0; c < map->columns; c++)
		picture_text(m,
		    &(struct picture_text){
		        HEAD + (int)c * width + width / 2, height - 14, width - 2 * PAD, PICTURE_MIDDLE, PICTURE_INK, true},
		    map->column_names[c]);
	picture_end(m);
}
