/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/writer.h - the cursor's counterpart: puts big-endian values into a buffer of the caller.
 * What does not fit marks the writer full; ask writer_ok() once, at the end.
 */
#ifndef CORE_WRITER_H
#define CORE_WRITER_H

#include "core/bytes.h"

struct writer {
	uint8_t *start;
	size_t len, size;
	bool full;
};

static inline struct writer
writer_of(uint8_t *buffer, size_t size)
{
	return (struct writer){.start = buffer, .size = size};
}

static inline bool
writer_ok(const struct writer *w)
{
	return !w->full;
}

static inline struct bytes
writer_written(const struct writer *w)
{
	return (struct bytes){w->start, w->len};
}

static inline void
writer_put(struct writer *w, struct bytes b)
{
	if (w->full || b.len > w->size - w->len) {
		w->full = true;
		return;
	}
	if (b.len > 0)
		memcpy(w->start + w->len, b.at, b.len);
	w->len += b.len;
}

static inline void
writer_u8(struct writer *w, uint8_t value)
{
	writer_put(w, (struct bytes){&value, 1});
}

static inline void
writer_be16(struct writer *w, uint16_t value)
{
	uint8_t b[2] = {(uint8_t)(value >> 8), (uint8_t)value};
	writer_put(w, (struct bytes){b, sizeof(b)});
}

static inline void
writer_be32(struct writer *w, uint32_t value)
{
	writer_be16(w, (uint16_t)(value >> 16));
	writer_be16(w, (uint16_t)value);
}

static inline void
writer_be64(struct writer *w, uint64_t value)
{
	writer_be32(w, (uint32_t)(value >> 32));
	writer_be32(w, (uint32_t)value);
}

/* A length in two bytes, then the bytes (cut to 65535). */
static inline void
writer_field(struct writer *w, struct bytes b)
{
	struct bytes kept = bytes_first(b, UINT16_MAX);
	writer_be16(w, (uint16_t)kept.len);
	writer_put(w, kept);
}

#endif
