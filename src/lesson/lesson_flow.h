/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_flow.h - flows as sensors of several kinds tell them: one list of fields, of which each kind fills what it knows.
 *
 * What they have becomes struct flow_numbers, and that the same codes that our own sensor computes (record/flow_numbers.h).
 */
#ifndef LESSON_LESSON_FLOW_H
#define LESSON_LESSON_FLOW_H

#include "core/addr.h"
#include "lesson/lesson_state.h"
#include "record/flow_numbers.h"

/* Fields of every mapping of flows, by the same numbers; a mapping leaves out names that its source has not. */
enum lesson_flow_field {
	FLOW_FIELD_LABEL,
	FLOW_FIELD_FAMILY,
	FLOW_FIELD_START,
	FLOW_FIELD_END,
	FLOW_FIELD_SOURCE,
	FLOW_FIELD_SOURCE_PORT,
	FLOW_FIELD_TARGET,
	FLOW_FIELD_TARGET_PORT,
	FLOW_FIELD_PROTOCOL,
	FLOW_FIELD_SERVICE,
	FLOW_FIELD_STATE,
	FLOW_FIELD_DIRECTION,
	FLOW_FIELD_KIND, /* of event */
	FLOW_FIELD_FLAGS_SENT,
	FLOW_FIELD_FLAGS_RECEIVED,
	/* numbers, in the unit of struct flow_numbers after the field's scale */
	FLOW_FIELD_DURATION,
	FLOW_FIELD_DURATION_MS, /* becomes the one before */
	FLOW_FIELD_SILENCE,
	FLOW_FIELD_PACKETS_SENT,
	FLOW_FIELD_PACKETS_RECEIVED,
	FLOW_FIELD_PACKETS_BOTH,
	FLOW_FIELD_BYTES_SENT,
	FLOW_FIELD_BYTES_RECEIVED,
	FLOW_FIELD_FRAMES_SENT, /* bytes with the Ethernet header */
	FLOW_FIELD_FRAMES_RECEIVED,
	FLOW_FIELD_FRAMES_BOTH,
	FLOW_FIELD_PAYLOAD_SENT,
	FLOW_FIELD_PAYLOAD_RECEIVED,
	FLOW_FIELD_SIZE_MAX_SENT,
	FLOW_FIELD_SIZE_MAX_RECEIVED,
	FLOW_FIELD_SIZE_MIN_SENT,
	FLOW_FIELD_CLASS_128,
	FLOW_FIELD_CLASS_256,
	FLOW_FIELD_CLASS_512,
	FLOW_FIELD_CLASS_1024,
	FLOW_FIELD_CLASS_MORE,
	FLOW_FIELD_GAP_MIN_SENT,
	FLOW_FIELD_GAP_MEAN_SENT,
	FLOW_FIELD_GAP_DEVIATION_SENT,
	FLOW_FIELD_GAP_MAX_SENT,
	FLOW_FIELD_GAP_MIN_RECEIVED,
	FLOW_FIELD_GAP_MEAN_RECEIVED,
	FLOW_FIELD_GAP_DEVIATION_RECEIVED,
	FLOW_FIELD_GAP_MAX_RECEIVED,
	FLOW_FIELD_SYNS,
	FLOW_FIELD_RSTS,
	FLOW_FIELD_RETRANSMITTED_SENT,
	FLOW_FIELD_RETRANSMITTED_RECEIVED,
	FLOW_FIELD_ENTROPY, /* bits per byte */
	FLOW_FIELD_FIRST_1, /* payload bytes of the first data packets, negative: received */
	FLOW_FIELD_FIRST_8 = FLOW_FIELD_FIRST_1 + FLOW_NUMBERS_SIZES - 1,
	FLOW_FIELDS
};
_Static_assert(FLOW_FIELDS <= 64, "one bit each");

#define LESSON_FLOW_GAPS \
	(((UINT64_C(1) << (FLOW_FIELD_GAP_MAX_RECEIVED + 1)) - 1) & ~((UINT64_C(1) << FLOW_FIELD_GAP_MIN_SENT) - 1))
#define FLOW_HAS(field) (UINT64_C(1) << (FLOW_FIELD_##field))

/* Who spoke with whom, when: what codes that depend on other flows are made of. Kept beside the row, never in it. */
struct lesson_ends {
	struct addr source, target;
	int64_t start_ns, end_ns;
	uint64_t upload_bytes; /* of the source */
	uint16_t source_port, target_port;
	uint8_t ip_proto, app;
	bool known; /* both addresses and the time */
};

struct lesson_flow {
	uint64_t has; /* bit i: field i is there */
	double number[FLOW_FIELDS];
	struct flow_numbers n; /* n.known is found by `has` */
	struct lesson_ends ends;
	bool has_protocol, has_service, has_flags[2], has_state;
};

/* Reads all fields; what the source's own words mean (state, service, flags) is left to its mapping. 0, or -EINVAL (told). */
MUST_USE int lesson_flow_read(struct lesson *lesson, const struct lesson_values *v, struct lesson_flow *out);
/* The codes of what was read, and the row's time and machine. 0, or -ENOMEM. */
MUST_USE int lesson_flow_finish(struct lesson *lesson, const struct lesson_flow *flow, struct learn_row *out);
/* Source and target change places. */
void lesson_flow_turn(struct lesson_flow *flow);
/* "FSPA", ".AP.SF", "UAPRSF": the flags by their letters. */
uint8_t lesson_flow_flags(struct bytes letters);

#endif
