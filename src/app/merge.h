/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/merge.h - observations of several workers, made one sequence that does not depend on their number.
 *
 * In a chunk each worker first observes packets, in order of packet number, each packet belonging to one worker; then
 * flows that time out, in no order: those are sorted by their own time and id.
 */
#ifndef APP_MERGE_H
#define APP_MERGE_H

#include "record/observation.h"

struct merge_source {
	struct observation_buffer buffer;
	size_t timeouts_at; /* where the second part begins */
	bool is_empty;      /* the worker's own word, see pipeline.c */
};

MUST_USE int merge_source_init(struct merge_source *source, size_t bytes); /* 0 or -ENOMEM */
void merge_source_done(struct merge_source *source);
void merge_source_reset(struct merge_source *source);
/* The second part begins here. */
void merge_source_mark(struct merge_source *source);

struct merge;
MUST_USE struct merge *merge_new(size_t sources, size_t bytes_each); /* NULL: no memory */
void merge_free(struct merge *merge);
/* Who listens. soon() names observations that will be heard shortly, in stage 0 and then 1: for prefetching; may be NULL. */
struct merge_listener {
	void (*heard)(void *context, const struct observation *o);
	void (*soon)(void *context, const struct observation *o, unsigned stage);
	void *context;
};
void merge_run(struct merge *merge, const struct merge_source *sources, size_t count, const struct merge_listener *listener);

#endif
