/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/picture.h"

#include "core/utf8.h"

/* Widths of DejaVu Sans, hundredths of its size, of the characters 32 to 126: the widest font of those that documents ask for.
 * Beyond ASCII nine tenths of its Latin letters are narrower than WIDE_LATIN; what is drawn in a square is square. */
enum { ASCII_FIRST = 32, ASCII_COUNT = 95, WIDE_LATIN = 82, WIDE_REST = 104, BOLD_MORE = 13 };
static const uint8_t widths[ASCII_COUNT] = {32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54, 100, 69, 69, 70, 78, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79,
    70, 64, 62, 74, 69, 99, 69, 62, 69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62,
    64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84};

/* The width of the first character as markup writes it, and its length. */
static int
first_width(struct bytes text, size_t *len, bool is_bold)
{
	char out[8];
	size_t n;
	int width = 0;
	*len = text.len - markup_plain(text, out, &n).len;
	if ((uint8_t)out[0] >= 0x80) {
		bool is_space = n == 2 && out[0] == '\xc2' && out[1] == '\xa0';
		width = is_space ? widths[0] : n == 2 ? WIDE_LATIN : WIDE_REST;
	} else { /* one character, or the \xNN of one that is none */
		for (size_t i = 0; i < n; i++)
			width += out[i] < ASCII_FIRST ? widths[0] : widths[out[i] - ASCII_FIRST];
	}
	return width + (is_bold ? BOLD_MORE * (int)n : 0);
}

int
picture_text_width(struct bytes text, bool is_bold)
{
	int64_t width = 0;
	while (text.len > 0) {
		size_t len;
		width += first_width(text, &len, is_bold);
		text = bytes_after(text, len);
	}
	width = width * PICTURE_TEXT;
	return width > INT32_MAX ? INT32_MAX : (int)width;
}

size_t
picture_line_break(struct bytes text, int width, bool is_bold)
{
	int64_t left = (int64_t)width * 100;
	size_t at = 0, space = 0;
	while (at < text.len) {
		size_t len;
		if (text.at[at] == '\n')
			return at + 1;
		left -= (int64_t)first_width(bytes_after(text, at), &len, is_bold) * PICTURE_TEXT;
		if (left < 0)
			return space > 0 ? space : at > 0 ? at : len;
		at += len;
		if (text.at[at - 1] == ' ')
			space = at;
	}
	return at;
}

void
picture_start(struct markup *m, enum language language, int height, const char *title_cstr, const char *what_cstr)
{
	m->is_french = language == LANGUAGE_FR;
	markup_open(m, "svg");
	markup_attr(m, "xmlns", "http://www.w3.org/2000/svg");
	markup_attr_f(m, "viewBox", "0 0 %d %d", PICTURE_WIDTH, height);
	markup_attr_f(m, "width", "%d", PICTURE_WIDTH);
	markup_attr_f(m, "height", "%d", height);
	markup_attr(m, "role", "img");
	markup_attr(m, "aria-label", title_cstr);
	markup_attr(m, "font-family", "Noto Sans, Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif");
	markup_attr_f(m, "font-size", "%d", PICTURE_TEXT);
	markup_leaf(m, "title", title_cstr);
	markup_leaf(m, "desc", what_cstr);
}

void
picture_end(struct markup *m)
{
	markup_close(m);
}

static void
put(struct markup *m, const struct picture_text *at, struct bytes text, bool is_cut, const char *whole_cstr)
{
	static const char *const anchors[] = {"start", "middle", "end"};
	while (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\n'))
		text.len--;
	markup_open(m, "text");
	markup_attr_f(m, "x", "%d", at->x);
	markup_attr_f(m, "y", "%d", at->y);
	markup_attr(m, "text-anchor", anchors[at->anchor]);
	if (at->is_bold)
		markup_attr(m, "font-weight", "bold");
	markup_attr(m, "fill", at->ink_cstr == NULL ? PICTURE_INK : at->ink_cstr);
	if (is_cut)
		markup_leaf(m, "title", whole_cstr);
	markup_bytes(m, text);
	if (is_cut)
		markup_text(m, "…");
	markup_close(m);
}

int
picture_paragraph(struct markup *m, const struct picture_text *at, int lines, const char *text_cstr)
{
	struct picture_text line = *at;
	struct bytes left = bytes_of_cstr(text_cstr);
	int taken = 0;
	for (; left.len > 0 && taken < lines; taken++, line.y += PICTURE_LINE) {
		bool is_last = taken + 1 == lines;
		size_t n = picture_line_break(left, at->width, at->is_bold);
		bool is_cut = is_last && n < left.len;
		if (is_cut) /* room for the ellipsis */
			n = picture_line_break(left, at->width - PICTURE_TEXT - 2, at->is_bold);
		put(m, &line, bytes_first(left, n), is_cut, text_cstr);
		left = bytes_after(left, n);
	}
	return taken;
}

void
picture_text(struct markup *m, const struct picture_text *at, const char *text_cstr)
{
	(void)picture_paragraph(m, at, 1, text_cstr);
}

void
picture_rect(struct markup *m, int x, int y, int width, int height, const char *fill_cstr, const char *stroke_cstr)
{
	markup_open(m, "rect");
	markup_attr_f(m, "x", "%d", x);
	markup_attr_f(m, "y", "%d", y);
	markup_attr_f(m, "width", "%d", width);
	markup_attr_f(m, "height", "%d", height);
	markup_attr(m, "fill", fill_cstr);
	markup_attr(m, "stroke", stroke_cstr);
	markup_close(m);
}

static void
line(struct markup *m, int x1, int y1, int x2, int y2, const char *ink_cstr, int thick, bool is_dashed)
{
	markup_open(m, "line");
	markup_attr_f(m, "x1", "%d", x1);
	markup_attr_f(m, "y1", "%d", y1);
	markup_attr_f(m, "x2", "%d", x2);
	markup_attr_f(m, "y2", "%d", y2);
	markup_attr(m, "stroke", ink_cstr);
	markup_attr_f(m, "stroke-width", "%d", thick);
	if (is_dashed)
		markup_attr(m, "stroke-dasharray", "4 3");
	markup_close(m);
}

void
picture_line(struct markup *m, int x1, int y1, int x2, int y2, const char *ink_cstr, int thick)
{
	line(m, x1, y1, x2, y2, ink_cstr, thick, false);
}

void
picture_dashes(struct markup *m, int x1, int y1, int x2, int y2, const char *ink_cstr, int thick)
{
	line(m, x1, y1, x2, y2, ink_cstr, thick, true);
}

void
picture_dot(struct markup *m, int x, int y, int radius, const char *fill_cstr, const char *stroke_cstr)
{
	markup_open(m, "circle");
	markup_attr_f(m, "cx", "%d", x);
	markup_attr_f(m, "cy", "%d", y);
	markup_attr_f(m, "r", "%d", radius);
	markup_attr(m, "fill", fill_cstr);
	markup_attr(m, "stroke", stroke_cstr);
	markup_close(m);
}

const char *
picture_severity_ink(unsigned severity)
{
	static const char *const inks[] = {PICTURE_LINE_INK, "#b9c2cc", "#d89a4a", PICTURE_ORANGE, PICTURE_RED};
	return inks[severity < LENGTH_OF(inks) ? severity : LENGTH_OF(inks) - 1];
}
