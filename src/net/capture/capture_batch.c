/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_batch.h"

#include <errno.h>
#include <stdlib.h>

#include "core/ensure.h"

int
capture_batch_init(struct capture_batch *batch, size_t chunk_bytes, size_t frames_max)
{
	enum { PAGE = 4096 };
	ENSURE(chunk_bytes >= PAGE && frames_max > 0 && frames_max <= INT32_MAX);
	chunk_bytes = (chunk_bytes + PAGE - 1) / PAGE * PAGE;
	/* Aligned, because read(2) copies faster to the start of a page. The front is touched only
	 * as far as cut records reach into it. */
	uint8_t *block = aligned_alloc(PAGE, CAPTURE_BATCH_FRONT + chunk_bytes);
	struct frame *frames = calloc(frames_max, sizeof(*frames));
	if (block == NULL || frames == NULL) {
		free(block);
		free(frames);
		return -ENOMEM;
	}
	*batch = (struct capture_batch){
	    .frames = frames, .frames_max = frames_max, .block = block, .chunk_bytes = chunk_bytes};
	return 0;
}

void
capture_batch_done(struct capture_batch *batch)
{
	free(batch->block);
	free(batch->frames);
	*batch = (struct capture_batch){0};
}
