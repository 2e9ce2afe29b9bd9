/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/stream/conversation.h - the TCP state of a connection, as a passive listener can know it.
 *
 * Fed with the header of every packet of a connection it says what each means: the beginning and the
 * end of each side's stream, which payload the receiver would believe (and so belongs to the
 * stream), what is repeated, and what is wrong, by its anomaly's name. It never sees payload.
 *
 * Where the listener may have missed packets it is lenient; where a receiver would surely drop a
 * packet it says so, since a packet that only the listener believes is how it gets deceived
 * (Ptacek and Newsham, 1998). Urgent bytes stay in the stream (RFC 6093 section 2: what most receivers
 * are told to do), so that they hide nothing.
 *
 * Owned by one flow; touched by that flow's worker only.
 */
#ifndef NET_STREAM_CONVERSATION_H
#define NET_STREAM_CONVERSATION_H

#include "net/decode/packet.h"

/* RFC 9293 3.3.2, as the server sees it: what EVE calls tcp.state. */
enum conversation_state {
	CONVERSATION_NONE,
	CONVERSATION_SYN_SENT,
	CONVERSATION_SYN_RECV,
	CONVERSATION_ESTABLISHED,
	CONVERSATION_FIN_WAIT1,
	CONVERSATION_FIN_WAIT2,
	CONVERSATION_CLOSE_WAIT,
	CONVERSATION_CLOSING,
	CONVERSATION_LAST_ACK,
	CONVERSATION_TIME_WAIT,
	CONVERSATION_CLOSED,
};

/* What one side sent; counters stop at their maximum. */
struct conversation_side {
	uint32_t first_seq;                     /* its SYN's, or the one before the first byte seen or acknowledged */
	uint32_t next_seq;                      /* end of the farthest segment it sent, SYN and FIN counted */
	uint32_t acked;                         /* farthest byte of the other side that it acknowledged */
	uint32_t edge;                          /* farthest byte that it allowed the other side to send */
	uint32_t ts_recent;                     /* RFC 7323 4.3, of what it sent */
	uint16_t retransmissions, out_of_order; /* segments; out of order: one that left a hole */
	uint8_t zero_windows, keep_alives;      /* times its window closed; probes it sent */
	uint8_t scale;                          /* of its SYN, 0xff when absent */
	uint8_t flags;                          /* the conversation's own */
};

/* 64 bytes, embedded in the flow; zeroed at birth. */
struct conversation {
	struct conversation_side side[2]; /* 0: the flow's opener */
	uint8_t state;                    /* enum conversation_state */
	uint8_t client;                   /* side that sent the SYN, as far as is known */
	uint8_t flags;                    /* the conversation's own */
	uint8_t unused;
	uint32_t far_seq; /* end of the last segment that was too far ahead: see conversation_look.h */
};
_Static_assert(sizeof(struct conversation) == 64, "a flow embeds one");

enum conversation_fact {
	CONVERSATION_HAS_DATA = 1 << 0,        /* the payload belongs to the stream, from data_seq on */
	CONVERSATION_HAS_START = 1 << 1,       /* the sender's stream begins at start_seq; or begins again there: what
	                                       * lies between was not captured, and is a hole */
	CONVERSATION_NOW_ESTABLISHED = 1 << 2, /* by a handshake, seen at least in part */
	CONVERSATION_NOW_MIDSTREAM = 1 << 3,   /* picked up after its handshake: who opened it is a guess */
	CONVERSATION_NOW_ENDING = 1 << 4,      /* the sender's first FIN: its stream ends after this payload */
	CONVERSATION_NOW_CLOSED = 1 << 5,      /* both sides ended, or reset */
	CONVERSATION_NOW_RESET = 1 << 6,
	CONVERSATION_IS_REUSED = 1 << 7, /* a new connection of the same ports: what was known is forgotten */
	CONVERSATION_IS_RETRANSMISSION = 1 << 8,
	CONVERSATION_IS_OUT_OF_ORDER = 1 << 9,
	CONVERSATION_IS_KEEP_ALIVE = 1 << 10,
	CONVERSATION_IS_URGENT = 1 << 11,
};

enum { CONVERSATION_ANOMALIES_MAX = 4 };

struct conversation_facts {
	uint32_t facts;     /* enum conversation_fact, ORed */
	uint32_t data_seq;  /* of the first byte of payload */
	uint32_t start_seq; /* with HAS_START */
	uint8_t anomaly_count;
	uint8_t anomalies[CONVERSATION_ANOMALIES_MAX]; /* enum anomaly; more add nothing */
};

/* payload_len: bytes there were on the wire. O(1). */
struct conversation_facts
conversation_packet(struct conversation *c, unsigned side, const struct packet_tcp *tcp, uint32_t payload_len);

/* The sides change places: side 0 becomes side 1. Nothing else changes. */
void conversation_turn(struct conversation *c);
/* What was a guess is known now: this side opened the connection. */
void conversation_opened_by(struct conversation *c, unsigned side);

/* How many bytes beyond its next one `side` may send, as the other side's window says; never less than 64 KiB. */
uint32_t conversation_window(const struct conversation *c, unsigned side);
/* Whether the other side acknowledged `side`'s bytes before seq: a hole there will never be filled. */
bool conversation_acknowledged(const struct conversation *c, unsigned side, uint32_t seq);
/* Up to where the other side acknowledged `side`'s bytes. False: it has not yet. */
bool conversation_acked(const struct conversation *c, unsigned side, uint32_t *seq);
/* How many of `side`'s bytes from seq on the other side acknowledged; its FIN is none. */
uint32_t conversation_lost_after(const struct conversation *c, unsigned side, uint32_t seq);
/* Whether `side` sends nothing from seq on: it said FIN there. */
bool conversation_ends_at(const struct conversation *c, unsigned side, uint32_t seq);
bool conversation_one_sided(const struct conversation *c);

/* "syn_sent", "established"...: the words of EVE's tcp.state. */
const char *conversation_state_name(enum conversation_state state);

#endif
