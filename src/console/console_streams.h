/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_streams.h - server-sent events: pages hear that something changed, and ask for it (HTML standard, 9.2). */
#ifndef CONSOLE_CONSOLE_STREAMS_H
#define CONSOLE_CONSOLE_STREAMS_H

#include "console/console_state.h"

struct MHD_Response;

/* The answer to a request that may listen; NULL: no memory, or too many listen. since: what the page heard last, or empty. */
struct MHD_Response *console_streams_open(struct console_request *request, struct bytes since);
void console_streams_tell(struct console *console, unsigned changed);
/* Beats, and ends what has lasted long enough; all of them when the console ends. */
void console_streams_tick(struct console *console);

#endif
