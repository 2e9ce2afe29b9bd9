/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test_capture_make.h"

static struct seen seen, wanted;

static void
option(struct make *m, uint16_t code, uint64_t value, size_t size)
{
	make_u16(m, code);
	make_u16(m, (uint16_t)size);
	make_number(m, value, size);
	make_number(m, 0, (4 - size % 4) % 4);
}

static void
interface_with(struct make *m, uint16_t linktype, uint8_t resolution, int64_t offset_s)
{
	struct make options = {.order = m->order};
	option(&options, 2, 0x6c6f, 2); /* if_name: to be passed over, with its padding */
	option(&options, 9, resolution, 1);
	option(&options, 14, (uint64_t)offset_s, 8);
	option(&options, 0, 0, 0);
	make_interface(m, linktype, 0, make_done(&options));
	make_free(&options);
}

/* RFC-to-be 4.2: if_tsresol and if_tsoffset. */
static void
every_clock_is_read_in_nanoseconds(void **state)
{
	(void)state;
	static const struct {
		uint8_t resolution;
		int64_t offset_s;
		uint64_t ticks;
		int64_t wanted_ns;
		const char *why;
	} rows[] = {
	    {6, 0, 1700000000123456, 1700000000123456000, "microseconds"},
	    {9, 0, 1700000000123456789, 1700000000123456789, "nanoseconds"},
	    {0, 0, 1700000000, 1700000000000000000, "seconds"},
	    {3, 0, 1700000000123, 1700000000123000000, "milliseconds"},
	    {7, 0, 17000000001234567, 1700000000123456700, "a tenth of a microsecond, as Windows has it"},
	    {12, 0, 1700000000123456789, 1700000000123456, "picoseconds"},
	    {19, 0, UINT64_MAX, 1844674407, "the last power of ten in 64 bits"},
	    {20, 0, UINT64_MAX, 0, "less than a nanosecond in all"},
	    {127, 0, UINT64_MAX, 0, "the largest exponent"},
	    {0x80 | 0, 0, 3, 3000000000, "2^0"},
	    {0x80 | 10, 0, 1536, 1500000000, "1/1024 s"},
	    {0x80 | 32, 0, UINT64_C(1700000000) << 32 | 0x80000000, 1700000000500000000, "NTP's fraction"},
	    {0x80 | 63, 0, UINT64_C(3) << 62, 1500000000, "2^63"},
	    {0x80 | 127, 0, UINT64_MAX, 0, "2^127"},
	    {6, 1700000000, 5, 1700000000000005000, "an offset"},
	    {6, 1700000000, 0, 1700000000000000000, "an offset and tick 0"},
	    {9, -10, 15000000000, 5000000000, "a negative offset"},
	    {9, -10, 5000000000, -5000000000, "before 1970"},
	    {0, 0, UINT64_MAX, INT64_MAX, "beyond 64 bits: the last moment"},
	    {6, INT64_MAX, 0, INT64_MAX, "an offset beyond 64 bits"},
	    {6, INT64_MIN, 0, INT64_MIN, "the same, backwards"},
	};
	for (size_t i = 0; i < 2 * LENGTH_OF(rows); i++) {
		struct make m = {.order = i % 2 == 0 ? LITTLE : BIG};
		make_section(&m);
		interface_with(&m, 1, rows[i / 2].resolution, rows[i / 2].offset_s);
		make_enhanced(&m, 0, rows[i / 2].ticks, 14, 14, 0);
		seen_of(&seen, make_done(&m), (struct reading){0});
		make_free(&m);
		if (seen.result != 0 || seen.count != 1 || seen.frames[0].time_ns != rows[i / 2].wanted_ns)
			fail_msg("%s: %lld, %s", rows[i / 2].why, (long long)seen.frames[0].time_ns, seen.diag.text_cstr);
	}
}

/* All that a file may hold: two sections of different byte order, three link types, every kind of
 * packet block, blocks that nobody knows, names and statistics. */
static struct bytes
rich_file(struct make *m)
{
	make_section(m);
	make_block(m, 0x0bad, BYTES("before any interface"));
	make_interface(m, 1, 38, (struct bytes){0});
	interface_with(m, 113, 9, 0);
	make_enhanced(m, 0, 1700000000000001, 60, 60, 0);
	make_block(m, 4, BYTES("names"));
	make_enhanced(m, 1, 1600000000000000002, 61, 1514, 1);

	struct make simple = {.order = m->order};
	make_u32(&simple, 90); /* on the wire; 38 were kept, as interface 0 says, and 2 are padding */
	make_filler(&simple, 40, 2);
	make_block(m, 3, make_done(&simple));
	make_free(&simple);

	struct make old = {.order = m->order};
	make_u16(&old, 1);
	make_u16(&old, 0xffff);
	make_u32(&old, (uint32_t)(UINT64_C(1600000000000000003) >> 32));
	make_u32(&old, (uint32_t)UINT64_C(1600000000000000003));
	make_u32(&old, 33);
	make_u32(&old, 34);
	make_filler(&old, 33, 3);
	make_block(m, 2, make_done(&old));
	make_free(&old);

	make_block(m, 5, BYTES("statistics"));
	m->order = m->order == BIG ? LITTLE : BIG;
	make_section(m);
	make_interface(m, 276, 0, (struct bytes){0});
	make_block(m, 3,
	    m->order == BIG ? BYTES("\0\0\0\x5a"
	                            "12345678")
	                    : BYTES("\x5a\0\0\0"
	                            "12345678")); /* 8 are there */
	make_enhanced(m, 0, 1500000000000004, 0, 0, 4);
	make_block(m, 0x80000001, (struct bytes){0});
	make_enhanced(m, 0, 1500000000000005, 5, 5, 5);
	return make_done(m);
}

static void
sections_interfaces_and_all_packet_blocks_are_read(void **state)
{
	(void)state;
	static const struct seen_frame rows[] = {
	    {.time_ns = 1700000000000001000, .len = 60, .wire_len = 60, .linktype = 1},
	    {.time_ns = 1600000000000000002, .len = 61, .wire_len = 1514, .linktype = 113},
	    {.time_ns = 1600000000000000002, .len = 38, .wire_len = 90, .linktype = 1}, /* no time of its own */
	    {.time_ns = 1600000000000000003, .len = 33, .wire_len = 34, .linktype = 113},
	    {.time_ns = 0, .len = 8, .wire_len = 90, .linktype = 276}, /* no time was told yet in this section */
	    {.time_ns = 1500000000000004000, .len = 0, .wire_len = 0, .linktype = 276},
	    {.time_ns = 1500000000000005000, .len = 5, .wire_len = 5, .linktype = 276},
	};
	wanted = (struct seen){.count = LENGTH_OF(rows)};
	for (uint32_t i = 0; i < LENGTH_OF(rows); i++) {
		wanted.frames[i] = rows[i];
		wanted.frames[i].number = i + 1;
		struct make filler = {0};
		make_filler(&filler, rows[i].len, i < 4 ? i : i - 1);
		wanted.frames[i].digest = i == 4 ? seen_digest(BYTES("12345678")) : seen_digest(make_done(&filler));
		make_free(&filler);
	}
	for (int i = 0; i < 2; i++) {
		struct make m = {.order = i == 0 ? LITTLE : BIG};
		seen_of(&seen, rich_file(&m), (struct reading){0});
		make_free(&m);
		assert_seen_equal(&seen, &wanted);
	}
}

static void
every_cut_gives_a_prefix_and_never_damage(void **state)
{
	(void)state;
	struct make m = {.order = LITTLE};
	struct bytes whole = rich_file(&m);
	seen_of(&wanted, whole, (struct reading){0});
	size_t last = 0;
	for (size_t len = 8; len < whole.len; len++) {
		seen_of(&seen, bytes_first(whole, len), (struct reading){0});
		assert_true(seen.fault == CAPTURE_FAULT_TRUNCATED || seen.fault == CAPTURE_FAULT_NONE);
		assert_true(seen.count >= last && seen.count <= wanted.count);
		for (size_t i = 0; i < seen.count; i++)
			assert_int_equal(seen.frames[i].digest, wanted.frames[i].digest);
		last = seen.count;
	}
	assert_int_equal(last, wanted.count - 1);
	make_free(&m);
}

static void
blocks_larger_than_memory_are_passed_over(void **state)
{
	(void)state;
	enum { LARGE = 3 << 20 };
	struct make m = {.order = LITTLE};
	make_section(&m);
	make_interface(&m, 1, 0, (struct bytes){0});
	make_enhanced(&m, 0, 1000, 60, 60, 0);
	make_u32(&m, 0x0bad);
	make_u32(&m, LARGE + 12);
	uint8_t *nothing = calloc(1, LARGE);
	assert_non_null(nothing);
	make_bytes(&m, (struct bytes){nothing, LARGE});
	make_u32(&m, LARGE + 12);
	/* a packet with 3 MiB of options behind it */
	make_u32(&m, 6);
	make_u32(&m, 32 + 64 + LARGE);
	make_u32(&m, 0);
	make_number(&m, 0, 8);
	make_u32(&m, 61);
	make_u32(&m, 61);
	make_filler(&m, 64, 1);
	make_bytes(&m, (struct bytes){nothing, LARGE});
	make_u32(&m, 32 + 64 + LARGE);
	free(nothing);
	make_enhanced(&m, 0, 2000, 262144, 300000, 2);
	make_enhanced(&m, 0, 3000, 63, 63, 3);
	for (size_t i = 0; i < 3; i++) {
		static const struct reading ways[] = {
		    {.chunk_bytes = 4096}, {.chunk_bytes = 1 << 20}, {.chunk_bytes = 65536, .batches = 3}};
		seen_of(&seen, make_done(&m), ways[i]);
		assert_int_equal(seen.result, 0);
		assert_int_equal(seen.count, 4);
		assert_int_equal(seen.frames[1].len, 61);
		assert_int_equal(seen.frames[2].len, 262144);
		assert_int_equal(seen.frames[3].time_ns, 3000000);
	}
	/* cut inside of what is passed over */
	seen_of(&seen, bytes_first(make_done(&m), LARGE / 2), (struct reading){0});
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.fault, CAPTURE_FAULT_TRUNCATED);
	make_free(&m);
}

/* Builds one bad block after a good file of one frame. */
enum bad {
	BAD_SHORT_BLOCK,
	BAD_UNEVEN_BLOCK,
	BAD_SECOND_LENGTH,
	BAD_INTERFACE,
	BAD_CAPTURED,
	BAD_CAPTURED_HUGE,
	BAD_SIMPLE_SHORT,
	BAD_ENHANCED_SHORT,
	BAD_DESCRIPTION_SHORT,
	BAD_OPTION,
	BAD_VERSION,
	BAD_ORDER_MARK,
	BAD_SECTION_LENGTH,
	BAD_SECTION_UNEVEN,
	BAD_PACKET_BLOCK_HUGE,
	BAD_DESCRIPTION_HUGE,
	BAD_COUNT,
};

static void
add_bad(struct make *m, enum bad bad)
{
	switch (bad) {
	case BAD_SHORT_BLOCK: make_u32(m, 6), make_u32(m, 8); break;
	case BAD_UNEVEN_BLOCK: make_u32(m, 6), make_u32(m, 61); break;
	case BAD_SECOND_LENGTH: make_enhanced(m, 0, 1, 8, 8, 0), m->len -= 4, make_u32(m, 44); break;
	case BAD_INTERFACE: make_enhanced(m, 1, 1, 8, 8, 0); break;
	case BAD_CAPTURED:
		make_enhanced(m, 0, 1, 8, 8, 0), m->len -= 20, make_u32(m, 9), make_u32(m, 9), m->len += 12;
		break;
	case BAD_CAPTURED_HUGE:
		make_u32(m, 6), make_u32(m, 1 << 20), make_number(m, 0, 8), make_u32(m, 0), make_u32(m, 262145),
		    make_u32(m, 262145);
		break;
	case BAD_SIMPLE_SHORT: make_block(m, 3, (struct bytes){0}); break;
	case BAD_ENHANCED_SHORT: make_block(m, 6, BYTES("sixteen bytes...")); break;
	case BAD_DESCRIPTION_SHORT: make_block(m, 1, BYTES("four")); break;
	case BAD_OPTION: make_block(m, 1, BYTES("\1\0\0\0\0\0\0\0\1\1\1\1abcd")); break;
	case BAD_VERSION: make_section(m), m->len -= 16, make_u16(m, 2), m->len += 14; break;
	case BAD_ORDER_MARK: make_section(m), m->len -= 20, make_u32(m, 0x11111111), m->len += 16; break;
	case BAD_SECTION_LENGTH: make_section(m), m->len -= 24, make_u32(m, 24), m->len += 20; break;
	case BAD_SECTION_UNEVEN: make_section(m), m->len -= 24, make_u32(m, 30), m->len += 20; break;
	case BAD_PACKET_BLOCK_HUGE:
		make_u32(m, 6), make_u32(m, 0xfffffff0), make_number(m, 0, 8), make_u32(m, 0), make_u32(m, 1);
		break;
	case BAD_DESCRIPTION_HUGE: make_u32(m, 1), make_u32(m, 1 << 20); break;
	case BAD_COUNT: break;
	}
	make_filler(m, 64, 0);
}

static void
a_block_that_cannot_be_true_is_named_after_the_frames_before_it(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2 * BAD_COUNT; i++) {
		struct make m = {.order = i % 2 == 0 ? LITTLE : BIG};
		make_section(&m);
		make_interface(&m, 1, 0, (struct bytes){0});
		make_enhanced(&m, 0, 1000, 60, 60, 0);
		size_t offset = m.len;
		add_bad(&m, i / 2);
		seen_of(&seen, make_done(&m), (struct reading){0});
		make_free(&m);
		if (seen.count != 1 || seen.fault != CAPTURE_FAULT_DAMAGED || seen.diag.offset != offset)
			fail_msg("bad %u: %zu frames, fault %d at %llu and not %zu: %s", i / 2, seen.count, seen.fault,
			    (unsigned long long)seen.diag.offset, offset, seen.diag.text_cstr);
	}
}

static void
interfaces_are_bounded(void **state)
{
	(void)state;
	struct make m = {.order = LITTLE};
	make_section(&m);
	for (uint32_t i = 0; i < 4096; i++)
		make_interface(&m, 1, 0, (struct bytes){0});
	make_enhanced(&m, 4095, 1000, 60, 60, 0);
	size_t offset = m.len;
	make_interface(&m, 1, 0, (struct bytes){0});
	seen_of(&seen, make_done(&m), (struct reading){0});
	make_free(&m);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.fault, CAPTURE_FAULT_DAMAGED);
	assert_int_equal(seen.diag.offset, offset);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_clock_is_read_in_nanoseconds),
	    cmocka_unit_test(sections_interfaces_and_all_packet_blocks_are_read),
	    cmocka_unit_test(every_cut_gives_a_prefix_and_never_damage),
	    cmocka_unit_test(blocks_larger_than_memory_are_passed_over),
	    cmocka_unit_test(a_block_that_cannot_be_true_is_named_after_the_frames_before_it),
	    cmocka_unit_test(interfaces_are_bounded),
	};
	return RUN_TESTS(tests);
}
