/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Columns over time. Labels stand below their bars as long as there is room, values above them when there is room for all;
 * otherwise the highest alone tells its value. */
#include "report/picture.h"
#include "report/pictures.h"

#include <stdio.h>

enum {
	HIGH = 120,
	TOP = 18,
	BOTTOM = HIGH + TOP,
	GAP_PERCENT = 25,
	TEXT_GAP = 8,
	TEXT_MAX = PICTURE_WIDTH / 3,
	STEP_MAX = 9000, /* hundredths of a unit: a few bars are not made as wide as the page */
	BARS_MAX = PICTURE_WIDTH / 2
};

static int
width_of(const char *text_cstr)
{
	int width = picture_text_width(bytes_of_cstr(text_cstr), false) / 100 + 1;
	return width < TEXT_MAX ? width : TEXT_MAX;
}

/* Under or above the middle of a bar, inside the picture, and behind the text before. False: there is no room. */
static bool
put(struct markup *m, int middle, int y, const char *ink_cstr, const char *text_cstr, int *end)
{
	int width = width_of(text_cstr), x = middle - width / 2;
	x = x < 0 ? 0 : x + width > PICTURE_WIDTH ? PICTURE_WIDTH - width : x;
	if (text_cstr[0] == '\0' || x < *end + TEXT_GAP)
		return false;
	if (m != NULL)
		picture_text(m, &(struct picture_text){x, y, width, PICTURE_START, ink_cstr, false}, text_cstr);
	*end = x + width;
	return true;
}

static int
share(uint64_t value, uint64_t most)
{
	int high = most == 0 ? 0 : (int)((double)value / (double)most * HIGH);
	return high == 0 && value > 0 ? 1 : high;
}

static int
middle_of(size_t bar, int step)
{
	return (int)bar * step / 100 + step / 200;
}

static bool
have_room(const struct pictures_bar *bars, size_t count, int step)
{
	int end = -TEXT_GAP;
	for (size_t i = 0; i < count; i++)
		if (bars[i].value > 0 && !put(NULL, middle_of(i, step), 0, "", bars[i].value_cstr, &end))
			return false;
	return true;
}

void
pictures_bars(struct markup *m, const struct pictures_words *w, const struct pictures_bar *bars, size_t count)
{
	uint64_t most = 0;
	size_t highest = 0, drawn = count < BARS_MAX ? count : BARS_MAX;
	int label_end = -TEXT_GAP, value_end = -TEXT_GAP, step = drawn > 0 ? PICTURE_WIDTH * 100 / (int)drawn : 0;
	step = step > STEP_MAX ? STEP_MAX : step;
	for (size_t i = 0; i < drawn; i++) {
		if (bars[i].value <= most)
			continue;
		most = bars[i].value;
		highest = i;
	}
	bool all_values = have_room(bars, drawn, step);
	picture_start(m, w->language, BOTTOM + 2 * PICTURE_LINE, w->title_cstr, w->what_cstr);
	picture_line(m, 0, BOTTOM, PICTURE_WIDTH, BOTTOM, PICTURE_INK, 1);
	if (most == 0)
		picture_text(m,
		    &(struct picture_text){4, BOTTOM - 6, PICTURE_WIDTH - 4, PICTURE_START, PICTURE_QUIET, false},
		    text_in(w->language, N_("nothing in this period")));
	for (size_t i = 0; i < drawn; i++) {
		int middle = middle_of(i, step), width = step * (100 - GAP_PERCENT) / 10000;
		int high = share(bars[i].value, most), part = share(bars[i].part, most);
		width = width < 1 ? 1 : width;
		if (high > 0)
			picture_rect(m, middle - width / 2, BOTTOM - high, width, high, "#9fb0c2", PICTURE_BLUE);
		if (part > 0)
			picture_rect(m, middle - width / 2, BOTTOM - part, width, part, PICTURE_BLUE, PICTURE_BLUE);
		(void)put(m, middle, BOTTOM + PICTURE_LINE, PICTURE_QUIET, bars[i].label_cstr, &label_end);
		if (bars[i].value > 0 && (all_values || i == highest))
			(void)put(m, middle, BOTTOM - high - 4, PICTURE_INK, bars[i].value_cstr, &value_end);
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
