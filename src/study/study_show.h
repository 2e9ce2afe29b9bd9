/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/study_show.h - a study as JSON: what is wrong with it, what follows from it, what changed between two versions of it. */
#ifndef STUDY_STUDY_SHOW_H
#define STUDY_STUDY_SHOW_H

#include "core/json.h"
#include "study/study_reckon.h"

void study_show_problems(struct json *j, const struct study *s);
void study_show_figures(struct json *j, const struct study *s, const struct study_figure *figures, enum language language);

enum study_change { STUDY_ADDED, STUDY_REMOVED, STUDY_CHANGED };
/* Calls say() for each record that is in one study only, or says something else; `fields` are the keys that differ, separated by
 * commas, of a changed one; a record of the frame has the id "study". The order is that of the newer study, then what was removed. */
void study_show_differences(const struct study *older, const struct study *newer,
    void (*say)(void *context, enum study_change change, const char *id_cstr, unsigned workshop, const char *fields_cstr),
    void *context);

#endif
