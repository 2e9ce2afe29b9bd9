/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_batch.h - the memory in which frames live for a moment.
 *
 * One block holds bytes of the capture exactly as they were read; the frames point into it.
 * A batch is filled, used, and filled again, for ever: nothing is allocated after
 * capture_batch_init(). The block has two parts: a chunk that is read in one go, and in front
 * of it room for the record that the previous chunk cut in two. The chunk is small enough to
 * be still in the processor's cache when the frames are decoded.
 *
 * Owned by one thread at a time.
 */
#ifndef NET_CAPTURE_CAPTURE_BATCH_H
#define NET_CAPTURE_CAPTURE_BATCH_H

#include "core/bytes.h"
#include "net/decode/packet.h"

enum {
	CAPTURE_BATCH_CHUNK = 256 * 1024,                      /* bytes read in one go, a good default */
	CAPTURE_BATCH_FRAMES = 4096,                           /* frames in one batch, a good default */
	CAPTURE_BATCH_RECORD_MAX = 256 * 1024,                 /* captured bytes of one frame */
	CAPTURE_BATCH_FRONT = CAPTURE_BATCH_RECORD_MAX + 4096, /* and the headers around them */
};

struct capture_batch {
	struct frame *frames; /* frames[0] to frames[count - 1]; valid until the batch is filled again */
	size_t count;
	size_t frames_max;
	uint8_t *block; /* CAPTURE_BATCH_FRONT bytes, then chunk_bytes */
	size_t chunk_bytes;
};

/* chunk_bytes is 4 KiB at least, frames_max 1 at least. 0 or -ENOMEM; takes memory only here. */
MUST_USE int capture_batch_init(struct capture_batch *batch, size_t chunk_bytes, size_t frames_max);
/* Takes a zeroed batch as well. */
void capture_batch_done(struct capture_batch *batch);

static inline size_t
capture_batch_block_bytes(const struct capture_batch *batch)
{
	return CAPTURE_BATCH_FRONT + batch->chunk_bytes;
}

#endif
