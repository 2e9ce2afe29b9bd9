/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_live.h - frames from a network interface, without copying them.
 *
 * Linux writes frames into a ring of blocks that it shares with us (AF_PACKET, TPACKET_V3); the
 * frames handed out point into it. One ring for each worker: the kernel shares the traffic out by
 * flow. The socket is made where that is allowed; the ring is mapped by the confined process that
 * reads it and then only needs poll(2) and getsockopt(2).
 *
 * A ring is owned by one thread.
 */
#ifndef NET_CAPTURE_CAPTURE_LIVE_H
#define NET_CAPTURE_CAPTURE_LIVE_H

#include "core/bytes.h"

struct capture_filter; /* net/capture/capture_filter.h */
struct capture_live;
struct diag;
struct frame; /* net/decode/packet.h */

enum capture_live_mode {
	CAPTURE_LIVE_OWN_TRAFFIC, /* what the card would keep anyway */
	CAPTURE_LIVE_PROMISCUOUS, /* all that passes */
};

enum { CAPTURE_LIVE_RING_BYTES = 4 * 1024 * 1024 }; /* a good default, for one worker on a gateway */

struct capture_live_options {
	const char *interface_cstr;
	enum capture_live_mode mode;
	size_t ring_bytes;                   /* of each ring, rounded up to blocks of 256 KiB; 0 for the default */
	unsigned workers;                    /* rings that share the traffic; fragments are put together when > 1 */
	uint16_t group;                      /* tells this run's rings from those of other programs; the pid will do */
	const struct capture_filter *filter; /* NULL for all frames. Not applied when it sees tags: run it then */
};

/* A socket for one worker, ready to be mapped; frames are collected from now on. Negative errno with
 * diag: -ENODEV no such interface, -EPERM no privilege, -ENETDOWN the interface is down,
 * -EPROTONOSUPPORT an interface for capture_libpcap_open(). Close-on-exec, the caller's. */
MUST_USE int capture_live_socket(int *out_fd, const struct capture_live_options *options, struct diag *diag);

/* Maps the ring of a socket made with the same ring_bytes. fd stays the caller's. */
MUST_USE int capture_live_map(struct capture_live **out, int fd, size_t ring_bytes, struct diag *diag);
void capture_live_free(struct capture_live *live);

/* Writes up to frames_max frames of one block; numbers go on from the last ones. Returns how many, 0
 * when none came within timeout_ms, -ENETDOWN with diag when the interface went down (call again: it
 * may come back) or another negative errno. The frames are valid until the next call or until
 * capture_live_release(), which gives a finished block back to the kernel early. */
MUST_USE int
capture_live_next(struct capture_live *live, struct frame *frames, size_t frames_max, int timeout_ms, struct diag *diag);
void capture_live_release(struct capture_live *live);

struct capture_live_counts {
	uint64_t frames;  /* given out */
	uint64_t dropped; /* by the kernel, for want of a free block */
	uint64_t stalls;  /* times that no block was free */
};

/* Asks the kernel; the counts only grow. */
struct capture_live_counts capture_live_counts(struct capture_live *live);
/* The interface does not exist any more. */
bool capture_live_is_gone(const struct capture_live *live);
uint16_t capture_live_linktype(const struct capture_live *live);

#endif
