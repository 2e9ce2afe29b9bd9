/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ishikawa: families of causes above and below a spine that leads to the problem. */
#include "report/picture.h"
#include "report/pictures.h"

#include <stdio.h>

enum {
	HEAD_WIDTH = 130,
	SPINE_END = PICTURE_WIDTH - HEAD_WIDTH - 8,
	ABOVE = 4, /* bones above the spine; as many below */
	BONE = SPINE_END / ABOVE,
	SLANT = 14,
	CAUSES_MAX = 4,
	CAUSE_LINES = 3,
	PAD = 5,
	LABEL_HIGH = 17
};

/* Lines that the causes of a bone take. */
static int
lines_of(const struct pictures_bone *bone)
{
	int lines = 0;
	for (size_t i = 0; i < bone->cause_count && i < CAUSES_MAX; i++) {
		struct bytes left = bytes_of_cstr(bone->causes[i]);
		for (int n = 0; n < CAUSE_LINES && left.len > 0; n++, lines++)
			left = bytes_after(left, picture_line_break(left, BONE - SLANT - 4 * PAD, bone->is_root[i]));
	}
	return lines + (bone->cause_count > CAUSES_MAX);
}

static void
draw_bone(struct markup *m, const struct pictures_words *w, const struct pictures_bone *bone, int x, int spine, int high,
    bool is_above)
{
	int far = is_above ? spine - high : spine + high,
	    y = is_above ? far + LABEL_HIGH + PICTURE_LINE : spine + PICTURE_LINE + 4;
	int box_y = is_above ? far : far - LABEL_HIGH;
	char more[64];
	picture_line(m, x, is_above ? far + LABEL_HIGH : far - LABEL_HIGH, x + SLANT, spine, PICTURE_LINE_INK, 2);
	picture_rect(m, x - 2, box_y, BONE - SLANT - 4, LABEL_HIGH, bone->cause_count > 0 ? PICTURE_SOFT : PICTURE_WHITE,
	    PICTURE_LINE_INK);
	picture_text(m,
	    &(struct picture_text){x + PAD - 2, box_y + 12, BONE - SLANT - 4 - 2 * PAD, PICTURE_START, PICTURE_BLUE, true},
	    bone->label_cstr);
	for (size_t i = 0; i < bone->cause_count && i < CAUSES_MAX; i++) {
		if (bone->is_root[i])
			picture_dot(m, x + SLANT + PAD, y - 3, 3, PICTURE_RED, PICTURE_RED);
		int lines = picture_paragraph(m,
		    &(struct picture_text){
		        x + SLANT + 2 * PAD, y, BONE - SLANT - 4 * PAD, PICTURE_START, PICTURE_INK, bone->is_root[i]},
		    CAUSE_LINES, bone->causes[i]);
		y += lines * PICTURE_LINE;
	}
	if (bone->cause_count > CAUSES_MAX) {
		(void)snprintf(more, sizeof(more), text_in(w->language, N_("and %zu more")), bone->cause_count - CAUSES_MAX);
		picture_text(m,
		    &(struct picture_text){
		        x + SLANT + 2 * PAD, y, BONE - SLANT - 4 * PAD, PICTURE_START, PICTURE_QUIET, false},
		    more);
	}
}

void
pictures_fishbone(struct markup *m, const struct pictures_words *w, const char *problem_cstr,
    const struct pictures_bone *bones, size_t count)
{
	int above = 1, below = 1;
	count = count < 2 * ABOVE ? count : 2 * ABOVE;
	for (size_t i = 0; i < count; i++) {
		int *most = i < ABOVE ? &above : &below, lines = lines_of(&bones[i]);
		*most = lines > *most ? lines : *most;
	}
	int above_high = above * PICTURE_LINE + LABEL_HIGH + 10,
	    below_high = count > ABOVE ? below * PICTURE_LINE + LABEL_HIGH + 16 : 40;
	above_high = above_high < 40 ? 40 : above_high;
	int spine = above_high + 4;
	picture_start(m, w->language, spine + below_high + 4, w->title_cstr, w->what_cstr);
	picture_line(m, 0, spine, SPINE_END, spine, PICTURE_BLUE, 3);
	picture_rect(m, SPINE_END, spine - 36, HEAD_WIDTH + 6, 72, PICTURE_SOFT, PICTURE_BLUE);
	(void)picture_paragraph(m,
	    &(struct picture_text){SPINE_END + PAD + 2, spine - 22, HEAD_WIDTH - 2 * PAD, PICTURE_START, PICTURE_INK, true},
	    5, problem_cstr);
	for (size_t i = 0; i < count; i++)
		draw_bone(
		    m, w, &bones[i], 3 + (int)(i % ABOVE) * BONE, spine, i < ABOVE ? above_high : below_high, i < ABOVE);
	picture_end(m);
}
