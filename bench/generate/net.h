/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net.h - the network that is pretended: who is where, and what the sites are called. */
#ifndef BENCH_NET_H
#define BENCH_NET_H

#include "flow.h"

enum { NET_CLIENTS = 4000, NET_SITES = 3000, NET_NAME = 64 };

/* Stations of the organisation, 10.20.0.0/16 and 2001:db8:20::/64. */
struct host net_client(uint32_t index);
/* Its servers, 10.1.<group>.<index>. */
struct host net_server(uint32_t group, uint32_t index);
/* A public site, always at the same address. */
struct host net_site(uint32_t site);
/* Any address outside, behind the router. */
struct host net_stranger(uint32_t v4);

void net_site_name(uint32_t site, char out[static NET_NAME]);
/* A name of many, seldom asked twice: below a site. */
void net_odd_name(uint32_t number, char out[static NET_NAME]);

/* Fills the flow's client (with a port it has not used lately) and server. */
void net_join(struct world *w, struct flow *f, uint32_t client, struct host server, uint16_t port);

#endif
