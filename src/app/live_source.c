/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/live_source.h"

#include "app/collected_source.h"
#include "core/diag.h"
#include "core/text.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { RINGS_MAX = 64, WAIT_MS = 100 };

struct live_source {
	unsigned count;
	struct capture_live *rings[RINGS_MAX];
	int fds[RINGS_MAX];
	bool borrowed[RINGS_MAX];
	uint64_t frames;
	struct collected_source *collected; /* NULL: rings */
	bool is_down;
	int64_t down_ns; /* on the clock of the frames */
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
	collected_source_free(s->collected);
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

int
live_source_collect(struct live_source *s, int fd, unsigned workers, struct diag *diag)
{
	s->collected = collected_source_new(fd, workers);
	return s->collected != NULL ? 0 : diag_say(diag, -ENOMEM, _("not enough memory"));
}

static void
wait_for_any(const struct live_source *s)
{
	struct pollfd fds[RINGS_MAX];
	for (unsigned i = 0; i < s->count; i++)
		fds[i] = (struct pollfd){.fd = s->fds[i], .events = POLLIN};
	(void)poll(fds, s->count, WAIT_MS); /* a signal or a time-out: the caller looks again */
}

static void
goes_down(struct live_source *s)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	s->is_down = true;
	s->down_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int
take_blocks(struct live_source *s, struct frame *frames, size_t frames_max, struct diag *diag)
{
	size_t count = 0;
	for (unsigned i = 0; i < s->count; i++) {
		if (count == frames_max)
			break;
		int got = capture_live_next(s->rings[i], frames + count, frames_max - count, 0, diag);
		if (got == -ENETDOWN && !s->is_down)
			goes_down(s);
		if (got < 0 && got != -ENETDOWN)
			return got;
		s->borrowed[i] = s->borrowed[i] || got > 0;
		for (int f = 0; f < got; f++, count++) {
			frames[count].number = ++s->frames;
			frames[count].shard = (uint16_t)i;
			if (s->is_down && frames[count].time_ns > s->down_ns) /* not what still lay in the ring */
				s->is_down = false;
		}
	}
	return (int)count;
}

int
live_source_next(struct live_source *s, struct frame *frames, size_t frames_max, struct diag *diag)
{
	if (s->collected != NULL)
		return collected_source_next(s->collected, frames, frames_max, diag);
	int got = take_blocks(s, frames, frames_max, diag);
	if (got == 0) {
		wait_for_any(s);
		got = take_blocks(s, frames, frames_max, diag);
	}
	if (got == 0 && s->is_down && capture_live_is_gone(s->rings[0]))
		return diag_say(diag, -ENODEV, _("the interface is gone: the watch ends"));
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

bool
live_source_is_down(const struct live_source *s)
{
	return s->is_down;
}

struct capture_live_counts
live_source_counts(struct live_source *s)
{
	struct capture_live_counts sum = {0};
	if (s->collected != NULL)
		return collected_source_counts(s->collected);
	for (unsigned i = 0; i < s->count; i++) {
		struct capture_live_counts ring = capture_live_counts(s->rings[i]);
		sum.frames += ring.frames;
		sum.dropped += ring.dropped;
		sum.stalls += ring.stalls;
	}
	return sum;
}
