/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/serve_reports.h - the reporters of a console: two at once, each with one document; what the console asks beyond that is told to
 * come later. The parent only carries: it reads neither the HTML nor what becomes of it.
 */
#ifndef APP_SERVE_REPORTS_H
#define APP_SERVE_REPORTS_H

#include "core/bytes.h"

#include <sys/types.h>

enum { SERVE_REPORTS_MAX = 2, SERVE_REPORTS_MS = 140000 };

struct serve_reports {
	struct {
		pid_t pid; /* 0: free */
		int end;
		uint32_t id; /* of the console's request */
		int64_t until_ms;
	} running[SERVE_REPORTS_MAX];
};

/* A CONSOLE_CONVERT; fd is taken over. The answer goes to `console`, now or later. */
void serve_reports_ask(struct serve_reports *reports, int console, struct bytes message, int fd, int64_t now_ms);
/* What the reporter at this place says, or that it is gone. */
void serve_reports_hear(struct serve_reports *reports, size_t place, int console);
/* Ends those that take too long; all of them when now_ms is INT64_MAX. */
void serve_reports_tick(struct serve_reports *reports, int console, int64_t now_ms);

#endif
