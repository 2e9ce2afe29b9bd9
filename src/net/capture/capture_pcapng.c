/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_pcapng.h"

#include <errno.h>

#include "core/diag.h"
#include "net/capture/capture_batch.h"
#include "net/capture/capture_pcap.h"
#include "net/capture/capture_text.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE = 3,
	BLOCK_ENHANCED = 6,
	BLOCK_BYTES_MIN = 12,               /* type, length, length again */
	BLOCK_BYTES_MAX = 16 * 1024 * 1024, /* of the blocks that are understood */
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	OPTION_END = 0,
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
	RESOLUTION_MICRO = 6,
	RESOLUTION_OF_TWO = 0x80, /* bit: a power of 2, not of 10 */
};

static const uint64_t powers_of_ten[] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

bool
capture_pcapng_guess(struct bytes head)
{
	struct cursor c = cursor_of(head);
	uint32_t type = cursor_be32(&c);
	if (!cursor_ok(&c) || type != BLOCK_SECTION)
		return false;
	cursor_take(&c, 4);
	struct cursor little = c;
	uint32_t as_big = cursor_be32(&c), as_little = cursor_le32(&little);
	return !cursor_ok(&c) || as_big == BYTE_ORDER_MAGIC || as_little == BYTE_ORDER_MAGIC;
}

enum capture_scan_end
capture_pcapng_begin(struct capture_pcapng *ng, struct capture_scan *s)
{
	(void)s;
	ng->in_section = false;
	ng->interface_count = 0;
	ng->last_time_ns = 0;
	return CAPTURE_SCAN_STOP;
}

/* Any resolution, any offset; what 64 bits cannot hold stays at their end. */
static int64_t
time_any(const struct capture_pcapng_interface *interface, uint64_t ticks)
{
	unsigned exponent = interface->resolution & 0x7f;
	__int128 ns = (__int128)ticks * INT64_C(1000000000);
	if (interface->resolution & RESOLUTION_OF_TWO)
		ns >>= exponent;
	else if (exponent < LENGTH_OF(powers_of_ten))
		ns /= powers_of_ten[exponent];
	else
		ns = 0;
	ns += (__int128)interface->offset_s * INT64_C(1000000000);
	if (ns > INT64_MAX)
		return INT64_MAX;
	return ns < INT64_MIN ? INT64_MIN : (int64_t)ns;
}

static inline int64_t
time_of(const struct capture_pcapng_interface *interface, uint64_t ticks)
{
	if (LIKELY(ticks < interface->ticks_end))
		return (int64_t)(ticks * interface->tick_ns);
	return time_any(interface, ticks);
}

static void
interface_clock(struct capture_pcapng_interface *interface)
{
	unsigned exponent = interface->resolution;
	if (exponent > 9 || interface->offset_s != 0)
		return; /* ticks_end stays 0: time_any() decides */
	interface->tick_ns = powers_of_ten[9 - exponent];
	interface->ticks_end = (uint64_t)INT64_MAX / interface->tick_ns;
}

static enum capture_scan_end
damaged(const struct capture_scan *s, const char *what_cstr, uint64_t value)
{
	if (s->count == 0)
		(void)diag_say_at(s->diag, -EBADMSG, s->name_cstr, s->offset,
		    _("%s (%llu) cannot be true in this pcapng block: the file is damaged from here on; all before was read"),
		    what_cstr, (unsigned long long)value);
	return CAPTURE_SCAN_DAMAGED;
}

/* Section header: decides the byte order, forgets the interfaces. */
static enum capture_scan_end
begin_section(struct capture_pcapng *ng, struct capture_scan *s)
{
	struct cursor c = cursor_of(s->rest);
	cursor_take(&c, 4);
	struct cursor length = cursor_sub(&c, 4);
	/* one of the two: capture_pcapng_guess() has seen it */
	enum capture_order order = cursor_be32(&c) == BYTE_ORDER_MAGIC ? CAPTURE_ORDER_BIG : CAPTURE_ORDER_LITTLE;
	uint32_t total = capture_scan_u32(&length, order);
	unsigned major = capture_scan_u16(&c, order);
	unsigned minor = capture_scan_u16(&c, order);
	cursor_take(&c, 8 + 4); /* length of the section, often unknown; of the block, again */
	if (!cursor_ok(&c))
		return CAPTURE_SCAN_MORE;
	if (total < 28 || total % 4 != 0 || total > BLOCK_BYTES_MAX)
		return damaged(s, _("the block length"), total);
	if (major != 1 || (minor != 0 && minor != 2))
		return damaged(s, _("the pcapng version"), major);
	ng->order = order;
	ng->in_section = true;
	capture_scan_pass(s, total);
	return CAPTURE_SCAN_STOP;
}

static enum capture_scan_end
add_interface(struct capture_pcapng *ng, struct capture_scan *s, struct cursor body, enum capture_order order)
{
	struct capture_pcapng_interface interface = {.resolution = RESOLUTION_MICRO};
	interface.linktype = capture_scan_u16(&body, order);
	cursor_take(&body, 2);
	interface.snaplen = capture_scan_u32(&body, order);
	if (!cursor_ok(&body))
		return damaged(s, _("the length of an interface block"), body.left);
	while (body.left >= 4) {
		unsigned code = capture_scan_u16(&body, order);
		size_t len = capture_scan_u16(&body, order);
		struct cursor value = cursor_sub(&body, len);
		if (code == OPTION_END)
			break;
		cursor_take(&body, (4 - len % 4) % 4);
		if (!cursor_ok(&body))
			return damaged(s, _("the length of an interface option"), len);
		if (code == OPTION_TSRESOL && len == 1)
			interface.resolution = cursor_u8(&value);
		if (code == OPTION_TSOFFSET && len == 8)
			interface.offset_s = (int64_t)(order == CAPTURE_ORDER_BIG ? cursor_be64(&value)
			                                                          : cursor_le64(&value));
	}
	if (ng->interface_count == CAPTURE_PCAPNG_INTERFACES_MAX)
		return damaged(s, _("the number of interfaces"), ng->interface_count + UINT64_C(1));
	interface_clock(&interface);
	ng->interfaces[ng->interface_count++] = interface;
	return CAPTURE_SCAN_STOP;
}

/* The three kinds of packet blocks, after type and length. body ends before the second length when
 * the block is whole; a block with more options than a batch can hold is seen in part. */
static inline enum capture_scan_end
add_packet(struct capture_pcapng *ng, struct capture_scan *s, uint32_t type, uint32_t total, struct cursor body,
    enum capture_order order)
{
	uint32_t id = 0, captured = 0, fixed = 4;
	uint64_t ticks = 0;
	if (type != BLOCK_SIMPLE) {
		id = type == BLOCK_ENHANCED ? capture_scan_u32(&body, order) : capture_scan_u16(&body, order);
		if (type == BLOCK_PACKET)
			cursor_take(&body, 2); /* drops */
		ticks = (uint64_t)capture_scan_u32(&body, order) << 32;
		ticks |= capture_scan_u32(&body, order);
		captured = capture_scan_u32(&body, order);
		fixed = 20;
	}
	uint32_t wire = capture_scan_u32(&body, order);
	if (UNLIKELY(!cursor_ok(&body) || total - BLOCK_BYTES_MIN < fixed))
		return damaged(s, _("the length of a packet block"), total);
	if (UNLIKELY(id >= ng->interface_count))
		return damaged(s, _("the interface number, not described before,"), id);
	const struct capture_pcapng_interface *interface = &ng->interfaces[id];
	if (type == BLOCK_SIMPLE) {
		captured = wire;
		if (interface->snaplen != 0 && captured > interface->snaplen)
			captured = interface->snaplen;
		if (captured > total - BLOCK_BYTES_MIN - fixed)
			captured = total - BLOCK_BYTES_MIN - fixed;
	}
	if (UNLIKELY(captured > CAPTURE_BATCH_RECORD_MAX || captured > total - BLOCK_BYTES_MIN - fixed))
		return damaged(s, _("the captured length"), captured);
	struct bytes data = cursor_take(&body, captured);
	if (UNLIKELY(!cursor_ok(&body)))
		return CAPTURE_SCAN_MORE;
	if (type != BLOCK_SIMPLE)
		ng->last_time_ns = time_of(interface, ticks);
	s->frames[s->count++] = (struct frame){
	    .time_ns = ng->last_time_ns,
	    .number = ++s->number,
	    .data = data,
	    .wire_len = wire > captured ? wire : captured,
	    .linktype = interface->linktype,
	};
	return CAPTURE_SCAN_STOP;
}

/* The block at the front of s. STOP when it is done with. */
static inline __attribute__((always_inline)) enum capture_scan_end
scan_block(struct capture_pcapng *ng, struct capture_scan *s, enum capture_order order)
{
	struct cursor c = cursor_of(s->rest);
	uint32_t type = capture_scan_u32(&c, order);
	uint32_t total = capture_scan_u32(&c, order);
	if (!cursor_ok(&c))
		return CAPTURE_SCAN_MORE;
	if (type == BLOCK_SECTION)
		return CAPTURE_SCAN_HEADER;
	if (UNLIKELY(total < BLOCK_BYTES_MIN || total % 4 != 0))
		return capture_pcap_guess(s->rest) ? CAPTURE_SCAN_HEADER : damaged(s, _("the block length"), total);
	bool is_packet = type == BLOCK_ENHANCED || type == BLOCK_SIMPLE || type == BLOCK_PACKET;
	if (!is_packet && type != BLOCK_INTERFACE) {
		if (capture_pcap_guess(s->rest))
			return CAPTURE_SCAN_HEADER;
		capture_scan_pass(s, total);
		return CAPTURE_SCAN_STOP;
	}
	if (UNLIKELY(total > BLOCK_BYTES_MAX))
		return damaged(s, _("the block length"), total);
	struct cursor body = c;
	if (LIKELY(total <= CAPTURE_BATCH_FRONT)) {
		body = cursor_sub(&c, total - BLOCK_BYTES_MIN);
		uint32_t again = capture_scan_u32(&c, order);
		if (!cursor_ok(&c))
			return CAPTURE_SCAN_MORE;
		if (UNLIKELY(again != total))
			return damaged(s, _("the block length written again at its end"), again);
	} else if (type == BLOCK_INTERFACE) {
		return damaged(s, _("the block length"), total);
	} else if (body.left < 20) {
		return CAPTURE_SCAN_MORE;
	}
	enum capture_scan_end end = type == BLOCK_INTERFACE ? add_interface(ng, s, body, order)
	                                                    : add_packet(ng, s, type, total, body, order);
	if (end == CAPTURE_SCAN_STOP)
		capture_scan_pass(s, total);
	return end;
}

static inline __attribute__((always_inline)) enum capture_scan_end
scan_blocks(struct capture_pcapng *ng, struct capture_scan *s, enum capture_order order)
{
	while (s->count < s->max) {
		enum capture_scan_end end = scan_block(ng, s, order);
		if (end != CAPTURE_SCAN_STOP)
			return end;
		if (s->skip > 0)
			return CAPTURE_SCAN_MORE;
	}
	return CAPTURE_SCAN_STOP;
}

enum capture_scan_end
capture_pcapng_scan(struct capture_pcapng *ng, struct capture_scan *s)
{
	if (!ng->in_section) {
		enum capture_scan_end end = begin_section(ng, s);
		if (end != CAPTURE_SCAN_STOP)
			return end;
		if (s->skip > 0)
			return CAPTURE_SCAN_MORE;
	}
	if (ng->order == CAPTURE_ORDER_BIG)
		return scan_blocks(ng, s, CAPTURE_ORDER_BIG);
	return scan_blocks(ng, s, CAPTURE_ORDER_LITTLE);
}
