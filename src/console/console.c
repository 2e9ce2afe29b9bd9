/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "console/console.h"

#include "console/console_http.h"
#include "console/console_convert.h"
#include "console/console_orders.h"
#include "console/console_streams.h"
#include "core/text.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 250 /* while anybody is there */, IDLE_MS = 1000, FAREWELL_MS = 2000 };

static int64_t
now_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
take_clerk(struct console *console, int fd)
{
	if (console->clerk >= 0)
		console_orders_lost(console);
	console->clerk = fd;
	console->counts[CONSOLE_COUNT_CLERKS]++;
	console_orders_send(console);
}

/* False when the parent is gone: so are we. */
static bool
hear_parent(struct console *console)
{
	struct channel_message m;
	if (channel_receive(CONSOLE_FD_PARENT, console->buffer, sizeof(console->buffer), &m) <= 0)
		return false;
	if (m.type == CONSOLE_CLERK && m.fd >= 0)
		take_clerk(console, m.fd);
	else if (m.type == CONSOLE_CONVERTED)
		console_convert_take(console, m.body, m.fd);
	else if (m.fd >= 0)
		close(m.fd);
	return true;
}

static void
hear_clerk(struct console *console)
{
	struct channel_message m;
	int r = channel_receive(console->clerk, console->buffer, sizeof(console->buffer), &m);
	if (r <= 0) {
		console_orders_lost(console);
		return;
	}
	if (m.type == ORDER_ANSWER) {
		if (!console_orders_answer(console, m.body, m.fd))
			console_orders_lost(console); /* it then ends, and the parent starts another */
		return;
	}
	if (m.fd >= 0)
		close(m.fd);
	struct cursor c = cursor_of(m.body);
	(void)cursor_be32(&c); /* the clerk's own number: ours goes on when a clerk does not */
	unsigned changed = cursor_u8(&c);
	if (m.type == ORDER_CHANGED && cursor_ok(&c))
		console_streams_tell(console, changed);
}

static void
tick(struct console *console)
{
	console_orders_tick(console);
	console_streams_tick(console);
	console_http_tick(console);
}

static void
converse(struct console *console)
{
	int64_t ticked_ms = 0;
	for (bool alive = true; alive;) {
		struct pollfd ends[3] = {
		    {.fd = CONSOLE_FD_PARENT, .events = POLLIN},
		    {.fd = console->clerk, .events = (short)(console->clerk_is_full ? POLLIN | POLLOUT : POLLIN)},
		    {.fd = console_http_descriptor(console), .events = POLLIN},
		};
		int patience_ms = console_http_patience(console), tick_ms = console->peer_count > 0 ? TICK_MS : IDLE_MS;
		(void)poll(ends, LENGTH_OF(ends), patience_ms < tick_ms ? patience_ms : tick_ms);
		console->now_ms = now_ms();
		if (ends[1].revents != 0 && (ends[1].revents & POLLOUT) != 0)
			console_orders_send(console);
		if ((ends[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
			hear_clerk(console);
		if (ends[0].revents != 0)
			alive = hear_parent(console);
		console_http_run(console);
		if (console->now_ms - ticked_ms >= TICK_MS) {
			tick(console);
			ticked_ms = console->now_ms;
		}
	}
}

/* What waits is told so, and what is being sent gets a moment. */
static void
part(struct console *console)
{
	int64_t until_ms = console->now_ms + FAREWELL_MS;
	console->ending = true;
	tick(console);
	for (bool busy = true; busy && console->now_ms < until_ms; console->now_ms = now_ms()) {
		console_http_run(console);
		struct pollfd end = {.fd = console_http_descriptor(console), .events = POLLIN};
		int patience_ms = console_http_patience(console);
		busy = poll(&end, 1, patience_ms < 50 ? patience_ms : 50) > 0 || console->streams != NULL ||
		    patience_ms == 0;
	}
	while (console->streams != NULL && console->streams->suspended)
		console_streams_tick(console); /* libmicrohttpd wants none suspended at its end */
	console_http_stop(console);
}

static int
configure(struct console *console, struct diag *diag)
{
	struct channel_message m;
	uint64_t key;
	int r = channel_receive(CONSOLE_FD_PARENT, console->buffer, sizeof(console->buffer), &m);
	if (r <= 0 || m.type != CONSOLE_CONFIG ||
	    console_config_get(m.body, console->names_room, &console->config) != PARSE_OK)
		return diag_say(diag, -EBADMSG, "%s", _("the console got no configuration"));
	text_speak(console->config.language);
	if (getrandom(&key, sizeof(key), 0) != sizeof(key))
		return diag_say(diag, -EIO, "%s", _("the system gives no random numbers"));
	console->limits = console_limits_new(key);
	console->next_id = (uint32_t)(key >> 32); /* an answer to a console that died must fit no request of this one */
	if (console->limits == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	console->now_ms = now_ms();
	console->sequence = (uint64_t)time(NULL) << 20; /* a page that knew another console notices */
	tzset();                                        /* the date of an answer makes glibc read /etc/localtime once */
	r = console_http_start(console, CONSOLE_FD_LISTEN, diag);
	/* It has taken what it needs of them. */
	console->config.key = console->config.certificate = (struct bytes){0};
	explicit_bzero(console->buffer, sizeof(console->buffer));
	if (r < 0)
		return r;
	r = sandbox_enter(SANDBOX_CONSOLE, NULL, diag);
	return r < 0 ? r : 0;
}

int
console_main(void)
{
	struct console *console = calloc(1, sizeof(*console));
	struct diag diag = {.offset = UINT64_MAX};
	if (console == NULL)
		return 1;
	(void)signal(SIGPIPE, SIG_IGN);
	console->clerk = -1;
	int r = configure(console, &diag);
	int sent = r < 0 ? channel_send(CONSOLE_FD_PARENT, CONSOLE_FAULT, bytes_of_cstr(diag.text_cstr), -1)
	                 : channel_send(CONSOLE_FD_PARENT, CONSOLE_READY, (struct bytes){0}, -1);
	if (r == 0 && sent == 0) {
		converse(console);
		part(console);
	}
	console_limits_free(console->limits);
	free(console);
	return r < 0 ? 1 : 0;
}
