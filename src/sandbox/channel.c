/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sandbox/channel.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int
channel_pair(int ends[static 2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	int room = CHANNEL_MESSAGE_MAX * 2;
	for (int i = 0; i < 2; i++)
		(void)setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)); /* smaller still works, slower */
	return 0;
}

static int
send_message(int end, uint16_t type, struct bytes body, int fd, int flags)
{
	uint8_t head[2] = {(uint8_t)(type >> 8), (uint8_t)type};
	struct iovec parts[2] = {
	    {.iov_base = head, .iov_len = sizeof(head)},
	    {.iov_base = (void *)(uintptr_t)body.at, .iov_len = body.len},
	};
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	if (body.len > CHANNEL_MESSAGE_MAX)
		return -EMSGSIZE;
	if (fd >= 0) {
		message.msg_control = control.space;
		message.msg_controllen = sizeof(control.space);
		struct cmsghdr *c = CMSG_FIRSTHDR(&message);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	for (;;) {
		if (sendmsg(end, &message, MSG_NOSIGNAL | flags) >= 0)
			return 0;
		if (errno != EINTR)
			return -errno;
	}
}

int
channel_send(int end, uint16_t type, struct bytes body, int fd)
{
	return send_message(end, type, body, fd, 0);
}

int
channel_try_send(int end, uint16_t type, struct bytes body, int fd)
{
	return send_message(end, type, body, fd, MSG_DONTWAIT);
}

int
channel_receive(int end, uint8_t *buffer, size_t size, struct channel_message *out)
{
	struct iovec part = {.iov_base = buffer, .iov_len = size};
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct msghdr message = {
	    .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof(control.space)};
	ssize_t n;
	/* An end that closes with something unread resets the other, once, before what it said itself is given out. */
	bool was_reset = false;
	for (;;) {
		n = recvmsg(end, &message, MSG_CMSG_CLOEXEC);
		if (n >= 0 || (errno != EINTR && (errno != ECONNRESET || was_reset)))
			break;
		was_reset = was_reset || errno == ECONNRESET;
	}
	if (n < 0)
		return errno == ECONNRESET ? 0 : -errno;
	if (n == 0)
		return 0;
	struct channel_message m = {.fd = -1};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&m.fd, CMSG_DATA(c), sizeof(m.fd));
	if (n < 2 || (message.msg_flags & MSG_TRUNC) != 0) {
		if (m.fd >= 0)
			close(m.fd); /* refused with its message */
		return -EBADMSG;
	}
	m.type = (uint16_t)(buffer[0] << 8 | buffer[1]);
	m.body = (struct bytes){buffer + 2, (size_t)n - 2};
	*out = m;
	return 1;
}
