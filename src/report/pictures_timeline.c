/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What happened when: moments that people told stand above the line with their labels, alerts are strokes below it. A label
 * takes the lowest row where it touches no other and where no thread of another runs through it. */
#include "report/picture.h"
#include "report/pictures.h"
#include "report/typography.h"

#include "record/alert_text.h"

#include <stdio.h>

enum {
	LEFT = 6,
	LABEL_MIN = 124,
	EDGE = PICTURE_WIDTH - 4,
	RIGHT = EDGE - LABEL_MIN - 4, /* so that the last label has room */
	CUTS_MAX = 4,
	CUT_WIDTH = 64,
	PART_MIN = 78,
	PERCENT_TO_CUT = 35,
	ROWS_MAX = 14,
	LABEL_MAX = 230,
	LABELS_MAX = ROWS_MAX * 8,
	THREAD_GAP = 4,
	STROKE = 5, /* of one degree of severity */
	BELOW = 4 * STROKE + 2 * PICTURE_LINE + 6,
	SECOND_NS = 1000000000
};

/* A part of the line, between silences that were cut out. */
struct part {
	int64_t from_s, to_s;
	int x, width;
};

struct label {
	const struct pictures_moment *moment;
	int thread_x, x, width, row; /* x: its left side */
};

struct line {
	struct part parts[CUTS_MAX + 1];
	size_t part_count;
	struct label labels[LABELS_MAX];
	size_t label_count, without_label;
	int rows;
};

/* The longest silences are cut as long as one of them takes a good part of what is left. */
static void
cut(struct line *l, const struct pictures_moment *moments, size_t count)
{
	size_t cuts[CUTS_MAX], cut_count = 0; /* behind which moment */
	int64_t range_s = moments[count - 1].at_s - moments[0].at_s;
	while (cut_count < CUTS_MAX && count > 2) {
		size_t longest = 0;
		int64_t longest_s = 0;
		for (size_t i = 0; i + 1 < count; i++) {
			bool again = false;
			for (size_t c = 0; c < cut_count; c++)
				again = again || cuts[c] == i;
			int64_t gap_s = moments[i + 1].at_s - moments[i].at_s;
			if (again || gap_s <= longest_s)
				continue;
			longest = i;
			longest_s = gap_s;
		}
		if (longest_s == 0 || longest_s / PERCENT_TO_CUT < range_s / 100)
			break;
		size_t at = cut_count++;
		for (; at > 0 && cuts[at - 1] > longest; at--)
			cuts[at] = cuts[at - 1];
		cuts[at] = longest;
		range_s -= longest_s;
	}
	size_t from = 0;
	for (size_t c = 0; c <= cut_count; c++) {
		size_t to = c < cut_count ? cuts[c] : count - 1;
		l->parts[l->part_count++] = (struct part){.from_s = moments[from].at_s, .to_s = moments[to].at_s};
		from = to + 1;
	}
	int x = LEFT, free_width = RIGHT - LEFT - (int)cut_count * CUT_WIDTH - (int)l->part_count * PART_MIN;
	for (size_t p = 0; p < l->part_count; p++) {
		struct part *part = &l->parts[p];
		double share = range_s > 0 ? (double)(part->to_s - part->from_s) / (double)range_s
		                           : 1.0 / (double)l->part_count;
		part->x = x;
		part->width = PART_MIN + (int)(share * free_width);
		x += part->width + CUT_WIDTH;
	}
}

static int
x_of(const struct line *l, int64_t at_s)
{
	for (size_t p = 0; p < l->part_count; p++) {
		const struct part *part = &l->parts[p];
		if (at_s > part->to_s)
			continue;
		if (part->to_s == part->from_s)
			return part->x + part->width / 2;
		double share = (double)(at_s - part->from_s) / (double)(part->to_s - part->from_s);
		return part->x + (int)(share * part->width);
	}
	return RIGHT;
}

static bool
is_free(const struct line *l, const struct label *new, int row)
{
	for (size_t i = 0; i < l->label_count; i++) {
		const struct label *o = &l->labels[i];
		bool meets = new->x < o->x + o->width + THREAD_GAP && o->x < new->x + new->width + THREAD_GAP;
		bool through_me = o->thread_x > new->x - THREAD_GAP && o->thread_x < new->x + new->width + THREAD_GAP;
		bool through_it = new->thread_x > o->x - THREAD_GAP &&new->thread_x < o->x + o->width + THREAD_GAP;
		if ((o->row == row && (meets || through_me || through_it)) || (o->row > row && through_me) ||
		    (o->row < row && through_it))
			return false;
	}
	return true;
}

static void
place(struct line *l, const struct pictures_moment *moment)
{
	struct label label = {.moment = moment, .thread_x = x_of(l, moment->at_s)};
	int whole = picture_text_width(bytes_of_cstr(moment->label_cstr), moment->is_milestone) / 100 + 1;
	whole = whole < LABEL_MAX ? whole : LABEL_MAX;
	label.width = whole < EDGE - label.thread_x - THREAD_GAP ? whole : EDGE - label.thread_x - THREAD_GAP;
	label.x = label.thread_x + THREAD_GAP;
	for (int row = 0; row < ROWS_MAX && l->label_count < LABELS_MAX; row++) {
		label.row = row;
		if (!is_free(l, &label, row))
			continue;
		l->labels[l->label_count++] = label;
		l->rows = row + 1 > l->rows ? row + 1 : l->rows;
		return;
	}
	l->without_label++;
}

/* From the right: labels lie to the right of their threads, so that those of earlier moments go above the later ones, and no thread
 * has to cross a label. Where that leaves a milestone out, milestones are placed first. */
static void
place_all(struct line *l, const struct pictures_moment *moments, size_t count)
{
	static struct line empty; /* 10 kB */
	empty = *l;
	bool milestone_left_out = false;
	for (size_t i = count; i-- > 0;) {
		size_t before = l->without_label;
		if (moments[i].severity == 0)
			place(l, &moments[i]);
		milestone_left_out = milestone_left_out || (moments[i].is_milestone && l->without_label > before);
	}
	if (!milestone_left_out)
		return;
	*l = empty;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = count; i-- > 0;)
			if (moments[i].severity == 0 && moments[i].is_milestone == (pass == 0))
				place(l, &moments[i]);
}

static void
draw_line(struct markup *m, const struct pictures_words *w, const struct line *l, int axis)
{
	char text[TYPOGRAPHY_TIME_MAX], duration[64];
	int tick_y = axis + 4 * STROKE + PICTURE_LINE;
	for (size_t p = 0; p < l->part_count; p++) {
		const struct part *part = &l->parts[p];
		int end = part->x + part->width;
		picture_line(m, part->x, axis, end, axis, PICTURE_INK, 2);
		picture_line(m, part->x, axis, part->x, tick_y - PICTURE_TEXT, PICTURE_LINE_INK, 1);
		(void)typography_time(w->language, w->zone, part->from_s, text);
		int width = picture_text_width(bytes_of_cstr(text), false) / 100 + 1;
		struct picture_text at = {part->x + 2, tick_y, width, PICTURE_START, PICTURE_QUIET, false};
		if (part->width >= width) {
			picture_text(m, &at, text);
		} else { /* the hour below the day */
			char day[TYPOGRAPHY_TIME_MAX];
			picture_text(m, &at, typography_date(w->language, w->zone, part->from_s, day));
			at.y += PICTURE_LINE;
			picture_text(m, &at, text + strlen(text) - 5);
		}
		if (p + 1 == l->part_count && part->width > 2 * width + 20 && part->to_s > part->from_s) {
			(void)typography_time(w->language, w->zone, part->to_s, text);
			picture_text(m, &(struct picture_text){end, tick_y, width, PICTURE_END, PICTURE_QUIET, false}, text);
			picture_line(m, end, axis, end, tick_y - PICTURE_TEXT, PICTURE_LINE_INK, 1);
		}
		if (p + 1 == l->part_count)
			continue;
		picture_dashes(m, end, axis, end + CUT_WIDTH, axis, PICTURE_LINE_INK, 1);
		(void)alert_text_duration(
		    w->language, (l->parts[p + 1].from_s - part->to_s) * SECOND_NS, duration, sizeof(duration));
		picture_text(m,
		    &(struct picture_text){
		        end + CUT_WIDTH / 2, axis + PICTURE_LINE, CUT_WIDTH - 4, PICTURE_MIDDLE, PICTURE_QUIET, false},
		    duration);
	}
}

static void
draw_label(struct markup *m, const struct label *label, int axis)
{
	int y = axis - PICTURE_LINE * (label->row + 1);
	const char *ink_cstr = label->moment->is_milestone ? PICTURE_BLUE : PICTURE_LINE_INK;
	picture_line(m, label->thread_x, axis, label->thread_x, y - PICTURE_TEXT + 3, PICTURE_LINE_INK, 1);
	picture_dot(m, label->thread_x, axis, label->moment->is_milestone ? 4 : 3, ink_cstr, PICTURE_WHITE);
	picture_text(m,
	    &(struct picture_text){label->x, y, label->width, PICTURE_START, PICTURE_INK, label->moment->is_milestone},
	    label->moment->label_cstr);
}

void
pictures_timeline(struct markup *m, const struct pictures_words *w, const struct pictures_moment *moments, size_t count)
{
	static struct line l; /* one thread makes documents */
	l = (struct line){0};
	char note[160];
	uint64_t alerts = 0;
	if (count == 0) {
		picture_start(m, w->language, 2 * PICTURE_LINE, w->title_cstr, w->what_cstr);
		picture_text(m,
		    &(struct picture_text){LEFT, PICTURE_LINE, RIGHT - LEFT, PICTURE_START, PICTURE_QUIET, false},
		    text_in(w->language, N_("no moment is known")));
		picture_end(m);
		return;
	}
	cut(&l, moments, count);
	place_all(&l, moments, count);
	for (size_t i = 0; i < count; i++)
		alerts += moments[i].severity > 0;
	int axis = (l.rows + 1) * PICTURE_LINE + 4;
	picture_start(m, w->language, axis + BELOW + PICTURE_LINE, w->title_cstr, w->what_cstr);
	for (size_t i = 0; i < count; i++)
		if (moments[i].severity > 0)
			picture_line(m, x_of(&l, moments[i].at_s), axis + 2, x_of(&l, moments[i].at_s),
			    axis + 2 + STROKE * (int)moments[i].severity, picture_severity_ink(moments[i].severity), 2);
	for (size_t i = 0; i < count; i++)
		if (moments[i].severity == 0)
			picture_dot(m, x_of(&l, moments[i].at_s), axis, 3, PICTURE_LINE_INK, PICTURE_WHITE);
	draw_line(m, w, &l, axis);
	for (size_t i = 0; i < l.label_count; i++)
		draw_label(m, &l.labels[i], axis);
	(void)snprintf(note, sizeof(note),
	    text_in(w->language, N_("Strokes below the line: alerts (%llu), the graver the longer.")),
	    (unsigned long long)alerts);
	size_t used = alerts > 0 ? strlen(note) : 0;
	if (l.without_label > 0)
		(void)snprintf(note + used, sizeof(note) - used, text_in(w->language, N_(" Moments without a label: %zu.")),
		    l.without_label);
	if (used > 0 || l.without_label > 0)
		picture_text(m,
		    &(struct picture_text){LEFT, axis + BELOW + 4, RIGHT - LEFT, PICTURE_START, PICTURE_QUIET, false}, note);
	picture_end(m);
}
