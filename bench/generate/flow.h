/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* flow.h - one conversation, and how it becomes packets.
 *
 * A kind of traffic is a function that says the next message (a turn); the flow cuts it
 * into segments, acknowledges them, sometimes repeats or swaps two of them, and opens and
 * closes the connection. Each step writes one packet and says when the next one is due.
 */
#ifndef BENCH_FLOW_H
#define BENCH_FLOW_H

#include "paper.h"
#include "pcap_out.h"

enum side { CLIENT, SERVER };
enum transport { TRANSPORT_TCP, TRANSPORT_UDP, TRANSPORT_ICMP, TRANSPORT_ARP };

/* what a message continues with after its head */
enum body { BODY_NOISE, BODY_TEXT, BODY_BASE64, BODY_TLS };
enum { BODY_BLOCK = 13440 * 78 /* whole lines of base64 */, TLS_RECORD = 16384, TLS_RECORD_HEADER = 5 };

enum answer { ANSWER_YES, ANSWER_RESET, ANSWER_SILENCE, ANSWER_HALF /* SYN, SYN+ACK, RST */ };
enum ending { ENDING_FIN, ENDING_RESET };

struct turn {
	enum side from;
	enum body body;
	uint32_t delay_us; /* since the previous message */
	uint32_t body_len;
	uint32_t body_at; /* where in the block of its kind */
};

struct world;
struct flow;

struct kind_count {
	uint64_t flows, packets, bytes;
};

struct kind {
	const char *name;
	enum transport transport;
	void (*start)(struct world *w, struct flow *f);
	/* Writes the head into f->head (emptied before) and the rest into f->turn; false: nothing more to say. */
	bool (*next)(struct world *w, struct flow *f);
};

struct host {
	uint8_t mac[6];
	uint8_t v4[4];
	uint8_t v6[16];
};

struct end {
	struct host host;
	uint16_t port;
	uint16_t window;
	uint16_t ip_id;
	uint8_t ttl;
	uint32_t seq;
	uint32_t clock_ms; /* offset of its TCP timestamps */
	uint32_t clock_seen;
};

struct flow {
	uint64_t when_us;
	const struct kind *kind;
	struct kind_count *count;
	struct paper *head;
	struct turn turn;
	struct end end[2];
	uint32_t id;
	uint32_t rtt_us;
	uint32_t gap_us; /* between two segments of one message */
	uint32_t site;
	uint32_t word; /* whatever the kind wants to remember */
	uint32_t sent; /* of the present message */
	uint32_t held; /* offset and length of the segment that is due (again) */
	uint32_t held_len;
	uint16_t step;
	uint16_t turns_left;
	uint16_t mss; /* bytes of data in a full segment */
	uint8_t variant;
	uint8_t phase;
	uint8_t unacked;
	uint8_t syn_left; /* more SYN to send when nobody answers */
	enum answer answer;
	enum ending ending;
	enum side acker;
	enum side closer;
	bool v6, timestamps, ack_due, held_due;
	bool talked;   /* the kind said something already */
	bool ack_each; /* no delayed acknowledgements */
	bool clean;    /* nothing lost or swapped, SYN with the shortest options */
};

struct world {
	struct noise noise;
	struct pcap_out out;
	uint64_t start_us, end_us; /* of the capture */
	uint32_t flows;
	int error; /* of writing: 0 or a negative errno */
	uint8_t *blocks[3];
	uint16_t *next_port; /* of each client */
};

void flow_blocks(struct world *w);
bool flow_step(struct world *w, struct flow *f);

#endif
