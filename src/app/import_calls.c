/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_calls.h"

#include "app/import_lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CALLERS_MAX = 8,
	CATCH_UP_MS = 1000,
	TURN_BYTES = 1 << 20, /* of one caller before the others have their turn */
	LAST_TURNS = 16,
};

struct caller {
	int fd; /* -1: free */
	struct import_lines lines;
};

struct import_calls {
	bool datagrams;
	size_t count;
	struct caller callers[CALLERS_MAX];
	uint8_t *datagram;
};

struct import_calls *
import_calls_new(bool datagrams)
{
	struct import_calls *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->datagrams = datagrams;
	c->datagram = malloc(IMPORT_LINES_MAX + 1);
	for (size_t i = 0; i < CALLERS_MAX; i++)
		c->callers[i].fd = -1;
	/* All memory now: later is inside the sandbox, and what a flood wants must not decide. */
	for (size_t i = 0; i < CALLERS_MAX && !datagrams; i++)
		if (import_lines_init(&c->callers[i].lines) < 0) {
			import_calls_free(c);
			return NULL;
		}
	if (c->datagram != NULL)
		return c;
	import_calls_free(c);
	return NULL;
}

void
import_calls_free(struct import_calls *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < CALLERS_MAX; i++) {
		if (c->callers[i].fd >= 0)
			close(c->callers[i].fd);
		import_lines_done(&c->callers[i].lines);
	}
	free(c->datagram);
	free(c);
}

static int64_t
now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* False: nobody waits any more. */
static bool
accept_one(struct import_calls *c, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return false;
	for (size_t i = 0; i < CALLERS_MAX; i++)
		if (c->callers[i].fd < 0) {
			struct import_lines *l = &c->callers[i].lines;
			l->at = l->end = l->searched = 0;
			l->skipping = false;
			c->callers[i].fd = fd;
			c->count++;
			return true;
		}
	close(fd);
	return false;
}

static void
hear_caller(struct import_calls *c, struct caller *caller, struct import_source *source)
{
	struct bytes line;
	ssize_t n = 0;
	for (size_t taken = 0; taken < TURN_BYTES; taken += (size_t)n) {
		n = import_lines_fill(&caller->lines, caller->fd);
		if (n <= 0)
			break;
		while (import_lines_take(&caller->lines, false, &line))
			import_source_line(source, line);
	}
	if (n > 0 || n == -EAGAIN)
		return;
	while (import_lines_take(&caller->lines, true, &line))
		import_source_line(source, line);
	close(caller->fd);
	caller->fd = -1;
	c->count--;
}

static void
hear_datagrams(struct import_calls *c, int socket, struct import_source *source)
{
	for (size_t taken = 0; taken < TURN_BYTES;) {
		ssize_t n = recv(socket, c->datagram, IMPORT_LINES_MAX + 1, MSG_DONTWAIT | MSG_TRUNC);
		if (n <= 0)
			return;
		struct bytes rest = bytes_first(
		    (struct bytes){c->datagram, (size_t)n}, IMPORT_LINES_MAX + 1); /* MSG_TRUNC tells its whole length */
		taken += rest.len;
		while (rest.len > 0) {
			struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
			rest = bytes_after(rest, line.len + 1);
			import_source_line(source, line);
		}
	}
}

static void
hear_all(struct import_calls *c, int socket, struct import_source *source)
{
	if (c->datagrams) {
		hear_datagrams(c, socket, source);
		return;
	}
	for (size_t i = 0; i < CALLERS_MAX; i++)
		if (c->callers[i].fd >= 0)
			hear_caller(c, &c->callers[i], source);
}

int
import_calls_run(struct import_calls *c, int socket, int fd_verb, struct import_source *source, struct diag *diag)
{
	int64_t caught_up_ms = now_ms();
	import_source_begin(source, "");
	for (;;) {
		struct pollfd ends[2 + CALLERS_MAX] = {
		    {.fd = fd_verb, .events = POLLIN}, {.fd = c->count < CALLERS_MAX ? socket : -1, .events = POLLIN}};
		for (size_t i = 0; i < CALLERS_MAX; i++)
			ends[2 + i] = (struct pollfd){.fd = c->callers[i].fd, .events = POLLIN};
		if (poll(ends, LENGTH_OF(ends), CATCH_UP_MS) < 0 && errno != EINTR)
			return diag_say(diag, -errno, "%s", text_error(errno));
		if (!c->datagrams && (ends[1].revents & POLLIN) != 0)
			(void)accept_one(c, socket);
		hear_all(c, socket, source);
		if (now_ms() - caught_up_ms >= CATCH_UP_MS) {
			import_source_catch_up(source);
			caught_up_ms = now_ms();
		}
		if (ends[0].revents != 0)
			break;
	}
	/* What arrived before the end counts, but nobody prevents the end by writing on. */
	while (!c->datagrams && c->count < CALLERS_MAX && accept_one(c, socket))
		continue;
	for (size_t i = 0; i < LAST_TURNS; i++)
		hear_all(c, socket, source);
	import_source_finish(source);
	return 0;
}
