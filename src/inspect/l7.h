/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7.h - how a flow meets the parser of its protocol.
 *
 * One table (inspect/l7_table.c) lists what the program understands. For each entry, one folder of
 * functions here (inspect/l7_dns.c ...) calls the pure parser in proto/, keeps a small state per
 * flow, and says what it saw: EVE events and observations, through the sink.
 *
 * The caller (inspect/inspect.c) owns the bytes, the state and the budget. A step never
 * allocates; it is called with all contiguous bytes not yet used, one side at a time.
 */
#ifndef INSPECT_L7_H
#define INSPECT_L7_H

#include "core/addr.h"
#include "core/bytes.h"
#include "core/json.h"
#include "record/observation.h"

enum {
	L7_STATE_MAX = 32768,     /* bytes of state a protocol may keep per flow: most need a tenth of it */
	L7_WAITING_MAX = 65536,   /* bytes of one side that may wait for the end of a message */
	L7_SCRATCH_SIZE = 131072, /* bytes of scratch memory, one per worker, valid during one call */
};

enum l7_side { L7_CLIENT, L7_SERVER }; /* who sent the bytes; the client opened the flow */

enum l7_guess { L7_NO, L7_MAYBE /* more bytes would tell */, L7_YES };

/* Who sends such bytes, where the guess does not depend on the side. */
enum l7_sender { L7_BY_EITHER, L7_BY_CLIENT, L7_BY_SERVER };

/* The flow as a parser's glue may know it: constant during one call. */
struct l7_flow {
	uint64_t flow_id;
	uint64_t packet_number; /* of the packet being looked at */
	int64_t time_ns;        /* of that packet */
	int64_t start_ns;
	struct addr client, server;
	uint16_t client_port, server_port;
	uint8_t ip_proto, ip_version;
	bool midstream;
	enum app_proto before; /* the protocol that handed over to TLS; APP_UNKNOWN: none did */
	uint8_t client_mac[6], server_mac[6];
	bool has_mac;
	uint8_t vlan_count;
	uint16_t vlan[3];
	enum l7_sender
	    packet_by; /* who sent the packet, where events of bytes go by it; L7_BY_EITHER: by who sent the bytes */
};

struct l7_input {
	enum l7_side side;
	bool end;          /* this side sends no more: what is incomplete stays so */
	struct bytes data; /* TCP: contiguous bytes not yet used; UDP: one datagram */
	const struct l7_flow *flow;
	uint8_t *scratch; /* L7_SCRATCH_SIZE bytes of the caller, content undefined */
};

enum l7_verdict {
	L7_MORE,      /* go on: call again with what follows `used` and `skip` */
	L7_SIDE_DONE, /* nothing more from this side interests */
	L7_DONE,      /* nothing more of this flow interests: stop putting its bytes in order */
	L7_BROKEN,    /* not understood from here on; an anomaly was emitted where one applies */
	L7_TLS,       /* what follows `used` is TLS, and so is what the other side has not had read yet */
};

struct l7_step {
	size_t used;   /* bytes of data that are finished with; 0 and L7_MORE means: wait for more */
	uint64_t skip; /* bytes after those that nobody reads (a body): lost ones do no harm */
	enum l7_verdict verdict;
	bool wake; /* the other side may have left bytes unused that it can use now: they come before what follows here */
};

struct sink; /* inspect/sink.h */

struct l7_parser {
	enum app_proto app;
	bool tcp, udp;
	size_t state_size; /* <= L7_STATE_MAX; zeroed before the first step */
	/* By content only. `data` is the first bytes of one side. The table's order decides between two L7_YES.
	 * A guess must be specific enough not to take another protocol's bytes. */
	enum l7_guess (*guess)(const struct l7_input *in);
	struct l7_step (*step)(void *state, const struct l7_input *in, struct sink *sink);
	/* `lost` bytes of a side will never come. May be NULL: the side is then done. True to go on after the gap. */
	bool (*gap)(void *state, enum l7_side side, uint64_t lost);
	/* The flow is over: say what is unfinished (a request without response, a query without answer). May be NULL. */
	void (*finish)(void *state, const struct l7_flow *flow, struct sink *sink);
	/* For observed_flow.request_incomplete; may be NULL. */
	bool (*incomplete)(const void *state);
	/* Of UDP: true when nothing is pending, so that the state is no more than the number *kept; it is then given back,
	 * and made again by resume() for the next datagram. finish() is not called without a state. May be NULL. */
	bool (*reduce)(const void *state, uint32_t *kept);
	void (*resume)(void *state, uint32_t kept);
	/* For a connection whose opening was not seen, and for a first datagram: who sent these bytes, to which guess() said yes.
	 * NULL when guess() itself knows the sides apart, or nothing tells. */
	enum l7_sender (*sender)(struct bytes data);
};

#endif
