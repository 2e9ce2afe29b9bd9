/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/stream/conversation.h"

#include "core/ensure.h"
#include "net/anomaly.h"
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
};

enum {
	/* Capture points reorder and lose: a sender may seem this far ahead of the window it was given. */
	SLACK = 65535,
	SCALE_ABSENT = 0xff,
	SCALE_MAX = 14, /* RFC 7323 2.3 */
};

/* One packet being looked at. */
struct look {
	struct conversation *c;
	struct conversation_side *from, *to;
	unsigned side;
	const struct packet_tcp *tcp;
	uint32_t payload_len;
	struct conversation_facts out;
};

static void
complain(struct look *l, enum anomaly anomaly)
{
	if (l->out.anomaly_count < CONVERSATION_ANOMALIES_MAX)
		l->out.anomalies[l->out.anomaly_count++] = (uint8_t)anomaly;
}

static void
count8(uint8_t *counter)
{
	*counter = (uint8_t)(*counter + (*counter < UINT8_MAX));
}

static void
count16(uint16_t *counter)
{
	*counter = (uint16_t)(*counter + (*counter < UINT16_MAX));
}

static void
retransmitted(struct look *l)
{
	l->out.facts |= CONVERSATION_IS_RETRANSMISSION;
	count16(&l->from->retransmissions);
}

static bool
from_client(const struct look *l)
{
	return l->side == l->c->client;
}

static bool
is_before_established(const struct conversation *c)
{
	return (c->flags & HANDSHAKE_DONE) == 0;
}

/* Where the sender's stream begins, told once unless it changes. */
static void
tell_start(struct look *l, uint32_t seq)
{
	l->from->flags |= STARTED;
	l->out.facts |= CONVERSATION_HAS_START;
	l->out.start_seq = seq;
}

/* The shift of a side's window: RFC 7323 2.2, both must offer. What a missed SYN said is unknown: the largest. */
static unsigned
scale_of(const struct conversation *c, const struct conversation_side *s)
{
	if ((c->side[0].flags & c->side[1].flags & SYN_SEEN) == 0)
		return SCALE_MAX;
	if (c->side[0].scale == SCALE_ABSENT || c->side[1].scale == SCALE_ABSENT)
		return 0;
	return s->scale > SCALE_MAX ? SCALE_MAX : s->scale;
}

static void
note_ack(struct look *l, unsigned scale)
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

static bool
fin_acknowledged(const struct conversation_side *ended, const struct conversation_side *other)
{
	return (ended->flags & FIN_SEEN) != 0 && (other->flags & ACK_SEEN) != 0 &&
	    !seq_before(other->acked, ended->next_seq);
}

/* The state follows from what was seen. */
static enum conversation_state
state_of(const struct conversation *c)
{
	const struct conversation_side *client = &c->side[c->client], *server = &c->side[c->client ^ 1];
	bool client_fin = (client->flags & FIN_SEEN) != 0, server_fin = (server->flags & FIN_SEEN) != 0;
	if ((c->flags & WAS_RESET) != 0)
		return CONVERSATION_CLOSED;
	if (is_before_established(c)) {
		if ((client->flags & server->flags & SYN_SEEN) != 0 || (server->flags & SYN_SEEN) != 0)
			return CONVERSATION_SYN_RECV;
		return (client->flags & SYN_SEEN) != 0 ? CONVERSATION_SYN_SENT : CONVERSATION_NONE;
	}
	if (client_fin && server_fin) {
		if (fin_acknowledged(client, server) && fin_acknowledged(server, client))
			return CONVERSATION_CLOSED;
		if ((c->flags & CLIENT_FIN_FIRST) != 0)
			return CONVERSATION_LAST_ACK;
		return fin_acknowledged(server, client) ? CONVERSATION_TIME_WAIT : CONVERSATION_CLOSING;
	}
	if (client_fin)
		return CONVERSATION_CLOSE_WAIT;
	if (server_fin)
		return fin_acknowledged(server, client) ? CONVERSATION_FIN_WAIT2 : CONVERSATION_FIN_WAIT1;
	return CONVERSATION_ESTABLISHED;
}

static void
establish(struct look *l)
{
	if (!is_before_established(l->c))
		return;
	l->c->flags |= HANDSHAKE_DONE;
	l->out.facts |= CONVERSATION_NOW_ESTABLISHED;
}

/* The sender's SYN, with or without ACK, is the one that counts from now on. */
static void
take_syn(struct look *l)
{
	struct conversation_side *s = l->from;
	const struct packet_tcp *tcp = l->tcp;
	s->first_seq = tcp->seq;
	s->next_seq = tcp->seq + 1 + l->payload_len;
	s->scale = tcp->scale;
	s->flags = SEEN | KNOWN | SYN_SEEN;
	if (tcp->has_ts) {
		s->ts_recent = tcp->ts_value;
		s->flags |= TS_SEEN;
	}
	if ((tcp->flags & TCP_ACK) != 0)
		note_ack(l, 0); /* the window of a SYN is never scaled, RFC 7323 2.2 */
	tell_start(l, tcp->seq + 1);
	if (l->payload_len > 0)
		l->out.facts |= CONVERSATION_HAS_DATA; /* RFC 7413, or simply data on a SYN (RFC 9293 3.4) */
}

/* Ports used again after a connection that is over, or whose end was missed. */
static void
start_over(struct look *l)
{
	*l->c = (struct conversation){.client = (uint8_t)l->side};
	l->out.facts |= CONVERSATION_IS_REUSED;
}

static void
on_syn(struct look *l)
{
	struct conversation *c = l->c;
	const struct packet_tcp *tcp = l->tcp;
	bool same = (l->from->flags & SYN_SEEN) != 0 && l->from->first_seq == tcp->seq;
	if (c->state >= CONVERSATION_CLOSING && !same)
		start_over(l);
	if (c->state == CONVERSATION_NONE) {
		c->client = (uint8_t)l->side;
		take_syn(l);
	} else if (same && (c->flags & WAS_RESET) != 0 && is_before_established(c)) {
		c->flags &= (uint8_t) ~(WAS_RESET | RESET_BY_1); /* refused, and asks again: Windows asks three times */
		retransmitted(l);
	} else if (c->state == CONVERSATION_SYN_SENT && from_client(l)) {
		if (same)
			retransmitted(l);
		else
			take_syn(l); /* a new attempt: nobody answered the first */
	} else if (c->state == CONVERSATION_SYN_SENT) {
		take_syn(l);
		c->flags |= BOTH_SYN;
	} else if (c->state == CONVERSATION_SYN_RECV) {
		if (same)
			retransmitted(l);
		else if (from_client(l))
			complain(l, ANOMALY_STREAM_3WHS_SYN_RESEND_DIFF_SEQ_ON_SYN_RECV);
		else
			complain(l, ANOMALY_STREAM_3WHS_SYN_TOCLIENT_ON_SYN_RECV);
	} else if (c->state == CONVERSATION_ESTABLISHED) {
		if (!from_client(l))
			complain(l, ANOMALY_STREAM_EST_SYN_TOCLIENT);
		else
			complain(l, same ? ANOMALY_STREAM_EST_SYN_RESEND : ANOMALY_STREAM_EST_SYN_RESEND_DIFF_SEQ);
	} else {
		complain(l, ANOMALY_STREAM_SHUTDOWN_SYN_RESEND);
	}
}

/* The SYN was not seen: its number follows from the answer. */
static void
assume_client(struct look *l)
{
	struct conversation_side *s = l->to;
	*s = (struct conversation_side){
	    .first_seq = l->tcp->ack - 1, .next_seq = l->tcp->ack, .scale = SCALE_ABSENT, .flags = KNOWN};
	l->c->client = (uint8_t)(l->side ^ 1);
}

static void
first_syn_ack(struct look *l)
{
	struct conversation_side *client = l->to;
	uint32_t ack = l->tcp->ack;
	bool crossed = (l->c->flags & BOTH_SYN) != 0;
	if (!seq_after(ack, client->first_seq) || seq_after(ack, client->next_seq)) {
		complain(l, crossed ? ANOMALY_STREAM_4WHS_SYNACK_WITH_WRONG_ACK : ANOMALY_STREAM_3WHS_SYNACK_WITH_WRONG_ACK);
		return;
	}
	if (crossed && l->tcp->seq != l->from->first_seq) {
		complain(l, ANOMALY_STREAM_4WHS_SYNACK_WITH_WRONG_SYN);
		return;
	}
	if (ack != client->next_seq)
		complain(l, ANOMALY_STREAM_3WHS_SYNACK_TFO_DATA_IGNORED); /* the client sends it again */
	if (!crossed) {
		take_syn(l);
		return;
	}
	l->from->scale = l->tcp->scale;
	note_ack(l, 0);
	if ((l->to->flags & ACK_SEEN) != 0)
		establish(l); /* each side acknowledged the other's SYN */
}

/* A SYN/ACK when one was already taken, before the handshake is over. The server's last word counts: it is the server
 * that decides which SYN it answers, and the client's ACK must then agree with it. */
static void
again_syn_ack(struct look *l)
{
	if (l->tcp->seq == l->from->first_seq && l->tcp->ack == l->from->acked) {
		retransmitted(l);
		return;
	}
	if (l->tcp->seq != l->from->first_seq)
		complain(l, ANOMALY_STREAM_3WHS_SYNACK_RESEND_WITH_DIFF_SEQ);
	if (l->tcp->ack != l->from->acked) {
		complain(l, ANOMALY_STREAM_3WHS_SYNACK_RESEND_WITH_DIFFERENT_ACK);
		assume_client(l);
	}
	take_syn(l);
}

static void
on_syn_ack(struct look *l)
{
	struct conversation *c = l->c;
	const struct packet_tcp *tcp = l->tcp;
	bool same_seq = (l->from->flags & SYN_SEEN) != 0 && l->from->first_seq == tcp->seq;
	bool answers = tcp->ack == l->to->first_seq + 1;
	/* Nobody answers SYN/ACK in the middle of a connection: its end and the next one's SYN were missed. */
	if (c->state >= CONVERSATION_ESTABLISHED && (l->from->flags & SEEN) != 0 && !from_client(l) && !same_seq && !answers)
		start_over(l);
	if (c->state == CONVERSATION_NONE) {
		assume_client(l);
		take_syn(l);
		c->client = (uint8_t)(l->side ^ 1);
	} else if (c->state == CONVERSATION_SYN_SENT) {
		if (from_client(l))
			complain(l, ANOMALY_STREAM_3WHS_SYNACK_IN_WRONG_DIRECTION);
		else
			first_syn_ack(l);
	} else if (c->state == CONVERSATION_SYN_RECV) {
		if ((c->flags & BOTH_SYN) != 0)
			first_syn_ack(l);
		else if (from_client(l))
			complain(l, ANOMALY_STREAM_3WHS_SYNACK_TOSERVER_ON_SYN_RECV);
		else
			again_syn_ack(l);
	} else if (from_client(l)) {
		complain(l, ANOMALY_STREAM_EST_SYNACK_TOSERVER);
	} else if ((l->from->flags & SEEN) == 0) {
		/* the client's ACK was captured before the SYN/ACK it answers */
		if (tcp->seq != l->from->first_seq || !answers)
			complain(l, ANOMALY_STREAM_3WHS_ACK_DATA_INJECT);
		take_syn(l);
	} else if (same_seq && answers) {
		complain(l, ANOMALY_STREAM_EST_SYNACK_RESEND);
		retransmitted(l);
	} else {
		complain(l,
		    same_seq ? ANOMALY_STREAM_EST_SYNACK_RESEND_WITH_DIFFERENT_ACK
		             : ANOMALY_STREAM_EST_SYNACK_RESEND_WITH_DIFF_SEQ);
	}
}

static void
on_reset(struct look *l)
{
	struct conversation *c = l->c;
	const struct packet_tcp *tcp = l->tcp;
	if (c->state == CONVERSATION_NONE) {
		complain(l, ANOMALY_STREAM_RST_BUT_NO_SESSION);
		return;
	}
	if (c->state == CONVERSATION_SYN_SENT && !from_client(l)) {
		/* RFC 9293 3.10.7.3: only the acknowledgement proves that it answers our SYN */
		if ((tcp->flags & TCP_ACK) == 0 || !seq_after(tcp->ack, l->to->first_seq) ||
		    seq_after(tcp->ack, l->to->next_seq)) {
			complain(l, ANOMALY_STREAM_RST_INVALID_ACK);
			return;
		}
	} else if ((l->to->flags & ACK_SEEN) != 0) {
		/* RFC 9293 3.10.7.4 and RFC 5961 3.2: inside the receiver's window, or it is not believed */
		if (seq_before(tcp->seq, l->to->acked) ||
		    (seq_after(tcp->seq, l->to->edge) && seq_after(tcp->seq, l->from->next_seq))) {
			complain(l, ANOMALY_STREAM_SUSPECTED_RST_INJECT);
			return;
		}
	}
	l->from->flags |= SEEN;
	if ((c->flags & WAS_RESET) != 0 || c->state == CONVERSATION_CLOSED)
		return;
	c->flags |= l->side == 1 ? WAS_RESET | RESET_BY_1 : WAS_RESET;
	l->out.facts |= CONVERSATION_NOW_RESET;
}

/* Whether the receiver would accept the acknowledgement: RFC 9293 3.10.7.4 "if the ACK acks something not yet sent". */
static bool
ack_is_believable(const struct look *l)
{
	uint32_t ack = l->tcp->ack;
	if ((l->to->flags & KNOWN) == 0 || !seq_after(ack, l->to->next_seq))
		return true;
	/* bytes that were not captured: no more than this side had allowed */
	return (l->from->flags & ACK_SEEN) != 0 && !seq_after(ack, l->from->edge + SLACK);
}

/* A segment too far ahead is not believed; but when the other side then acknowledges just that, both ends agree, and
 * it is the capture that lost what lies between. One end alone cannot make the listener jump. */
static void
remember_far(struct look *l)
{
	l->c->flags = (uint8_t)((l->c->flags & ~(FAR_BY_0 | FAR_BY_1)) | (l->side == 0 ? FAR_BY_0 : FAR_BY_1));
	l->c->far_seq = l->tcp->seq + l->payload_len;
}

static bool
agrees_with_far(const struct look *l)
{
	uint32_t ack = l->tcp->ack;
	bool of_other = (l->c->flags & (l->side == 0 ? FAR_BY_1 : FAR_BY_0)) != 0;
	return of_other && !seq_after(ack, l->c->far_seq) && !seq_before(ack, l->c->far_seq - SLACK);
}

/* The other side's stream goes on where it was acknowledged; it is told with its next packet. */
static void
jump(struct look *l)
{
	l->c->flags &= (uint8_t) ~(FAR_BY_0 | FAR_BY_1);
	l->to->next_seq = l->tcp->ack;
	l->to->flags &= (uint8_t)~STARTED;
	l->from->acked = l->tcp->ack;
	l->from->flags &= (uint8_t)~ACK_SEEN; /* what it allowed before means nothing now */
}

static enum anomaly
invalid_ack_in(const struct look *l)
{
	if ((l->tcp->flags & TCP_FIN) != 0)
		return ANOMALY_STREAM_FIN_INVALID_ACK;
	switch ((enum conversation_state)l->c->state) {
	case CONVERSATION_ESTABLISHED: return ANOMALY_STREAM_EST_INVALID_ACK;
	case CONVERSATION_FIN_WAIT1: return ANOMALY_STREAM_FIN1_INVALID_ACK;
	case CONVERSATION_FIN_WAIT2: return ANOMALY_STREAM_FIN2_INVALID_ACK;
	case CONVERSATION_CLOSE_WAIT: return ANOMALY_STREAM_CLOSEWAIT_INVALID_ACK;
	case CONVERSATION_CLOSING: return ANOMALY_STREAM_CLOSING_INVALID_ACK;
	case CONVERSATION_LAST_ACK: return ANOMALY_STREAM_LASTACK_INVALID_ACK;
	case CONVERSATION_TIME_WAIT: return ANOMALY_STREAM_TIMEWAIT_INVALID_ACK;
	case CONVERSATION_NONE:
	case CONVERSATION_SYN_SENT:
	case CONVERSATION_SYN_RECV:
	case CONVERSATION_CLOSED: break;
	}
	return ANOMALY_STREAM_PKT_INVALID_ACK;
}

/* Beyond the window, or beyond the sender's own FIN. */
static enum anomaly
wrong_seq_in(const struct look *l)
{
	bool fin = (l->tcp->flags & TCP_FIN) != 0;
	switch ((enum conversation_state)l->c->state) {
	case CONVERSATION_FIN_WAIT1: return fin ? ANOMALY_STREAM_FIN1_FIN_WRONG_SEQ : ANOMALY_STREAM_FIN1_ACK_WRONG_SEQ;
	case CONVERSATION_FIN_WAIT2: return fin ? ANOMALY_STREAM_FIN2_FIN_WRONG_SEQ : ANOMALY_STREAM_FIN2_ACK_WRONG_SEQ;
	case CONVERSATION_CLOSE_WAIT:
		return fin ? ANOMALY_STREAM_CLOSEWAIT_FIN_OUT_OF_WINDOW : ANOMALY_STREAM_CLOSEWAIT_ACK_OUT_OF_WINDOW;
	case CONVERSATION_CLOSING: return ANOMALY_STREAM_CLOSING_ACK_WRONG_SEQ;
	case CONVERSATION_LAST_ACK: return ANOMALY_STREAM_LASTACK_ACK_WRONG_SEQ;
	case CONVERSATION_TIME_WAIT: return ANOMALY_STREAM_TIMEWAIT_ACK_WRONG_SEQ;
	case CONVERSATION_NONE:
	case CONVERSATION_SYN_SENT:
	case CONVERSATION_SYN_RECV:
	case CONVERSATION_ESTABLISHED:
	case CONVERSATION_CLOSED: break;
	}
	return fin ? ANOMALY_STREAM_FIN_OUT_OF_WINDOW : ANOMALY_STREAM_EST_PACKET_OUT_OF_WINDOW;
}

/* RFC 7323 5.3 (PAWS): older than what the receiver has already acknowledged. */
static bool
timestamp_is_old(struct look *l)
{
	struct conversation_side *s = l->from;
	if (!l->tcp->has_ts)
		return false;
	if ((s->flags & TS_SEEN) != 0 &&
	    seq_before(l->tcp->ts_value + 1, s->ts_recent)) /* one tick is forgiven, as Linux does */
		return true;
	/* what left a hole, or was not acknowledged yet, says nothing about what is old */
	bool acknowledged = (l->to->flags & ACK_SEEN) != 0 && !seq_after(l->tcp->seq, l->to->acked);
	if (acknowledged && ((s->flags & TS_SEEN) == 0 || seq_after(l->tcp->ts_value, s->ts_recent))) {
		s->ts_recent = l->tcp->ts_value;
		s->flags |= TS_SEEN;
	}
	return false;
}

static void
pick_up(struct look *l)
{
	if ((l->tcp->flags & TCP_FIN) != 0)
		complain(l, ANOMALY_STREAM_FIN_BUT_NO_SESSION);
	if ((l->tcp->flags & TCP_ACK) == 0)
		return;
	*l->from = (struct conversation_side){
	    .first_seq = l->tcp->seq - 1, .next_seq = l->tcp->seq, .scale = SCALE_ABSENT, .flags = KNOWN | SEEN};
	*l->to = (struct conversation_side){
	    .first_seq = l->tcp->ack - 1, .next_seq = l->tcp->ack, .scale = SCALE_ABSENT, .flags = KNOWN};
	l->c->client = 0;
	l->c->flags |= HANDSHAKE_DONE;
	l->out.facts |= CONVERSATION_NOW_MIDSTREAM;
}

/* The packet that ends the handshake, or does not. False: it is not believed. */
static bool
end_handshake(struct look *l)
{
	const struct packet_tcp *tcp = l->tcp;
	bool right_seq = !seq_before(tcp->seq, l->from->first_seq) && !seq_after(tcp->seq, l->from->next_seq);
	if ((tcp->flags & TCP_ACK) == 0)
		return false;
	if (l->c->state == CONVERSATION_SYN_SENT) {
		bool covers_syn = seq_after(tcp->ack, l->to->first_seq) && !seq_after(tcp->ack, l->to->next_seq);
		if (!from_client(l) && l->payload_len > 0 && covers_syn) {
			/* its SYN/ACK was missed */
			*l->from = (struct conversation_side){
			    .first_seq = tcp->seq - 1, .next_seq = tcp->seq, .scale = SCALE_ABSENT, .flags = KNOWN};
			establish(l);
			return true;
		}
		/* one-sided: the client acknowledges a SYN/ACK that passes elsewhere */
		if (!from_client(l)) {
			complain(l, ANOMALY_STREAM_3WHS_ACK_IN_WRONG_DIR);
			return false;
		}
		if (tcp->seq != l->from->next_seq && tcp->seq != l->from->first_seq + 1) {
			complain(l, ANOMALY_STREAM_3WHS_ASYNC_WRONG_SEQ);
			return false;
		}
		*l->to = (struct conversation_side){
		    .first_seq = tcp->ack - 1, .next_seq = tcp->ack, .scale = SCALE_ABSENT, .flags = KNOWN};
		establish(l);
		return true;
	}
	if (!from_client(l) && (l->c->flags & BOTH_SYN) == 0) {
		/* the server goes on when it has the client's ACK, which was then missed; before that it has nothing to say */
		if (l->payload_len == 0 && (tcp->flags & TCP_FIN) == 0) {
			complain(l, ANOMALY_STREAM_3WHS_ACK_IN_WRONG_DIR);
			return false;
		}
		if (!ack_is_believable(l)) {
			complain(l, ANOMALY_STREAM_PKT_INVALID_ACK);
			return false;
		}
		establish(l);
		return true;
	}
	if (!seq_after(tcp->ack, l->to->first_seq) || seq_after(tcp->ack, l->to->next_seq)) {
		if ((l->c->flags & BOTH_SYN) != 0)
			complain(l, ANOMALY_STREAM_4WHS_INVALID_ACK);
		else
			complain(l,
			    right_seq ? ANOMALY_STREAM_3WHS_RIGHT_SEQ_WRONG_ACK_EVASION
			              : ANOMALY_STREAM_3WHS_WRONG_SEQ_WRONG_ACK);
		return false;
	}
	establish(l);
	return true;
}

/* What the bytes are to those seen before. Moves next_seq. */
static void
place(struct look *l)
{
	struct conversation_side *s = l->from;
	const struct packet_tcp *tcp = l->tcp;
	bool fin = (tcp->flags & TCP_FIN) != 0;
	uint32_t end = tcp->seq + l->payload_len + (fin ? 1 : 0);
	if (l->payload_len <= 1 && !fin && tcp->seq + 1 == s->next_seq && (s->flags & FIN_SEEN) == 0) {
		l->out.facts |= CONVERSATION_IS_KEEP_ALIVE; /* RFC 9293 3.8.4 */
		count8(&s->keep_alives);
		return;
	}
	if (end == tcp->seq)
		return;
	if (!seq_after(end, s->next_seq)) {
		retransmitted(l);
	} else if (seq_after(tcp->seq, s->next_seq)) {
		l->out.facts |= CONVERSATION_IS_OUT_OF_ORDER;
		count16(&s->out_of_order);
	}
	s->next_seq = seq_later(s->next_seq, end);
	if (l->payload_len > 0)
		l->out.facts |= CONVERSATION_HAS_DATA;
	if (fin && (s->flags & FIN_SEEN) == 0) {
		s->flags |= FIN_SEEN;
		if (from_client(l) && (l->to->flags & FIN_SEEN) == 0)
			l->c->flags |= CLIENT_FIN_FIRST;
		l->out.facts |= CONVERSATION_NOW_ENDING;
	}
}

/* Whether the receiver would take the bytes: within its window, and not after the sender's own FIN. */
static bool
place_is_believable(const struct look *l)
{
	const struct conversation_side *s = l->from;
	uint32_t end = l->tcp->seq + l->payload_len + ((l->tcp->flags & TCP_FIN) != 0 ? 1 : 0);
	if (end == l->tcp->seq)
		return true;
	if ((s->flags & FIN_SEEN) != 0) {
		if (seq_after(end, s->next_seq))
			return false;
		if ((l->tcp->flags & TCP_FIN) != 0 && end != s->next_seq)
			return false;
	} else if ((l->tcp->flags & TCP_FIN) != 0 && seq_before(end, s->next_seq)) {
		return false; /* it has sent bytes after that: not its FIN */
	}
	return (l->to->flags & ACK_SEEN) == 0 || !seq_after(l->tcp->seq, l->to->edge + SLACK);
}

static void
watch_window(struct look *l)
{
	if (l->tcp->window > 0) {
		l->from->flags &= (uint8_t)~WINDOW_SHUT;
	} else if ((l->from->flags & WINDOW_SHUT) == 0) {
		l->from->flags |= WINDOW_SHUT;
		count8(&l->from->zero_windows);
	}
}

static bool
said_reset(const struct look *l)
{
	return ((l->c->flags & RESET_BY_1) != 0) == (l->side == 1);
}

/* Who said RST says nothing more; the other's packets may still be on their way. So when it sends or acknowledges
 * something new, the RST was another's: forged to make the listener look away. */
static bool
goes_on(const struct look *l)
{
	bool new_data = l->payload_len > 0 && seq_after(l->tcp->seq + l->payload_len, l->from->next_seq);
	bool new_ack = (l->from->flags & ACK_SEEN) != 0 && seq_after(l->tcp->ack, l->from->acked);
	return said_reset(l) && (new_data || new_ack || (l->out.facts & CONVERSATION_NOW_ESTABLISHED) != 0);
}

static void
on_segment(struct look *l)
{
	struct conversation *c = l->c;
	bool has_ack = (l->tcp->flags & TCP_ACK) != 0;
	if (c->state == CONVERSATION_NONE) {
		pick_up(l);
		if (is_before_established(c))
			return;
	} else if (is_before_established(c)) {
		if ((c->flags & WAS_RESET) != 0 && !said_reset(l))
			return;
		if (!end_handshake(l))
			return;
	}
	if (UNLIKELY(!has_ack)) {
		if (l->tcp->ack != 0)
			complain(l, ANOMALY_STREAM_PKT_BROKEN_ACK);
		return; /* RFC 9293 3.10.7.4: "if the ACK bit is off, drop the segment" */
	}
	if (UNLIKELY(timestamp_is_old(l))) {
		complain(l, ANOMALY_STREAM_PKT_INVALID_TIMESTAMP);
		return;
	}
	bool placed = place_is_believable(l);
	if (UNLIKELY(!ack_is_believable(l))) {
		if (!agrees_with_far(l)) {
			if (!placed)
				remember_far(l);
			complain(l, invalid_ack_in(l));
			return;
		}
		jump(l);
	}
	if (UNLIKELY(!placed)) {
		remember_far(l);
		complain(l, wrong_seq_in(l));
		return;
	}
	if (UNLIKELY(c->state == CONVERSATION_CLOSED && (c->flags & WAS_RESET) == 0)) {
		if (l->payload_len > 0)
			retransmitted(l);
		return;
	}
	if (UNLIKELY((c->flags & WAS_RESET) != 0)) {
		if (goes_on(l)) {
			complain(l, ANOMALY_STREAM_SUSPECTED_RST_INJECT);
			c->flags &= (uint8_t) ~(WAS_RESET | RESET_BY_1);
		} else if (l->payload_len == 0) {
			return;
		}
	}
	if (UNLIKELY((l->from->flags & STARTED) == 0)) {
		/* what was acknowledged before its first packet here passed elsewhere */
		if ((l->to->flags & ACK_SEEN) != 0)
			l->from->next_seq = seq_later(l->from->next_seq, seq_earlier(l->to->acked, l->tcp->seq));
		tell_start(l, l->from->next_seq);
	}
	l->from->flags |= SEEN;
	note_ack(l, scale_of(c, l->from));
	watch_window(l);
	place(l);
}

struct conversation_facts
conversation_packet(struct conversation *c, unsigned side, const struct packet_tcp *tcp, uint32_t payload_len)
{
	ENSURE(side < 2);
	bool syn = (tcp->flags & TCP_SYN) != 0;
	struct look l = {
	    .c = c,
	    .from = &c->side[side],
	    .to = &c->side[side ^ 1],
	    .side = side,
	    .tcp = tcp,
	    .payload_len = payload_len,
	    .out = {.data_seq = tcp->seq + (syn ? 1 : 0)},
	};
	enum conversation_state before = (enum conversation_state)c->state;

	if (UNLIKELY((tcp->flags & TCP_RST) != 0))
		on_reset(&l);
	else if (UNLIKELY(syn && (tcp->flags & TCP_FIN) != 0))
		complain(&l, ANOMALY_STREAM_FIN_SYN); /* no receiver believes both */
	else if (UNLIKELY(syn && (tcp->flags & TCP_ACK) != 0))
		on_syn_ack(&l);
	else if (UNLIKELY(syn))
		on_syn(&l);
	else
		on_segment(&l);

	if (UNLIKELY(before != CONVERSATION_ESTABLISHED || (tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST)) != 0)) {
		c->state = (uint8_t)state_of(c);
		if (c->state == CONVERSATION_CLOSED && before != CONVERSATION_CLOSED)
			l.out.facts |= CONVERSATION_NOW_CLOSED;
	}
	if ((tcp->flags & TCP_URG) != 0)
		l.out.facts |= CONVERSATION_IS_URGENT;
	return l.out;
}

uint32_t
conversation_window(const struct conversation *c, unsigned side)
{
	ENSURE(side < 2);
	const struct conversation_side *from = &c->side[side], *to = &c->side[side ^ 1];
	enum { LEAST = 65536, MOST = 1 << 30 };
	if ((to->flags & ACK_SEEN) == 0 || !seq_after(to->edge, from->next_seq))
		return LEAST;
	uint32_t window = to->edge - from->next_seq;
	return window < LEAST ? LEAST : window > MOST ? MOST : window;
}

bool
conversation_acknowledged(const struct conversation *c, unsigned side, uint32_t seq)
{
	ENSURE(side < 2);
	const struct conversation_side *to = &c->side[side ^ 1];
	return (to->flags & ACK_SEEN) != 0 && !seq_before(to->acked, seq);
}

bool
conversation_ends_at(const struct conversation *c, unsigned side, uint32_t seq)
{
	ENSURE(side < 2);
	return (c->side[side].flags & FIN_SEEN) != 0 && c->side[side].next_seq == seq + 1;
}

bool
conversation_one_sided(const struct conversation *c)
{
	return (c->side[0].flags & SEEN) == 0 || (c->side[1].flags & SEEN) == 0;
}

const char *
conversation_state_name(enum conversation_state state)
{
	static const char *const names[] = {
	    [CONVERSATION_NONE] = "none",
	    [CONVERSATION_SYN_SENT] = "syn_sent",
	    [CONVERSATION_SYN_RECV] = "syn_recv",
	    [CONVERSATION_ESTABLISHED] = "established",
	    [CONVERSATION_FIN_WAIT1] = "fin_wait1",
	    [CONVERSATION_FIN_WAIT2] = "fin_wait2",
	    [CONVERSATION_CLOSE_WAIT] = "close_wait",
	    [CONVERSATION_CLOSING] = "closing",
	    [CONVERSATION_LAST_ACK] = "last_ack",
	    [CONVERSATION_TIME_WAIT] = "time_wait",
	    [CONVERSATION_CLOSED] = "closed",
	};
	ENSURE((unsigned)state < LENGTH_OF(names));
	return names[state];
}
