/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kinds.h - the kinds of traffic, each a way to start a flow and to say its next message. */
#ifndef BENCH_KINDS_H
#define BENCH_KINDS_H

#include "flow.h"

extern const struct kind kinds_dns, kinds_ntp, kinds_ping, kinds_arp, kinds_dhcp, kinds_udp_silent;
extern const struct kind kinds_short_http, kinds_short_tls, kinds_scan, kinds_dead;
extern const struct kind kinds_syn_flood, kinds_udp_flood, kinds_ping_flood;
extern const struct kind kinds_http, kinds_http_large, kinds_tls13, kinds_tls12, kinds_tls_large;
extern const struct kind kinds_smb, kinds_ssh, kinds_smtp;

/* A TLS ClientHello for the site, as one record; `look` chooses among four programs. */
void tls_client_hello(struct paper *p, struct noise *n, const char *name_cstr, unsigned look, bool tls13);

#endif
