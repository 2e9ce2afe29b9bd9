/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/collected_source.h"

#include "app/messages.h"
#include "core/diag.h"
#include "core/text.h"
#include "net/decode/decode.h"
#include "sandbox/channel.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { WAIT_MS = 100 };

struct collected_source {
	int fd;
	unsigned workers;
	uint64_t frames;
	struct capture_live_counts counts;
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
};

struct collected_source *
collected_source_new(int fd, unsigned workers)
{
	struct collected_source *s = calloc(1, sizeof(*s));
	if (s == NULL) {
		close(fd);
		return NULL;
	}
	s->fd = fd;
	s->workers = workers;
	return s;
}

void
collected_source_free(struct collected_source *s)
{
	if (s == NULL)
		return;
	close(s->fd);
	free(s);
}

static int
take_frames(struct collected_source *s, struct bytes body, struct frame *frames, size_t frames_max, struct diag *diag)
{
	size_t count = 0;
	for (struct cursor c = cursor_of(body); c.left > 0; count++) {
		struct frame frame;
		if (count == frames_max || messages_get_frame(&c, &frame) != PARSE_OK)
			return diag_say(diag, -EBADMSG, _("the collector said something that makes no sense"));
		frame.number = ++s->frames;
		frame.shard = (uint16_t)(s->workers > 1 ? decode_shard_hash(&frame) % s->workers : 0);
		frames[count] = frame;
	}
	return count > 0 ? (int)count : -EAGAIN;
}

static int
take_counts(struct collected_source *s, struct bytes body)
{
	struct cursor c = cursor_of(body);
	uint64_t dropped = cursor_be64(&c);
	if (cursor_ok(&c) && dropped > s->counts.dropped) /* they only grow */
		s->counts.dropped = dropped;
	return -EAGAIN;
}

int
collected_source_next(struct collected_source *s, struct frame *frames, size_t frames_max, struct diag *diag)
{
	struct channel_message m;
	struct fault fault;
	if (poll(&(struct pollfd){.fd = s->fd, .events = POLLIN}, 1, WAIT_MS) <= 0)
		return -EAGAIN;
	int r = channel_receive(s->fd, s->buffer, sizeof(s->buffer), &m);
	if (r <= 0)
		return diag_say(diag, -EPIPE, _("the collector has ended: no more packets come"));
	if (m.fd >= 0)
		close(m.fd);
	if (m.type == MESSAGE_FRAMES)
		return take_frames(s, m.body, frames, frames_max, diag);
	if (m.type == MESSAGE_COUNTS)
		return take_counts(s, m.body);
	if (m.type == MESSAGE_FAULT && messages_get_fault(m.body, &fault) == PARSE_OK)
		return diag_say(diag, -EIO, "%s", fault.text_cstr);
	return diag_say(diag, -EBADMSG, _("the collector said something that makes no sense"));
}

struct capture_live_counts
collected_source_counts(const struct collected_source *s)
{
	return (struct capture_live_counts){.frames = s->frames, .dropped = s->counts.dropped};
}
