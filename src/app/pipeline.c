/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/pipeline.h"

#include "app/merge.h"
#include "core/ensure.h"
#include "inspect/sink_later.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum {
	WORKERS_MAX = 64,
	CHUNKS_ALONE = 2, /* one worker: the one being read into and the one before (it lends a cut record) */
	CHUNKS_SHARED = 6,
	OBSERVATION_BYTES = 2 << 20, /* per worker and chunk; pages are touched as needed */
	DRAIN_ROUNDS_MAX = 8192,     /* seconds: beyond every timeout */
};

enum chunk_kind { CHUNK_FRAMES, CHUNK_DRAIN, CHUNK_STOP };

struct chunk {
	const char *file_name_cstr; /* of the capture that its frames are from; NULL: none */
	struct capture_batch batch;
	enum chunk_kind kind;
	uint32_t round; /* of a CHUNK_DRAIN */
	int64_t now_ns; /* the latest time of the capture up to here */
	uint64_t last_number;
	uint16_t done;             /* workers that have finished it */
	uint16_t empty;            /* of a CHUNK_DRAIN: workers that have nothing left */
	struct merge_source *seen; /* one per worker; so is: */
	struct sink_later *flows;  /* the events of flows that ended, NULL when they need not wait */
};

struct worker {
	struct pipeline *pipeline;
	uint16_t shard;
	struct inspector *inspector;
	struct sink *sink;
	uint64_t next; /* number of the chunk it will do */
	pthread_t thread;
};

/* Shared by the workers: everything below `lock` is read and written with it held, but the content of a chunk, which
 * belongs to who reads it, then to the workers (each its part), then to who merges it. */
struct pipeline {
	struct pipeline_options options;
	uint16_t worker_count;
	struct worker *workers;
	size_t chunk_count;
	struct chunk *chunks;
	struct merge *merge;
	const struct frame *frames; /* for pipeline_frames(): the last ones that were heard of */
	size_t frame_count;
	int64_t first_ns, last_ns;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t filled, heard; /* chunks read, and chunks heard, so far */
	bool reading, merging, at_end, drained;
	uint32_t rounds;
	int error;
};

static struct chunk *
chunk_at(const struct pipeline *p, uint64_t number)
{
	return &p->chunks[number % p->chunk_count];
}

static bool
make_workers(struct pipeline *p)
{
	struct inspect_options inspect = p->options.inspect;
	inspect.memory_bytes /= p->worker_count;
	for (uint16_t i = 0; i < p->worker_count; i++) {
		struct worker *w = &p->workers[i];
		w->pipeline = p;
		w->shard = i;
		w->sink = sink_new(p->options.events);
		inspect.viewer = w->sink == NULL || p->options.viewer == NULL
		    ? NULL
		    : p->options.viewer(p->options.context, i, w->sink);
		w->inspector = w->sink == NULL ? NULL : inspect_new(&inspect, w->sink);
		if (w->inspector == NULL)
			return false;
	}
	return true;
}

static bool
make_chunks(struct pipeline *p)
{
	for (size_t i = 0; i < p->chunk_count; i++) {
		struct chunk *c = &p->chunks[i];
		c->seen = calloc(p->worker_count, sizeof(*c->seen));
		if (c->seen == NULL || capture_batch_init(&c->batch, p->options.chunk_bytes, CAPTURE_BATCH_FRAMES) < 0)
			return false;
		for (size_t w = 0; w < p->worker_count; w++)
			if (p->options.with_observations && merge_source_init(&c->seen[w], OBSERVATION_BYTES) < 0)
				return false;
		if (!p->options.with_observations || p->options.events == NULL || p->options.alerted == NULL)
			continue;
		if (p->worker_count == 1 && i > 0) { /* one chunk at a time: one buffer stays in the cache */
			c->flows = p->chunks[0].flows;
			continue;
		}
		c->flows = calloc(p->worker_count, sizeof(*c->flows));
		for (size_t w = 0; w < p->worker_count; w++)
			if (c->flows == NULL || sink_later_init(&c->flows[w]) < 0)
				return false;
	}
	return true;
}

struct pipeline *
pipeline_new(const struct pipeline_options *options)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	p->options = *options;
	p->worker_count = options->workers < 1 ? 1 : options->workers > WORKERS_MAX ? WORKERS_MAX : options->workers;
	p->chunk_count = p->worker_count == 1 ? CHUNKS_ALONE : CHUNKS_SHARED;
	p->workers = calloc(p->worker_count, sizeof(*p->workers));
	p->chunks = calloc(p->chunk_count, sizeof(*p->chunks));
	p->merge = merge_new(p->worker_count, OBSERVATION_BYTES);
	p->first_ns = INT64_MAX;
	p->last_ns = INT64_MIN;
	if (p->workers == NULL || p->chunks == NULL || p->merge == NULL || !make_workers(p) || !make_chunks(p)) {
		pipeline_free(p);
		return NULL;
	}
	return p;
}

void
pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	for (uint16_t i = 0; p->workers != NULL && i < p->worker_count; i++) {
		inspect_free(p->workers[i].inspector);
		sink_free(p->workers[i].sink);
	}
	for (size_t i = 0; p->chunks != NULL && i < p->chunk_count; i++) {
		for (size_t w = 0; p->chunks[i].seen != NULL && w < p->worker_count; w++)
			merge_source_done(&p->chunks[i].seen[w]);
		free(p->chunks[i].seen);
		if (p->worker_count > 1 || i == 0) {
			for (size_t w = 0; p->chunks[i].flows != NULL && w < p->worker_count; w++)
				sink_later_done(&p->chunks[i].flows[w]);
			free(p->chunks[i].flows);
		}
		capture_batch_done(&p->chunks[i].batch);
	}
	merge_free(p->merge);
	free(p->workers);
	free(p->chunks);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* Reads the next chunk, or makes one that drains, or the one that stops. The lock is not held. 0, or the reader's error. */
static int
fill(struct pipeline *p, struct chunk *c, bool at_end, bool drained)
{
	c->done = c->empty = 0;
	c->batch.count = 0;
	if (!at_end) {
		bool live = p->options.now != NULL;
		int got = p->options.read(p->options.context, &c->batch);
		c->file_name_cstr = p->options.file_name == NULL ? NULL : p->options.file_name(p->options.context);
		if (got == -EAGAIN && live) {
			int64_t now_ns = p->options.now(p->options.context);
			c->kind = CHUNK_FRAMES;
			c->batch.count = 0;
			p->last_ns = now_ns > p->last_ns ? now_ns : p->last_ns;
			c->now_ns = p->last_ns;
			c->last_number = chunk_at(p, p->filled + p->chunk_count - 1)->last_number;
			return 0;
		}
		if (got > 0) {
			c->kind = CHUNK_FRAMES;
			for (size_t i = 0; i < c->batch.count; i++) {
				struct frame *f = &c->batch.frames[i];
				if (!live)
					f->shard = (uint16_t)(p->worker_count == 1 ? 0
					                                           : decode_shard_hash(f) % p->worker_count);
				if (f->time_ns < p->first_ns)
					p->first_ns = f->time_ns;
				if (f->time_ns > p->last_ns)
					p->last_ns = f->time_ns;
			}
			c->now_ns = p->last_ns;
			c->last_number = c->batch.frames[c->batch.count - 1].number;
			return 0;
		}
		c->kind = CHUNK_DRAIN;
		c->batch.count = 0;
		return got;
	}
	c->kind = drained ? CHUNK_STOP : CHUNK_DRAIN;
	return 0;
}

static void
work(struct worker *w, struct chunk *c)
{
	struct merge_source *seen = &c->seen[w->shard];
	bool observe = w->pipeline->options.with_observations;
	merge_source_reset(seen);
	sink_observe_into(w->sink, observe ? &seen->buffer : NULL);
	sink_flows_into(w->sink, c->flows != NULL ? &c->flows[w->shard] : NULL);
	if (c->kind == CHUNK_FRAMES) {
		sink_from_file(w->sink, c->file_name_cstr);
		inspect_frames(w->inspector, c->batch.frames, c->batch.count, w->shard);
		merge_source_mark(seen);
		(void)inspect_expire(
		    w->inspector, c->now_ns, c->last_number); /* what is left over waits for the next chunk */
	} else {
		merge_source_mark(seen);
		seen->is_empty = inspect_drain(w->inspector, w->pipeline->last_ns, c->round, c->last_number);
	}
	if (c->flows != NULL && c->flows[w->shard].count > 0)
		sink_flush(w->sink); /* the events of a flow come before its own */
	if (w->pipeline->options.now != NULL)
		sink_flush(w->sink); /* who follows the events of a live watch wants them now */
}

static void
hear(struct pipeline *p, struct chunk *c)
{
	/* Draining takes the chunks again, but reads nothing into them: at the end of a capture its last frames are here. */
	if (c->batch.count > 0) {
		p->frames = c->batch.frames;
		p->frame_count = c->batch.count;
	}
	if (p->options.with_observations)
		merge_run(p->merge, c->seen, p->worker_count,
		    &(struct merge_listener){p->options.heard, p->options.soon, p->options.context});
	if (p->options.chunk_heard != NULL)
		p->options.chunk_heard(p->options.context);
	for (size_t w = 0; c->flows != NULL && w < p->worker_count; w++)
		sink_later_write(&c->flows[w], p->options.events,
		    &(struct sink_later_asks){p->options.alerted, p->options.more, p->options.context});
	if (p->options.chunk_done != NULL && c->kind == CHUNK_FRAMES)
		p->options.chunk_done(p->options.context, c->last_number);
}

/* May the next chunk be read now? A round of draining waits for the one before, to know whether it was the last. */
static bool
may_read(const struct pipeline *p)
{
	if (p->reading || (p->at_end && p->drained && p->filled > 0 && chunk_at(p, p->filled - 1)->kind == CHUNK_STOP))
		return false;
	if (p->at_end || p->options.now != NULL)
		return p->heard == p->filled;
	return p->filled - p->heard < p->chunk_count - (p->worker_count == 1 ? 1 : 0);
}

static void
read_next(struct pipeline *p)
{
	struct chunk *c = chunk_at(p, p->filled);
	bool at_end = p->at_end, drained = p->drained;
	uint64_t last_number = p->filled > 0 ? chunk_at(p, p->filled - 1)->last_number : 0;
	p->reading = true;
	pthread_mutex_unlock(&p->lock);
	int error = fill(p, c, at_end, drained);
	pthread_mutex_lock(&p->lock);
	p->reading = false;
	if (c->kind != CHUNK_FRAMES) {
		if (error < 0)
			p->error = error;
		p->at_end = true;
		c->round = p->rounds++;
		c->last_number = last_number;
	}
	p->filled++;
	pthread_cond_broadcast(&p->changed);
}

static void
hear_next(struct pipeline *p)
{
	struct chunk *c = chunk_at(p, p->heard);
	p->merging = true;
	pthread_mutex_unlock(&p->lock);
	hear(p, c);
	pthread_mutex_lock(&p->lock);
	p->merging = false;
	if (c->kind == CHUNK_DRAIN && (c->empty == p->worker_count || p->rounds > DRAIN_ROUNDS_MAX))
		p->drained = true;
	p->heard++;
	pthread_cond_broadcast(&p->changed);
}

static void *
run_worker(void *argument)
{
	struct worker *w = argument;
	struct pipeline *p = w->pipeline;
	pthread_mutex_lock(&p->lock);
	for (;;) {
		if (w->next < p->filled) {
			struct chunk *c = chunk_at(p, w->next);
			if (c->kind == CHUNK_STOP)
				break;
			pthread_mutex_unlock(&p->lock);
			work(w, c);
			pthread_mutex_lock(&p->lock);
			w->next++;
			c->done++;
			c->empty += c->seen[w->shard].is_empty;
			if (c->done == p->worker_count)
				pthread_cond_broadcast(&p->changed);
		} else if (!p->merging && p->heard < p->filled && chunk_at(p, p->heard)->kind != CHUNK_STOP &&
		    chunk_at(p, p->heard)->done == p->worker_count) {
			hear_next(p);
		} else if (may_read(p)) {
			read_next(p);
		} else {
			pthread_cond_wait(&p->changed, &p->lock);
		}
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

int
pipeline_run(struct pipeline *p)
{
	uint16_t started = 1;
	for (; started < p->worker_count; started++)
		if (pthread_create(&p->workers[started].thread, NULL, run_worker, &p->workers[started]) != 0)
			return -EAGAIN;
	(void)run_worker(&p->workers[0]); /* this thread is a worker too */
	for (uint16_t i = 1; i < started; i++)
		pthread_join(p->workers[i].thread, NULL);
	for (uint16_t i = 0; i < p->worker_count; i++)
		sink_flush(p->workers[i].sink);
	return p->error;
}

const struct frame *
pipeline_frames(const struct pipeline *p, size_t *count)
{
	*count = p->frame_count;
	return p->frames;
}

static void
add_fields(uint64_t *sum, const uint64_t *more, size_t bytes)
{
	for (size_t i = 0; i < bytes / sizeof(uint64_t); i++)
		sum[i] += more[i];
}

void
pipeline_total(const struct pipeline *p, struct pipeline_totals *sum)
{
	size_t memory_bytes = 0;
	/* The counters are structs of uint64_t and nothing else. */
	for (uint16_t i = 0; i < p->worker_count; i++) {
		const struct worker *w = &p->workers[i];
		add_fields((uint64_t *)&sum->inspect, (const uint64_t *)inspect_count(w->inspector), sizeof(sum->inspect));
		add_fields((uint64_t *)&sum->flows, (const uint64_t *)inspect_flow_count(w->inspector), sizeof(sum->flows));
		add_fields(
		    (uint64_t *)&sum->decode, (const uint64_t *)inspect_decode_count(w->inspector), sizeof(sum->decode));
		add_fields((uint64_t *)&sum->sinks, (const uint64_t *)sink_count(w->sink), sizeof(sum->sinks));
		memory_bytes += inspect_memory(w->inspector);
		if (inspect_largest(w->inspector) > sum->largest)
			sum->largest = inspect_largest(w->inspector);
	}
	for (size_t i = 0; i < p->chunk_count; i++)
		for (uint16_t w = 0; w < p->worker_count; w++)
			sum->inspect.observations_dropped += p->chunks[i].seen[w].buffer.dropped;
	if (memory_bytes > sum->memory_bytes)
		sum->memory_bytes = memory_bytes;
	if (p->last_ns < p->first_ns)
		return; /* no frame */
	bool first = sum->first_ns == 0 && sum->last_ns == 0;
	if (first || p->first_ns < sum->first_ns)
		sum->first_ns = p->first_ns;
	if (first || p->last_ns > sum->last_ns)
		sum->last_ns = p->last_ns;
}
