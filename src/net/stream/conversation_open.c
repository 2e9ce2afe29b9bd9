/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/stream/conversation_look.h"

/* The sender's SYN, with or without ACK, is the one that counts from now on. */
static void
take_syn(struct conversation_look *l)
{
	struct conversation_side *s = l->from;
	const struct packet_tcp *tcp = l->tcp;
	s->first_seq = tcp->seq;
	s->next_seq = tcp->seq + 1 + l->payload_len;
	s->scale = tcp->scale;
	s->flags = SEEN | KNOWN | SYN_SEEN;
	if (tcp->has_auth)
		l->c->flags |= IS_SIGNED;
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
start_over(struct conversation_look *l)
{
	*l->c = (struct conversation){.client = (uint8_t)l->side};
	l->out.facts |= CONVERSATION_IS_REUSED;
}

void
conversation_open_syn(struct conversation_look *l)
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
assume_client(struct conversation_look *l)
{
	struct conversation_side *s = l->to;
	*s = (struct conversation_side){
	    .first_seq = l->tcp->ack - 1, .next_seq = l->tcp->ack, .scale = SCALE_ABSENT, .flags = KNOWN};
	l->c->client = (uint8_t)(l->side ^ 1);
}

static void
first_syn_ack(struct conversation_look *l)
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

/* A SYN/ACK when one was already taken, before the handshake is over. Which of them counts, the client's ACK will say: a
 * server with SYN cookies (RFC 4987 3.6) answers a repeated SYN with another number, and the client has taken one. */
static void
again_syn_ack(struct conversation_look *l)
{
	if (l->tcp->seq == l->from->first_seq && l->tcp->ack == l->from->acked) {
		retransmitted(l);
		return;
	}
	if (l->tcp->seq != l->from->first_seq) {
		complain(l, ANOMALY_STREAM_3WHS_SYNACK_RESEND_WITH_DIFF_SEQ);
		l->c->far_seq = l->from->first_seq; /* free until the handshake is over */
		l->c->flags = (uint8_t)((l->c->flags & ~(FAR_BY_0 | FAR_BY_1)) | (l->side == 0 ? FAR_BY_0 : FAR_BY_1));
	}
	if (l->tcp->ack != l->from->acked) {
		complain(l, ANOMALY_STREAM_3WHS_SYNACK_RESEND_WITH_DIFFERENT_ACK);
		assume_client(l);
	}
	take_syn(l);
}

void
conversation_open_syn_ack(struct conversation_look *l)
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

void
conversation_open_midstream(struct conversation_look *l)
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

/* The client's ACK is of the SYN/ACK before the last. */
static bool
take_earlier_syn_ack(struct conversation_look *l)
{
	struct conversation_side *server = l->to;
	if ((l->c->flags & (l->side == 0 ? FAR_BY_1 : FAR_BY_0)) == 0 || l->tcp->ack != l->c->far_seq + 1)
		return false;
	server->first_seq = l->c->far_seq;
	server->next_seq = l->tcp->ack;
	server->flags &= (uint8_t)~STARTED; /* its stream begins elsewhere, as its next packet will tell */
	return true;
}

bool
conversation_open_end(struct conversation_look *l)
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
	if ((!seq_after(tcp->ack, l->to->first_seq) || seq_after(tcp->ack, l->to->next_seq)) &&
	    !(right_seq && take_earlier_syn_ack(l))) {
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
