/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_own.h - data sets that are read by their own columns: yard-sticks, which no sensor computes. */
#ifndef LESSON_LESSON_OWN_H
#define LESSON_LESSON_OWN_H

#include "lesson/lesson_mapping.h"

extern const struct lesson_mapping lesson_own_unsw_nb15;
extern const struct lesson_mapping lesson_own_kdd_nsl;

#endif
