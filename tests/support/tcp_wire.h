/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/tcp_wire.h - segments of one TCP connection into an inspector, and the events that come out. */
#ifndef TESTS_SUPPORT_TCP_WIRE_H
#define TESTS_SUPPORT_TCP_WIRE_H

#include "core/writer.h"
#include "inspect/inspect.h"
#include "inspect/stream_settings.h"

#include <sys/mman.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 18, CLIENT_SEQ = 1000, SERVER_SEQ = 500000 };
static const int64_t wire_start_ns = INT64_C(1700000000) * 1000000000;

struct wire {
	struct inspector *in;
	struct sink *sink;
	struct event_file *file;
	int fd;
	uint64_t number;
	int64_t later_ns;  /* the next segments come so much later */
	uint16_t ports[2]; /* of the client and of the server */
};

static inline struct wire
wire_open_with(struct inspect_options options)
{
	struct wire w = {.fd = memfd_create("events", MFD_CLOEXEC), .ports = {40000, 80}};
	options.memory_bytes = 4 << 20;
	options.stage = INSPECT_ALL;
	options.hash_key = 7;
	w.file = sink_file_new(w.fd);
	w.sink = sink_new(w.file);
	w.in = inspect_new(&options, w.sink);
	assert_non_null(w.in);
	return w;
}

static inline struct wire
wire_open_as(const struct host_policies *hosts, const struct stream_settings *streams)
{
	return wire_open_with((struct inspect_options){.hosts = hosts, .streams = streams});
}

static inline struct wire
wire_open_for(const struct host_policies *hosts)
{
	return wire_open_as(hosts, NULL);
}

static inline struct wire
wire_open(void)
{
	return wire_open_for(NULL);
}

/* Ends the capture; the events as text, to be freed. */
static inline char *
wire_close(struct wire *w)
{
	for (uint32_t round = 0; !inspect_drain(w->in, wire_start_ns + INT64_C(1000000000), round, w->number); round++)
		assert_true(round < 10000);
	inspect_free(w->in);
	sink_free(w->sink);
	sink_file_free(w->file);
	char *text = calloc(1, TEXT_MAX);
	assert_true(pread(w->fd, text, TEXT_MAX - 1, 0) > 0);
	close(w->fd);
	return text;
}

struct segment {
	unsigned side; /* 0: the client */
	uint8_t flags;
	uint32_t seq, ack;
	struct bytes options, data;
};

static inline void
send_segment(struct wire *w, struct segment s)
{
	static uint8_t frame[2048];
	static const uint8_t ends[2][4] = {{192, 0, 2, 1}, {192, 0, 2, 80}};
	struct writer out = writer_of(frame, sizeof(frame));
	writer_put(&out, BYTES("\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0\x45\0"));
	writer_be16(&out, (uint16_t)(40 + s.options.len + s.data.len));
	writer_put(&out, BYTES("\0\x01\x40\0\x40\x06\0\0"));
	writer_put(&out, (struct bytes){ends[s.side], 4});
	writer_put(&out, (struct bytes){ends[!s.side], 4});
	writer_be16(&out, w->ports[s.side]);
	writer_be16(&out, w->ports[!s.side]);
	writer_be32(&out, s.seq);
	writer_be32(&out, s.ack);
	writer_u8(&out, (uint8_t)((5 + s.options.len / 4) << 4));
	writer_u8(&out, s.flags);
	writer_put(&out, BYTES("\xff\xff\0\0\0\0"));
	writer_put(&out, s.options);
	writer_put(&out, s.data);
	w->number++;
	struct frame f = {.time_ns = wire_start_ns + w->later_ns + (int64_t)w->number * 1000,
	    .number = w->number,
	    .data = writer_written(&out),
	    .wire_len = (uint32_t)writer_written(&out).len,
	    .linktype = 1};
	inspect_frames(w->in, &f, 1, 0);
}

static inline size_t
wire_count_of(const char *text_cstr, const char *what_cstr)
{
	size_t n = 0;
	for (const char *at = text_cstr; (at = strstr(at, what_cstr)) != NULL; at++)
		n++;
	return n;
}

#endif
