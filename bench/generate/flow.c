/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "frame.h"

enum phase {
	PHASE_SYN,
	PHASE_SYN_ANSWER,
	PHASE_SYN_RESET,
	PHASE_ESTABLISH,
	PHASE_TALK,
	PHASE_FIN,
	PHASE_FIN_ANSWER,
	PHASE_FIN_ACK,
};

enum { REPEAT = 15, SWAP = 15 }; /* per ten thousand data segments: 0.3 % together */

/* Tail beyond the block so that a segment that starts at its end needs no wrapping. */
enum { BLOCK_TAIL = 2048 };

static void
fill_text(struct noise *n, uint8_t *at, size_t len)
{
	static const char *const words[] = {"<p>", "</p>\n", "<div class=\"row\">", "</div>\n", "the ", "town ", "council ",
	    "service ", "of ", "la ", "mairie ", "open ", "from ", "nine ", "to ", "five, ", "<a href=\"/page\">", "</a> ",
	    "road ", "school ", "{\"id\":", "\"name\":\"", "\"},", "report "};
	size_t done = 0;
	while (done < len) {
		const char *word = words[noise_below(n, sizeof(words) / sizeof(words[0]))];
		size_t size = strlen(word);
		if (size > len - done)
			size = len - done;
		memcpy(at + done, word, size);
		done += size;
	}
}

/* Lines of 76 characters; the block holds a whole number of them plus a little. */
static void
fill_base64(struct noise *n, uint8_t *at, size_t len)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < len; i++) {
		size_t column = i % 78;
		at[i] = column == 76 ? '\r' : column == 77 ? '\n' : (uint8_t)set[noise_below(n, 64)];
	}
}

void
flow_blocks(struct world *w)
{
	for (size_t i = 0; i < 3; i++) {
		w->blocks[i] = malloc(BODY_BLOCK + BLOCK_TAIL);
		if (w->blocks[i] == NULL)
			abort();
	}
	noise_fill(&w->noise, w->blocks[BODY_NOISE], BODY_BLOCK + BLOCK_TAIL);
	fill_text(&w->noise, w->blocks[BODY_TEXT], BODY_BLOCK + BLOCK_TAIL);
	fill_base64(&w->noise, w->blocks[BODY_BASE64], BODY_BLOCK + BLOCK_TAIL);
}

static uint32_t
message_len(const struct flow *f)
{
	return (uint32_t)f->head->len + f->turn.body_len;
}

static bool
next_turn(struct world *w, struct flow *f)
{
	f->head->len = 0;
	f->turn = (struct turn){.body_at = noise_below(&w->noise, BODY_BLOCK)};
	f->sent = 0;
	return f->kind->next(w, f);
}

static void
say(struct world *w, struct flow *f, enum side from, unsigned flags)
{
	frame_tcp(w, f, from, flags, (struct piece){.seq = f->end[from].seq});
	if (flags & (TCP_SYN | TCP_FIN))
		f->end[from].seq++;
}

static uint32_t
reaction(struct world *w, const struct flow *f, enum side who)
{
	return who == SERVER ? f->rtt_us : noise_between(&w->noise, 20, 120);
}

/* The message went out whole, or the receiver owes an acknowledgement. */
static void
segment_done(struct world *w, struct flow *f)
{
	enum side from = f->turn.from;
	f->unacked++;
	f->acker = !from;
	if (f->sent < message_len(f)) {
		f->ack_due = f->ack_each || f->unacked >= 2;
		f->when_us += f->ack_due ? reaction(w, f, f->acker) : f->gap_us;
		return;
	}
	if (next_turn(w, f)) {
		/* an answer that comes soon carries the acknowledgement */
		f->ack_due = f->ack_each || f->turn.from == from || f->turn.delay_us >= 40000;
	} else {
		f->phase = PHASE_FIN;
		f->turn.delay_us = noise_between(&w->noise, 50, 3000);
		f->ack_due = true;
	}
	f->when_us += f->ack_due ? reaction(w, f, f->acker) : f->turn.delay_us;
	if (!f->ack_due)
		f->unacked = 0;
}

static void
send_piece(struct world *w, struct flow *f, uint32_t offset, uint32_t len)
{
	struct end *src = &f->end[f->turn.from];
	unsigned flags = TCP_ACK | (offset + len == message_len(f) ? (unsigned)TCP_PSH : 0u);
	struct piece piece = {.seq = src->seq - f->sent + offset, .offset = offset, .len = len};
	frame_tcp(w, f, f->turn.from, flags, piece);
}

static uint32_t
piece_len(const struct flow *f, uint32_t offset)
{
	uint32_t rest = message_len(f) - offset;
	return rest < f->mss ? rest : f->mss;
}

static void
talk(struct world *w, struct flow *f)
{
	if (f->held_due) {
		f->held_due = false;
		send_piece(w, f, f->held, f->held_len);
		segment_done(w, f);
		return;
	}
	struct end *src = &f->end[f->turn.from];
	uint32_t offset = f->sent, len = piece_len(f, offset), total = message_len(f);
	if (!f->clean && total - offset > len && noise_chance(&w->noise, SWAP)) {
		uint32_t ahead = piece_len(f, offset + len);
		send_piece(w, f, offset + len, ahead);
		f->held_due = true;
		f->held = offset;
		f->held_len = len;
		f->when_us += noise_between(&w->noise, 60, 900);
		src->seq += len + ahead;
		f->sent += len + ahead;
		return;
	}
	send_piece(w, f, offset, len);
	src->seq += len;
	f->sent += len;
	if (!f->clean && noise_chance(&w->noise, REPEAT)) {
		f->held_due = true;
		f->held = offset;
		f->held_len = len;
		f->when_us += 200000 + f->rtt_us;
		return;
	}
	segment_done(w, f);
}

/* Returns whether there will be a further packet. */
static bool
open_connection(struct world *w, struct flow *f)
{
	switch (f->phase) {
	case PHASE_SYN:
		if (f->answer == ANSWER_SILENCE && f->step++ > 0)
			f->end[CLIENT].seq--; /* the same SYN again */
		say(w, f, CLIENT, TCP_SYN);
		if (f->answer == ANSWER_SILENCE) {
			f->when_us += 1000000ull << (f->step - 1);
			return f->syn_left-- > 0;
		}
		f->phase = f->answer == ANSWER_RESET ? PHASE_SYN_RESET : PHASE_SYN_ANSWER;
		f->when_us += f->rtt_us;
		return true;
	case PHASE_SYN_RESET:
		f->end[SERVER].seq = 0;
		say(w, f, SERVER, TCP_RST | TCP_ACK);
		return false;
	case PHASE_SYN_ANSWER:
		say(w, f, SERVER, TCP_SYN | TCP_ACK);
		f->phase = PHASE_ESTABLISH;
		f->when_us += noise_between(&w->noise, 20, 200);
		return true;
	default: /* PHASE_ESTABLISH */
		say(w, f, CLIENT, f->answer == ANSWER_HALF ? TCP_RST : TCP_ACK);
		if (f->answer == ANSWER_HALF)
			return false;
		f->phase = PHASE_TALK;
		if (!next_turn(w, f)) {
			f->phase = PHASE_FIN;
			f->turn.delay_us = 1000;
		}
		f->when_us += f->turn.delay_us;
		return true;
	}
}

static bool
close_connection(struct world *w, struct flow *f)
{
	enum side closer = f->closer;
	switch (f->phase) {
	case PHASE_FIN:
		if (f->ending == ENDING_RESET) {
			say(w, f, closer, TCP_RST | TCP_ACK);
			return false;
		}
		say(w, f, closer, TCP_FIN | TCP_ACK);
		f->phase = PHASE_FIN_ANSWER;
		f->when_us += reaction(w, f, !closer);
		return true;
	case PHASE_FIN_ANSWER:
		say(w, f, !closer, TCP_FIN | TCP_ACK);
		f->phase = PHASE_FIN_ACK;
		f->when_us += reaction(w, f, closer);
		return true;
	default: /* PHASE_FIN_ACK */ say(w, f, closer, TCP_ACK); return false;
	}
}

static bool
datagram_step(struct world *w, struct flow *f)
{
	if (f->phase == PHASE_SYN) {
		f->phase = PHASE_TALK;
		if (!next_turn(w, f))
			return false;
	}
	if (f->kind->transport == TRANSPORT_ARP)
		frame_arp(w, f);
	else
		frame_datagram(w, f);
	bool more = next_turn(w, f);
	f->when_us += f->turn.delay_us;
	return more;
}

bool
flow_step(struct world *w, struct flow *f)
{
	if (f->kind->transport != TRANSPORT_TCP)
		return datagram_step(w, f);
	if (f->ack_due) {
		f->ack_due = false;
		f->unacked = 0;
		say(w, f, f->acker, TCP_ACK);
		f->when_us += f->phase != PHASE_TALK || f->sent == 0 ? f->turn.delay_us : f->gap_us;
		return true;
	}
	if (f->phase < PHASE_TALK)
		return open_connection(w, f);
	if (f->phase > PHASE_TALK)
		return close_connection(w, f);
	talk(w, f);
	return true;
}
