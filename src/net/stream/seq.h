/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/stream/seq.h - TCP sequence numbers live on a circle (RFC 9293 3.4): never compared with <. */
#ifndef NET_STREAM_SEQ_H
#define NET_STREAM_SEQ_H

#include <stdbool.h>
#include <stdint.h>

/* a comes before b when b is reached from a by less than half of the circle. */
static inline bool
seq_before(uint32_t a, uint32_t b)
{
	return a - b > UINT32_C(0x80000000);
}

static inline bool
seq_after(uint32_t a, uint32_t b)
{
	return seq_before(b, a);
}

static inline uint32_t
seq_earlier(uint32_t a, uint32_t b)
{
	return seq_before(b, a) ? b : a;
}

static inline uint32_t
seq_later(uint32_t a, uint32_t b)
{
	return seq_before(a, b) ? b : a;
}

#endif
