/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tactics down the side, techniques as chips beside them: a matrix lying on its side, so that every word is readable. */
#include "report/picture.h"
#include "report/pictures.h"

#include <stdio.h>

enum { HEAD = 190, CHIP_GAP = 6, CHIP_PAD = 5, CHIP_HIGH = 16, ROW_GAP = 6, CHIP_MAX = 330, LINES_MAX = 6 };

struct flow {
	int x, y, lines;
	size_t left_out;
};

static int
chip_width(const char *text_cstr)
{
	int width = picture_text_width(bytes_of_cstr(text_cstr), false) / 100 + 1 + 2 * CHIP_PAD;
	return width < CHIP_MAX ? width : CHIP_MAX;
}

/* Lays out one row of chips, and draws it where m is not NULL. The height that it takes. */
static int
lay(struct markup *m, const struct pictures_words *w, const struct pictures_row *row, int top)
{
	struct flow f = {.x = HEAD, .y = top, .lines = 1};
	for (size_t i = 0; i < row->chip_count; i++) {
		int width = chip_width(row->chips[i]);
		if (f.x + width > PICTURE_WIDTH - 2 && f.x > HEAD) {
			if (f.lines == LINES_MAX) {
				f.left_out = row->chip_count - i;
				break;
			}
			f.x = HEAD;
			f.y += CHIP_HIGH + CHIP_GAP;
			f.lines++;
		}
		if (m != NULL) {
			picture_rect(m, f.x, f.y, width, CHIP_HIGH, PICTURE_BLUE, PICTURE_BLUE);
			picture_text(m,
			    &(struct picture_text){
			        f.x + CHIP_PAD, f.y + 12, width - 2 * CHIP_PAD, PICTURE_START, PICTURE_WHITE, false},
			    row->chips[i]);
		}
		f.x += width + CHIP_GAP;
	}
	if (f.left_out > 0) {
		char more[64];
		f.y += CHIP_HIGH + CHIP_GAP;
		(void)snprintf(more, sizeof(more), text_in(w->language, N_("and %zu more")), f.left_out);
		if (m != NULL)
			picture_text(
			    m, &(struct picture_text){HEAD, f.y + 12, CHIP_MAX, PICTURE_START, PICTURE_QUIET, false}, more);
	}
	return f.y + CHIP_HIGH - top;
}

void
pictures_matrix(struct markup *m, const struct pictures_words *w, const struct pictures_row *rows, size_t count)
{
	int height = 2, y = 2;
	for (size_t i = 0; i < count; i++)
		height += lay(NULL, w, &rows[i], 0) + ROW_GAP;
	picture_start(m, w->language, height, w->title_cstr, w->what_cstr);
	for (size_t i = 0; i < count; i++) {
		bool seen = rows[i].chip_count > 0;
		int high = lay(NULL, w, &rows[i], 0);
		picture_rect(m, 0, y, HEAD - CHIP_GAP, high, seen ? PICTURE_SOFT : PICTURE_WHITE,
		    seen ? PICTURE_BLUE : PICTURE_LINE_INK);
		picture_text(m,
		    &(struct picture_text){CHIP_PAD, y + 12, HEAD - CHIP_GAP - 2 * CHIP_PAD, PICTURE_START,
		        seen ? PICTURE_INK : PICTURE_QUIET, seen},
		    rows[i].label_cstr);
		if (!seen)
			picture_text(m, &(struct picture_text){HEAD, y + 12, CHIP_MAX, PICTURE_START, PICTURE_QUIET, false},
			    text_in(w->language, N_("not seen")));
		(void)lay(m, w, &rows[i], y);
		y += high + ROW_GAP;
	}
	picture_end(m);
}
