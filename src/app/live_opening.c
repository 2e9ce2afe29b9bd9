/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/live_opening.h"

#include "app/messages.h"
#include "core/auto.h"
#include "net/capture/capture_filter.h"
#include "net/capture/capture_libpcap.h"
#include "net/capture/capture_live.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

/* One packet socket per worker; they share the traffic by host pairs. */
static int
open_rings(struct live_opening *o, const struct capture_live_options *options, struct diag *diag)
{
	for (; o->count < options->workers; o->count++) {
		int r = capture_live_socket(&o->fds[o->count], options, diag);
		if (r < 0) {
			while (o->count > 0)
				close(o->fds[--o->count]);
			return r;
		}
	}
	return 0;
}

/* The collector's answer: it reads the interface, or why it cannot. */
static int
hear_collector(int end, const struct capture_live_options *options, struct diag *diag)
{
	AUTO_FREE uint8_t *buffer = malloc(CHANNEL_MESSAGE_MAX + 2);
	struct channel_message m;
	struct fault fault;
	size_t count;
	if (buffer == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory"));
	if (channel_receive(end, buffer, CHANNEL_MESSAGE_MAX + 2, &m) <= 0)
		return diag_say(diag, -EPIPE, _("a role ended at once: beffroi doctor tells what this machine lacks"));
	if (m.type == MESSAGE_FAULT && messages_get_fault(m.body, &fault) == PARSE_OK)
		return diag_say(diag, -EIO, "%s", fault.text_cstr);
	struct cursor c = cursor_of(m.body);
	uint16_t linktype = cursor_be16(&c);
	if (options->filter != NULL && capture_filter_program(options->filter, linktype, &count) == NULL)
		return diag_say(
		    diag, -EINVAL, _("the capture filter has no meaning on the interface %s"), options->interface_cstr);
	return 0;
}

static int
start_collector(struct live_opening *o, const struct capture_live_options *options, struct diag *diag)
{
	int parent[2], sensor[2];
	if (channel_pair(parent) < 0 || channel_pair(sensor) < 0)
		return diag_say(diag, -errno, "%s", text_error(errno));
	o->collector_pid = sandbox_spawn("collector", (int[]){parent[1], sensor[1]}, 2);
	close(parent[1]);
	close(sensor[1]);
	AUTO_CLOSE int end = parent[0];
	o->fds[o->count++] = sensor[0];
	o->collected = true;
	if (o->collector_pid < 0)
		return diag_say(diag, -EAGAIN, _("a process could not be started"));
	char config_cstr[MESSAGES_TEXT_MAX];
	int n = snprintf(
	    config_cstr, sizeof(config_cstr), "%c%s", text_spoken() == LANGUAGE_FR ? 'F' : 'E', options->interface_cstr);
	if (n < 0 || (size_t)n >= sizeof(config_cstr))
		return diag_say(diag, -ENODEV, _("the name of the interface is too long"));
	if (channel_send(end, MESSAGE_CONFIG, bytes_of_cstr(config_cstr), -1) < 0)
		return diag_say(diag, -EPIPE, _("a role ended at once: beffroi doctor tells what this machine lacks"));
	return hear_collector(end, options, diag);
}

int
live_opening_open(struct live_opening *o, const char *interface_cstr, unsigned workers, const struct capture_filter *filter,
    struct diag *diag)
{
	struct capture_live_options options = {.interface_cstr = interface_cstr,
	    .mode = CAPTURE_LIVE_PROMISCUOUS,
	    .workers = workers,
	    .group = (uint16_t)getpid(),
	    .filter = filter};
	int r = open_rings(o, &options, diag);
	if (r != -EPROTONOSUPPORT && !(r == -ENODEV && capture_libpcap_knows(interface_cstr)))
		return r;
	*diag = (struct diag){.offset = UINT64_MAX};
	r = start_collector(o, &options, diag);
	if (r < 0) {
		while (o->next < o->count)
			close(live_opening_next(o));
		live_opening_wait(o);
	}
	return r;
}

int
live_opening_next(struct live_opening *o)
{
	return o->next < o->count ? o->fds[o->next++] : -1;
}

void
live_opening_wait(struct live_opening *o)
{
	while (o->collector_pid > 0 && waitpid(o->collector_pid, NULL, 0) < 0 && errno == EINTR)
		;
	o->collector_pid = 0;
}
