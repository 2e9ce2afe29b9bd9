/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/import_calls.h - sensors that write into our socket: several at a time, bounded, until the verb says that it is enough.
 *
 * Who writes faster than is read waits (stream) or loses its datagrams, and counts them itself; nothing here grows.
 */
#ifndef APP_IMPORT_CALLS_H
#define APP_IMPORT_CALLS_H

#include "app/import_source.h"

struct import_calls;

/* NULL: no memory. */
MUST_USE struct import_calls *import_calls_new(bool datagrams);
void import_calls_free(struct import_calls *calls);
/* socket: listening, or bound to receive datagrams. Returns when a message comes on fd_verb or it is closed. 0 or -errno with diag. */
MUST_USE int
import_calls_run(struct import_calls *calls, int socket, int fd_verb, struct import_source *source, struct diag *diag);

#endif
