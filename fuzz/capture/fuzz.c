/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fuzz target: any bytes as a capture file, read twice: in one go, and through small batches filled in
 * turn, from a pipe when it fits. Both must give the same frames and the same end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/diag.h"
#include "core/ensure.h"
#include "net/capture/capture_file.h"

enum {
	FRAMES_MAX = 20000, /* more come out of a compression bomb only; enough of it is seen then */
	PIPE_BYTES = 65536,
};

struct outcome {
	uint64_t frames, digest;
	int result;
};

static uint64_t
mix(uint64_t digest, uint64_t value)
{
	return (digest ^ value) * UINT64_C(0x9e3779b97f4a7c15);
}

static void
add_frame(struct outcome *outcome, const struct capture_batch *batch, const struct frame *f)
{
	const uint8_t *end = batch->block + capture_batch_block_bytes(batch);
	ENSURE(f->number == ++outcome->frames);
	ENSURE(f->wire_len >= f->data.len && f->data.len <= CAPTURE_BATCH_RECORD_MAX);
	ENSURE(f->data.at >= batch->block && f->data.at <= end && f->data.len <= (size_t)(end - f->data.at));
	uint64_t digest = mix(outcome->digest, (uint64_t)f->time_ns);
	digest = mix(digest, f->data.len);
	digest = mix(digest, (uint64_t)f->wire_len << 16 | f->linktype);
	for (size_t i = 0; i < f->data.len; i += 1 + f->data.len / 64)
		digest = mix(digest, f->data.at[i]);
	outcome->digest = digest;
}

static struct outcome
read_all(int fd, struct capture_batch *batches, size_t batch_count)
{
	struct outcome outcome = {0};
	struct capture_file *file = NULL;
	struct capture_file_options options = {.inflate_bytes_max = 8 << 20};
	struct diag diag = {0};
	outcome.result = capture_file_open(&file, fd, "input", &options, &diag);
	if (outcome.result < 0) {
		ENSURE(file == NULL && diag.text_cstr[0] != '\0');
		return outcome;
	}
	for (size_t turn = 0; outcome.frames < FRAMES_MAX; turn++) {
		struct capture_batch *batch = &batches[turn % batch_count];
		diag.text_cstr[0] = '\0';
		outcome.result = capture_file_next(file, batch, &diag);
		if (outcome.result <= 0)
			break;
		ENSURE((size_t)outcome.result == batch->count && batch->count <= batch->frames_max);
		for (size_t i = 0; i < batch->count && outcome.frames < FRAMES_MAX; i++)
			add_frame(&outcome, batch, &batch->frames[i]);
	}
	if (outcome.frames == FRAMES_MAX)
		outcome.result = 0;
	ENSURE((outcome.result < 0) == (diag.text_cstr[0] != '\0'));
	ENSURE(outcome.result == 0 || capture_file_fault(file) != CAPTURE_FAULT_NONE);
	capture_file_free(file);
	return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct capture_batch large, small[3];
	for (size_t i = 0; large.block == NULL && i < LENGTH_OF(small); i++)
		ENSURE(capture_batch_init(&small[i], 4096, 5) == 0);
	if (large.block == NULL)
		ENSURE(capture_batch_init(&large, CAPTURE_BATCH_CHUNK, CAPTURE_BATCH_FRAMES) == 0);

	int fd = memfd_create("input", MFD_CLOEXEC);
	ENSURE(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	struct outcome whole = read_all(fd, &large, 1);

	int ends[2];
	ENSURE(lseek(fd, 0, SEEK_SET) == 0 && pipe(ends) == 0);
	bool fits = size < PIPE_BYTES && write(ends[1], data, size) == (ssize_t)size;
	close(ends[1]);
	struct outcome pieces = read_all(fits ? ends[0] : fd, small, LENGTH_OF(small));
	close(ends[0]);
	close(fd);
	ENSURE(whole.frames == pieces.frames && whole.digest == pieces.digest && whole.result == pieces.result);
	return 0;
}
