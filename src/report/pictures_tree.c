/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tree of causes: the problem on the left, what explains it to the right of it; a root cause has a thick border. */
#include "report/picture.h"
#include "report/pictures.h"

#include <stdio.h>

enum { COLUMNS = 5, COLUMN = PICTURE_WIDTH / COLUMNS, BOX = COLUMN - 16, LINES = 5, PAD = 4, GAP = 8, NODES_MAX = 40 };

struct box {
	size_t node, depth;
	int y, height;
};

static int
lines_of(const char *text_cstr, bool is_bold)
{
	int lines = 0;
	for (struct bytes left = bytes_of_cstr(text_cstr); left.len > 0 && lines < LINES; lines++)
		left = bytes_after(left, picture_line_break(left, BOX - 2 * PAD, is_bold));
	return lines == 0 ? 1 : lines;
}

struct tree {
	const struct pictures_node *nodes;
	size_t count, box_count, left_out;
	struct box boxes[NODES_MAX];
	int bottom;
};

/* Depth first, without recursion: parents come before children in the list, so a stack of last visited ones is enough. A
 * box stands at the height of its first child. */
static void
lay(struct tree *t, int first_height)
{
	size_t path[COLUMNS] = {0}, depth = 0;
	size_t next[COLUMNS] = {0};
	int y = 2;
	path[0] = SIZE_MAX;
	for (;;) {
		size_t child = next[depth];
		while (child < t->count && t->nodes[child].parent != path[depth])
			child++;
		if (child == t->count || depth + 1 == COLUMNS) {
			if (depth == 0)
				break;
			depth--;
			continue;
		}
		bool is_first = next[depth] == 0;
		next[depth] = child + 1;
		if (t->box_count == NODES_MAX)
			break;
		int height = lines_of(t->nodes[child].label_cstr, t->nodes[child].is_root) * PICTURE_LINE + 2 * PAD;
		/* Beside its parent when it is the first, else below all there is. */
		int at = is_first && t->box_count > 0 && depth > 0 ? t->boxes[t->box_count - 1].y
		    : t->box_count == 0                            ? y
		                                                   : t->bottom + GAP;
		t->boxes[t->box_count++] = (struct box){child, depth + 1, at, height};
		t->bottom = at + height > t->bottom ? at + height : t->bottom;
		path[++depth] = child;
		if (depth < COLUMNS)
			next[depth] = 0;
	}
	t->bottom = first_height > t->bottom ? first_height : t->bottom;
	t->left_out = t->count - t->box_count;
}

static void
draw_box(struct markup *m, int x, int y, int height, const char *text_cstr, bool is_root, bool is_problem)
{
	picture_rect(
	    m, x, y, BOX, height, is_problem ? PICTURE_SOFT : PICTURE_WHITE, is_problem ? PICTURE_BLUE : PICTURE_LINE_INK);
	if (is_root)
		picture_rect(m, x + 2, y + 2, BOX - 4, height - 4, "none", PICTURE_RED);
	(void)picture_paragraph(m,
	    &(struct picture_text){
	        x + PAD, y + PAD + PICTURE_TEXT, BOX - 2 * PAD, PICTURE_START, PICTURE_INK, is_root || is_problem},
	    LINES, text_cstr);
}

void
pictures_tree(struct markup *m, const struct pictures_words *w, const char *problem_cstr, const struct pictures_node *nodes,
    size_t count)
{
	static struct tree t; /* one thread makes documents */
	t = (struct tree){.nodes = nodes, .count = count};
	int problem = lines_of(problem_cstr, true) * PICTURE_LINE + 2 * PAD;
	char note[128];
	lay(&t, problem + 2);
	picture_start(m, w->language, t.bottom + 2 * PICTURE_LINE, w->title_cstr, w->what_cstr);
	for (size_t i = 0; i < t.box_count; i++) {
		const struct box *b = &t.boxes[i];
		int x = (int)b->depth * COLUMN, from_y = 2 + PICTURE_LINE, y = b->y + PICTURE_LINE;
		for (size_t p = 0; p < i; p++)
			if (t.boxes[p].node == nodes[b->node].parent)
				from_y = t.boxes[p].y + PICTURE_LINE;
		int elbow = x - (COLUMN - BOX) / 2;
		picture_line(m, x - COLUMN + BOX, from_y, elbow, from_y, PICTURE_LINE_INK, 1);
		picture_line(m, elbow, from_y, elbow, y, PICTURE_LINE_INK, 1);
		picture_line(m, elbow, y, x, y, PICTURE_LINE_INK, 1);
		draw_box(m, x, b->y, b->height, nodes[b->node].label_cstr, nodes[b->node].is_root, false);
	}
	draw_box(m, 0, 2, problem, problem_cstr, false, true);
	size_t used = (size_t)snprintf(note, sizeof(note), "%s", text_in(w->language, N_("A double border: a root cause.")));
	if (t.left_out > 0)
		(void)snprintf(note + used, sizeof(note) - used,
		    text_in(w->language, N_(" Causes that are not drawn: %zu.")), t.left_out);
	picture_text(m,
	    &(struct picture_text){0, t.bottom + PICTURE_LINE + 6, PICTURE_WIDTH, PICTURE_START, PICTURE_QUIET, false},
	    note);
	picture_end(m);
}
