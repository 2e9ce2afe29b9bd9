/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "frame.h"

#include <stdlib.h>
#include <string.h>

enum { ETHERNET = 14, IPV4 = 20, IPV6 = 40, UDP = 8, PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMP6 = 58 };

static void
put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void
put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

/* RFC 1071: the sum does not care for byte order as long as the result is stored as it was read. */
static uint64_t
sum_of(const uint8_t *at, size_t len, uint64_t sum)
{
	for (; len >= 4; at += 4, len -= 4) {
		uint32_t word;
		memcpy(&word, at, 4);
		sum += word;
	}
	uint8_t rest[4] = {0};
	memcpy(rest, at, len);
	uint32_t word;
	memcpy(&word, rest, 4);
	return sum + word;
}

static void
sum_store(uint8_t *at, uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	uint16_t word = (uint16_t)~sum;
	memcpy(at, &word, 2);
}

static void
addresses_sum_store(const struct flow *f, enum side from, uint32_t proto, uint8_t *segment, size_t len, size_t field)
{
	const struct host *src = &f->end[from].host, *dst = &f->end[!from].host;
	uint8_t tail[4];
	put16(tail, proto);
	put16(tail + 2, (uint32_t)len);
	uint64_t sum = sum_of(tail, 4, 0);
	sum = f->v6 ? sum_of(src->v6, 16, sum_of(dst->v6, 16, sum)) : sum_of(src->v4, 4, sum_of(dst->v4, 4, sum));
	sum_store(segment + field, sum_of(segment, len, sum));
	if (proto == PROTO_UDP && segment[field] == 0 && segment[field + 1] == 0)
		put16(segment + field, 0xffff); /* RFC 768: zero would mean "not computed" */
}

static void
ethernet(uint8_t *at, const struct flow *f, enum side from, uint32_t type)
{
	memcpy(at, f->end[!from].host.mac, 6);
	memcpy(at + 6, f->end[from].host.mac, 6);
	put16(at + 12, type);
}

/* Returns how long both headers are; `len` is what follows them. */
static size_t
ip_header(uint8_t *at, struct flow *f, enum side from, uint32_t proto, size_t len)
{
	struct end *src = &f->end[from], *dst = &f->end[!from];
	ethernet(at, f, from, f->v6 ? 0x86dd : 0x0800);
	at += ETHERNET;
	if (f->v6) {
		put32(at, 0x60000000);
		put16(at + 4, (uint32_t)len);
		at[6] = (uint8_t)proto;
		at[7] = src->ttl;
		memcpy(at + 8, src->host.v6, 16);
		memcpy(at + 24, dst->host.v6, 16);
		return ETHERNET + IPV6;
	}
	put16(at, 0x4500);
	put16(at + 2, (uint32_t)(IPV4 + len));
	put16(at + 4, src->ip_id++);
	put16(at + 6, 0x4000);
	at[8] = src->ttl;
	at[9] = (uint8_t)proto;
	put16(at + 10, 0);
	memcpy(at + 12, src->host.v4, 4);
	memcpy(at + 16, dst->host.v4, 4);
	sum_store(at + 10, sum_of(at, IPV4, 0));
	return ETHERNET + IPV4;
}

/* A message split into records: their headers lie at fixed distances in the body. */
static void
tls_headers(const struct turn *t, uint32_t offset, uint32_t len, uint8_t *out)
{
	const uint32_t stride = TLS_RECORD + TLS_RECORD_HEADER;
	for (uint32_t start = offset / stride * stride; start < offset + len; start += stride) {
		uint32_t rest = t->body_len - start;
		uint32_t size = (rest < stride ? rest : stride) - TLS_RECORD_HEADER;
		uint8_t header[TLS_RECORD_HEADER] = {23, 3, 3, (uint8_t)(size >> 8), (uint8_t)size};
		for (uint32_t i = 0; i < TLS_RECORD_HEADER; i++)
			if (start + i >= offset && start + i < offset + len)
				out[start + i - offset] = header[i];
	}
}

static void
copy_piece(const struct world *w, const struct flow *f, uint32_t offset, uint32_t len, uint8_t *out)
{
	const struct turn *t = &f->turn;
	uint32_t head_len = (uint32_t)f->head->len;
	if (offset < head_len) {
		uint32_t n = head_len - offset < len ? head_len - offset : len;
		memcpy(out, f->head->at + offset, n);
		out += n;
		offset += n;
		len -= n;
	}
	if (len == 0)
		return;
	offset -= head_len;
	const uint8_t *block = w->blocks[t->body == BODY_TLS ? BODY_NOISE : t->body];
	memcpy(out, block + (t->body_at + offset) % BODY_BLOCK, len);
	if (t->body == BODY_TLS)
		tls_headers(t, offset, len, out);
}

static void
add(struct world *w, struct flow *f, size_t len)
{
	int r = pcap_out_add(&w->out, f->when_us, len);
	if (r < 0)
		w->error = r;
	f->count->packets++;
	f->count->bytes += len < 60 ? 60 : len;
}

static size_t
tcp_options(struct world *w, struct flow *f, enum side from, unsigned flags, uint8_t *at)
{
	(void)w;
	struct end *src = &f->end[from], *dst = &f->end[!from];
	size_t len = 0;
	if (flags & TCP_SYN) {
		put16(at, 0x0204);
		put16(at + 2, f->mss + (f->timestamps ? 12u : 0u));
		len = 4;
		if (f->clean)
			return len;
		if (f->timestamps)
			put16(at + len, 0x0402); /* SACK permitted, then the timestamps */
		else
			put32(at + len, 0x01030308);
		len += f->timestamps ? 2 : 4;
		if (!f->timestamps) {
			put32(at + len, 0x01010402);
			return len + 4;
		}
	}
	if (!f->timestamps)
		return len;
	if (!(flags & TCP_SYN)) {
		put16(at, 0x0101);
		len = 2;
	}
	uint32_t clock = (uint32_t)(f->when_us / 1000) + src->clock_ms;
	put16(at + len, 0x080a);
	put32(at + len + 2, clock);
	put32(at + len + 6, flags & TCP_ACK ? src->clock_seen : 0);
	dst->clock_seen = clock;
	len += 10;
	if (flags & TCP_SYN) {
		put32(at + len, 0x01030307);
		len += 4;
	}
	return len;
}

void
frame_tcp(struct world *w, struct flow *f, enum side from, unsigned flags, struct piece piece)
{
	struct end *src = &f->end[from], *dst = &f->end[!from];
	uint8_t *at = pcap_out_frame(&w->out);
	uint8_t *tcp = at + ETHERNET + (f->v6 ? IPV6 : IPV4);
	size_t header = 20 + tcp_options(w, f, from, flags, tcp + 20);
	size_t base = ip_header(at, f, from, PROTO_TCP, header + piece.len);
	put16(tcp, src->port);
	put16(tcp + 2, dst->port);
	put32(tcp + 4, piece.seq);
	put32(tcp + 8, flags & TCP_ACK ? dst->seq : 0);
	tcp[12] = (uint8_t)(header << 2);
	tcp[13] = (uint8_t)flags;
	put16(tcp + 14, flags & TCP_RST ? 0u : flags & TCP_SYN ? 64240u : src->window);
	put32(tcp + 16, 0);
	if (piece.len > 0)
		copy_piece(w, f, piece.offset, piece.len, tcp + header);
	addresses_sum_store(f, from, PROTO_TCP, tcp, header + piece.len, 16);
	add(w, f, base + header + piece.len);
}

void
frame_datagram(struct world *w, struct flow *f)
{
	enum side from = f->turn.from;
	uint8_t *at = pcap_out_frame(&w->out);
	uint8_t *l4 = at + ETHERNET + (f->v6 ? IPV6 : IPV4);
	size_t header = f->kind->transport == TRANSPORT_UDP ? UDP : 0;
	size_t len = header + f->head->len + f->turn.body_len;
	if (len > 1500 - IPV6)
		abort();
	copy_piece(w, f, 0, (uint32_t)(len - header), l4 + header);
	uint32_t proto = header > 0 ? PROTO_UDP : f->v6 ? PROTO_ICMP6 : PROTO_ICMP;
	size_t base = ip_header(at, f, from, proto, len);
	if (proto == PROTO_UDP) {
		put16(l4, f->end[from].port);
		put16(l4 + 2, f->end[!from].port);
		put16(l4 + 4, (uint32_t)len);
		put16(l4 + 6, 0);
		addresses_sum_store(f, from, proto, l4, len, 6);
	} else if (proto == PROTO_ICMP6) {
		addresses_sum_store(f, from, proto, l4, len, 2);
	} else {
		sum_store(l4 + 2, sum_of(l4, len, 0));
	}
	add(w, f, base + len);
}

void
frame_arp(struct world *w, struct flow *f)
{
	enum side from = f->turn.from;
	const struct host *src = &f->end[from].host, *dst = &f->end[!from].host;
	uint8_t *at = pcap_out_frame(&w->out);
	ethernet(at, f, from, 0x0806);
	if (from == CLIENT)
		memset(at, 0xff, 6);
	put32(at + 14, 0x00010800);
	put16(at + 18, 0x0604);
	put16(at + 20, from == CLIENT ? 1 : 2);
	memcpy(at + 22, src->mac, 6);
	memcpy(at + 28, src->v4, 4);
	memset(at + 32, 0, 6);
	if (from == SERVER)
		memcpy(at + 32, dst->mac, 6);
	memcpy(at + 38, dst->v4, 4);
	add(w, f, 42);
}
