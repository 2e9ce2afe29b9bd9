/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/inspector.h - what inspect.c, reader.c and tcp_reader.c share: one worker's state, and the
 * inspector's part of a flow. Not for other folders.
 */
#ifndef INSPECT_INSPECTOR_H
#define INSPECT_INSPECTOR_H

#include "inspect/inspect.h"
#include "inspect/l7_expect.h"
#include "core/cursor.h"
#include "inspect/content_store.h"
#include "inspect/file_kind.h"
#include "inspect/l7.h"
#include "inspect/state_pools.h"
#include "inspect/viewer.h"
#include "net/stream/conversation.h"
#include "net/stream/reassembly.h"

enum reader_status {
	READER_OFF = 1,          /* nothing more of this flow is read */
	READER_SIDE_DONE = 2,    /* << side: nothing more of this side is read */
	READER_SIDE_NOTHING = 8, /* << side: no parser wants the first bytes of this side */
	READER_SIDE_ENDED = 32,  /* << side: its parser was told that no more comes */
	READER_HAS_MAC = 128,    /* of UDP: READER_SIDE_ENDED is not used */
};

/* In flow->extra: zeroed at birth. */
struct reader {
	struct conversation tcp;
	struct reassembly stream[2];
	uint32_t state;        /* handle of the parser's state; 0: none yet, else handle + 1 */
	uint8_t parser;        /* index in the protocol's table + 1; 0: not known yet */
	uint8_t app;           /* enum app_proto */
	uint8_t status;        /* enum reader_status */
	bool open_told;        /* an observation said that a request is open */
	uint8_t skip_gib[2];   /* whole GiB of a body that still follow, beyond what the stream already skips */
	uint8_t alerted : 1;   /* an alert of a rule concerned the flow */
	uint8_t encrypted : 1; /* what is still to come can be read by none but its ends */
	uint8_t far_sides : 2; /* 1 << side: some of its bytes came far beyond a hole, REGION_GAP in tcp_reader.c */
	bool went_tls;         /* the protocol that `app` names handed over to TLS */
	union {
		uint32_t kept;       /* UDP: of a state that was given back, see l7_parser.reduce */
		uint32_t read_to[2]; /* TCP, where only what is acknowledged is read: so far, as sequence numbers */
	};
	uint8_t mac[2][6]; /* of the opener and of the answerer */
};
_Static_assert(sizeof(struct reader) <= FLOW_EXTRA_MAX, "the inspector's part of a flow");

struct inspector {
	struct inspect_options options;
	struct sink *sink;
	struct decoder *decoder;
	struct flow_table *flows;
	struct stream_budget *streams;
	struct state_pools states;
	struct l7_expect *expect;
	struct content_store *contents;         /* NULL: nobody wants them */
	struct l7_http_body_store *http_bodies; /* the same */
	bool reads_acked;                       /* bytes wait until their receiver has acknowledged them */
	bool leaves_midstream;                  /* connections whose opening was not seen are not read */
	bool believes_one_side;                 /* of one side alone, what came before counts as acknowledged */
	struct file_kind *kinds;                /* NULL: nobody asks, or they could not be read */
	uint8_t *scratch;
	uint8_t wanted;  /* parser that reader_wants() found for this packet, as reader.parser; 0: not asked */
	uint64_t number; /* of the packet being looked at, or of the moment flows end */
	int64_t now_ns;
	struct inspect_counters counters;
	uint8_t packet_side;        /* enum flow_side: who sent the segment that is being read */
	uint32_t largest;           /* bytes of a frame */
	const struct flow *reading; /* the flow whose TCP segment is being read; NULL: none */
	bool was_established;       /* that flow, before this segment */
	struct view_flow view_flow; /* of the flow at hand, when there is a viewer */
	size_t seen_anomaly_count;  /* of the packet at hand, that its stream gave */
	uint8_t seen_anomalies[4];
	bool payload_in_stream; /* of the packet at hand: its payload belongs to a stream that is put in order */
};

static inline struct reader *
reader_of(struct flow *flow)
{
	return (struct reader *)(void *)flow->extra;
}

/* The flow as parsers and events see it. */
struct l7_flow reader_flow(const struct inspector *in, struct flow *flow);

/* reader.c: one datagram, or contiguous stream bytes. Returns how many bytes are finished with; `skip` bytes after
 * them nobody reads. */
struct reader_use {
	size_t used;
	uint64_t skip;
	bool wake; /* the other side may use what it left, before more of this side is read */
};
struct reader_use reader_feed(struct inspector *in, struct flow *flow, enum flow_side side, struct bytes data, bool end);
void reader_datagram(struct inspector *in, struct flow *flow, enum flow_side side, struct bytes data);
/* True when some parser wants these first bytes: the flow deserves more than a seed. */
bool reader_wants(struct inspector *in, const struct packet *packet);
/* Of a first datagram that reader_wants(): whether its sender is the server. */
bool reader_is_answer(const struct inspector *in, const struct packet *packet);
/* Who sent these first bytes, which no parser has yet, as the first parser that knows them says. */
enum l7_sender reader_sender_of(struct inspector *in, struct flow *flow, struct bytes first);
/* `lost` bytes of a side never come. */
void reader_gap(struct inspector *in, struct flow *flow, enum flow_side side, uint64_t lost);
/* enum observed_request, for an observation that is being said. */
uint8_t reader_request_incomplete(const struct inspector *in, struct flow *flow);
/* The flow is over: the parser says what is unfinished, and its state is given back. */
void reader_finish(struct inspector *in, struct flow *flow);

/* tcp_reader.c */
void tcp_reader_packet(struct inspector *in, struct flow *flow, enum flow_side side, const struct packet *packet);
/* A seed became a flow: what its first packet says to the conversation. */
void tcp_reader_replay(const struct inspector *in, struct flow *flow, uint32_t first_seq, enum flow_side next_side,
    const struct packet_tcp *next);
/* The flow is over: what is held is read as far as it goes. */
void tcp_reader_finish(struct inspector *in, struct flow *flow);
void tcp_reader_release(struct inspector *in, struct flow *flow);

/* inspect_view.c: what rules are shown. Each does nothing when nobody looks. */
void inspect_view_flow(struct inspector *in, struct flow *flow);
void inspect_view_packet(struct inspector *in, const struct packet *packet, struct flow *flow, enum flow_side side);
/* What rules need to know before it is read. */
void inspect_view_comes(struct inspector *in, const struct packet *packet, struct flow *flow, enum flow_side side);
void inspect_view_stream(struct inspector *in, struct flow *flow, enum flow_side side, struct bytes fresh);
/* What was shown of this side is looked at again: its protocol has become known. */
void inspect_view_stream_again(struct inspector *in, struct flow *flow, enum flow_side side);
void inspect_view_gap(struct inspector *in, struct flow *flow, enum flow_side side, uint64_t lost);

/* inspect.c, as events: bytes of a side's stream will never come. The source of the event is who sent them; without a packet that shows it,
 * the flow is over. */
void inspect_gap(struct inspector *in, struct flow *flow, enum flow_side side, bool by_packet);
/* An anomaly of a packet or stream. */
void inspect_anomaly(struct inspector *in, const struct packet *packet, struct flow *flow, unsigned anomaly);

#endif
