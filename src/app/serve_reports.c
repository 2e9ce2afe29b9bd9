/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/serve_reports.h"

#include "app/reporter.h"
#include "console/console_config.h"
#include "core/auto.h"
#include "core/cursor.h"
#include "core/text.h"
#include "core/writer.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <signal.h>
#include <sys/wait.h>

static uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];

static void
answer(int console, uint32_t id, bool done, struct bytes rest, int fd)
{
	uint8_t out[512];
	struct writer w = writer_of(out, sizeof(out));
	writer_be32(&w, id);
	writer_u8(&w, done);
	writer_put(&w, bytes_first(rest, sizeof(out) - 5));
	int r = channel_send(console, CONSOLE_CONVERTED, writer_written(&w), fd);
	(void)r; /* a console that is gone waits for nothing */
}

/* It has said all that it will: nobody waits for one that does not end by itself. */
static void
end(struct serve_reports *reports, size_t place)
{
	(void)kill(reports->running[place].pid, SIGKILL);
	close(reports->running[place].end);
	while (waitpid(reports->running[place].pid, NULL, 0) < 0 && errno == EINTR)
		;
	reports->running[place].pid = 0;
	reports->running[place].end = -1;
}

void
serve_reports_ask(struct serve_reports *reports, int console, struct bytes message, int fd, int64_t now_ms)
{
	AUTO_CLOSE int file = fd;
	struct cursor c = cursor_of(message);
	uint32_t id = cursor_be32(&c);
	size_t place = 0;
	int ends[2];
	while (place < SERVE_REPORTS_MAX && reports->running[place].pid != 0)
		place++;
	if (place == SERVE_REPORTS_MAX) {
		answer(console, id, false, bytes_of_cstr(_("other documents are being made: try again in a minute")), -1);
		return;
	}
	if (!cursor_ok(&c) || file < 0)
		return;
	bool paired = channel_pair(ends) == 0;
	pid_t pid = paired ? sandbox_spawn("reporter", &ends[1], 1) : -1;
	if (paired)
		close(ends[1]);
	if (paired && pid < 0)
		close(ends[0]);
	if (pid >= 0) {
		reports->running[place].pid = pid;
		reports->running[place].end = ends[0];
		reports->running[place].id = id;
		reports->running[place].until_ms = now_ms + SERVE_REPORTS_MS;
		if (channel_send(ends[0], REPORTER_MAKE, cursor_rest(&c), file) == 0)
			return;
		end(reports, place);
	}
	answer(console, id, false, bytes_of_cstr(_("a process could not be started")), -1);
}
void
serve_reports_hear(struct serve_reports *reports, size_t place, int console)
{
	struct channel_message m;
	int r = channel_receive(reports->running[place].end, buffer, sizeof(buffer), &m);
	AUTO_CLOSE int file = r > 0 ? m.fd : -1;
	if (r > 0 && m.type == REPORTER_MADE && file >= 0)
		answer(console, reports->running[place].id, true, m.body, file);
	else
		answer(console, reports->running[place].id, false,
		    r > 0 && m.type == REPORTER_FAULT ? m.body : (struct bytes){0}, -1);
	end(reports, place);
}

void
serve_reports_tick(struct serve_reports *reports, int console, int64_t now_ms)
{
	for (size_t i = 0; i < SERVE_REPORTS_MAX; i++)
		if (reports->running[i].pid != 0 && now_ms > reports->running[i].until_ms) {
			if (now_ms != INT64_MAX)
				answer(console, reports->running[i].id, false, (struct bytes){0}, -1);
			end(reports, i);
		}
}
