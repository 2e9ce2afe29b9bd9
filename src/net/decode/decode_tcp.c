/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/decode_walk.h"

#include "net/decode/checksum.h"

enum { TCP_HEADER = 20 };

enum { /* IANA TCP option kinds */
	OPTION_EOL = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_SCALE = 3,
	OPTION_SACK_PERMITTED = 4,
	OPTION_SACK = 5,
	OPTION_TIMESTAMPS = 8,
	OPTION_MD5 = 19,
	OPTION_AO = 29,
	OPTION_FAST_OPEN = 34,
};

static bool
option_len_is_right(uint8_t kind, size_t value_len)
{
	switch (kind) {
	case OPTION_MSS: return value_len == 2;
	case OPTION_SCALE: return value_len == 1;
	case OPTION_SACK_PERMITTED: return value_len == 0;
	case OPTION_SACK: /* RFC 2018 3; one without blocks says nothing, and harms nothing */
		return value_len <= 32 && value_len % 8 == 0;
	case OPTION_TIMESTAMPS: return value_len == 8;
	case OPTION_MD5: return value_len == 16;
	case OPTION_AO: /* RFC 5925 2.2 */ return value_len >= 2;
	case OPTION_FAST_OPEN: /* RFC 7413 4.1.1 */
		return value_len == 0 || (value_len >= 4 && value_len <= 16 && value_len % 2 == 0);
	default: return true;
	}
}

static void
read_option(struct packet_tcp *tcp, uint8_t kind, struct cursor value)
{
	if (kind == OPTION_MSS) {
		tcp->mss = cursor_be16(&value);
	} else if (kind == OPTION_SCALE) {
		tcp->scale = cursor_u8(&value);
	} else if (kind == OPTION_TIMESTAMPS) {
		tcp->has_ts = true;
		tcp->ts_value = cursor_be32(&value);
		tcp->ts_echo = cursor_be32(&value);
	} else if (kind == OPTION_MD5 || kind == OPTION_AO) {
		tcp->has_auth = true;
	}
}

/* RFC 9293 3.2. The first of two equal options counts. */
static void
read_options(struct decode_walk *w, struct packet_tcp *tcp, struct cursor options)
{
	uint64_t seen = 0; /* kinds below 64 */
	while (options.left > 0) {
		uint8_t kind = cursor_u8(&options);
		if (kind == OPTION_EOL)
			return;
		if (kind == OPTION_NOP)
			continue;
		if (options.left == 0)
			return;
		uint8_t len = cursor_u8(&options);
		if (len < 2 || len - 2u > options.left) {
			decode_walk_anomaly(w, ANOMALY_TCP_OPT_INVALID_LEN);
			return;
		}
		struct cursor value = cursor_sub(&options, len - 2u);
		if (!option_len_is_right(kind, value.left)) {
			decode_walk_anomaly(w, ANOMALY_TCP_OPT_INVALID_LEN);
		} else if (kind < 64 && (seen >> kind & 1) != 0) {
			decode_walk_anomaly(w, ANOMALY_TCP_OPT_DUPLICATE);
		} else {
			read_option(tcp, kind, value);
			if (kind < 64)
				seen |= UINT64_C(1) << kind;
		}
	}
}

/* Nearly every segment of an established connection: two fillers and the timestamps. */
static inline bool
read_only_timestamps(struct packet_tcp *tcp, struct cursor options)
{
	if (options.left != 12 || cursor_be32(&options) != 0x0101080a)
		return false;
	tcp->has_ts = true;
	tcp->ts_value = cursor_be32(&options);
	tcp->ts_echo = cursor_be32(&options);
	return true;
}

/* A short snapshot length often cuts the options: they are then unknown, but the segment is not lost. */
static inline bool
step_options(struct decode_walk *w, struct packet_tcp *tcp, uint32_t len)
{
	struct cursor options;
	if (UNLIKELY(len > w->c.left && len <= w->wire_left)) {
		w->c = cursor_of((struct bytes){0});
		w->wire_left -= len;
		return true;
	}
	if (!decode_walk_take(w, len, &options, ANOMALY_TCP_INVALID_OPTLEN))
		return false;
	if (!read_only_timestamps(tcp, options))
		read_options(w, tcp, options);
	return true;
}

void
decode_tcp_step(struct decode_walk *w)
{
	struct cursor h;
	struct packet *p = w->p;
	struct packet_tcp *tcp = &p->tcp;
	struct bytes whole = cursor_rest(&w->c);
	bool complete = decode_walk_complete(w);
	uint32_t segment_len = w->wire_left;
	if (!decode_walk_take(w, TCP_HEADER, &h, ANOMALY_TCP_PKT_TOO_SMALL))
		return;
	uint16_t src_port = cursor_be16(&h), dst_port = cursor_be16(&h);
	tcp->seq = cursor_be32(&h);
	tcp->ack = cursor_be32(&h);
	uint32_t header_len = (uint32_t)(cursor_u8(&h) >> 4) * 4;
	tcp->flags = cursor_u8(&h);
	tcp->window = cursor_be16(&h);
	cursor_be16(&h); /* checksum */
	tcp->urgent = cursor_be16(&h);
	tcp->scale = 0xff;
	tcp->mss = 0;
	tcp->has_ts = tcp->has_auth = false;
	tcp->ts_value = tcp->ts_echo = 0;

	w->next = DECODE_WALK_DONE;
	if (UNLIKELY(header_len < TCP_HEADER)) {
		decode_walk_anomaly(w, ANOMALY_TCP_HLEN_TOO_SMALL);
		return;
	}
	if (header_len > TCP_HEADER && !step_options(w, tcp, header_len - TCP_HEADER))
		return;
	p->src_port = src_port;
	p->dst_port = dst_port;
	p->has_transport = true;
	if (w->checksums && complete &&
	    UNLIKELY(!checksum_is_good(checksum_add(checksum_pseudo(&p->src, &p->dst, IP_PROTO_TCP, segment_len), whole)))) {
		p->bad_checksum = true;
		decode_walk_anomaly(w, ANOMALY_TCP_BAD_CHECKSUM);
	}
	decode_walk_payload(w);
}
