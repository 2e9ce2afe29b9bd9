/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/behaviour.h - all behaviour detectors, fed from one ordered stream of observations. */
#ifndef DETECT_BEHAVIOUR_BEHAVIOUR_H
#define DETECT_BEHAVIOUR_BEHAVIOUR_H

#include "detect/behaviour/detector.h"

struct behaviour;

/* The table of detectors, in signature order (behaviour_table.c). */
extern const struct detector *const behaviour_table[];
extern const size_t behaviour_table_count;

MUST_USE struct behaviour *behaviour_new(const struct tuning *tuning, size_t memory_bytes, struct alert_out out);
void behaviour_free(struct behaviour *behaviour);
void behaviour_observe(struct behaviour *behaviour, const struct observation *o);
/* An observation that will be given soon: stage 0 first, 1 a little later. For speed only. */
void behaviour_prefetch(const struct behaviour *behaviour, const struct observation *o, unsigned stage);
/* The capture is over. */
void behaviour_finish(struct behaviour *behaviour);

#endif
