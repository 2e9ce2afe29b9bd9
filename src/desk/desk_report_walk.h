/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_report_walk.h - every incident's file in turn, and the legal clocks of one, as reports want them. */
#ifndef DESK_DESK_REPORT_WALK_H
#define DESK_DESK_REPORT_WALK_H

#include "desk/desk_report.h"

/* The arena is cut back behind each file: what is to stay has to be copied elsewhere. 0, or a negative errno with diag. */
MUST_USE int desk_report_walk(const struct desk_report_source *from,
    void (*each)(void *context, const struct case_file *file), void *context, struct diag *diag);
/* Texts are those of the clocks and of the file. Returns how many steps there are; max is enough for all (CLOCKS_PROFILES_MAX
 * * CLOCKS_STEPS_MAX). */
size_t desk_report_walk_clocks(const struct desk_report_source *from, enum language language, const struct case_file *file,
    struct report_clock *out, size_t max);
/* When it was seen; else when it was written down; else its first alert. */
int64_t desk_report_walk_time(const struct case_file *file, bool *is_seen);
/* In words, or the code itself. */
const char *desk_report_walk_category(const struct desk_report_source *from, enum language language, const char *code_cstr);
/* A copy in the arena, as printf writes it. */
const char *desk_report_walk_text(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
