/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/flow_vector.h - what a model reads of a flow: 64 codes of one byte each, one cache line.
 *
 * Codes are fixed: no statistics of a training set enter them, so that a flow has the same vector on every machine and from
 * every source that saw the same packets. 0..254 are values; 255 means "this source cannot know it". Never part of it:
 * addresses, source ports, absolute time, sequence numbers, names.
 */
#ifndef RECORD_FLOW_VECTOR_H
#define RECORD_FLOW_VECTOR_H

#include <stdint.h>
#include <string.h>

enum { FLOW_CODES = 64, FLOW_CODE_MISSING = 255, FLOW_CODE_MAX = 254, FLOW_VECTOR_VERSION = 1 };

/* Which byte is what; the numbers are part of the format of models and records, and never change. */
enum flow_code {
	FLOW_CODE_DURATION, /* us, log */
	FLOW_CODE_PACKETS_OPENER,
	FLOW_CODE_PACKETS_ANSWERER, /* log */
	FLOW_CODE_BYTES_OPENER,
	FLOW_CODE_BYTES_ANSWERER, /* of IP packets, log */
	FLOW_CODE_PAYLOAD_OPENER,
	FLOW_CODE_PAYLOAD_ANSWERER, /* bytes, log */
	FLOW_CODE_ASYMMETRY,        /* signed log2(answerer's bytes / opener's) */
	FLOW_CODE_PAYLOAD_MEAN_OPENER,
	FLOW_CODE_PAYLOAD_MEAN_ANSWERER, /* bytes per packet, log */
	FLOW_CODE_SIZE_MAX_OPENER,
	FLOW_CODE_SIZE_MAX_ANSWERER,
	FLOW_CODE_SIZE_MIN_OPENER, /* bytes of an IP packet, log */
	FLOW_CODE_SIZES_128,
	FLOW_CODE_SIZES_256,
	FLOW_CODE_SIZES_512,
	FLOW_CODE_SIZES_1024,
	FLOW_CODE_SIZES_MORE, /* shares of packets */
	FLOW_CODE_GAP_MIN_OPENER,
	FLOW_CODE_GAP_MEAN_OPENER,
	FLOW_CODE_GAP_DEVIATION_OPENER,
	FLOW_CODE_GAP_MAX_OPENER, /* us, log */
	FLOW_CODE_GAP_MIN_ANSWERER,
	FLOW_CODE_GAP_MEAN_ANSWERER,
	FLOW_CODE_GAP_DEVIATION_ANSWERER,
	FLOW_CODE_GAP_MAX_ANSWERER,
	FLOW_CODE_SILENCE, /* longest gap / duration, share */
	FLOW_CODE_TCP_FLAGS_OPENER,
	FLOW_CODE_TCP_FLAGS_ANSWERER, /* all seen, ORed; 0xff becomes 0xfe */
	FLOW_CODE_STATE,              /* enum flow_vector_state */
	FLOW_CODE_SYN_COUNT,
	FLOW_CODE_RST_COUNT, /* log */
	FLOW_CODE_RETRANSMITTED_OPENER,
	FLOW_CODE_RETRANSMITTED_ANSWERER, /* packets, log */
	FLOW_CODE_HANDSHAKE,              /* SYN to SYN-ACK, us, log */
	FLOW_CODE_IP_PROTOCOL,            /* raw */
	FLOW_CODE_SERVICE,                /* class of the service (table in flow_vector_service) */
	FLOW_CODE_PORT_RARITY,            /* log of the count of the destination port at this site */
	FLOW_CODE_FIRST_SIZE_1,
	FLOW_CODE_FIRST_SIZE_2,
	FLOW_CODE_FIRST_SIZE_3,
	FLOW_CODE_FIRST_SIZE_4,
	FLOW_CODE_FIRST_SIZE_5,
	FLOW_CODE_FIRST_SIZE_6,
	FLOW_CODE_FIRST_SIZE_7,
	FLOW_CODE_FIRST_SIZE_8, /* payload of the first data packets, signed log, negative: answerer */
	FLOW_CODE_ENTROPY,      /* of the first 256 payload bytes, bits per byte x 31 */
	FLOW_CODE_TLS_CLIENT_RARITY,
	FLOW_CODE_TLS_SUITES,
	FLOW_CODE_TLS_NAME_LENGTH,
	FLOW_CODE_TLS_CERTIFICATE, /* log, log, log, bits: 1 self-signed, 2 expired */
	FLOW_CODE_SOURCE_FLOWS,
	FLOW_CODE_SERVICE_FLOWS, /* new in 60 s: of the source; towards this destination's service; log */
	FLOW_CODE_SOURCE_DESTINATIONS,
	FLOW_CODE_SOURCE_PORTS,    /* distinct in 60 s, log */
	FLOW_CODE_SOURCE_FAILED,   /* share of failed connections of the source in 60 s */
	FLOW_CODE_SOURCE_UPLOAD,   /* bytes in 10 min, log */
	FLOW_CODE_SERVICE_SOURCES, /* distinct in 60 s, log */
	FLOW_CODE_REGULARITY,      /* of this source, destination and port: deviation / mean of gaps between starts, share */
	FLOW_CODE_PAIR_SEEN,       /* times before, log */
	FLOW_CODE_SERVICE_NEW,     /* 0, or 254: first time that this source uses this class of service */
	FLOW_CODE_HOUR_HABIT,      /* site models only: never read by a model that ships */
	FLOW_CODE_DNS_FAILED,      /* share of failed DNS answers of the source in 10 min */
	FLOW_CODE_RECORD,          /* version << 4 | enum flow_vector_source */
};
_Static_assert(FLOW_CODE_RECORD == FLOW_CODES - 1, "one cache line");

enum flow_vector_source {
	FLOW_VECTOR_PACKETS,
	FLOW_VECTOR_ZEEK,
	FLOW_VECTOR_NETFLOW,
	FLOW_VECTOR_EVE,
	FLOW_VECTOR_ARGUS,
	FLOW_VECTOR_TABLE
};

/* When a flow is looked at: early, so that an attack is told while it lasts, and at its end. */
enum flow_vector_moment {
	FLOW_VECTOR_AT_END,
	FLOW_VECTOR_AT_8,  /* data packets */
	FLOW_VECTOR_AT_60, /* seconds */
};

/* How far a connection came: the states of Zeek's conn_state, which every source can be brought to. */
enum flow_vector_state {
	FLOW_VECTOR_OTHER,
	FLOW_VECTOR_S0,
	FLOW_VECTOR_S1,
	FLOW_VECTOR_SF,
	FLOW_VECTOR_REJ,
	FLOW_VECTOR_S2,
	FLOW_VECTOR_S3,
	FLOW_VECTOR_RSTO,
	FLOW_VECTOR_RSTR,
	FLOW_VECTOR_RSTOS0,
	FLOW_VECTOR_RSTRH,
	FLOW_VECTOR_SH,
	FLOW_VECTOR_SHR,
};

struct flow_vector {
	_Alignas(64) uint8_t code[FLOW_CODES];
};

/* Eight steps per octave: 0 for 0, else 1 + 8 x exponent + the three top bits of the mantissa; at most FLOW_CODE_MAX. */
static inline uint8_t
flow_code_log(uint64_t value)
{
	if (value == 0)
		return 0;
	unsigned exponent = 63u - (unsigned)__builtin_clzll(value);
	unsigned steps = exponent >= 3 ? (unsigned)(value >> (exponent - 3)) & 7u : (unsigned)(value << (3 - exponent)) & 7u;
	unsigned code = 1 + exponent * 8 + steps;
	return (uint8_t)(code < FLOW_CODE_MAX ? code : FLOW_CODE_MAX);
}

/* 0..254 for 0..1; 0 of nothing. */
static inline uint8_t
flow_code_share(uint64_t part, uint64_t total)
{
	return total == 0 ? 0 : part >= total ? FLOW_CODE_MAX : (uint8_t)((double)part * FLOW_CODE_MAX / (double)total);
}

/* 127 for 0; four steps per octave of |value|, up or down: 1..253. */
static inline uint8_t
flow_code_signed_log(int64_t value)
{
	uint64_t size = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
	unsigned steps = (flow_code_log(size) + 1u) / 2u;
	if (steps > 126)
		steps = 126;
	return (uint8_t)(value < 0 ? 127 - steps : 127 + steps);
}

#endif
