/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Columns over time. Every bar has its value above it and its label below where there is room; of many, every n-th. */
#include "report/picture.h"
#include "report/pictures.h"

#include <stdio.h>

enum { HIGH = 120, TOP = 18, BOTTOM = HIGH + TOP, LEFT = 4, GAP_PERCENT = 25, LABEL_GAP = 6 };

/* Every how many bars a text of this width fits. */
static size_t
every(const struct pictures_bar *bars, size_t count, int step_hundredths, bool of_value)
{
	int widest = 0;
	for (size_t i = 0; i < count; i++) {
		int width = picture_text_width(bytes_of_cstr(of_value ? bars[i].value_cstr : bars[i].label_cstr), false);
		widest = width > widest ? width : widest;
	}
	int limit = (PICTURE_WIDTH / 3) * 100;
	widest = (widest < limit ? widest : limit) + LABEL_GAP * 100;
	size_t n = (size_t)((widest + step_hundredths - 1) / (step_hundredths > 0 ? step_hundredths : 1));
	return n == 0 ? 1 : n;
}

void
pictures_bars(struct markup *m, const struct pictures_words *w, const struct pictures_bar *bars, size_t count)
{
	uint64_t most = 0;
	for (size_t i = 0; i < count; i++)
		most = bars[i].value > most ? bars[i].value : most;
	picture_start(m, w->language, BOTTOM + 2 * PICTURE_LINE, w->title_cstr, w->what_cstr);
	picture_line(m, 0, BOTTOM, PICTURE_WIDTH, BOTTOM, PICTURE_INK, 1);
	if (count == 0 || most == 0)
		picture_text(m,
		    &(struct picture_text){LEFT, BOTTOM - 6, PICTURE_WIDTH - LEFT, PICTURE_START, PICTURE_QUIET, false},
		    text_in(w->language, N_("nothing in this period")));
	/* At most 1 bar for each 2 units: beyond that the last ones are told, not drawn. */
	size_t drawn = count < PICTURE_WIDTH / 2 ? count : PICTURE_WIDTH / 2;
	int step = drawn > 0 ? PICTURE_WIDTH * 100 / (int)drawn : 0;
	step = step > 9000 ? 9000 : step;
	size_t label_every = every(bars, drawn, step, false), value_every = every(bars, drawn, step, true);
	for (size_t i = 0; i < drawn; i++) {
		int x = (int)i * step / 100, width = step * (100 - GAP_PERCENT) / 10000, middle = x + step / 200;
		int high = most == 0 ? 0 : (int)((double)bars[i].value / (double)most * HIGH);
		int part = most == 0 ? 0 : (int)((double)bars[i].part / (double)most * HIGH);
		width = width < 1 ? 1 : width;
		high = high == 0 && bars[i].value > 0 ? 1 : high;
		part = part == 0 && bars[i].part > 0 ? 1 : part;
		if (high > 0)
			picture_rect(m, middle - width / 2, BOTTOM - high, width, high, "#9fb0c2", PICTURE_BLUE);
		if (part > 0)
			picture_rect(m, middle - width / 2, BOTTOM - part, width, part, PICTURE_BLUE, PICTURE_BLUE);
		int room_for_label = (int)label_every * step / 100 - LABEL_GAP,
		    room_for_value = (int)value_every * step / 100 - LABEL_GAP;
		enum picture_anchor anchor = middle < room_for_label / 2 ? PICTURE_START
		    : middle + room_for_label / 2 > PICTURE_WIDTH        ? PICTURE_END
		                                                         : PICTURE_MIDDLE;
		int at = anchor == PICTURE_START ? 0 : anchor == PICTURE_END ? PICTURE_WIDTH : middle;
		bool last_is_near = anchor == PICTURE_END && i + 1 < drawn;
		if (i % label_every == 0 && !last_is_near && !(anchor == PICTURE_START && i > 0))
			picture_text(m,
			    &(struct picture_text){at, BOTTOM + PICTURE_LINE, room_for_label, anchor, PICTURE_QUIET, false},
			    bars[i].label_cstr);
		if (value_every == 1 && bars[i].value > 0)
			picture_text(m,
			    &(struct picture_text){
			        middle, BOTTOM - high - 4, room_for_value, PICTURE_MIDDLE, PICTURE_INK, false},
			    bars[i].value_cstr);
	}
	if (value_every > 1 && most > 0) { /* only the highest is told */
		for (size_t i = 0; i < drawn; i++) {
			if (bars[i].value != most)
				continue;
			int middle = (int)i * step / 100 + step / 200;
			bool is_right = middle > PICTURE_WIDTH / 2;
			picture_text(m,
			    &(struct picture_text){middle, TOP - 5, PICTURE_WIDTH / 3,
			        is_right ? PICTURE_END : PICTURE_START, PICTURE_INK, false},
			    bars[i].value_cstr);
			break;
		}
	}
	if (drawn < count) {
		char more[64];
		(void)snprintf(more, sizeof(more), text_in(w->language, N_("and %zu more")), count - drawn);
		picture_text(m,
		    &(struct picture_text){
		        0, BOTTOM + 2 * PICTURE_LINE - 2, PICTURE_WIDTH, PICTURE_START, PICTURE_QUIET, false},
		    more);
	}
	picture_end(m);
}
