/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_pcap.h"

#include <errno.h>

#include "core/diag.h"
#include "net/capture/capture_batch.h"
#include "net/capture/capture_pcapng.h"
#include "net/capture/capture_text.h"

#define NS_PER_S INT64_C(1000000000)

struct variant {
	uint32_t magic;
	uint32_t fraction_ns;
	uint8_t head_bytes; /* of the file */
	uint8_t record_head_bytes;
};

static const struct variant variants[] = {
    {0xa1b2c3d4, 1000, 24, 16}, /* libpcap */
    {0xa1b23c4d, 1, 24, 16},    /* nanoseconds */
    {0xa1b2cd34, 1000, 24, 24}, /* Kuznetzov's: interface, protocol and packet type in each record */
    {0xa12b3c4d, 1000, 24, 16}, /* Navtel */
    {0x1c0001ac, 1, 28, 16},    /* IXIA lcap, hardware: the size of all records in the header */
    {0x1c0001ab, 1, 28, 16},    /* IXIA lcap, software */
};

static const struct variant *
variant_find(struct bytes head, enum capture_order *out_order)
{
	struct cursor little = cursor_of(head), big = cursor_of(head);
	uint32_t as_little = cursor_le32(&little), as_big = cursor_be32(&big);
	if (!cursor_ok(&little))
		return NULL;
	for (size_t i = 0; i < LENGTH_OF(variants); i++) {
		if (variants[i].magic != as_little && variants[i].magic != as_big)
			continue;
		*out_order = variants[i].magic == as_little ? CAPTURE_ORDER_LITTLE : CAPTURE_ORDER_BIG;
		return &variants[i];
	}
	return NULL;
}

bool
capture_pcap_guess(struct bytes head)
{
	enum capture_order order;
	return variant_find(head, &order) != NULL;
}

/* pcap(5). Time zone and accuracy are never set; the snapshot length is no limit, for writers are
 * known that exceed what they announce. The upper half of the link type tells of checksums at the
 * end of frames, which the lengths inside the packets already exclude. */
enum capture_scan_end
capture_pcap_begin(struct capture_pcap *pcap, struct capture_scan *s)
{
	enum capture_order order = CAPTURE_ORDER_LITTLE;
	const struct variant *v = variant_find(s->rest, &order);
	if (v == NULL || s->rest.len < v->head_bytes)
		return CAPTURE_SCAN_MORE;
	struct cursor c = cursor_of(s->rest);
	cursor_take(&c, 4);
	unsigned major = capture_scan_u16(&c, order);
	unsigned minor = capture_scan_u16(&c, order);
	cursor_take(&c, 12); /* time zone, accuracy, snapshot length */
	uint32_t network = capture_scan_u32(&c, order);
	if (major != 2 && !(major == 543 && minor == 0)) {
		(void)diag_say_at(s->diag, -EBADMSG, s->name_cstr, s->offset + 4,
		    _("pcap version %u.%u is not known (2.0 to 2.4 are): the header is damaged, or the file is not a capture"),
		    major, minor);
		return CAPTURE_SCAN_DAMAGED;
	}
	*pcap = (struct capture_pcap){
	    .order = order,
	    .lengths = CAPTURE_PCAP_CAPTURED_FIRST,
	    .fraction_ns = v->fraction_ns,
	    .linktype = (uint16_t)(network & 0xffff),
	    .record_head_bytes = v->record_head_bytes,
	};
	if (major == 543 || minor < 3)
		pcap->lengths = CAPTURE_PCAP_WIRE_FIRST;
	else if (minor == 3)
		pcap->lengths = CAPTURE_PCAP_SMALLER_FIRST;
	capture_scan_pass(s, v->head_bytes);
	return CAPTURE_SCAN_STOP;
}

/* At the place of a record: does another capture begin instead? Where a header has its time zone
 * and accuracy, both 0, a record has its two lengths: it would be a frame of no byte at all, in the
 * year 2055. Where a pcapng section has its byte order, a record would have an absurd length. */
static bool
begins_capture(struct bytes b)
{
	enum capture_order order = CAPTURE_ORDER_LITTLE;
	if (variant_find(b, &order) == NULL)
		return capture_pcapng_guess(b);
	struct cursor c = cursor_of(b);
	cursor_take(&c, 4);
	unsigned major = capture_scan_u16(&c, order);
	cursor_take(&c, 2);
	uint64_t zone_and_accuracy = cursor_be64(&c);
	return cursor_ok(&c) && major == 2 && zone_and_accuracy == 0;
}

/* The lengths of the record at the front of s are unusual: STOP when they are sound after all. */
static enum capture_scan_end
look_closer(struct capture_scan *s, uint32_t captured)
{
	if (begins_capture(s->rest))
		return CAPTURE_SCAN_HEADER;
	if (captured <= CAPTURE_BATCH_RECORD_MAX)
		return CAPTURE_SCAN_STOP;
	if (s->count == 0)
		(void)diag_say_at(s->diag, -EBADMSG, s->name_cstr, s->offset,
		    _("the captured length of packet %llu is %lu bytes, where %d is the most: the file is damaged from here on; "
		      "all before was read"),
		    (unsigned long long)s->number + 1, (unsigned long)captured, CAPTURE_BATCH_RECORD_MAX);
	return CAPTURE_SCAN_DAMAGED;
}

static inline void
move_to(struct capture_scan *s, struct bytes rest)
{
	s->offset += s->rest.len - rest.len;
	s->rest = rest;
}

/* Inlined once for each usual case, so that order and lengths cost nothing per packet. */
static inline __attribute__((always_inline)) enum capture_scan_end
scan_records(
    const struct capture_pcap *pcap, struct capture_scan *s, enum capture_order order, enum capture_pcap_lengths lengths)
{
	enum capture_scan_end end = CAPTURE_SCAN_STOP;
	const size_t head_bytes = pcap->record_head_bytes;
	const uint32_t fraction_ns = pcap->fraction_ns;
	const uint16_t linktype = pcap->linktype;
	struct cursor c = cursor_of(s->rest);
	while (s->count < s->max) {
		struct cursor next = c;
		struct cursor head = cursor_sub(&next, head_bytes);
		uint32_t seconds = capture_scan_u32(&head, order);
		uint32_t fraction = capture_scan_u32(&head, order);
		uint32_t captured = capture_scan_u32(&head, order);
		uint32_t wire = capture_scan_u32(&head, order);
		if (!cursor_ok(&next)) {
			end = CAPTURE_SCAN_MORE;
			break;
		}
		if (lengths == CAPTURE_PCAP_WIRE_FIRST || (lengths == CAPTURE_PCAP_SMALLER_FIRST && captured > wire)) {
			uint32_t swapped = captured;
			captured = wire;
			wire = swapped;
		}
		/* 0 wraps: one comparison finds the absurd lengths and the possible headers */
		if (UNLIKELY(captured - 1 >= CAPTURE_BATCH_RECORD_MAX)) {
			move_to(s, cursor_rest(&c));
			end = look_closer(s, captured);
			if (end != CAPTURE_SCAN_STOP)
				return end;
		}
		struct bytes data = cursor_take(&next, captured);
		if (UNLIKELY(!cursor_ok(&next))) {
			end = CAPTURE_SCAN_MORE;
			break;
		}
		s->frames[s->count++] = (struct frame){
		    .time_ns = (int64_t)seconds * NS_PER_S + (int64_t)((uint64_t)fraction * fraction_ns),
		    .number = ++s->number,
		    .data = data,
		    .wire_len = wire > captured ? wire : captured,
		    .linktype = linktype,
		};
		c = next;
	}
	move_to(s, cursor_rest(&c));
	return end;
}

enum capture_scan_end
capture_pcap_scan(const struct capture_pcap *pcap, struct capture_scan *s)
{
	if (pcap->lengths != CAPTURE_PCAP_CAPTURED_FIRST)
		return scan_records(pcap, s, pcap->order, pcap->lengths);
	if (pcap->order == CAPTURE_ORDER_BIG)
		return scan_records(pcap, s, CAPTURE_ORDER_BIG, CAPTURE_PCAP_CAPTURED_FIRST);
	return scan_records(pcap, s, CAPTURE_ORDER_LITTLE, CAPTURE_PCAP_CAPTURED_FIRST);
}
