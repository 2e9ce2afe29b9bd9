/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/flow_numbers.h - what was counted of a flow, by us or by somebody else's sensor: what a vector is made of.
 *
 * Whoever makes one says which codes it can know (`known`, bit i: all that code i needs is filled in); the others become
 * FLOW_CODE_MISSING. What is not known may hold anything. [0] is of the side that opened the flow, [1] of the other.
 */
#ifndef RECORD_FLOW_NUMBERS_H
#define RECORD_FLOW_NUMBERS_H

#include "record/flow_vector.h"

#include <stdbool.h>
#include <stddef.h>

enum { FLOW_NUMBERS_SIZES = 8, FLOW_NUMBERS_CLASSES = 5 };

struct flow_numbers {
	uint64_t known;
	uint64_t duration_us, silence_us,
	    handshake_us;                            /* last packet - first; longest pause of both sides; SYN to SYN-ACK */
	uint64_t packets[2], bytes[2], payload[2];   /* bytes: of IP packets */
	uint32_t size_max[2], size_min;              /* of an IP packet; min of the opener */
	uint32_t size_classes[FLOW_NUMBERS_CLASSES]; /* packets of <=128, <=256, <=512, <=1024, >1024 bytes */
	uint32_t gap_min_us[2], gap_mean_us[2], gap_deviation_us[2], gap_max_us[2]; /* 0 with fewer than two packets */
	uint32_t syns, rsts, retransmitted[2];                                      /* packets */
	uint8_t tcp_flags[2];
	uint8_t state; /* enum flow_vector_state */
	uint8_t ip_proto;
	uint8_t service; /* flow_vector_service() */
	uint8_t source;  /* enum flow_vector_source */
	uint8_t first_count;
	uint8_t entropy_x31;                     /* of the first payload */
	int16_t first_sizes[FLOW_NUMBERS_SIZES]; /* payload bytes of the first data packets; negative: from the answerer */
	uint16_t tls_suites, tls_name_length;    /* offered; bytes */
	uint8_t tls_certificate;                 /* 1: self-signed, 2: expired */
};

#define FLOW_KNOWN(code) (UINT64_C(1) << (code))
/* All codes from `from` to `to`. */
#define FLOW_KNOWN_RANGE(from, to) ((UINT64_MAX >> (63 - (to))) & (UINT64_MAX << (from)))

/* What one source or another can know. Of one flow it may be less: without a TLS handshake seen, none of FLOW_KNOWN_TLS. */
#define FLOW_KNOWN_TLS FLOW_KNOWN_RANGE(FLOW_CODE_TLS_SUITES, FLOW_CODE_TLS_CERTIFICATE)
/* What needs other flows of the same place: detect/learn/flow_context.h fills it in, whatever the source. */
#define FLOW_KNOWN_CONTEXT                                                             \
	(FLOW_KNOWN(FLOW_CODE_PORT_RARITY) | FLOW_KNOWN(FLOW_CODE_TLS_CLIENT_RARITY) | \
	    FLOW_KNOWN_RANGE(FLOW_CODE_SOURCE_FLOWS, FLOW_CODE_DNS_FAILED))
#define FLOW_KNOWN_PACKETS (FLOW_KNOWN_RANGE(FLOW_CODE_DURATION, FLOW_CODE_TLS_CERTIFICATE) & ~FLOW_KNOWN_CONTEXT)
/* conn.log: bytes and packets of both sides, conn_state, history (only the kinds of its letters, so no counts). */
#define FLOW_KNOWN_ZEEK                                                                                        \
	(FLOW_KNOWN_RANGE(FLOW_CODE_DURATION, FLOW_CODE_PAYLOAD_MEAN_ANSWERER) | FLOW_KNOWN(FLOW_CODE_STATE) | \
	    FLOW_KNOWN_RANGE(FLOW_CODE_IP_PROTOCOL, FLOW_CODE_SERVICE))

/* What does not belong to the flow itself is missing. */
void flow_vector_of_numbers(const struct flow_numbers *numbers, struct flow_vector *out);

/* enum flow_vector_state, of a TCP connection by the flags that each side sent at any time (ORed), as EVE and NetFlow have them;
 * of others by who sent something. */
uint8_t flow_vector_state_of(uint8_t ip_proto, const uint8_t tcp_flags[static 2], const uint64_t packets[static 2]);

/* The class of a service: of what was recognised (enum app_proto), else of the destination port. The numbers never change. */
uint8_t flow_vector_service(uint8_t ip_proto, uint16_t port, uint8_t app);

/* The heart of it: flow_code_log() of 64 numbers at once; the same on every machine. */
void flow_vector_logs(const uint32_t values[static FLOW_CODES], uint8_t codes[static FLOW_CODES]);
/* As that, one after the other: what tests compare with. */
void flow_vector_logs_plainly(const uint32_t values[static FLOW_CODES], uint8_t codes[static FLOW_CODES]);

#endif
