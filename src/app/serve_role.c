/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/serve_role.h"

#include "core/text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, STEP_MS = 10 };

static int
wait_for(pid_t pid)
{
	int status = 0;
	for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += STEP_MS) {
		pid_t got = waitpid(pid, &status, WNOHANG);
		if (got == pid || (got < 0 && errno != EINTR))
			return status;
		(void)nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000}, NULL);
	}
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

int
serve_role_end(struct serve_role *role, int64_t now_ms)
{
	int status = 0;
	if (role->end >= 0)
		close(role->end);
	role->end = -1;
	if (role->pid > 0)
		status = wait_for(role->pid);
	role->pid = 0;
	if (now_ms - role->started_ms > SERVE_ROLE_STEADY_MS || role->pause_ms == 0)
		role->pause_ms = SERVE_ROLE_FIRST_MS;
	else if (role->pause_ms < SERVE_ROLE_LAST_MS)
		role->pause_ms *= 2;
	role->start_at_ms = now_ms + role->pause_ms;
	return status;
}

void
serve_role_describe(int status, char *out, size_t size)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		(void)snprintf(out, size, "%s", _("it asked the system for something that it may not"));
	else if (WIFSIGNALED(status))
		(void)snprintf(out, size, _("signal %d"), WTERMSIG(status));
	else
		(void)snprintf(out, size, _("exit status %d"), WEXITSTATUS(status));
}
