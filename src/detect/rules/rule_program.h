/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_program.h - a set of rules made ready to run: which buffers are searched for which bytes at once, and which tests
 * follow for each rule whose bytes were found. Read-only once made: all workers share it.
 *
 * All rules that look into the same view of the same side have one Hyperscan database, with one content of each: the one its
 * author named, or the longest. A rule without such a content is tried each time its buffer or packet comes.
 */
#ifndef DETECT_RULES_RULE_PROGRAM_H
#define DETECT_RULES_RULE_PROGRAM_H

#include "core/diag.h"
#include "detect/rules/rule_addresses.h"
#include "detect/rules/rule_eval.h"
#include "detect/rules/rule_search.h"
#include "detect/rules/rule_set.h"
#include "detect/rules/rule_short.h"

/* So many bytes of a content are searched for; what else it has is tested after. */
enum { RULE_FAST_MAX = 32, RULE_PAYLOAD_SLOTS = 1 << 13, RULE_PORT_HIGH = 1024 };

enum rule_kind {
	RULE_ON_PACKET, /* headers, events of the decoder and of streams, payload of datagrams */
	RULE_ON_STREAM, /* bytes of a TCP stream */
	RULE_ON_TRANSACTION,
	RULE_ON_EVENT, /* of a protocol */
};

/* The tests of one buffer of a rule. */
struct rule_part {
	const struct rule_buffer *buffer;
	const struct rule_step *steps;
	uint16_t count;
	bool has_absent; /* the buffer must, or may, not be there */
	bool must_be_absent;
};

struct rule_signature {
	const struct rule *rule;
	uint8_t kind;
	uint8_t sides; /* VIEW_FROM_CLIENT, VIEW_FROM_SERVER: who sends what it looks at */
	uint8_t part_count;
	uint16_t step_count; /* of all parts */
	bool is_of_ends;     /* nothing but addresses, protocol and bits is asked: once for each direction of a flow */
	bool on_packets_too; /* of streams: places are given, which may be meant in a packet */
	bool has_fast;       /* it waits until its bytes are found */
	bool is_of_app;      /* in payloads of its protocol alone: RULE_PLACE_APP */
	bool parts_depend;   /* a part reads what another found: they are tried together */
	const struct rule_part *parts;
	const uint16_t *bit_names; /* of each name of each of its bits, in their order: what rule_program interned */
};

/* Which packets and streams a search of payloads is for: most rules are of one port or one protocol, and are not searched for elsewhere. */
enum rule_place_kind {
	RULE_PLACE_ANY,
	RULE_PLACE_HIGH,   /* neither port is below RULE_PORT_HIGH */
	RULE_PLACE_TARGET, /* sent to the port `number` */
	RULE_PLACE_SOURCE, /* sent from it */
	RULE_PLACE_APP,    /* of the protocol whose name has this number; may have those of RULE_PLACE_ANY too */
	RULE_PLACES,
};

/* What is searched at once. */
struct rule_group {
	const struct rule_buffer *buffer; /* its view and transforms */
	uint8_t side;                     /* one of VIEW_FROM_CLIENT, VIEW_FROM_SERVER */
	uint8_t kind;                     /* enum rule_kind; of packets and streams: */
	uint8_t ip_proto;                 /* 6, 17, 0 for all others */
	uint8_t place;                    /* enum rule_place_kind; of payloads: */
	uint16_t number;
	bool has_any; /* the rules of RULE_PLACE_ANY are in it too */
	struct rule_patterns patterns;
	hs_database_t *database;
	struct rule_short in_short; /* the same of a few bytes */
	const uint32_t *first;      /* of each pattern, into signatures; and where the last one ends */
	const uint32_t *signatures;
};

struct rule_list {
	uint32_t count;
	uint32_t *signatures;
};

/* A rule that no bytes announce, with what is cheap to ask first. */
struct rule_watch {
	uint32_t signature;
	uint16_t low, high; /* the port it is sent to */
	bool needs_memory;  /* something must be remembered of the flow */
	bool to_v4;         /* to one of these addresses: */
	uint32_t v4_low, v4_high;
};

struct rule_watches {
	uint32_t count;
	struct rule_watch *all;
};

/* The ports that a rule may mean, as they are sent: from the lowest to the highest. */
struct rule_reached {
	uint16_t source_low, source_high, target_low, target_high;
};

struct rule_program {
	struct arena arena, plan; /* plan: what is needed until there are databases */
	size_t signature_count;
	struct rule_signature
	    *signatures; /* in the order in which they are tried: pass first, setters of bits before their readers */
	struct rule_reached *reached; /* by signature */
	size_t group_count;
	struct rule_group *groups;
	/* Groups by view and side, and by kind for payloads. */
	struct rule_list groups_of_view[VIEWS][2];
	struct rule_list changed_payload[2];        /* groups of payloads with transforms */
	uint16_t payload_slots[RULE_PAYLOAD_SLOTS]; /* of payloads, by place: open addressing, group + 1 */
	struct rule_watches always_tcp[256], always_udp, always_other; /* of TCP by flags */
	struct rule_list ends_any, on_anomaly;      /* of the first packet of a side; of one with which something is wrong */
	struct rule_addresses by_source, by_target; /* of the first packet of a side */
	struct rule_list always_stream[2], always_view[VIEWS][2], events;
	uint8_t view_uses[VIEWS][2]; /* enum rule_view_use, of transactions, by side */
	bool has_headers;            /* a rule looks into headers of packets */
	struct rule_list unsearched; /* what they look for could not be searched: they are never tried */
	size_t name_count;           /* of bits: */
	struct bytes *names;
	struct rule_list pass_packet; /* those of packets that pass */
	struct rule_list absent[2];   /* by side: something must not be there, which only the end of it shows */
	bool has_pass, has_streams, has_two_sided;
	bool in_company[VIEWS]; /* of transactions: a rule looks into it and into something else */
	size_t memory_bytes;
	struct rule_pcre_code **codes;
	size_t code_count;
};

/* What a buffer that is shown is looked at for. */
enum rule_view_use { RULE_VIEW_SEARCHED = 1, RULE_VIEW_CHANGED = 2 /* searched after transforms */, RULE_VIEW_ALWAYS = 4 };

enum rule_program_use {
	RULE_PROGRAM_TO_RUN,
	RULE_PROGRAM_TO_SEARCH, /* only what is searched for: no expression is compiled, nothing can be run */
};

/* Where databases come from: 0; -ENOENT: there is none, the rules of these patterns are left out; another negative errno ends it. */
struct rule_search_source {
	int (*make)(void *context, const struct rule_patterns *patterns, struct rule_search *out, struct diag *diag);
	void *context;
};

/* Buffers whose bytes are mostly the same are searched as one. */
static inline enum view
rule_program_searched_as(enum view view)
{
	switch ((unsigned)view) {
	case VIEW_HTTP_RESPONSE_BODY: return VIEW_FILE_DATA;
	case VIEW_HTTP_URI_RAW: return VIEW_HTTP_URI;
	case VIEW_HTTP_HEADER_RAW: return VIEW_HTTP_HEADER;
	case VIEW_HTTP_HOST_RAW: return VIEW_HTTP_HOST;
	default: return view;
	}
}

/* Borrows the set, which must outlive it: all but the databases. 0, -ENOMEM, or -ENOSYS where the processor is too old. */
MUST_USE int
rule_program_plan(struct rule_set *set, enum rule_program_use use, struct rule_program **out, struct diag *diag);
/* The databases of what was planned. NULL: compiled here. */
MUST_USE int rule_program_search(struct rule_program *program, const struct rule_search_source *source, struct diag *diag);
/* Both at once. */
MUST_USE int rule_program_make(struct rule_set *set, struct rule_program **out, struct diag *diag);
void rule_program_free(struct rule_program *program);

#endif
