/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/pipeline.h - a capture through N workers, and what they saw back in one order.
 *
 * The capture is read once, in chunks. Each worker takes from each chunk the frames of its shard (equal for both
 * directions of two hosts). When all have done a chunk, what they observed in it is merged by packet number, so that
 * the listener receives the same observations in the same order whatever N is. Whoever has nothing to do reads the
 * next chunk or merges a finished one: there is no thread that only hands out work.
 */
#ifndef APP_PIPELINE_H
#define APP_PIPELINE_H

#include "inspect/inspect.h"
#include "net/capture/capture_batch.h"

struct pipeline;

/* Fills a batch: > 0 frames, 0 at the end, -EAGAIN when nothing came for a while (live), or another -errno after which
 * nothing more comes. Called by one thread at a time. */
typedef int pipeline_read(void *context, struct capture_batch *batch);
/* One observation, in order. The frames of its chunk are at hand (pipeline_frames) during the call. One at a time. */
typedef void pipeline_heard(void *context, const struct observation *o);

struct pipeline_options {
	struct inspect_options inspect; /* memory_bytes: of all workers together */
	uint16_t workers;
	struct event_file *events; /* NULL: none */
	bool with_observations;
	pipeline_read *read;
	pipeline_heard *heard;
	bool (*alerted)(
	    void *context, uint64_t flow_id); /* did an alert concern it, of what was heard so far? May be NULL */
	size_t (*more)(void *context, uint64_t flow_id, char *out); /* see sink_later.h; may be NULL */
	void (*chunk_heard)(void *context); /* all of a chunk was heard; its events of flows come next. May be NULL */
	void (*soon)(void *context, const struct observation *o, unsigned stage); /* see merge.h; may be NULL */
	void (*chunk_done)(void *context, uint64_t packets); /* after each chunk, for progress; may be NULL */
	int64_t (*now)(void *context); /* live: the clock, for when nothing comes; frames then have their shard already, and
	                                 * are borrowed until chunk_done. NULL: captures, whose frames live in the batch */
	const char *(*file_name)(
	    void *context); /* of the capture that was read last; valid as long as the pipeline. May be NULL */
	const struct viewer *(*viewer)(
	    void *context, uint16_t worker, struct sink *sink); /* what looks for rules; may be NULL */
	void *context;
	size_t chunk_bytes;
};

MUST_USE struct pipeline *pipeline_new(const struct pipeline_options *options); /* NULL: no memory */
/* Runs until the end of what is read, then ends all flows. 0, or what pipeline_read returned < 0: what came before was
 * treated all the same. */
MUST_USE int pipeline_run(struct pipeline *pipeline);
void pipeline_free(struct pipeline *pipeline);

/* The frames of the chunk being heard, of the last one once the capture has ended: for evidence. NULL before the first. */
const struct frame *pipeline_frames(const struct pipeline *pipeline, size_t *count);
/* Sums over all workers; after pipeline_run(). */
struct pipeline_totals {
	struct inspect_counters inspect;
	struct flow_counters flows;
	struct decode_counters decode;
	struct sink_counters sinks;
	size_t memory_bytes;
	uint32_t largest; /* bytes of a frame */
	int64_t first_ns, last_ns;
};
/* Adds to what is in *sum (zeroed before the first pipeline of a run); memory_bytes becomes the largest. */
void pipeline_total(const struct pipeline *pipeline, struct pipeline_totals *sum);

#endif
