/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/serve_socket.h - where the console listens. */
#ifndef APP_SERVE_SOCKET_H
#define APP_SERVE_SOCKET_H

#include "core/addr.h"
#include "core/diag.h"

struct serve_socket {
	int fd;
	struct addr address;
	uint16_t port;                     /* the real one, when 0 was asked for */
	bool loopback;                     /* nobody outside of this machine reaches it */
	bool anywhere;                     /* all addresses of the machine */
	char text_cstr[ADDR_TEXT_MAX + 2]; /* as in a URL: "127.0.0.1", "[::1]" */
};

/* "ADDRESS:PORT", "[IPv6]:PORT", "localhost:PORT", "*:PORT". -EINVAL: not of that form; another negative errno: it cannot be had. */
MUST_USE int serve_socket_open(struct serve_socket *out, const char *listen_cstr, struct diag *diag);

#endif
