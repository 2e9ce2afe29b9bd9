/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/sketch.h - "has this come back lately?", in a few nanoseconds and fixed memory.
 *
 * In front of a table: a thousand probes a second, each to another place, must not each cost an entry there. One slot per
 * hash; who comes second takes it over. So the answer may be too small, never too large but for a collision of 32 bits.
 */
#ifndef DETECT_BEHAVIOUR_SKETCH_H
#define DETECT_BEHAVIOUR_SKETCH_H

#include "core/bytes.h"

struct sketch;

MUST_USE struct sketch *sketch_new(size_t memory_bytes, int64_t window_ns); /* NULL: no memory */
void sketch_free(struct sketch *sketch);
/* How often it came, this time included, with no more than the window between two times; at most 65535. */
uint32_t sketch_count(struct sketch *sketch, struct bytes key, int64_t time_ns);

#endif
