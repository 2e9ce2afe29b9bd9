/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/stream/conversation_look.h - one packet of a connection being looked at: what the files of a conversation share.
 *
 *	conversation.c          the way in, and the judgement of segments and resets
 *	conversation_open.c     how a connection begins: SYN, SYN/ACK, the end of the handshake, or in its middle
 *	conversation_state.c    the state, from what was seen
 *	conversation_anomaly.c  the name of what is not believed
 *
 * Not for others.
 */
#ifndef NET_STREAM_CONVERSATION_LOOK_H
#define NET_STREAM_CONVERSATION_LOOK_H

#include "net/anomaly.h"
#include "net/stream/conversation.h"
#include "net/stream/seq.h"

enum side_flags {
	SEEN = 1, /* it sent something */
	SYN_SEEN = 2,
	FIN_SEEN = 4, /* next_seq is then the end of its FIN */
	ACK_SEEN = 8, /* acked and edge are valid */
	TS_SEEN = 16, /* ts_recent is valid */
	KNOWN = 32,   /* first_seq and next_seq are valid, if only from the other side's acknowledgement */
	WINDOW_SHUT = 64,
	STARTED = 128, /* the caller was told where its stream begins */
};

enum conversation_flags {
	HANDSHAKE_DONE = 1,
	WAS_RESET = 2,
	CLIENT_FIN_FIRST = 4,
	BOTH_SYN = 8,    /* simultaneous open, RFC 9293 figure 8 */
	RESET_BY_1 = 16, /* the side that said RST, with WAS_RESET */
	FAR_BY_0 = 32,   /* far_seq is of this side */
	FAR_BY_1 = 64,
	IS_SIGNED = 128, /* a SYN was, RFC 2385 or RFC 5925 */
};

enum {
	/* Capture points reorder and lose: a sender may seem this far ahead of the window it was given. */
	SLACK = 65535,
	SCALE_ABSENT = 0xff,
	SCALE_MAX = 14, /* RFC 7323 2.3 */
};

/* One packet being looked at. */
struct conversation_look {
	struct conversation *c;
	struct conversation_side *from, *to;
	unsigned side;
	const struct packet_tcp *tcp;
	uint32_t payload_len;
	struct conversation_facts out;
};

static inline void
complain(struct conversation_look *l, enum anomaly anomaly)
{
	if (l->out.anomaly_count < CONVERSATION_ANOMALIES_MAX)
		l->out.anomalies[l->out.anomaly_count++] = (uint8_t)anomaly;
}

static inline void
count8(uint8_t *counter)
{
	*counter = (uint8_t)(*counter + (*counter < UINT8_MAX));
}

static inline void
count16(uint16_t *counter)
{
	*counter = (uint16_t)(*counter + (*counter < UINT16_MAX));
}

static inline void
retransmitted(struct conversation_look *l)
{
	l->out.facts |= CONVERSATION_IS_RETRANSMISSION;
	count16(&l->from->retransmissions);
}

static inline bool
from_client(const struct conversation_look *l)
{
	return l->side == l->c->client;
}

static inline bool
is_before_established(const struct conversation *c)
{
	return (c->flags & HANDSHAKE_DONE) == 0;
}

/* Where the sender's stream begins, told once unless it changes. */
static inline void
tell_start(struct conversation_look *l, uint32_t seq)
{
	l->from->flags |= STARTED;
	l->out.facts |= CONVERSATION_HAS_START;
	l->out.start_seq = seq;
}

static inline void
note_ack(struct conversation_look *l, unsigned scale)
{
	struct conversation_side *s = l->from;
	uint32_t edge = l->tcp->ack + ((uint32_t)l->tcp->window << scale);
	if ((s->flags & ACK_SEEN) == 0) {
		s->acked = l->tcp->ack;
		s->edge = edge;
		s->flags |= ACK_SEEN;
		return;
	}
	s->acked = seq_later(s->acked, l->tcp->ack);
	s->edge = seq_later(s->edge, edge); /* a window may not shrink, RFC 9293 3.8.6 */
}

static inline void
establish(struct conversation_look *l)
{
	if (!is_before_established(l->c))
		return;
	l->c->flags = (uint8_t)((l->c->flags & ~(FAR_BY_0 | FAR_BY_1)) | HANDSHAKE_DONE);
	l->out.facts |= CONVERSATION_NOW_ESTABLISHED;
}

/* Whether the receiver would accept the acknowledgement: RFC 9293 3.10.7.4 "if the ACK acks something not yet sent". */
static inline bool
ack_is_believable(const struct conversation_look *l)
{
	uint32_t ack = l->tcp->ack;
	if ((l->to->flags & KNOWN) == 0 || !seq_after(ack, l->to->next_seq))
		return true;
	/* bytes that were not captured: no more than this side had allowed */
	return (l->from->flags & ACK_SEEN) != 0 && !seq_after(ack, l->from->edge + SLACK);
}

/* The packet is a SYN; a SYN with ACK. */
void conversation_open_syn(struct conversation_look *l);
void conversation_open_syn_ack(struct conversation_look *l);
/* The packet that ends the handshake, or does not. False: it is not believed. */
bool conversation_open_end(struct conversation_look *l);
/* The first packet of a connection whose opening was not seen. */
void conversation_open_midstream(struct conversation_look *l);

/* The state follows from what was seen. */
enum conversation_state conversation_state_of(const struct conversation *c);

/* An acknowledgement of what was not sent. */
enum anomaly conversation_anomaly_of_ack(const struct conversation_look *l);
/* Beyond the window, or beyond the sender's own FIN. */
enum anomaly conversation_anomaly_of_seq(const struct conversation_look *l);

#endif
