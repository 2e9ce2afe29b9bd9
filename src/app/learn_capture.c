/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_capture.h"

#include "app/watch.h"
#include "core/auto.h"
#include "core/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* In a process of its own: `beffroi watch`, whose answer nobody reads. */
static int
watch(const char *file_cstr, int vectors_fd, bool moments)
{
	char out_cstr[32];
	(void)snprintf(out_cstr, sizeof(out_cstr), "/proc/self/fd/%d", vectors_fd);
	const char *words[] = {"watch", "-r", file_cstr, "--no-dossier", "--quiet", "--vector-addresses", "--flow-vectors",
	    out_cstr, moments ? "--vector-moments" : NULL, NULL};
	int count = moments ? 9 : 8;
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
		return 1;
	return watch_main(count, (char **)(uintptr_t)words);
}

int
learn_capture_open(const char *file_cstr, bool moments, struct diag *diag)
{
	AUTO_CLOSE int fd = memfd_create("vectors", MFD_CLOEXEC);
	int status = 0;
	if (fd < 0)
		return diag_say(diag, -errno, "%s", text_error(errno));
	(void)fflush(stdout);
	pid_t child = fork();
	if (child < 0)
		return diag_say(diag, -errno, "%s", _("a process could not be started"));
	if (child == 0)
		_exit(watch(file_cstr, fd, moments));
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return diag_say_at(diag, -EIO, file_cstr, UINT64_MAX, "%s",
		    _("the capture could not be read: what was said before tells why"));
	if (lseek(fd, 0, SEEK_SET) != 0)
		return diag_say(diag, -errno, "%s", text_error(errno));
	return auto_take_fd(&fd);
}
