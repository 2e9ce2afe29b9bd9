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
sink_later_add(struct sink_later *later, size_t line_len, uint64_t flow_id, size_t alerted_at)
{
	later->marks[later->count++] = (struct sink_later_mark){.flow_id = flow_id, .at = later->used + alerted_at};
	later->used += line_len;
}

void
sink_later_write(
    struct sink_later *later, struct event_file *file, bool (*alerted)(void *context, uint64_t flow_id), void *context)
{
	size_t from = 0;
	sink_file_lock(file);
	for (size_t i = 0; i < later->count; i++) {
		size_t at = later->marks[i].at;
		if (later->marks[i].flow_id == 0 || !alerted(context, later->marks[i].flow_id))
			continue;
		sink_file_write(file, later->text + from, at - from);
		sink_file_write(file, "true", 4);
		from = at + 5; /* "false" */
	}
	sink_file_write(file, later->text + from, later->used - from);
	sink_file_unlock(file);
	if (later->used > KEPT_BYTES)
		(void)madvise(later->text + KEPT_BYTES, TEXT_BYTES - KEPT_BYTES, MADV_DONTNEED);
	later->used = later->count = 0;
}
