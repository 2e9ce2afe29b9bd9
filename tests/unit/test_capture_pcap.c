/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test_capture_make.h"

static struct seen seen, wanted;

enum { PCAP = 0xa1b2c3d4, PCAP_NS = 0xa1b23c4d };

/* Three frames, the second one older than the first, the third one cut. */
static struct bytes
three_frames(struct make *m, uint32_t magic)
{
	bool nanos = magic == PCAP_NS || (magic >> 16) == 0x1c00;
	uint32_t scale = nanos ? 1000 : 1;
	make_pcap_head(m, magic, 113);
	if ((magic >> 16) == 0x1c00)
		make_u32(m, 12345);
	static const uint32_t lengths[][3] = {{60, 60, 1700000000}, {1, 1, 1600000000}, {96, 1514, 4294967295}};
	for (uint32_t i = 0; i < 3; i++) {
		make_pcap_record(m, lengths[i][2], (111 + i) * scale, lengths[i][0], lengths[i][1]);
		if (magic == 0xa1b2cd34)
			make_number(m, UINT64_C(0x0102030405060708), 8);
		make_filler(m, lengths[i][0], i);
	}
	return make_done(m);
}

static void
every_variant_gives_the_same_frames(void **state)
{
	(void)state;
	static const struct {
		uint32_t magic;
		const char *why;
	} rows[] = {
	    {PCAP, "libpcap"},
	    {PCAP_NS, "nanoseconds"},
	    {0xa1b2cd34, "modified: 24 bytes before each packet"},
	    {0xa12b3c4d, "Navtel"},
	    {0x1c0001ac, "IXIA hardware: 28 bytes before the first record"},
	    {0x1c0001ab, "IXIA software"},
	};
	for (size_t i = 0; i < 2 * LENGTH_OF(rows); i++) {
		struct make m = {.order = i % 2 == 0 ? LITTLE : BIG};
		seen_of(&seen, three_frames(&m, rows[i / 2].magic), (struct reading){0});
		make_free(&m);
		if (seen.count != 3 || seen.result != 0)
			fail_msg("%s, order %zu: %zu frames, %s", rows[i / 2].why, i % 2, seen.count, seen.diag.text_cstr);
		if (i == 0)
			wanted = seen;
		assert_seen_equal(&seen, &wanted);
	}
	assert_int_equal(wanted.frames[0].time_ns, INT64_C(1700000000000111000));
	assert_int_equal(wanted.frames[1].time_ns, INT64_C(1600000000000112000));
	assert_int_equal(wanted.frames[2].time_ns, INT64_C(4294967295000113000));
	assert_int_equal(wanted.frames[2].len, 96);
	assert_int_equal(wanted.frames[2].wire_len, 1514);
	assert_int_equal(wanted.frames[2].number, 3);
	assert_int_equal(wanted.frames[0].linktype, 113);
	struct make filler = {0};
	make_filler(&filler, 96, 2);
	assert_int_equal(wanted.frames[2].digest, seen_digest(make_done(&filler)));
	make_free(&filler);
}

/* tcpdump's rules: before 2.3 the length on the wire came first, in 2.3 sometimes. */
static void
old_versions_swap_the_lengths(void **state)
{
	(void)state;
	static const struct {
		uint16_t major, minor;
		uint32_t first, second;
		const char *why;
	} rows[] = {
	    {2, 4, 40, 1500, "captured first"},
	    {2, 3, 40, 1500, "captured first, by its size"},
	    {2, 3, 1500, 40, "wire first, by its size"},
	    {2, 2, 1500, 40, "wire first"},
	    {2, 0, 1500, 40, "wire first"},
	    {543, 0, 1500, 40, "DG/UX"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct make m = {.order = BIG};
		make_u32(&m, PCAP);
		make_u16(&m, rows[i].major);
		make_u16(&m, rows[i].minor);
		make_number(&m, 0, 8);
		make_u32(&m, 68);
		make_u32(&m, 1);
		make_pcap_record(&m, 5, 0, rows[i].first, rows[i].second);
		make_filler(&m, 40, 0);
		seen_of(&seen, make_done(&m), (struct reading){0});
		make_free(&m);
		if (seen.result != 0 || seen.count != 1 || seen.frames[0].len != 40 || seen.frames[0].wire_len != 1500)
			fail_msg("%u.%u: %s", rows[i].major, rows[i].minor, rows[i].why);
	}
}

static void
odd_but_sound_lengths_are_taken(void **state)
{
	(void)state;
	static const struct {
		uint32_t captured, wire, wanted_wire;
		const char *why;
	} rows[] = {
	    {0, 0, 0, "a frame of no byte"},
	    {0, 99, 99, "only its length was kept"},
	    {50, 20, 50, "there cannot be less on the wire than was captured"},
	    {70000, 70000, 70000, "more than the snapshot length says"},
	    {262144, 262144, 262144, "the longest"},
	    {60, 4294967295u, 4294967295u, "a length on the wire is believed, it costs nothing"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct make m = {.order = LITTLE};
		make_pcap_head(&m, PCAP, 1);
		for (uint32_t n = 0; n < 3; n++) {
			make_pcap_record(&m, 7, n, rows[i].captured, rows[i].wire);
			make_filler(&m, rows[i].captured, n);
		}
		static const struct reading ways[] = {
		    {0}, {.chunk_bytes = 4096}, {.chunk_bytes = 1 << 20, .frames_max = 1, .batches = 2}};
		seen_of(&seen, make_done(&m), ways[(i + 1) % LENGTH_OF(ways)]); /* the longest go through several batches */
		make_free(&m);
		if (seen.result != 0 || seen.count != 3 || seen.frames[2].len != rows[i].captured ||
		    seen.frames[2].wire_len != rows[i].wanted_wire)
			fail_msg("%s: %zu frames, %s", rows[i].why, seen.count, seen.diag.text_cstr);
	}
}

static void
an_absurd_length_is_named_after_the_frames_before_it(void **state)
{
	(void)state;
	static const uint32_t lengths[] = {262145, 1u << 20, 0x7fffffff, 0x80000000, 4294967295u};
	for (size_t i = 0; i < LENGTH_OF(lengths); i++) {
		struct make m = {.order = i % 2 == 0 ? BIG : LITTLE};
		struct bytes good = three_frames(&m, PCAP);
		size_t offset = good.len;
		make_pcap_record(&m, 1, 0, lengths[i], lengths[i]);
		make_filler(&m, 500, 0);
		seen_of(&seen, make_done(&m), (struct reading){0});
		make_free(&m);
		assert_int_equal(seen.count, 3);
		assert_int_equal(seen.fault, CAPTURE_FAULT_DAMAGED);
		assert_int_equal(seen.result, -EBADMSG);
		assert_int_equal(seen.diag.offset, offset);
		assert_string_equal(seen.diag.file_cstr, "some.pcap");
		char number_cstr[32];
		snprintf(number_cstr, sizeof(number_cstr), "%u", lengths[i]);
		assert_non_null(strstr(seen.diag.text_cstr, number_cstr));
		assert_non_null(strstr(seen.diag.text_cstr, "packet 4"));
	}
}

static void
every_cut_gives_the_whole_records_and_says_so(void **state)
{
	(void)state;
	struct make m = {.order = LITTLE};
	struct bytes whole = three_frames(&m, PCAP);
	static const size_t ends[] = {24, 24 + 76, 24 + 76 + 17, 24 + 76 + 17 + 112};
	assert_int_equal(whole.len, ends[3]);
	for (size_t len = 8; len <= whole.len; len++) {
		seen_of(&seen, bytes_first(whole, len), (struct reading){0});
		size_t complete = 0;
		bool between = len == ends[0];
		for (size_t i = 1; i < 4; i++) {
			complete += len >= ends[i];
			between = between || len == ends[i];
		}
		assert_int_equal(seen.count, complete);
		assert_int_equal(seen.fault, between ? CAPTURE_FAULT_NONE : CAPTURE_FAULT_TRUNCATED);
		if (!between)
			assert_int_equal(seen.diag.offset, len < 24 ? 0 : ends[complete]);
	}
	make_free(&m);
}

static void
captures_one_after_the_other_are_one_run(void **state)
{
	(void)state;
	struct make m = {.order = LITTLE};
	three_frames(&m, PCAP);
	make_pcap_head(&m, PCAP, 1); /* one without any packet */
	m.order = BIG;
	three_frames(&m, PCAP_NS);
	m.order = LITTLE;
	make_section(&m);
	make_interface(&m, 101, 0, (struct bytes){0});
	make_enhanced(&m, 0, 1, 20, 20, 9);
	three_frames(&m, 0xa1b2cd34);
	m.order = BIG;
	make_section(&m);
	m.order = LITTLE;
	three_frames(&m, PCAP); /* its version is a length that a block in the other order could have */
	m.order = BIG;
	seen_of(&seen, make_done(&m), (struct reading){.frames_before = 1000});
	make_free(&m);
	assert_int_equal(seen.result, 0);
	assert_int_equal(seen.count, 13);
	for (size_t i = 0; i < seen.count; i++) {
		assert_int_equal(seen.frames[i].number, 1001 + i);
		assert_int_equal(seen.frames[i].linktype, i == 6 ? 101 : 113);
		if (i < 10 && i % 7 < 3)
			assert_int_equal(seen.frames[i].digest, seen.frames[i % 7].digest);
	}
}

/* A packet of the year 2055 is no header, though its time is the magic number. */
static void
a_time_like_the_magic_number_is_a_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct make m = {.order = i == 0 ? LITTLE : BIG};
		make_pcap_head(&m, PCAP, 1);
		make_pcap_record(&m, PCAP, 262146, 60, 60);
		make_filler(&m, 60, 1);
		make_pcap_record(&m, PCAP, 1, 0, 0); /* even of no byte: the version does not fit */
		make_pcap_record(&m, PCAP, 262146, 0, 60);
		seen_of(&seen, make_done(&m), (struct reading){0});
		make_free(&m);
		assert_int_equal(seen.result, 0);
		assert_int_equal(seen.count, 3);
		assert_int_equal(seen.frames[0].time_ns / 1000000000, PCAP);
	}
}

static void
an_unknown_version_is_refused(void **state)
{
	(void)state;
	static const uint16_t versions[][2] = {{0, 0}, {1, 2}, {3, 0}, {543, 1}, {65535, 65535}};
	for (size_t i = 0; i < LENGTH_OF(versions); i++) {
		struct make m = {.order = LITTLE};
		make_u32(&m, PCAP);
		make_u16(&m, versions[i][0]);
		make_u16(&m, versions[i][1]);
		make_filler(&m, 100, 0);
		seen_of(&seen, make_done(&m), (struct reading){0});
		make_free(&m);
		assert_int_equal(seen.fault, CAPTURE_FAULT_DAMAGED);
		assert_int_equal(seen.diag.offset, 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_variant_gives_the_same_frames),
	    cmocka_unit_test(old_versions_swap_the_lengths),
	    cmocka_unit_test(odd_but_sound_lengths_are_taken),
	    cmocka_unit_test(an_absurd_length_is_named_after_the_frames_before_it),
	    cmocka_unit_test(every_cut_gives_the_whole_records_and_says_so),
	    cmocka_unit_test(captures_one_after_the_other_are_one_run),
	    cmocka_unit_test(a_time_like_the_magic_number_is_a_time),
	    cmocka_unit_test(an_unknown_version_is_refused),
	};
	return RUN_TESTS(tests);
}
