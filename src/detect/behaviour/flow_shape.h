/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/flow_shape.h - the cheap questions that detectors ask of every flow. */
#ifndef DETECT_BEHAVIOUR_FLOW_SHAPE_H
#define DETECT_BEHAVIOUR_FLOW_SHAPE_H

#include "detect/behaviour/hosts.h"
#include "record/observation.h"

/* RFC 9293 3.1; ECN bits left out. */
enum {
	FLOW_SHAPE_FIN = 0x01,
	FLOW_SHAPE_SYN = 0x02,
	FLOW_SHAPE_RST = 0x04,
	FLOW_SHAPE_PSH = 0x08,
	FLOW_SHAPE_ACK = 0x10,
	FLOW_SHAPE_URG = 0x20,
	FLOW_SHAPE_ALL = 0x3f
};
enum { FLOW_SHAPE_ICMP = 1, FLOW_SHAPE_TCP = 6, FLOW_SHAPE_UDP = 17, FLOW_SHAPE_ICMP6 = 58 };

/* A TCP opening as everybody makes it, seen from its beginning. */
static inline bool
flow_shape_opens(const struct observation *o)
{
	return o->ip_proto == FLOW_SHAPE_TCP &&
	    (o->flow.first_flags & (FLOW_SHAPE_SYN | FLOW_SHAPE_ACK | FLOW_SHAPE_FIN | FLOW_SHAPE_RST)) == FLOW_SHAPE_SYN;
}

/* The same, and nothing was said: refused, unanswered, or left half open. */
static inline bool
flow_shape_failed_opening(const struct observation *o)
{
	return flow_shape_opens(o) && hosts_flow_failed(&o->flow, o->ip_proto);
}

/* In this minute and the one before. */
static inline uint32_t
flow_shape_failures(const struct host *host)
{
	return host->now.failed + host->before.failed;
}

static inline uint32_t
flow_shape_received_failures(const struct host *host)
{
	return host->now.received_failed + host->before.received_failed;
}

/* At least n members in the bitmaps of two minutes; for small n. */
static inline bool
flow_shape_several(
    const uint64_t now[static HOSTS_BITMAP_WORDS], const uint64_t before[static HOSTS_BITMAP_WORDS], uint32_t n)
{
	uint32_t set = 0;
	for (size_t i = 0; i < HOSTS_BITMAP_WORDS && set < n; i++)
		for (uint64_t left = now[i] | before[i]; left != 0 && set < n; left &= left - 1)
			set++;
	return set >= n;
}

static inline struct bytes
flow_shape_port_bytes(const uint16_t *port)
{
	return (struct bytes){(const uint8_t *)port, sizeof(*port)};
}

static inline struct bytes
flow_shape_addr_bytes(const struct addr *address)
{
	return (struct bytes){address->at, sizeof(address->at)};
}

#endif
