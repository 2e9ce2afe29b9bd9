/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sandbox/channel.h - typed messages between roles, over a Unix SOCK_SEQPACKET pair.
 *
 * A message is a type and a body; its boundaries are the kernel's. The receiver treats the body as hostile:
 * a confined role may be captured. At most one descriptor travels with a message.
 */
#ifndef SANDBOX_CHANNEL_H
#define SANDBOX_CHANNEL_H

#include "core/bytes.h"

enum { CHANNEL_MESSAGE_MAX = 98304 };

struct channel_message {
	uint16_t type;
	struct bytes body; /* in the buffer given to channel_receive() */
	int fd;            /* close-on-exec, the receiver's to close; -1 when none came */
};

/* Two ends, close-on-exec. 0 or -errno. */
MUST_USE int channel_pair(int ends[static 2]);
/* fd -1: none. Waits while the other end is slow. 0, or -EPIPE when it is gone, or another -errno. */
MUST_USE int channel_send(int end, uint16_t type, struct bytes body, int fd);
/* The same, but -EAGAIN instead of waiting. */
MUST_USE int channel_try_send(int end, uint16_t type, struct bytes body, int fd);
/* 1: a message; 0: the other end closed; -EBADMSG: too long or malformed; another -errno. buffer: CHANNEL_MESSAGE_MAX + 2. */
MUST_USE int channel_receive(int end, uint8_t *buffer, size_t size, struct channel_message *out);

#endif
