/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who reached whom: two columns, lines between them; the thicker, the more alerts; the darker, the graver. */
#include "report/picture.h"
#include "report/pictures.h"

#include <stdio.h>

enum {
	SIDE = 190,
	LEFT_X = SIDE,
	RIGHT_X = PICTURE_WIDTH - SIDE,
	STEP = 20,
	NODES_MAX = 24,
	TOP = 26,
	LABEL_WIDTH = SIDE - 12
};

struct column {
	const char *names[NODES_MAX];
	size_t count;
};

/* The row of a name; NODES_MAX when the column is full. */
static size_t
row_of(struct column *c, const char *name_cstr)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->names[i], name_cstr) == 0)
			return i;
	if (c->count == NODES_MAX)
		return NODES_MAX;
	c->names[c->count] = name_cstr;
	return c->count++;
}

/* The shorter column is spread over the height of the longer one. */
static int
y_of(const struct column *c, size_t row, size_t most)
{
	int high = (int)(most > 0 ? most - 1 : 0) * STEP, span = (int)(c->count > 0 ? c->count - 1 : 0) * STEP;
	return TOP + PICTURE_LINE + (high - span) / 2 + (int)row * STEP;
}

static int
thickness(uint64_t count)
{
	return count > 100 ? 4 : count > 20 ? 3 : count > 3 ? 2 : 1;
}

static void
draw_column(struct markup *m, const struct column *c, size_t most, bool is_left)
{
	for (size_t i = 0; i < c->count; i++) {
		int y = y_of(c, i, most), x = is_left ? LEFT_X : RIGHT_X;
		picture_dot(m, x, y, 5, is_left ? PICTURE_BLUE : PICTURE_WHITE, PICTURE_BLUE);
		picture_text(m,
		    &(struct picture_text){is_left ? x - 10 : x + 10, y + 4, LABEL_WIDTH,
		        is_left ? PICTURE_END : PICTURE_START, PICTURE_INK, false},
		    c->names[i]);
	}
}

void
pictures_map(struct markup *m, const struct pictures_words *w, const struct pictures_arrow *arrows, size_t count)
{
	struct column from = {.count = 0}, to = {.count = 0};
	size_t left_out = 0;
	char note[128];
	for (size_t i = 0; i < count; i++) {
		size_t f = row_of(&from, arrows[i].from_cstr),
		       t = f < NODES_MAX ? row_of(&to, arrows[i].to_cstr) : NODES_MAX;
		left_out += f == NODES_MAX || t == NODES_MAX;
	}
	size_t most = from.count > to.count ? from.count : to.count;
	int height = TOP + PICTURE_LINE + (int)most * STEP - (left_out > 0 || count == 0 ? 0 : PICTURE_TEXT);
	picture_start(m, w->language, height, w->title_cstr, w->what_cstr);
	picture_text(m, &(struct picture_text){LEFT_X - 10, PICTURE_LINE, LABEL_WIDTH, PICTURE_END, PICTURE_QUIET, true},
	    text_in(w->language, N_("Where it came from")));
	picture_text(m, &(struct picture_text){RIGHT_X + 10, PICTURE_LINE, LABEL_WIDTH, PICTURE_START, PICTURE_QUIET, true},
	    text_in(w->language, N_("What it reached")));
	for (size_t i = 0; i < count; i++) {
		size_t f = row_of(&from, arrows[i].from_cstr), t = row_of(&to, arrows[i].to_cstr);
		if (f == NODES_MAX || t == NODES_MAX)
			continue;
		picture_line(m, LEFT_X, y_of(&from, f, most), RIGHT_X, y_of(&to, t, most),
		    picture_severity_ink(arrows[i].severity), thickness(arrows[i].count));
	}
	draw_column(m, &from, most, true);
	draw_column(m, &to, most, false);
	if (left_out > 0 || count == 0) {
		(void)snprintf(note, sizeof(note),
		    text_in(w->language, count == 0 ? N_("nobody reached anybody") : N_("Arrows that are not drawn: %zu")),
		    left_out);
		picture_text(
		    m, &(struct picture_text){0, height - 3, PICTURE_WIDTH, PICTURE_START, PICTURE_QUIET, false}, note);
	}
	picture_end(m);
}
