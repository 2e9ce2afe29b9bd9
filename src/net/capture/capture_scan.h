/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_scan.h - what the reader of a file and the readers of formats share:
 * bytes in memory on one side, frames that point into them on the other. No input, no memory.
 */
#ifndef NET_CAPTURE_CAPTURE_SCAN_H
#define NET_CAPTURE_CAPTURE_SCAN_H

#include "core/cursor.h"
#include "net/decode/packet.h"

struct diag;

enum capture_format {
	CAPTURE_FORMAT_UNKNOWN,
	CAPTURE_FORMAT_PCAP,
	CAPTURE_FORMAT_PCAPNG,
	CAPTURE_FORMAT_SNOOP,
};

enum capture_order { CAPTURE_ORDER_LITTLE, CAPTURE_ORDER_BIG };

enum capture_scan_end {
	CAPTURE_SCAN_MORE,    /* the record at rest.at is not complete yet */
	CAPTURE_SCAN_STOP,    /* no room for a frame, or a fault that the next scan will find again */
	CAPTURE_SCAN_HEADER,  /* rest.at begins another capture */
	CAPTURE_SCAN_DAMAGED, /* diag says where and why; no frame was added */
};

struct capture_scan {
	struct bytes rest; /* not yet looked at; moves on by whole records */
	uint64_t offset;   /* of rest.at in the uncompressed capture */
	uint64_t skip;     /* bytes that follow rest and are of no interest */
	struct frame *frames;
	size_t count, max;
	uint64_t number; /* of the last frame */
	const char *name_cstr;
	struct diag *diag;
};

enum { CAPTURE_SCAN_GUESS_BYTES = 12 }; /* the byte order of pcapng included */

/* By the first bytes; CAPTURE_SCAN_GUESS_BYTES are enough for every format, fewer may do. */
enum capture_format capture_scan_guess(struct bytes head);

/* Moves on by n bytes, of which some may not have been read yet. */
static inline void
capture_scan_pass(struct capture_scan *s, uint64_t n)
{
	size_t here = n < s->rest.len ? (size_t)n : s->rest.len;
	s->rest = (struct bytes){s->rest.at + here, s->rest.len - here};
	s->offset += here;
	s->skip += n - here;
}

static inline uint16_t
capture_scan_u16(struct cursor *c, enum capture_order order)
{
	return order == CAPTURE_ORDER_BIG ? cursor_be16(c) : cursor_le16(c);
}

static inline uint32_t
capture_scan_u32(struct cursor *c, enum capture_order order)
{
	return order == CAPTURE_ORDER_BIG ? cursor_be32(c) : cursor_le32(c);
}

#endif
