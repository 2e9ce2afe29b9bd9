/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { FDS_MAX = 16, FIRST_FD = 3 };

/* In the child: only what is asked for survives the exec. */
static void
become(const char *role_cstr, const int *fds, size_t fd_count)
{
	int high[FDS_MAX];
	/* First out of the way of the numbers they will have, then down to them. */
	for (size_t i = 0; i < fd_count; i++) {
		high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, FIRST_FD + FDS_MAX);
		if (high[i] < 0)
			_exit(127);
	}
	for (size_t i = 0; i < fd_count; i++)
		if (dup2(high[i], FIRST_FD + (int)i) < 0)
			_exit(127);
	(void)close_range((unsigned)(FIRST_FD + (int)fd_count), ~0U, CLOSE_RANGE_CLOEXEC);
	/* What ends the parent's work is for the parent, who tells the roles; a terminal or a service manager tells everybody. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGUSR2, SIG_IGN);
	char name_cstr[64];
	snprintf(name_cstr, sizeof(name_cstr), "beffroi: %s", role_cstr);
	char role_option_cstr[] = "--role";
	char role_copy_cstr[32];
	snprintf(role_copy_cstr, sizeof(role_copy_cstr), "%s", role_cstr);
	char *const arguments[] = {name_cstr, role_option_cstr, role_copy_cstr, NULL};
	execv("/proc/self/exe", arguments);
	_exit(127);
}

int
sandbox_spawn(const char *role_cstr, const int *fds, size_t fd_count)
{
	if (fd_count > FDS_MAX)
		return -E2BIG;
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(role_cstr, fds, fd_count);
	return pid;
}
