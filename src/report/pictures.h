/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/pictures.h - the pictures of reports: values and labels in, one SVG out. Pure. Labels are kept as doc_keep() does.
 * What does not fit is counted in the picture, never dropped silently. */
#ifndef REPORT_PICTURES_H
#define REPORT_PICTURES_H

#include "core/text.h"
#include "core/zone.h"
#include "report/markup.h"

/* Every picture has these. */
struct pictures_words {
	enum language language;
	const struct zone *zone;
	const char *title_cstr, *what_cstr;
};

struct pictures_moment {
	int64_t at_s;
	const char *label_cstr;
	unsigned severity; /* of an alert: a stroke below the line; 0: a moment that people told, above it */
	bool is_milestone; /* labelled first */
};
/* In order of time. Long silences are cut out, and say how long they are. */
void
pictures_timeline(struct markup *m, const struct pictures_words *w, const struct pictures_moment *moments, size_t count);

struct pictures_row {
	const char *label_cstr; /* a tactic */
	const char *const *chips;
	size_t chip_count;
};
/* Rows of chips: tactics with the techniques that were seen; a row without any is told as not seen. */
void pictures_matrix(struct markup *m, const struct pictures_words *w, const struct pictures_row *rows, size_t count);

struct pictures_bar {
	const char *label_cstr;
	uint64_t value, part; /* the part of the value that is drawn darker */
	const char *value_cstr;
};
void pictures_bars(struct markup *m, const struct pictures_words *w, const struct pictures_bar *bars, size_t count);

struct pictures_arrow {
	const char *from_cstr, *to_cstr;
	uint64_t count;
	unsigned severity;
};
/* Who reached whom: sources on the left, targets on the right. The first arrows are drawn. */
void pictures_map(struct markup *m, const struct pictures_words *w, const struct pictures_arrow *arrows, size_t count);

struct pictures_bone {
	const char *label_cstr;
	const char *const *causes;
	const bool *is_root;
	size_t cause_count;
};
void pictures_fishbone(struct markup *m, const struct pictures_words *w, const char *problem_cstr,
    const struct pictures_bone *bones, size_t count);

struct pictures_node {
	const char *label_cstr;
	size_t parent; /* an index before this one's, or SIZE_MAX: it explains the problem itself */
	bool is_root, has_proof;
};
void pictures_tree(struct markup *m, const struct pictures_words *w, const char *problem_cstr,
    const struct pictures_node *nodes, size_t count);

enum pictures_clock_state { PICTURES_CLOCK_RUNS, PICTURES_CLOCK_LATE, PICTURES_CLOCK_SENT, PICTURES_CLOCK_SENT_LATE };
struct pictures_clock {
	const char *label_cstr, *due_cstr, *state_cstr;
	int64_t from_s, due_s, until_s; /* until_s: sent, or now */
	enum pictures_clock_state state;
};
void pictures_clocks(struct markup *m, const struct pictures_words *w, const struct pictures_clock *clocks, size_t count);

struct pictures_risks_cell {
	int level; /* -1: none */
	const char *level_cstr;
	const char *const *labels;
	size_t count;
};
struct pictures_risks {
	size_t rows, columns;
	const char *const *row_names, *const *column_names;
	const struct pictures_risks_cell *cells; /* row after row, the lowest first */
};
/* Risks by gravity and likelihood. */
void pictures_risks(struct markup *m, const struct pictures_words *w, const struct pictures_risks *map);

struct pictures_radar_point {
	const char *label_cstr;
	int64_t threat; /* ten-thousandths */
	bool is_critical;
};
struct pictures_radar {
	const struct pictures_radar_point *points;
	size_t count;
	int64_t thresholds[3]; /* watch, control, danger */
};
void pictures_radar(struct markup *m, const struct pictures_words *w, const struct pictures_radar *radar);

#endif
