/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/merge.h"

#include "core/ensure.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

struct ordered {
	int64_t time_ns;
	uint64_t flow_id;
	const struct observation *o; /* of one flow: in memory order, since one worker wrote them all */
};

struct merge {
	struct ordered *timeouts, *scratch; /* two arrays of `capacity` in one reservation */
	size_t capacity, sources;
	size_t *at; /* per source: where the first part has been heard up to */
};

int
merge_source_init(struct merge_source *source, size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	*source = (struct merge_source){.buffer = {.at = memory, .size = bytes}};
	return 0;
}

void
merge_source_done(struct merge_source *source)
{
	if (source->buffer.at != NULL)
		munmap(source->buffer.at, source->buffer.size);
}

void
merge_source_reset(struct merge_source *source)
{
	source->buffer.used = source->timeouts_at = 0;
	source->is_empty = false;
}

void
merge_source_mark(struct merge_source *source)
{
	source->timeouts_at = source->buffer.used;
}

struct merge *
merge_new(size_t sources, size_t bytes_each)
{
	struct merge *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return NULL;
	m->sources = sources;
	m->capacity = sources * (bytes_each / observation_size(OBSERVATION_ARP) + 1); /* the smallest kind */
	void *memory = mmap(NULL, 2 * m->capacity * sizeof(*m->timeouts), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	m->timeouts = memory == MAP_FAILED ? NULL : memory;
	m->scratch = m->timeouts == NULL ? NULL : m->timeouts + m->capacity;
	m->at = calloc(sources, sizeof(*m->at));
	if (m->timeouts == NULL || m->at == NULL) {
		merge_free(m);
		return NULL;
	}
	return m;
}

void
merge_free(struct merge *m)
{
	if (m == NULL)
		return;
	if (m->timeouts != NULL)
		munmap(m->timeouts, 2 * m->capacity * sizeof(*m->timeouts));
	free(m->at);
	free(m);
}

static const struct observation *
peek(const struct merge_source *source, size_t at)
{
	return at < source->timeouts_at ? (const struct observation *)(const void *)(source->buffer.at + at) : NULL;
}

static void
merge_packets(struct merge *m, const struct merge_source *sources, size_t count, const struct merge_listener *to)
{
	memset(m->at, 0, m->sources * sizeof(*m->at));
	for (;;) {
		const struct observation *first = NULL;
		size_t from = 0;
		for (size_t i = 0; i < count; i++) {
			const struct observation *o = peek(&sources[i], m->at[i]);
			if (o != NULL && (first == NULL || o->number < first->number)) {
				first = o;
				from = i;
			}
		}
		if (first == NULL)
			return;
		m->at[from] += observation_size((enum observation_kind)first->kind);
		to->heard(to->context, first);
	}
}

static bool
comes_before(const struct ordered *a, const struct ordered *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	if (a->flow_id != b->flow_id)
		return a->flow_id < b->flow_id;
	return a->o < b->o;
}

/* Merge sort from the bottom up, in the scratch that was reserved at start: qsort() may allocate. */
static struct ordered *
sort(struct merge *m, size_t total)
{
	struct ordered *from = m->timeouts, *to = m->scratch;
	for (size_t width = 1; width < total; width *= 2) {
		for (size_t start = 0; start < total; start += 2 * width) {
			size_t middle = start + width < total ? start + width : total;
			size_t end = middle + width < total ? middle + width : total;
			size_t left = start, right = middle;
			for (size_t i = start; i < end; i++) {
				bool take_left = left < middle && (right == end || !comes_before(&from[right], &from[left]));
				to[i] = take_left ? from[left++] : from[right++];
			}
		}
		struct ordered *swap = from;
		from = to;
		to = swap;
	}
	return from;
}

static void
merge_timeouts(struct merge *m, const struct merge_source *sources, size_t count, const struct merge_listener *to)
{
	size_t total = 0;
	for (size_t i = 0; i < count; i++) {
		size_t at = sources[i].timeouts_at;
		for (const struct observation *o; (o = observation_next(&sources[i].buffer, &at)) != NULL;) {
			ENSURE(total < m->capacity);
			int64_t time_ns = o->kind == OBSERVATION_FLOW_END ? o->flow.last_ns
			    : o->kind == OBSERVATION_VECTOR               ? o->vector.last_ns
			                                                  : o->time_ns;
			m->timeouts[total++] = (struct ordered){time_ns, o->flow_id, o};
		}
	}
	const struct ordered *sorted = sort(m, total);
	enum { FAR = 8, NEAR = 4 };
	for (size_t i = 0; i < total; i++) {
		if (to->soon != NULL && i + FAR < total)
			to->soon(to->context, sorted[i + FAR].o, 0);
		if (to->soon != NULL && i + NEAR < total)
			to->soon(to->context, sorted[i + NEAR].o, 1);
		to->heard(to->context, sorted[i].o);
	}
}

void
merge_run(struct merge *m, const struct merge_source *sources, size_t count, const struct merge_listener *listener)
{
	merge_packets(m, sources, count, listener);
	merge_timeouts(m, sources, count, listener);
}
