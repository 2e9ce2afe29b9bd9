/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net.h"

#include <stdio.h>
#include <string.h>

static const char *const first[] = {
    "mail", "www", "cdn", "api", "static", "img", "news", "login", "files", "update", "portail", "blog"};
static const char *const left[] = {"blue", "river", "stone", "cloud", "data", "shop", "home", "video", "maps", "nord",
    "lille", "green", "solar", "metro", "radio", "book"};
static const char *const right[] = {"works", "line", "house", "press", "lab", "soft", "market", "bank", "travel", "france",
    "media", "tools", "energy", "sport", "garden", "school"};
static const char *const last[] = {"com", "fr", "net", "org", "eu", "io"};

static uint32_t
mix(uint32_t x)
{
	x *= 0x9e3779b1u;
	x ^= x >> 15;
	x *= 0x85ebca77u;
	return x ^ (x >> 13);
}

static struct host
host_of(uint32_t v4, uint32_t net6, uint32_t mac)
{
	struct host h = {
	    .mac = {2, 0, 0, (uint8_t)(mac >> 16), (uint8_t)(mac >> 8), (uint8_t)mac},
	    .v4 = {(uint8_t)(v4 >> 24), (uint8_t)(v4 >> 16), (uint8_t)(v4 >> 8), (uint8_t)v4},
	    .v6 = {0x20, 0x01, 0x0d, 0xb8, (uint8_t)(net6 >> 8), (uint8_t)net6},
	};
	memcpy(h.v6 + 12, h.v4, 4);
	return h;
}

struct host
net_client(uint32_t index)
{
	uint32_t low = (index / 200 + 1) << 8 | (index % 200 + 20);
	return host_of(0x0a140000u | low, 0x20, 0x100000u | low);
}

struct host
net_server(uint32_t group, uint32_t index)
{
	uint32_t low = group << 8 | (index + 10);
	return host_of(0x0a010000u | low, 0x10, 0x200000u | low);
}

struct host
net_site(uint32_t site)
{
	return net_stranger(0x50000000u + mix(site + 77) % 0x2fffffffu);
}

struct host
net_stranger(uint32_t v4)
{
	return host_of(v4, 0xff00, 1);
}

void
net_site_name(uint32_t site, char out[static NET_NAME])
{
	uint32_t r = mix(site);
	snprintf(out, NET_NAME, "%s.%s%s%u.%s", first[r % 12], left[(r >> 4) % 16], right[(r >> 9) % 16], site,
	    last[(r >> 14) % 6]);
}

void
net_odd_name(uint32_t number, char out[static NET_NAME])
{
	uint32_t r = mix(number);
	snprintf(out, NET_NAME, "%s%u.%s%s%u.%s", first[r % 12], (r >> 4) % 100, left[(r >> 11) % 16], right[(r >> 15) % 16],
	    (r >> 19) % 1000, last[r % 6]);
}

void
net_join(struct world *w, struct flow *f, uint32_t client, struct host server, uint16_t port)
{
	f->end[CLIENT].host = net_client(client);
	f->end[CLIENT].port = (uint16_t)(32768 + w->next_port[client]++ % 28000);
	f->end[CLIENT].ttl = client % 3 == 0 ? 64 : 128;
	f->end[SERVER].host = server;
	f->end[SERVER].port = port;
	f->end[SERVER].ttl = server.v4[0] == 10 ? 64 : (uint8_t)(44 + server.v4[3] % 12);
}
