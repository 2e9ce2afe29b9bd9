/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/serve_role.h - one process that must live: when it ends it is started again, later each time it ends soon. */
#ifndef APP_SERVE_ROLE_H
#define APP_SERVE_ROLE_H

#include "core/bytes.h"

#include <sys/types.h>

enum { SERVE_ROLE_FIRST_MS = 100, SERVE_ROLE_LAST_MS = 30000, SERVE_ROLE_STEADY_MS = 60000 };

struct serve_role {
	const char *name_cstr; /* as sandbox_spawn() wants it */
	pid_t pid;             /* 0: not running */
	int end;               /* of our channel to it; -1: none */
	int64_t started_ms, start_at_ms;
	int64_t pause_ms; /* before the next start */
};

/* Closes the channel, waits for the process (and ends it when it does not end by itself) and says when to start it again.
 * Returns the status of waitpid(2). */
int serve_role_end(struct serve_role *role, int64_t now_ms);
/* Of an ended process: what to say about it. */
void serve_role_describe(int status, char *out, size_t size);

#endif
