/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/study_check.h - what a study that can be read still lacks, or says against itself: EBIOS RM's rules between records. */
#ifndef STUDY_STUDY_CHECK_H
#define STUDY_STUDY_CHECK_H

#include "study/study_reckon.h"

/* Adds to the problems of the study. */
void study_check(struct study *s, const struct study_figure *figures);

#endif
