/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/live_source.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { RINGS_MAX = 64, WAIT_MS = 100 };

struct live_source {
	unsigned count;
	struct capture_live *rings[RINGS_MAX];
	int fds[RINGS_MAX];
	bool borrowed[RINGS_MAX];
	uint64_t frames;
};

struct live_source *
live_source_new(unsigned rings_max)
{
	return rings_max <= RINGS_MAX ? calloc(1, sizeof(struct live_source)) : NULL;
}

void
live_source_free(struct live_source *s)
{
	if (s == NULL)
		return;
	live_source_release(s);
	for (unsigned i = 0; i < s->count; i++) {
		capture_live_free(s->rings[i]);
		close(s->fds[i]);
	}
	free(s);
}

int
live_source_add(struct live_source *s, int fd, struct diag *diag)
{
	int r = s->count < RINGS_MAX ? capture_live_map(&s->rings[s->count], fd, 0, diag) : -E2BIG;
	if (r < 0) {
		close(fd);
		return r;
	}
	s->fds[s->count++] = fd;
	return 0;
}

static void
wait_for_any(const struct live_source *s)
{
	struct pollfd fds[RINGS_MAX];
	for (unsigned i = 0; i < s->count; i++)
		fds[i] = (struct pollfd){.fd = s->fds[i], .events = POLLIN};
	(void)poll(fds, s->count, WAIT_MS); /* a signal or a time-out: the caller looks again */
}

static int
take_blocks(struct live_source *s, struct frame *frames, size_t frames_max, struct diag *diag)
{
	size_t count = 0;
	for (unsigned i = 0; i < s->count; i++) {
		if (count == frames_max)
			break;
		int got = capture_live_next(s->rings[i], frames + count, frames_max - count, 0, diag);
		if (got < 0)
			return got;
		s->borrowed[i] = s->borrowed[i] || got > 0;
		for (int f = 0; f < got; f++, count++) {
			frames[count].number = ++s->frames;
			frames[count].shard = (uint16_t)i;
		}
	}
	return (int)count;
}

int
live_source_next(struct live_source *s, struct frame *frames, size_t frames_max, struct diag *diag)
{
	int got = take_blocks(s, frames, frames_max, diag);
	if (got == 0) {
		wait_for_any(s);
		got = take_blocks(s, frames, frames_max, diag);
	}
	return got == 0 ? -EAGAIN : got;
}

void
live_source_release(struct live_source *s)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (s->borrowed[i])
			capture_live_release(s->rings[i]);
		s->borrowed[i] = false;
	}
}

uint64_t
live_source_dropped(struct live_source *s)
{
	uint64_t dropped = 0;
	for (unsigned i = 0; i < s->count; i++)
		dropped += capture_live_counts(s->rings[i]).dropped;
	return dropped;
}
