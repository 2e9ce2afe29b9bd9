/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/picture.h - what all pictures are drawn with: SVG of PICTURE_WIDTH units, whatever its height. Lengths are whole units:
 * about a quarter of a millimetre on paper. Texts are never wider than they are told to be; what is cut tells its whole text
 * as a title. Shades are for eyes and printers in grey: no fact is told by a colour alone.
 */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "core/text.h"
#include "report/markup.h"

enum { PICTURE_WIDTH = 680, PICTURE_TEXT = 10, PICTURE_LINE = 13 };

enum picture_anchor { PICTURE_START, PICTURE_MIDDLE, PICTURE_END };

#define PICTURE_INK "#1c2430"
#define PICTURE_QUIET "#56606e"
#define PICTURE_BLUE "#17324d"
#define PICTURE_SOFT "#e8ecf0"
#define PICTURE_LINE_INK "#8a96a3"
#define PICTURE_RED "#a3161f"
#define PICTURE_ORANGE "#b35c00"
#define PICTURE_GREEN "#1f6f43"
#define PICTURE_WHITE "#ffffff"

/* The picture's name and what it shows, for who cannot see it. Closed by picture_end(). */
void picture_start(struct markup *m, enum language language, int height, const char *title_cstr, const char *what_cstr);
void picture_end(struct markup *m);

/* Hundredths of a unit that a text takes at size PICTURE_TEXT: never less than the widest of the fonts we ask for. */
int picture_text_width(struct bytes text, bool is_bold);
/* Where the first line of a text ends when it may take so many units: behind a space where there is one. At least one
 * character is taken. */
size_t picture_line_break(struct bytes text, int width, bool is_bold);

struct picture_text {
	int x, y;  /* the base line */
	int width; /* it is cut to this */
	enum picture_anchor anchor;
	const char *ink_cstr;
	bool is_bold;
};
void picture_text(struct markup *m, const struct picture_text *at, const char *text_cstr);
/* In up to `lines` lines, PICTURE_LINE apart; returns how many it took. */
int picture_paragraph(struct markup *m, const struct picture_text *at, int lines, const char *text_cstr);

void picture_rect(struct markup *m, int x, int y, int width, int height, const char *fill_cstr, const char *stroke_cstr);
void picture_line(struct markup *m, int x1, int y1, int x2, int y2, const char *ink_cstr, int thick);
void picture_dashes(struct markup *m, int x1, int y1, int x2, int y2, const char *ink_cstr, int thick);
void picture_dot(struct markup *m, int x, int y, int radius, const char *fill_cstr, const char *stroke_cstr);

/* The shade of a severity of 4, and a mark that grey keeps apart. */
const char *picture_severity_ink(unsigned severity);

#endif
