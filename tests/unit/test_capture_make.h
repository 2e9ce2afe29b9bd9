/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/unit/test_capture_make.h - writes captures in memory and reads them back. */
#ifndef TESTS_UNIT_TEST_CAPTURE_MAKE_H
#define TESTS_UNIT_TEST_CAPTURE_MAKE_H

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/diag.h"
#include "net/capture/capture_file.h"
#include "test.h"

enum make_order { LITTLE, BIG };

/* A file that grows. */
struct make {
	uint8_t *at;
	size_t len, room;
	enum make_order order;
};

static inline void
make_bytes(struct make *m, struct bytes b)
{
	if (m->len + b.len > m->room) {
		m->room = 2 * (m->len + b.len) + 256;
		m->at = realloc(m->at, m->room);
		assert_non_null(m->at);
	}
	if (b.len > 0)
		memcpy(m->at + m->len, b.at, b.len);
	m->len += b.len;
}

static inline void
make_number(struct make *m, uint64_t value, size_t size)
{
	uint8_t b[8];
	for (size_t i = 0; i < size; i++)
		b[m->order == BIG ? size - 1 - i : i] = (uint8_t)(value >> (8 * i));
	make_bytes(m, (struct bytes){b, size});
}

static inline void
make_u16(struct make *m, uint16_t value)
{
	make_number(m, value, 2);
}

static inline void
make_u32(struct make *m, uint32_t value)
{
	make_number(m, value, 4);
}

/* n bytes that differ from place to place and from seed to seed. */
static inline void
make_filler(struct make *m, size_t n, uint32_t seed)
{
	for (size_t i = 0; i < n; i++)
		make_bytes(m, (struct bytes){(const uint8_t[]){(uint8_t)(seed * 31 + i * 7 + (i >> 8))}, 1});
}

static inline struct bytes
make_done(const struct make *m)
{
	return (struct bytes){m->at, m->len};
}

static inline void
make_free(struct make *m)
{
	free(m->at);
	*m = (struct make){0};
}

static inline void
make_pcap_head(struct make *m, uint32_t magic, uint32_t linktype)
{
	make_u32(m, magic);
	make_u16(m, 2);
	make_u16(m, 4);
	make_u32(m, 0);
	make_u32(m, 0);
	make_u32(m, 65535);
	make_u32(m, linktype);
}

static inline void
make_pcap_record(struct make *m, uint32_t seconds, uint32_t fraction, uint32_t captured, uint32_t wire)
{
	make_u32(m, seconds);
	make_u32(m, fraction);
	make_u32(m, captured);
	make_u32(m, wire);
}

static inline void
make_section(struct make *m)
{
	make_u32(m, 0x0a0d0d0a);
	make_u32(m, 28);
	make_u32(m, 0x1a2b3c4d);
	make_u16(m, 1);
	make_u16(m, 0);
	make_number(m, UINT64_MAX, 8);
	make_u32(m, 28);
}

static inline void
make_block(struct make *m, uint32_t type, struct bytes body)
{
	uint32_t padded = (uint32_t)(body.len + 3) / 4 * 4;
	make_u32(m, type);
	make_u32(m, padded + 12);
	make_bytes(m, body);
	make_bytes(m, (struct bytes){(const uint8_t *)"\0\0\0", padded - body.len});
	make_u32(m, padded + 12);
}

/* options: already in the file's byte order, or empty */
static inline void
make_interface(struct make *m, uint16_t linktype, uint32_t snaplen, struct bytes options)
{
	struct make body = {.order = m->order};
	make_u16(&body, linktype);
	make_u16(&body, 0);
	make_u32(&body, snaplen);
	make_bytes(&body, options);
	make_block(m, 1, make_done(&body));
	make_free(&body);
}

static inline void
make_enhanced(struct make *m, uint32_t interface, uint64_t ticks, size_t captured, uint32_t wire, uint32_t seed)
{
	struct make body = {.order = m->order};
	make_u32(&body, interface);
	make_u32(&body, (uint32_t)(ticks >> 32));
	make_u32(&body, (uint32_t)ticks);
	make_u32(&body, (uint32_t)captured);
	make_u32(&body, wire);
	make_filler(&body, captured, seed);
	make_block(m, 6, make_done(&body));
	make_free(&body);
}

static inline int
make_fd(struct bytes content)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content.at, content.len), content.len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* What was read: enough of each frame to compare. */
struct seen_frame {
	int64_t time_ns;
	uint64_t number, digest;
	size_t len;
	uint32_t wire_len;
	uint16_t linktype;
};

enum { SEEN_MAX = 4096 };

struct seen {
	struct seen_frame frames[SEEN_MAX];
	size_t count;
	int result; /* of the open or of the last next */
	enum capture_fault fault;
	struct diag diag;
	uint64_t consumed;
};

struct reading {
	size_t chunk_bytes, frames_max; /* 0: the defaults */
	size_t batches;                 /* filled in turn; 0: one */
	uint64_t frames_before;
};

static inline uint64_t
seen_digest(struct bytes b)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < b.len; i++)
		h = (h ^ b.at[i]) * UINT64_C(0x100000001b3);
	return h;
}

static inline void
seen_add(struct seen *seen, const struct capture_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct frame *f = &batch->frames[i];
		/* a frame of which one byte is outside its batch would be read after its life */
		assert_true(f->data.at >= batch->block);
		assert_true(f->data.len <= capture_batch_block_bytes(batch));
		assert_true(f->data.at + f->data.len <= batch->block + capture_batch_block_bytes(batch));
		assert_true(seen->count < SEEN_MAX);
		seen->frames[seen->count++] = (struct seen_frame){
		    .time_ns = f->time_ns,
		    .number = f->number,
		    .digest = seen_digest(f->data),
		    .len = f->data.len,
		    .wire_len = f->wire_len,
		    .linktype = f->linktype,
		};
	}
}

/* Reads fd to its end or its fault. */
static inline void
seen_read(struct seen *seen, int fd, struct reading how)
{
	enum { BATCHES_MAX = 4 };
	struct capture_batch batches[BATCHES_MAX];
	size_t batch_count = how.batches == 0 ? 1 : how.batches;
	for (size_t i = 0; i < batch_count; i++)
		assert_int_equal(
		    capture_batch_init(&batches[i], how.chunk_bytes == 0 ? CAPTURE_BATCH_CHUNK : how.chunk_bytes,
		        how.frames_max == 0 ? CAPTURE_BATCH_FRAMES : how.frames_max),
		    0);
	struct capture_file_options options = {.frames_before = how.frames_before};
	struct capture_file *file = NULL;
	*seen = (struct seen){0};
	seen->result = capture_file_open(&file, fd, "some.pcap", &options, &seen->diag);
	seen->fault = capture_file_fault_of(seen->result);
	if (seen->result == 0) {
		for (size_t turn = 0;; turn++) {
			struct capture_batch *batch = &batches[turn % batch_count];
			seen->result = capture_file_next(file, batch, &seen->diag);
			if (seen->result <= 0)
				break;
			assert_int_equal(seen->result, batch->count);
			seen_add(seen, batch);
		}
		seen->fault = capture_file_fault(file);
		assert_int_equal(seen->fault, capture_file_fault_of(seen->result));
		assert_int_equal(capture_file_frames(file), how.frames_before + seen->count);
		/* the same answer again, for ever */
		struct diag again;
		assert_int_equal(capture_file_next(file, &batches[0], &again), seen->result);
		if (seen->result < 0)
			assert_string_equal(again.text_cstr, seen->diag.text_cstr);
		seen->consumed = capture_file_consumed(file);
	}
	capture_file_free(file);
	for (size_t i = 0; i < batch_count; i++)
		capture_batch_done(&batches[i]);
}

static inline void
seen_of(struct seen *seen, struct bytes content, struct reading how)
{
	int fd = make_fd(content);
	seen_read(seen, fd, how);
	close(fd);
}

static inline void
assert_seen_equal(const struct seen *got, const struct seen *wanted)
{
	assert_int_equal(got->result, wanted->result);
	assert_int_equal(got->count, wanted->count);
	for (size_t i = 0; i < wanted->count; i++) {
		const struct seen_frame *g = &got->frames[i], *w = &wanted->frames[i];
		assert_int_equal(g->time_ns, w->time_ns);
		assert_int_equal(g->number, w->number);
		assert_int_equal(g->len, w->len);
		assert_int_equal(g->wire_len, w->wire_len);
		assert_int_equal(g->linktype, w->linktype);
		assert_int_equal(g->digest, w->digest);
	}
}

#endif
