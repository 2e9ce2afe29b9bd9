/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "test_capture_make.h"

static struct seen seen, wanted;

enum { PCAP = 0xa1b2c3d4, PCAP_NS = 0xa1b23c4d };

enum form { PCAP_LITTLE, PCAP_BIG, PCAP_NS_LITTLE, PCAP_NS_BIG, PCAPNG_LITTLE, PCAPNG_BIG, SNOOP, FORM_COUNT };

static uint32_t
frame_length(uint32_t i)
{
	return i % 17 == 0 ? 1514 : 14 + i * 37 % 300;
}

static void
add_snoop(struct make *m, uint32_t i)
{
	uint32_t len = frame_length(i), padding = (4 - len % 4) % 4;
	make_u32(m, len + i);
	make_u32(m, len);
	make_u32(m, 24 + len + padding);
	make_u32(m, 0);
	make_u32(m, 1700000000 + i);
	make_u32(m, i);
	make_filler(m, len, i);
	make_number(m, 0, padding);
}

/* The same frames in each form: microseconds, Ethernet. */
static void
make_form(struct make *m, enum form form, uint32_t first, uint32_t count)
{
	bool ng = form == PCAPNG_LITTLE || form == PCAPNG_BIG;
	bool nanos = form == PCAP_NS_LITTLE || form == PCAP_NS_BIG;
	m->order = form == PCAP_LITTLE || form == PCAP_NS_LITTLE || form == PCAPNG_LITTLE ? LITTLE : BIG;
	if (ng) {
		make_section(m);
		make_interface(m, 1, 0, (struct bytes){0});
	} else if (form == SNOOP) {
		make_bytes(m, BYTES("snoop\0\0\0\0\0\0\2\0\0\0\4"));
	} else {
		make_pcap_head(m, nanos ? PCAP_NS : PCAP, 1);
	}
	for (uint32_t i = first; i < first + count; i++) {
		uint32_t len = frame_length(i);
		if (ng) {
			make_enhanced(m, 0, UINT64_C(1700000000000000) + i * UINT64_C(1000001), len, len + i, i);
		} else if (form == SNOOP) {
			add_snoop(m, i);
		} else {
			make_pcap_record(m, 1700000000 + i, nanos ? i * 1000 : i, len, len + i);
			make_filler(m, len, i);
		}
	}
}

enum packing { PLAIN, GZIP, ZSTD, XZ, PACKING_COUNT };

/* Appends one gzip member, zstd frame or xz stream. */
static void
add_packed(struct make *to, enum packing packing, struct bytes b)
{
	size_t room = b.len + b.len / 2 + 4096, used = 0;
	uint8_t *out = malloc(room);
	assert_non_null(out);
	if (packing == GZIP) {
		z_stream z = {.next_in = (Bytef *)(uintptr_t)b.at,
		    .avail_in = (unsigned)b.len,
		    .next_out = out,
		    .avail_out = (unsigned)room};
		assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
		assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
		used = room - z.avail_out;
		deflateEnd(&z);
	} else if (packing == ZSTD) {
		used = ZSTD_compress(out, room, b.at, b.len, 3);
		assert_false(ZSTD_isError(used));
	} else if (packing == XZ) {
		assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, b.at, b.len, out, &used, room), LZMA_OK);
	} else {
		memcpy(out, b.at, b.len);
		used = b.len;
	}
	make_bytes(to, (struct bytes){out, used});
	free(out);
}

static void
every_form_and_packing_gives_the_same_frames(void **state)
{
	(void)state;
	for (int form = 0; form < FORM_COUNT; form++) {
		for (int packing = 0; packing < PACKING_COUNT; packing++) {
			struct make m = {0}, packed = {0};
			make_form(&m, (enum form)form, 0, 500);
			if (packing == ZSTD) /* pzstd puts a frame without content first */
				make_bytes(&packed, BYTES("\x50\x2a\x4d\x18\4\0\0\0skip"));
			add_packed(&packed, (enum packing)packing, make_done(&m));
			seen_of(&seen, make_done(&packed), (struct reading){0});
			if (form == 0 && packing == 0) {
				wanted = seen;
				assert_int_equal(wanted.count, 500);
				assert_int_equal(wanted.result, 0);
				assert_int_equal(wanted.frames[499].time_ns, INT64_C(1700000499000499000));
				assert_int_equal(wanted.frames[499].wire_len, frame_length(499) + 499);
			}
			if (seen.count != 500)
				fail_msg(
				    "form %d, packing %d: %zu frames, %s", form, packing, seen.count, seen.diag.text_cstr);
			assert_seen_equal(&seen, &wanted);
			assert_int_equal(seen.consumed, packed.len);
			make_free(&m);
			make_free(&packed);
		}
	}
}

struct feed {
	int fd;
	struct bytes content;
	uint32_t random; /* 0: one byte at a time */
};

/* Writes a piece when the one before has been taken, so that the reader sees exactly these pieces. */
static void *
feed_pipe(void *context)
{
	struct feed *feed = context;
	struct bytes left = feed->content;
	while (left.len > 0) {
		size_t n = 1;
		if (feed->random != 0) {
			feed->random = feed->random * 1664525 + 1013904223;
			n = 1 + (feed->random >> 20) % 700;
		}
		n = n < left.len ? n : left.len;
		int waiting = 1;
		while (ioctl(feed->fd, FIONREAD, &waiting) == 0 && waiting > 0)
			sched_yield();
		if (write(feed->fd, left.at, n) != (ssize_t)n)
			abort();
		left = bytes_after(left, n);
	}
	close(feed->fd);
	return NULL;
}

static void
no_cut_of_a_pipe_changes_the_frames(void **state)
{
	(void)state;
	for (int form = 0; form < FORM_COUNT; form++) {
		struct make m = {0};
		make_form(&m, (enum form)form, 0, 40);
		seen_of(&wanted, make_done(&m), (struct reading){0});
		assert_int_equal(wanted.count, 40);
		for (uint32_t random = 0; random < 8; random++) {
			int ends[2];
			assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
			if (random % 2 == 1) /* as a shell may hand it over */
				assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
			struct make packed = {0};
			add_packed(&packed, (enum packing)(random % PACKING_COUNT), make_done(&m));
			struct feed feed = {.fd = ends[1], .content = make_done(&packed), .random = random};
			pthread_t writer;
			assert_int_equal(pthread_create(&writer, NULL, feed_pipe, &feed), 0);
			seen_read(&seen, ends[0],
			    (struct reading){.chunk_bytes = 4096, .frames_max = 1 + random * 3, .batches = 1 + random % 4});
			pthread_join(writer, NULL);
			close(ends[0]);
			make_free(&packed);
			assert_seen_equal(&seen, &wanted);
		}
		make_free(&m);
	}
}

static void
no_size_of_batch_changes_the_frames(void **state)
{
	(void)state;
	static const size_t chunks[] = {4096, 8192, 65536, 1 << 20};
	static const size_t frames[] = {1, 2, 7, 100, 5000};
	for (int form = 0; form < FORM_COUNT; form++) {
		struct make m = {0};
		make_form(&m, (enum form)form, 0, 900);
		seen_of(&wanted, make_done(&m), (struct reading){0});
		assert_int_equal(wanted.count, 900);
		for (size_t i = 0; i < LENGTH_OF(chunks) * LENGTH_OF(frames); i++) {
			struct reading how = {
			    .chunk_bytes = chunks[i % 4], .frames_max = frames[i / 4], .batches = 1 + i % 3};
			seen_of(&seen, make_done(&m), how);
			assert_seen_equal(&seen, &wanted);
		}
		make_free(&m);
	}
}

static void
packed_captures_one_after_the_other_are_one(void **state)
{
	(void)state;
	for (int packing = GZIP; packing < PACKING_COUNT; packing++) {
		struct make m = {0}, second = {0}, packed = {0};
		make_form(&m, PCAP_LITTLE, 0, 100);
		make_form(&second, PCAPNG_BIG, 100, 100);
		/* the first one is cut in the middle of a record: members are no borders for records */
		add_packed(&packed, (enum packing)packing, bytes_first(make_done(&m), 1003));
		add_packed(&packed, (enum packing)packing, (struct bytes){0});
		add_packed(&packed, (enum packing)packing, bytes_after(make_done(&m), 1003));
		add_packed(&packed, (enum packing)packing, make_done(&second));
		if (packing == GZIP)
			make_bytes(&packed, BYTES("\0\0\0\0\0\0\0"));
		seen_of(&seen, make_done(&packed), (struct reading){0});
		make_free(&m);
		make_form(&m, PCAP_BIG, 0, 200);
		seen_of(&wanted, make_done(&m), (struct reading){0});
		assert_seen_equal(&seen, &wanted);
		make_free(&m);
		make_free(&second);
		make_free(&packed);
	}
}

static void
a_packed_file_that_is_cut_gives_what_can_be_unpacked(void **state)
{
	(void)state;
	for (int packing = GZIP; packing < PACKING_COUNT; packing++) {
		struct make m = {0}, packed = {0};
		make_form(&m, PCAP_LITTLE, 0, 300);
		seen_of(&wanted, make_done(&m), (struct reading){0});
		add_packed(&packed, (enum packing)packing, make_done(&m));
		add_packed(&packed, (enum packing)packing, make_done(&m)); /* zstd gives whole blocks only */
		for (size_t cut = 1; cut < packed.len / 3; cut += 1 + cut / 5) {
			seen_of(&seen, bytes_first(make_done(&packed), packed.len - cut), (struct reading){0});
			assert_int_equal(seen.fault, CAPTURE_FAULT_TRUNCATED);
			assert_true(seen.count >= 300 && seen.count <= 600);
			for (size_t i = 0; i < seen.count; i++)
				assert_int_equal(seen.frames[i].digest, wanted.frames[i % 300].digest);
			assert_non_null(strstr(seen.diag.text_cstr,
			    packing == GZIP       ? "gzip"
			        : packing == ZSTD ? "zstd"
			                          : "xz"));
		}
		make_free(&m);
		make_free(&packed);
	}
}

static void
damage_in_a_packed_file_is_told_after_the_frames_before_it(void **state)
{
	(void)state;
	for (int packing = GZIP; packing < PACKING_COUNT; packing++) {
		struct make m = {0}, packed = {0};
		make_form(&m, PCAP_LITTLE, 0, 300);
		add_packed(&packed, (enum packing)packing, make_done(&m));
		add_packed(&packed, (enum packing)packing, make_done(&m));
		size_t middle = packed.len / 2;
		/* the first bytes of the second member */
		memset(packed.at + middle, 0xee, 4);
		seen_of(&seen, make_done(&packed), (struct reading){0});
		assert_int_equal(seen.fault, CAPTURE_FAULT_DAMAGED);
		assert_int_equal(seen.count, 300);
		make_free(&m);
		make_free(&packed);
	}
}

/* 64 MiB of packets of one value in some KiB: takes time, not memory. */
static void
a_bomb_is_read_in_pieces(void **state)
{
	(void)state;
	enum { PACKETS = 400, LEN = 262144 };
	struct make m = {.order = LITTLE}, packed = {0};
	make_pcap_head(&m, PCAP, 1);
	uint8_t *nothing = calloc(1, LEN);
	assert_non_null(nothing);
	for (uint32_t i = 0; i < PACKETS; i++) {
		make_pcap_record(&m, i, 0, LEN, LEN);
		make_bytes(&m, (struct bytes){nothing, LEN});
	}
	free(nothing);
	add_packed(&packed, ZSTD, make_done(&m));
	make_free(&m);
	assert_true(packed.len < 100000);
	seen_of(&seen, make_done(&packed), (struct reading){.chunk_bytes = 4096});
	assert_int_equal(seen.result, 0);
	assert_int_equal(seen.count, PACKETS);
	make_free(&packed);
}

static void
the_form_and_the_packing_are_named(void **state)
{
	(void)state;
	static const char *const forms[] = {"pcap", "pcap", "pcap", "pcap", "pcapng", "pcapng", "snoop"};
	static const char *const packings[] = {"plain", "gzip", "zstd", "xz"};
	for (int i = 0; i < FORM_COUNT * PACKING_COUNT; i++) {
		struct make m = {0}, packed = {0};
		make_form(&m, (enum form)(i % FORM_COUNT), 0, 1);
		add_packed(&packed, (enum packing)(i / FORM_COUNT), make_done(&m));
		int fd = make_fd(make_done(&packed));
		struct capture_file *file = NULL;
		assert_int_equal(capture_file_open(&file, fd, "x", &(struct capture_file_options){0}, NULL), 0);
		assert_string_equal(capture_file_format_cstr(file), forms[i % FORM_COUNT]);
		assert_string_equal(capture_file_packing_cstr(file), packings[i / FORM_COUNT]);
		capture_file_free(file);
		close(fd);
		make_free(&m);
		make_free(&packed);
	}
}

static void
a_snoop_record_that_cannot_be_true_is_named(void **state)
{
	(void)state;
	static const struct {
		uint32_t captured, whole;
		const char *why;
	} rows[] = {
	    {262145, 300000, "longer than any frame"},
	    {60, 23, "shorter than its header"},
	    {60, 83, "does not hold what it captured"},
	    {4294967295u, 4294967295u, "the end of 32 bits"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct make m = {0};
		make_form(&m, SNOOP, 0, 3);
		size_t offset = m.len;
		make_u32(&m, 60);
		make_u32(&m, rows[i].captured);
		make_u32(&m, rows[i].whole);
		make_filler(&m, 400000, 0);
		seen_of(&seen, make_done(&m), (struct reading){0});
		make_free(&m);
		if (seen.count != 3 || seen.fault != CAPTURE_FAULT_DAMAGED || seen.diag.offset != offset)
			fail_msg("%s: %zu frames, %s", rows[i].why, seen.count, seen.diag.text_cstr);
	}
}

static void
what_is_no_capture_is_said_to_be_none(void **state)
{
	(void)state;
	static const struct {
		struct bytes content;
		enum capture_fault fault;
		const char *said_cstr, *why;
	} rows[] = {
	    {{(const uint8_t *)"", 0}, CAPTURE_FAULT_EMPTY, "empty", "no byte"},
	    {{(const uint8_t *)"\xd4", 1}, CAPTURE_FAULT_NOT_A_CAPTURE, "d4", "too short to tell"},
	    {{(const uint8_t *)"hello, world", 12}, CAPTURE_FAULT_NOT_A_CAPTURE, "68 65 6c 6c 6f 2c 20 77", "text"},
	    {{(const uint8_t *)"PK\3\4aaaaaaaaaa", 14}, CAPTURE_FAULT_NOT_A_CAPTURE, "zip", "an archive"},
	    {{(const uint8_t *)"BZh91AY&SY", 10}, CAPTURE_FAULT_NOT_A_CAPTURE, "bzip2", "another compression"},
	    {{(const uint8_t *)"snoop\0\0\0\0\0\0\3\0\0\0\4", 16}, CAPTURE_FAULT_DAMAGED, "version 3",
	        "a snoop of tomorrow"},
	    {{(const uint8_t *)"snoop\0\0\0\0\0\0\2\0\0\0\x63", 16}, CAPTURE_FAULT_DAMAGED, "type 99", "an unknown link"},
	    {{(const uint8_t *)"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1b\1\0\0\0aaaabbbbcccc", 28},
	        CAPTURE_FAULT_NOT_A_CAPTURE, "0a 0d 0d 0a", "a section of no byte order"},
	    {{(const uint8_t *)"snoop\0\0\0\0\0", 10}, CAPTURE_FAULT_TRUNCATED, "middle", "a cut header"},
	    {{(const uint8_t *)"\x1f\x8b\x08\0\0\0", 6}, CAPTURE_FAULT_TRUNCATED, "gzip", "a cut gzip header"},
	    {{(const uint8_t *)"\x1f\x8b\x08\xff\xff\xff\xff\xff\xff\xff\xff", 11}, CAPTURE_FAULT_DAMAGED, "gzip",
	        "a bad gzip header"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		seen_of(&seen, rows[i].content, (struct reading){0});
		if (seen.fault != rows[i].fault || strstr(seen.diag.text_cstr, rows[i].said_cstr) == NULL || seen.count != 0)
			fail_msg("%s: fault %d, %s", rows[i].why, seen.fault, seen.diag.text_cstr);
		assert_string_equal(seen.diag.file_cstr, "some.pcap");
	}
	struct make packed = {0};
	add_packed(&packed, GZIP, BYTES("nothing to see"));
	seen_of(&seen, make_done(&packed), (struct reading){0});
	assert_int_equal(seen.fault, CAPTURE_FAULT_NOT_A_CAPTURE);
	make_free(&packed);
	add_packed(&packed, XZ, BYTES(""));
	seen_of(&seen, make_done(&packed), (struct reading){0});
	assert_int_equal(seen.fault, CAPTURE_FAULT_EMPTY);
	make_free(&packed);
}

static void
what_the_system_refuses_is_said(void **state)
{
	(void)state;
	int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(folder >= 0);
	seen_read(&seen, folder, (struct reading){0});
	close(folder);
	assert_int_equal(seen.fault, CAPTURE_FAULT_UNREADABLE);
	assert_int_equal(seen.result, -EISDIR);
	assert_non_null(strstr(seen.diag.text_cstr, "folder"));
	seen_read(&seen, -1, (struct reading){0});
	assert_int_equal(seen.fault, CAPTURE_FAULT_UNREADABLE);
	assert_int_equal(seen.result, -EBADF);
}

static void
more_memory_than_allowed_is_refused(void **state)
{
	(void)state;
	struct make m = {0}, packed = {0};
	make_form(&m, PCAP_LITTLE, 0, 10);
	add_packed(&packed, XZ, make_done(&m));
	int fd = make_fd(make_done(&packed));
	struct capture_file *file = NULL;
	struct capture_file_options options = {.inflate_bytes_max = 65536};
	struct diag diag = {0};
	assert_int_equal(capture_file_open(&file, fd, "big.pcap.xz", &options, &diag), -ENOMEM);
	assert_null(file);
	assert_non_null(strstr(diag.text_cstr, "memory"));
	close(fd);
	make_free(&m);
	make_free(&packed);
	/* RFC 8878 3.1.1.1.2: a window of 2 GiB (21 << 3) */
	seen_of(&seen, BYTES("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"), (struct reading){0});
	assert_int_equal(seen.result, -ENOMEM);
	assert_non_null(strstr(seen.diag.text_cstr, "memory"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_form_and_packing_gives_the_same_frames),
	    cmocka_unit_test(no_cut_of_a_pipe_changes_the_frames),
	    cmocka_unit_test(no_size_of_batch_changes_the_frames),
	    cmocka_unit_test(packed_captures_one_after_the_other_are_one),
	    cmocka_unit_test(a_packed_file_that_is_cut_gives_what_can_be_unpacked),
	    cmocka_unit_test(damage_in_a_packed_file_is_told_after_the_frames_before_it),
	    cmocka_unit_test(a_bomb_is_read_in_pieces),
	    cmocka_unit_test(the_form_and_the_packing_are_named),
	    cmocka_unit_test(a_snoop_record_that_cannot_be_true_is_named),
	    cmocka_unit_test(what_is_no_capture_is_said_to_be_none),
	    cmocka_unit_test(what_the_system_refuses_is_said),
	    cmocka_unit_test(more_memory_than_allowed_is_refused),
	};
	return RUN_TESTS(tests);
}
