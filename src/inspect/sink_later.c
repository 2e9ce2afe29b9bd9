/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/sink_later.h"

#include <errno.h>
#include <sys/mman.h>

enum {
	TEXT_BYTES = 6 << 20, /* as many flows as end at one moment (EXPIRE_LIMIT), without features */
	MARKS_MAX = 8192,
	KEPT_BYTES = 512 << 10, /* beyond them, memory goes back to the system */
	RESERVED_BYTES = TEXT_BYTES + MARKS_MAX * (int)sizeof(struct sink_later_mark),
};

int
sink_later_init(struct sink_later *later)
{
	void *memory = mmap(
	    NULL, RESERVED_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	char *text = memory;
	*later = (struct sink_later){.text = text, .marks = (struct sink_later_mark *)(void *)(text + TEXT_BYTES)};
	return 0;
}

void
sink_later_done(struct sink_later *later)
{
	if (later->text != NULL)
		munmap(later->text, RESERVED_BYTES);
}

bool
sink_later_has_room(const struct sink_later *later)
{
	return TEXT_BYTES - later->used >= SINK_LATER_LINE_MAX && later->count < MARKS_MAX;
}

void
sink_later_add(struct sink_later *later, size_t line_len, uint64_t flow_id, size_t alerted_at, bool alerted)
{
	later->marks[later->count++] = (struct sink_later_mark){
	    .flow_id = flow_id, .at = later->used + alerted_at, .alerted = alerted};
	later->used += line_len;
}

/* Where what is written next begins. */
static size_t
write_answers(
    const struct sink_later *later, size_t from, size_t i, struct event_file *file, const struct sink_later_asks *asks)
{
	const struct sink_later_mark *m = &later->marks[i];
	char more[SINK_LATER_MORE_MAX];
	bool turns = !m->alerted && asks->alerted(asks->context, m->flow_id);
	size_t more_len = asks->more == NULL ? 0 : asks->more(asks->context, m->flow_id, more);
	if (!turns && more_len == 0)
		return from;
	bool alerted = turns || m->alerted;
	sink_file_write(file, later->text + from, m->at - from);
	sink_file_write(file, alerted ? "true" : "false", alerted ? 4 : 5);
	size_t after = m->at + (m->alerted ? 4 : 5);
	if (more_len == 0)
		return after;
	sink_file_write(file, "}", 1);
	sink_file_write(file, more, more_len);
	return after + 1;
}

void
sink_later_write(struct sink_later *later, struct event_file *file, const struct sink_later_asks *asks)
{
	size_t from = 0;
	sink_file_lock(file);
	for (size_t i = 0; i < later->count; i++)
		from = write_answers(later, from, i, file, asks);
	sink_file_write(file, later->text + from, later->used - from);
	sink_file_unlock(file);
	if (later->used > KEPT_BYTES)
		(void)madvise(later->text + KEPT_BYTES, TEXT_BYTES - KEPT_BYTES, MADV_DONTNEED);
	later->used = later->count = 0;
}
