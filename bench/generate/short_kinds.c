/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Conversations of a few packets. */
#include <string.h>

#include "kinds.h"
#include "net.h"

enum { SCANNERS = 20, DNS_A = 1, DNS_CNAME = 5, DNS_PTR = 12, DNS_TXT = 16, DNS_AAAA = 28 };

/* ---- DNS ---- */

static void
start_dns(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	uint32_t client = noise_below(n, NET_CLIENTS);
	net_join(w, f, client, net_server(0, noise_below(n, 4)), 53);
	f->rtt_us = noise_tail(n, 200, 9000, 300000);
	f->site = noise_popular(n, NET_SITES);
	f->word = noise_u32(n) & 0xffff; /* the query's id */
	uint32_t draw = noise_below(n, 100);
	f->variant = draw < 62 ? DNS_A : draw < 90 ? DNS_AAAA : draw < 97 ? DNS_PTR : DNS_TXT;
	f->answer = noise_chance(n, 150) ? ANSWER_SILENCE : ANSWER_YES;
	f->turns_left = noise_chance(n, 800) ? 3 : 0; /* answer code */
}

static void
dns_labels(struct paper *p, const char *name_cstr)
{
	while (*name_cstr != '\0') {
		size_t len = strcspn(name_cstr, ".");
		paper_u8(p, (uint32_t)len);
		paper_bytes(p, name_cstr, len);
		name_cstr += len + (name_cstr[len] == '.');
	}
	paper_u8(p, 0);
}

static void
dns_question(struct paper *p, const struct flow *f)
{
	char name[NET_NAME];
	if (f->variant == DNS_PTR) {
		struct paper *out = p;
		struct host h = net_site(f->site);
		for (int i = 3; i >= 0; i--) {
			size_t mark = paper_open(out, 1);
			paper_printf(out, "%u", h.v4[i]);
			paper_close(out, mark, 1);
		}
		dns_labels(p, "in-addr.arpa");
	} else {
		if (f->id % 3 == 0)
			net_odd_name(f->id, name);
		else
			net_site_name(f->site, name);
		dns_labels(p, name);
	}
	paper_be16(p, f->variant);
	paper_be16(p, 1);
}

static void
dns_record(struct paper *p, unsigned type, const void *at, size_t len)
{
	paper_be16(p, 0xc00c);
	paper_be16(p, type);
	paper_be16(p, 1);
	paper_be32(p, 300);
	size_t mark = paper_open(p, 2);
	paper_bytes(p, at, len);
	paper_close(p, mark, 2);
}

static void
dns_answers(struct paper *p, const struct flow *f, unsigned count)
{
	struct host h = net_site(f->site);
	char name[NET_NAME];
	size_t mark;
	switch (f->variant) {
	case DNS_A:
		for (unsigned i = 0; i < count; i++) {
			dns_record(p, DNS_A, h.v4, 4);
			h.v4[3] ^= (uint8_t)(i + 1);
		}
		break;
	case DNS_AAAA:
		for (unsigned i = 0; i < count; i++) {
			dns_record(p, DNS_AAAA, h.v6, 16);
			h.v6[15] ^= (uint8_t)(i + 1);
		}
		break;
	case DNS_PTR:
		net_site_name(f->site, name);
		paper_bytes(p, "\xc0\x0c\x00\x0c\x00\x01\x00\x00\x0e\x10", 10);
		mark = paper_open(p, 2);
		dns_labels(p, name);
		paper_close(p, mark, 2);
		break;
	default: dns_record(p, DNS_TXT, "\x1dv=spf1 ip4:80.0.0.0/6 mx ~all", 30); break;
	}
}

static bool
next_dns(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	struct paper *p = f->head;
	if (f->step >= (f->answer == ANSWER_SILENCE ? 1 : 2))
		return false;
	bool response = f->step++ == 1;
	f->turn.from = response ? SERVER : CLIENT;
	f->turn.delay_us = response ? f->rtt_us : 0;
	unsigned answers = !response || f->turns_left == 3   ? 0
	    : f->variant == DNS_PTR || f->variant == DNS_TXT ? 1
	                                                     : 1 + f->id % 2;
	bool edns = f->id % 4 == 0;
	paper_be16(p, f->word);
	paper_be16(p, response ? 0x8180u | f->turns_left : 0x0100u);
	paper_be16(p, 1);
	paper_be16(p, answers);
	paper_be16(p, 0);
	paper_be16(p, edns ? 1 : 0);
	dns_question(p, f);
	if (answers > 0)
		dns_answers(p, f, answers);
	if (edns)
		paper_bytes(p, "\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00", 11);
	(void)n;
	return true;
}

/* ---- NTP, ping, ARP, DHCP, and UDP that nobody answers ---- */

static void
start_ntp(struct world *w, struct flow *f)
{
	uint32_t client = noise_below(&w->noise, NET_CLIENTS);
	net_join(w, f, client, net_site(noise_below(&w->noise, 20)), 123);
	f->end[CLIENT].port = f->id % 2 ? 123 : f->end[CLIENT].port;
}

static bool
next_ntp(struct world *w, struct flow *f)
{
	if (f->step == 2)
		return false;
	bool response = f->step++ == 1;
	f->turn.from = response ? SERVER : CLIENT;
	f->turn.delay_us = response ? f->rtt_us : 0;
	paper_u8(f->head, response ? 0x24 : 0x23);
	paper_u8(f->head, response ? 2 : 0);
	paper_be16(f->head, 0x06e9);
	paper_zero(f->head, 8);
	paper_be32(f->head, response ? 0xc0000214 : 0);
	paper_zero(f->head, 24);
	paper_be32(f->head, (uint32_t)(f->when_us / 1000000) + 2208988800u);
	paper_be32(f->head, noise_u32(&w->noise));
	return true;
}

static void
start_ping(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	uint32_t client = noise_below(n, NET_CLIENTS);
	net_join(w, f, client,
	    noise_chance(n, 5000) ? net_site(noise_popular(n, NET_SITES)) : net_server(4, noise_below(n, 20)), 0);
	f->turns_left = (uint16_t)(noise_chance(n, 8000) ? 2 : 8);
	f->answer = noise_chance(n, 1000) ? ANSWER_SILENCE : ANSWER_YES;
	f->word = noise_u32(n);
}

static bool
next_ping(struct world *w, struct flow *f)
{
	(void)w;
	if (f->step == f->turns_left || (f->step == 1 && f->answer == ANSWER_SILENCE))
		return false;
	unsigned step = f->step++;
	f->turn.from = step % 2 ? SERVER : CLIENT;
	f->turn.delay_us = step % 2 ? f->rtt_us : 1000000;
	paper_u8(f->head, f->v6 ? (step % 2 ? 129 : 128) : (step % 2 ? 0 : 8));
	paper_u8(f->head, 0);
	paper_be16(f->head, 0);
	paper_be16(f->head, f->word);
	paper_be16(f->head, step / 2 + 1);
	for (uint32_t i = 0; i < 32; i++)
		paper_u8(f->head, 0x10 + i);
	return true;
}

static void
start_arp(struct world *w, struct flow *f)
{
	net_join(w, f, noise_below(&w->noise, NET_CLIENTS), net_server(0, 0), 0);
	f->end[SERVER].host = net_client(noise_below(&w->noise, NET_CLIENTS));
	f->rtt_us = 300;
}

static bool
next_arp(struct world *w, struct flow *f)
{
	(void)w;
	if (f->step == 2)
		return false;
	f->turn.from = f->step++ == 1 ? SERVER : CLIENT;
	f->turn.delay_us = f->turn.from == SERVER ? f->rtt_us : 0;
	return true;
}

static void
start_dhcp(struct world *w, struct flow *f)
{
	f->word = noise_u32(&w->noise);
	net_join(w, f, noise_below(&w->noise, NET_CLIENTS), net_server(0, 0), 67);
	f->end[CLIENT].port = 68;
	f->rtt_us = 1500;
	f->v6 = false;
}

/* RFC 2131: a renewal, request and acknowledgement */
static bool
next_dhcp(struct world *w, struct flow *f)
{
	(void)w;
	if (f->step == 2)
		return false;
	bool response = f->step++ == 1;
	const struct host *client = &f->end[CLIENT].host, *server = &f->end[SERVER].host;
	struct paper *p = f->head;
	f->turn.from = response ? SERVER : CLIENT;
	f->turn.delay_us = response ? f->rtt_us : 0;
	paper_be32(p, response ? 0x02010600 : 0x01010600);
	paper_be32(p, f->word);
	paper_be32(p, 0);
	paper_bytes(p, client->v4, 4);
	if (response)
		paper_bytes(p, client->v4, 4);
	else
		paper_zero(p, 4);
	paper_zero(p, 8);
	paper_bytes(p, client->mac, 6);
	paper_zero(p, 10 + 64 + 128);
	paper_be32(p, 0x63825363);
	paper_bytes(p, response ? "\x35\x01\x05" : "\x35\x01\x03", 3);
	if (response) {
		paper_bytes(p, "\x36\x04", 2);
		paper_bytes(p, server->v4, 4);
		paper_bytes(p, "\x33\x04\x00\x00\x0e\x10\x01\x04\xff\xff\x00\x00", 12);
	} else {
		paper_bytes(p, "\x0c\x0a", 2);
		paper_printf(p, "poste-%04u", f->word % 10000);
		paper_bytes(p, "\x37\x04\x01\x03\x06\x0f", 6);
	}
	paper_u8(p, 255);
	paper_zero(p, p->len < 300 ? 300 - p->len : 0);
	return true;
}

static void
start_udp_silent(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	uint32_t client = noise_below(n, NET_CLIENTS), stranger = noise_below(n, 0x2fffffff);
	net_join(w, f, client, net_stranger(0x50000000u + stranger), (uint16_t)noise_between(n, 20000, 60000));
	f->turns_left = (uint16_t)noise_between(n, 1, 2);
}

static bool
next_udp_silent(struct world *w, struct flow *f)
{
	if (f->turns_left-- == 0)
		return false;
	f->turn.delay_us = 500000;
	paper_str(f->head, "find"); /* noise alone looks like some protocol or other now and then */
	paper_noise(f->head, &w->noise, noise_between(&w->noise, 16, 60));
	return true;
}

/* ---- short TCP ---- */

static void
start_short(struct world *w, struct flow *f, uint16_t port)
{
	struct noise *n = &w->noise;
	f->site = noise_popular(n, NET_SITES);
	net_join(w, f, noise_below(n, NET_CLIENTS), net_site(f->site), port);
	f->ack_each = f->clean = true;
	f->timestamps = false;
	f->rtt_us = noise_between(n, 500, 12000);
}

static void
start_short_http(struct world *w, struct flow *f)
{
	start_short(w, f, 80);
}

static bool
next_short_http(struct world *w, struct flow *f)
{
	char name[NET_NAME];
	unsigned step = f->step++;
	f->turn.from = step == 1 ? SERVER : CLIENT;
	f->turn.delay_us = step == 1 ? noise_between(&w->noise, 500, 9000) : noise_between(&w->noise, 50, 400);
	switch (step) {
	case 0:
		net_site_name(f->site, name);
		paper_printf(f->head,
		    "GET /p/%u HTTP/1.1\r\nHost: %s\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\n\r\n",
		    f->id, name);
		return true;
	case 1:
		paper_printf(f->head,
		    "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 64\r\n\r\n%064u", f->id);
		return true;
	default: return false;
	}
}

static void
start_short_tls(struct world *w, struct flow *f)
{
	start_short(w, f, 443);
	f->ending = ENDING_RESET;
	f->closer = SERVER;
}

static bool
next_short_tls(struct world *w, struct flow *f)
{
	char name[NET_NAME];
	if (f->step++ > 0)
		return false;
	net_site_name(f->site, name);
	f->turn.delay_us = noise_between(&w->noise, 50, 400);
	tls_client_hello(f->head, &w->noise, name, f->id, true);
	return true;
}

static void
start_scan(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	uint32_t target = noise_below(n, 65536), draw = noise_below(n, 12);
	uint32_t client = NET_CLIENTS - 1 - noise_below(n, SCANNERS);
	net_join(w, f, client, net_client(target % NET_CLIENTS), (uint16_t)noise_between(n, 1, 1024));
	f->end[CLIENT].port = (uint16_t)noise_between(n, 1024, 65535);
	f->clean = true;
	f->timestamps = false;
	f->rtt_us = noise_between(n, 200, 9000);
	f->answer = draw < 8 ? ANSWER_SILENCE : draw < 11 ? ANSWER_RESET : ANSWER_HALF;
}

/* A client that does not know its server is down asks three times. */
static void
start_dead(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	uint32_t client = noise_below(n, NET_CLIENTS * 3 / 8), server = noise_below(n, 40);
	net_join(w, f, client, net_server(7, server), noise_chance(n, 5000) ? 443 : 9100);
	f->answer = noise_chance(n, 4000) ? ANSWER_RESET : ANSWER_SILENCE;
	f->syn_left = (uint8_t)noise_below(n, 4);
}

static bool
next_nothing(struct world *w, struct flow *f)
{
	(void)w;
	(void)f;
	return false;
}

/* ---- floods: one target, sources that mostly do not exist ---- */

static void
start_flood(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	net_join(w, f, NET_CLIENTS - 1, net_server(4, 3), 80);
	f->end[CLIENT].host = net_stranger(0x20000000u + noise_below(n, 0x9fffffff));
	f->end[CLIENT].port = (uint16_t)noise_between(n, 32768, 65535);
	f->end[CLIENT].ttl = 243;
	f->clean = true;
	f->timestamps = false;
	f->answer = ANSWER_SILENCE;
	f->turns_left = 1;
}

static bool
next_udp_flood(struct world *w, struct flow *f)
{
	if (f->turns_left-- == 0)
		return false;
	paper_str(f->head, "flood");
	paper_noise(f->head, &w->noise, 21);
	return true;
}

const struct kind kinds_dns = {"dns", TRANSPORT_UDP, start_dns, next_dns};
const struct kind kinds_ntp = {"ntp", TRANSPORT_UDP, start_ntp, next_ntp};
const struct kind kinds_ping = {"ping", TRANSPORT_ICMP, start_ping, next_ping};
const struct kind kinds_arp = {"arp", TRANSPORT_ARP, start_arp, next_arp};
const struct kind kinds_dhcp = {"dhcp", TRANSPORT_UDP, start_dhcp, next_dhcp};
const struct kind kinds_udp_silent = {"udp unanswered", TRANSPORT_UDP, start_udp_silent, next_udp_silent};
const struct kind kinds_short_http = {"http, one short request", TRANSPORT_TCP, start_short_http, next_short_http};
const struct kind kinds_short_tls = {"tls hello, reset", TRANSPORT_TCP, start_short_tls, next_short_tls};
const struct kind kinds_scan = {"syn scan", TRANSPORT_TCP, start_scan, next_nothing};
const struct kind kinds_dead = {"dead service", TRANSPORT_TCP, start_dead, next_nothing};
const struct kind kinds_syn_flood = {"syn flood", TRANSPORT_TCP, start_flood, next_nothing};
const struct kind kinds_udp_flood = {"udp flood", TRANSPORT_UDP, start_flood, next_udp_flood};
const struct kind kinds_ping_flood = {"ping flood", TRANSPORT_ICMP, start_flood, next_ping};
