/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_http.h - libmicrohttpd, in the console's own loop: connections, heads and bodies of requests. */
#ifndef CONSOLE_CONSOLE_HTTP_H
#define CONSOLE_CONSOLE_HTTP_H

#include "console/console_state.h"
#include "core/diag.h"

/* Listens at the socket, which is taken over. 0, or a negative errno with diag. */
MUST_USE int console_http_start(struct console *console, int listen_fd, struct diag *diag);
/* The descriptor to wait for, and for how long at most, in milliseconds. */
int console_http_descriptor(const struct console *console);
int console_http_patience(const struct console *console);
/* Does what can be done now. */
void console_http_run(struct console *console);
/* Cuts connections that took too long. */
void console_http_tick(struct console *console);
void console_http_stop(struct console *console);

#endif
