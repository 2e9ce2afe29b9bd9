/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/serve_socket.h"

#include "core/auto.h"
#include "core/text.h"

#include <netinet/in.h>
#include <sys/socket.h>

enum { BACKLOG = 128 };

/* Splits and reads "ADDRESS:PORT". */
static bool
read_place(const char *listen_cstr, struct serve_socket *out)
{
	struct bytes text = bytes_of_cstr(listen_cstr);
	const char *colon = strrchr(listen_cstr, ':');
	if (colon == NULL)
		return false;
	struct bytes host = bytes_first(text, (size_t)(colon - listen_cstr));
	char *end;
	unsigned long port = strtoul(colon + 1, &end, 10);
	if (colon[1] < '0' || colon[1] > '9' || *end != '\0' || port > UINT16_MAX)
		return false;
	out->port = (uint16_t)port;
	out->anywhere = bytes_eq(host, BYTES("*")) || host.len == 0;
	if (out->anywhere)
		return true;
	if (bytes_eq(host, BYTES("localhost")))
		host = BYTES("127.0.0.1");
	bool bracketed = host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';
	if (bracketed)
		host = bytes_after(bytes_first(host, host.len - 1), 1);
	/* An address of IPv6 without brackets cannot be told from its port. */
	if (!addr_parse(host, &out->address) || (!addr_is_v4(&out->address) && !bracketed))
		return false;
	out->anywhere = addr_is_zero(&out->address);
	return true;
}

static bool
is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = {[15] = 1};
	return addr_is_v4(a) ? a->at[12] == 127 : memcmp(a->at, one, sizeof(one)) == 0;
}

/* IPv4 by its own sockets, so that machines without IPv6 work too. */
static int
listen_v4(int fd, struct serve_socket *s)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(s->port)};
	socklen_t len = sizeof(in);
	memcpy(&in.sin_addr, s->address.at + 12, 4);
	if (bind(fd, (const struct sockaddr *)(const void *)&in, sizeof(in)) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)(void *)&in, &len) < 0)
		return -errno;
	s->port = ntohs(in.sin_port);
	return 0;
}

static int
listen_v6(int fd, struct serve_socket *s)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(s->port)};
	socklen_t len = sizeof(in6);
	int no = 0;
	memcpy(&in6.sin6_addr, s->address.at, sizeof(s->address.at));
	if (s->anywhere)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)); /* IPv4 too */
	if (bind(fd, (const struct sockaddr *)(const void *)&in6, sizeof(in6)) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)(void *)&in6, &len) < 0)
		return -errno;
	s->port = ntohs(in6.sin6_port);
	return 0;
}

static int
open_as(struct serve_socket *s, int family)
{
	int yes = 1;
	AUTO_CLOSE int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)); /* of connections that just ended */
	int r = family == AF_INET ? listen_v4(fd, s) : listen_v6(fd, s);
	if (r < 0)
		return r;
	s->fd = auto_take_fd(&fd);
	return 0;
}

int
serve_socket_open(struct serve_socket *out, const char *listen_cstr, struct diag *diag)
{
	struct serve_socket s = {.fd = -1};
	if (!read_place(listen_cstr, &s))
		return diag_say(diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), "--listen", listen_cstr,
		    "127.0.0.1:8443 | [::1]:8443 | *:8443");
	bool v4 = !s.anywhere && addr_is_v4(&s.address);
	int r = open_as(&s, v4 ? AF_INET : AF_INET6);
	if (r < 0 && s.anywhere && r != -EADDRINUSE && r != -EACCES) { /* a machine without IPv6 */
		s.address = addr_v4((const uint8_t[4]){0});
		r = open_as(&s, AF_INET);
	}
	if (r == -EADDRINUSE)
		return diag_say(diag, r,
		    _("port %u is taken: another program, or another console, listens there; give --listen with another port"),
		    (unsigned)s.port);
	if (r < 0)
		return diag_say(diag, r, _("cannot listen at %s: %s"), listen_cstr, text_error(-r));
	s.loopback = !s.anywhere && is_loopback(&s.address);
	char address[ADDR_TEXT_MAX];
	(void)addr_write(&s.address, address);
	(void)snprintf(s.text_cstr, sizeof(s.text_cstr), v4 ? "%s" : "[%s]", address);
	*out = s;
	return 0;
}
