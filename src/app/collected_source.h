/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/collected_source.h - the sensor's end of the collector (app/collector.h): frames that libpcap read, as messages.
 * The collector is believed no more than the network: a message that makes no sense ends the watch. */
#ifndef APP_COLLECTED_SOURCE_H
#define APP_COLLECTED_SOURCE_H

#include "net/capture/capture_live.h"
#include "net/decode/packet.h"

struct collected_source;

/* Takes the channel, also on failure. workers: each frame says to which it belongs. NULL: no memory. */
MUST_USE struct collected_source *collected_source_new(int fd, unsigned workers);
void collected_source_free(struct collected_source *source);
/* Frames, borrowed until the next call: > 0, -EAGAIN when none came in a tenth of a second, or another -errno with diag
 * after which none will come. */
MUST_USE int
collected_source_next(struct collected_source *source, struct frame *frames, size_t frames_max, struct diag *diag);
/* As the collector last said. */
struct capture_live_counts collected_source_counts(const struct collected_source *source);

#endif
