/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_team.h - threads that share the tasks of one step of a training.
 *
 * Each task writes what is its own, so that nothing depends on who does it, or when.
 */
#ifndef DETECT_LEARN_LEARN_TEAM_H
#define DETECT_LEARN_LEARN_TEAM_H

#include "core/bytes.h"

enum { LEARN_TEAM_MAX = 64 };

struct learn_team;

/* 1: nobody but the caller. NULL when memory or threads lack. */
struct learn_team *learn_team_new(unsigned threads);
void learn_team_free(struct learn_team *team);
/* Does tasks 0..count-1, each once, and returns when all are done. */
void learn_team_run(struct learn_team *team, void (*task)(void *context, size_t number), void *context, size_t count);

#endif
