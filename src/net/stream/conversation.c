/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/stream/conversation.h"

#include "core/ensure.h"
#include "net/stream/conversation_look.h"

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
on_reset(struct conversation_look *l)
{
	struct conversation *c = l->c;
	const struct packet_tcp *tcp = l->tcp;
	if (c->state == CONVERSATION_NONE) {
		complain(l, ANOMALY_STREAM_RST_BUT_NO_SESSION);
		return;
	}
	if (tcp->has_auth && (c->flags & IS_SIGNED) == 0 && ((l->from->flags | l->to->flags) & SYN_SEEN) != 0) {
		/* who has no key for it drops it: only the listener would believe that the connection is over */
		complain(l, ANOMALY_STREAM_SUSPECTED_RST_INJECT);
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

/* A segment too far ahead is not believed; but when the other side then acknowledges just that, both ends agree, and
 * it is the capture that lost what lies between. One end alone cannot make the listener jump. */
static void
remember_far(struct conversation_look *l)
{
	l->c->flags = (uint8_t)((l->c->flags & ~(FAR_BY_0 | FAR_BY_1)) | (l->side == 0 ? FAR_BY_0 : FAR_BY_1));
	l->c->far_seq = l->tcp->seq + l->payload_len;
}

static bool
agrees_with_far(const struct conversation_look *l)
{
	uint32_t ack = l->tcp->ack;
	bool of_other = (l->c->flags & (l->side == 0 ? FAR_BY_1 : FAR_BY_0)) != 0;
	return of_other && !seq_after(ack, l->c->far_seq) && !seq_before(ack, l->c->far_seq - SLACK);
}

/* The other side's stream goes on where it was acknowledged; it is told with its next packet. */
static void
jump(struct conversation_look *l)
{
	l->c->flags &= (uint8_t) ~(FAR_BY_0 | FAR_BY_1);
	l->to->next_seq = l->tcp->ack;
	l->to->flags &= (uint8_t)~STARTED;
	l->from->acked = l->tcp->ack;
	l->from->flags &= (uint8_t)~ACK_SEEN; /* what it allowed before means nothing now */
}

/* RFC 7323 5.3 (PAWS): older than what the receiver has already acknowledged. */
static bool
timestamp_is_old(struct conversation_look *l)
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

/* What the bytes are to those seen before. Moves next_seq. */
static void
place(struct conversation_look *l)
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
place_is_believable(const struct conversation_look *l)
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
watch_window(struct conversation_look *l)
{
	if (l->tcp->window > 0) {
		l->from->flags &= (uint8_t)~WINDOW_SHUT;
	} else if ((l->from->flags & WINDOW_SHUT) == 0) {
		l->from->flags |= WINDOW_SHUT;
		count8(&l->from->zero_windows);
	}
}

static bool
said_reset(const struct conversation_look *l)
{
	return ((l->c->flags & RESET_BY_1) != 0) == (l->side == 1);
}

/* Who said RST says nothing more; the other's packets may still be on their way. So when it sends or acknowledges
 * something new, the RST was another's: forged to make the listener look away. */
static bool
goes_on(const struct conversation_look *l)
{
	bool new_data = l->payload_len > 0 && seq_after(l->tcp->seq + l->payload_len, l->from->next_seq);
	bool new_ack = (l->from->flags & ACK_SEEN) != 0 && seq_after(l->tcp->ack, l->from->acked);
	return said_reset(l) && (new_data || new_ack || (l->out.facts & CONVERSATION_NOW_ESTABLISHED) != 0);
}

static void
on_segment(struct conversation_look *l)
{
	struct conversation *c = l->c;
	bool has_ack = (l->tcp->flags & TCP_ACK) != 0;
	if (c->state == CONVERSATION_NONE) {
		conversation_open_midstream(l);
		if (is_before_established(c))
			return;
	} else if (is_before_established(c)) {
		if ((c->flags & WAS_RESET) != 0 && !said_reset(l))
			return;
		if (!conversation_open_end(l))
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
			complain(l, conversation_anomaly_of_ack(l));
			return;
		}
		jump(l);
	}
	if (UNLIKELY(!placed)) {
		remember_far(l);
		complain(l, conversation_anomaly_of_seq(l));
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
	struct conversation_look l = {
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
		conversation_open_syn_ack(&l);
	else if (UNLIKELY(syn))
		conversation_open_syn(&l);
	else
		on_segment(&l);

	if (UNLIKELY(before != CONVERSATION_ESTABLISHED || (tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST)) != 0)) {
		c->state = (uint8_t)conversation_state_of(c);
		if (c->state == CONVERSATION_CLOSED && before != CONVERSATION_CLOSED)
			l.out.facts |= CONVERSATION_NOW_CLOSED;
	}
	if ((tcp->flags & TCP_URG) != 0)
		l.out.facts |= CONVERSATION_IS_URGENT;
	return l.out;
}

void
conversation_turn(struct conversation *c)
{
	struct conversation_side first = c->side[0];
	c->side[0] = c->side[1];
	c->side[1] = first;
	c->client ^= 1;
	if ((c->flags & WAS_RESET) != 0)
		c->flags ^= RESET_BY_1;
	if ((c->flags & (FAR_BY_0 | FAR_BY_1)) != 0)
		c->flags ^= FAR_BY_0 | FAR_BY_1;
}

void
conversation_opened_by(struct conversation *c, unsigned side)
{
	ENSURE(side < 2);
	if (c->client == side)
		return;
	c->client = (uint8_t)side;
	if (((c->side[0].flags | c->side[1].flags) & FIN_SEEN) != 0)
		c->flags ^= CLIENT_FIN_FIRST;
	c->state = (uint8_t)conversation_state_of(c);
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
conversation_acked(const struct conversation *c, unsigned side, uint32_t *seq)
{
	ENSURE(side < 2);
	const struct conversation_side *to = &c->side[side ^ 1];
	*seq = to->acked;
	return (to->flags & ACK_SEEN) != 0;
}

uint32_t
conversation_lost_after(const struct conversation *c, unsigned side, uint32_t seq)
{
	ENSURE(side < 2);
	const struct conversation_side *from = &c->side[side], *to = &c->side[side ^ 1];
	if ((to->flags & ACK_SEEN) == 0 || !seq_after(to->acked, seq))
		return 0;
	return to->acked - seq - ((from->flags & FIN_SEEN) != 0 && to->acked == from->next_seq ? 1 : 0);
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
