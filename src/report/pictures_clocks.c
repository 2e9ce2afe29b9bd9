/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Legal clocks as bars, each on its own scale: from what it is counted from to its deadline, filled as far as time went. */
#include "report/picture.h"
#include "report/pictures.h"

#include <stdio.h>

enum {
	LABEL_WIDTH = 250,
	BAR_X = 262,
	BAR = 220,
	STATE_X = BAR_X + BAR + 36,
	STATE_WIDTH = PICTURE_WIDTH - STATE_X,
	ROW = 34,
	BAR_HIGH = 12,
	OVER = 24,
	ROWS_MAX = 24
};

void
pictures_clocks(struct markup *m, const struct pictures_words *w, const struct pictures_clock *clocks, size_t count)
{
	size_t drawn = count < ROWS_MAX ? count : ROWS_MAX;
	int height = (int)drawn * ROW + PICTURE_LINE;
	picture_start(m, w->language, height, w->title_cstr, w->what_cstr);
	for (size_t i = 0; i < drawn; i++) {
		const struct pictures_clock *c = &clocks[i];
		int y = (int)i * ROW + 4;
		bool is_late = c->state == PICTURES_CLOCK_LATE || c->state == PICTURES_CLOCK_SENT_LATE;
		bool is_sent = c->state == PICTURES_CLOCK_SENT || c->state == PICTURES_CLOCK_SENT_LATE;
		double share = c->due_s > c->from_s ? (double)(c->until_s - c->from_s) / (double)(c->due_s - c->from_s) : 1;
		int filled = share < 0 ? 0 : share > 1 ? BAR : (int)(share * BAR);
		const char *ink_cstr = is_late ? PICTURE_RED : is_sent ? PICTURE_GREEN : PICTURE_BLUE;
		(void)picture_paragraph(m,
		    &(struct picture_text){0, y + PICTURE_TEXT, LABEL_WIDTH, PICTURE_START, PICTURE_INK, false}, 2,
		    c->label_cstr);
		picture_rect(m, BAR_X, y, BAR, BAR_HIGH, PICTURE_SOFT, PICTURE_LINE_INK);
		if (filled > 0)
			picture_rect(m, BAR_X, y, filled, BAR_HIGH, ink_cstr, ink_cstr);
		if (is_late) /* beyond the end, dashed: grey shows it too */
			picture_dashes(m, BAR_X + BAR, y + BAR_HIGH / 2, BAR_X + BAR + OVER, y + BAR_HIGH / 2, ink_cstr, 4);
		picture_line(m, BAR_X + BAR, y - 3, BAR_X + BAR, y + BAR_HIGH + 3, PICTURE_INK, 2);
		if (is_sent)
			picture_dot(
			    m, BAR_X + (is_late ? BAR + OVER : filled), y + BAR_HIGH / 2, 5, PICTURE_WHITE, ink_cstr);
		picture_text(m,
		    &(struct picture_text){BAR_X + BAR, y + BAR_HIGH + PICTURE_LINE, BAR, PICTURE_END, PICTURE_QUIET, false},
		    c->due_cstr);
		(void)picture_paragraph(m,
		    &(struct picture_text){STATE_X, y + PICTURE_TEXT, STATE_WIDTH, PICTURE_START, PICTURE_INK, is_late}, 2,
		    c->state_cstr);
	}
	if (drawn < count) {
		char more[64];
		(void)snprintf(more, sizeof(more), text_in(w->language, N_("and %zu more")), count - drawn);
		picture_text(
		    m, &(struct picture_text){0, height - 2, PICTURE_WIDTH, PICTURE_START, PICTURE_QUIET, false}, more);
	}
	picture_end(m);
}
