/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_source.h - the mappings of flows, each as its sensor tells them. */
#ifndef LESSON_LESSON_SOURCE_H
#define LESSON_LESSON_SOURCE_H

#include "lesson/lesson_mapping.h"

extern const struct lesson_mapping lesson_source_zeek_conn;
extern const struct lesson_mapping lesson_source_ctu13;
extern const struct lesson_mapping lesson_source_netflow;
extern const struct lesson_mapping lesson_source_cic;
extern const struct lesson_mapping lesson_source_eve_flow;

#endif
