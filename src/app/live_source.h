/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/live_source.h - the rings of an interface, one per worker, as one source of frames: each frame says its
 * worker, numbers go up, and a block stays borrowed until it is released. */
#ifndef APP_LIVE_SOURCE_H
#define APP_LIVE_SOURCE_H

#include "net/capture/capture_live.h"
#include "net/decode/packet.h"

struct live_source;

MUST_USE struct live_source *live_source_new(unsigned rings_max); /* NULL: no memory */
void live_source_free(struct live_source *source);
/* Takes the socket, also on failure. */
MUST_USE int live_source_add(struct live_source *source, int fd, struct diag *diag);
/* Instead of rings: the channel from the collector, which it takes, also on failure. */
MUST_USE int live_source_collect(struct live_source *source, int fd, unsigned workers, struct diag *diag);
/* Frames of at most one block of each ring: > 0, -EAGAIN when nothing came in a tenth of a second (also while the interface
 * is down), or another -errno with diag: nothing more will come. */
MUST_USE int live_source_next(struct live_source *source, struct frame *frames, size_t frames_max, struct diag *diag);
/* The frames given out last are not used any more. */
void live_source_release(struct live_source *source);
/* The interface went down, and nothing has come since. */
bool live_source_is_down(const struct live_source *source);
struct capture_live_counts live_source_counts(struct live_source *source);

#endif
