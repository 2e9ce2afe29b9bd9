/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Flow events of EVE JSON: Suricata's, and ours, which tell more with `watch --features`. */
#include "lesson/lesson_source.h"

#include "arrival/arrival_flow.h"
#include "core/text.h"
#include "lesson/lesson_flow.h"
#include "lesson/lesson_number.h"

enum { PROTO_TCP = 6 };

#define NUMBER(names)                                                         \
	{                                                                     \
		.names_cstr = (names), .kind = LESSON_FIELD, .optional = true \
	}

static const struct lesson_field fields[FLOW_FIELDS] = {
    [FLOW_FIELD_LABEL] = {.names_cstr = "label", .kind = LESSON_LABEL, .optional = true},
    [FLOW_FIELD_FAMILY] = {.names_cstr = "family", .kind = LESSON_FAMILY, .optional = true},
    [FLOW_FIELD_START] = NUMBER("flow.start"),
    [FLOW_FIELD_END] = NUMBER("flow.end"),
    [FLOW_FIELD_SOURCE] = NUMBER("src_ip"),
    [FLOW_FIELD_SOURCE_PORT] = NUMBER("src_port"),
    [FLOW_FIELD_TARGET] = NUMBER("dest_ip"),
    [FLOW_FIELD_TARGET_PORT] = NUMBER("dest_port"),
    [FLOW_FIELD_PROTOCOL] = NUMBER("proto"),
    [FLOW_FIELD_SERVICE] = NUMBER("app_proto"),
    [FLOW_FIELD_KIND] = NUMBER("event_type"),
    [FLOW_FIELD_FLAGS_SENT] = NUMBER("tcp.tcp_flags_ts"),
    [FLOW_FIELD_FLAGS_RECEIVED] = NUMBER("tcp.tcp_flags_tc"),
    [FLOW_FIELD_DURATION] = NUMBER("features.duration_us"),
    [FLOW_FIELD_PACKETS_SENT] = NUMBER("flow.pkts_toserver"),
    [FLOW_FIELD_PACKETS_RECEIVED] = NUMBER("flow.pkts_toclient"),
    [FLOW_FIELD_FRAMES_SENT] = NUMBER("flow.bytes_toserver"),
    [FLOW_FIELD_FRAMES_RECEIVED] = NUMBER("flow.bytes_toclient"),
    [FLOW_FIELD_BYTES_SENT] = NUMBER("features.toserver.ip_bytes"),
    [FLOW_FIELD_BYTES_RECEIVED] = NUMBER("features.toclient.ip_bytes"),
    [FLOW_FIELD_PAYLOAD_SENT] = NUMBER("features.toserver.payload_bytes"),
    [FLOW_FIELD_PAYLOAD_RECEIVED] = NUMBER("features.toclient.payload_bytes"),
    [FLOW_FIELD_SIZE_MAX_SENT] = NUMBER("features.toserver.size_max_bytes"),
    [FLOW_FIELD_SIZE_MAX_RECEIVED] = NUMBER("features.toclient.size_max_bytes"),
    [FLOW_FIELD_SIZE_MIN_SENT] = NUMBER("features.toserver.size_min_bytes"),
    [FLOW_FIELD_CLASS_128] = NUMBER("features.packets_by_size.0"),
    [FLOW_FIELD_CLASS_256] = NUMBER("features.packets_by_size.1"),
    [FLOW_FIELD_CLASS_512] = NUMBER("features.packets_by_size.2"),
    [FLOW_FIELD_CLASS_1024] = NUMBER("features.packets_by_size.3"),
    [FLOW_FIELD_CLASS_MORE] = NUMBER("features.packets_by_size.4"),
    [FLOW_FIELD_GAP_MIN_SENT] = NUMBER("features.toserver.gap_min_us"),
    [FLOW_FIELD_GAP_MEAN_SENT] = NUMBER("features.toserver.gap_mean_us"),
    [FLOW_FIELD_GAP_DEVIATION_SENT] = NUMBER("features.toserver.gap_sigma_us"),
    [FLOW_FIELD_GAP_MAX_SENT] = NUMBER("features.toserver.gap_max_us"),
    [FLOW_FIELD_GAP_MIN_RECEIVED] = NUMBER("features.toclient.gap_min_us"),
    [FLOW_FIELD_GAP_MEAN_RECEIVED] = NUMBER("features.toclient.gap_mean_us"),
    [FLOW_FIELD_GAP_DEVIATION_RECEIVED] = NUMBER("features.toclient.gap_sigma_us"),
    [FLOW_FIELD_GAP_MAX_RECEIVED] = NUMBER("features.toclient.gap_max_us"),
    [FLOW_FIELD_RETRANSMITTED_SENT] = NUMBER("features.toserver.retransmitted_packets"),
    [FLOW_FIELD_RETRANSMITTED_RECEIVED] = NUMBER("features.toclient.retransmitted_packets"),
    [FLOW_FIELD_ENTROPY] = NUMBER("features.entropy_toserver_bits"),
    [FLOW_FIELD_FIRST_1 + 0] = {.names_cstr = "features.first_payload_bytes.0", .kind = LESSON_SIGNED, .optional = true},
    [FLOW_FIELD_FIRST_1 + 1] = {.names_cstr = "features.first_payload_bytes.1", .kind = LESSON_SIGNED, .optional = true},
    [FLOW_FIELD_FIRST_1 + 2] = {.names_cstr = "features.first_payload_bytes.2", .kind = LESSON_SIGNED, .optional = true},
    [FLOW_FIELD_FIRST_1 + 3] = {.names_cstr = "features.first_payload_bytes.3", .kind = LESSON_SIGNED, .optional = true},
    [FLOW_FIELD_FIRST_1 + 4] = {.names_cstr = "features.first_payload_bytes.4", .kind = LESSON_SIGNED, .optional = true},
    [FLOW_FIELD_FIRST_1 + 5] = {.names_cstr = "features.first_payload_bytes.5", .kind = LESSON_SIGNED, .optional = true},
    [FLOW_FIELD_FIRST_1 + 6] = {.names_cstr = "features.first_payload_bytes.6", .kind = LESSON_SIGNED, .optional = true},
    [FLOW_FIELD_FIRST_1 + 7] = {.names_cstr = "features.first_payload_bytes.7", .kind = LESSON_SIGNED, .optional = true},
};

/* "1b" */
static bool
flags_of(struct bytes text, uint8_t *out)
{
	int high = text.len == 2 ? bytes_hex_digit(text.at[0]) : -1, low = text.len == 2 ? bytes_hex_digit(text.at[1]) : -1;
	if (high < 0 || low < 0)
		return false;
	*out = (uint8_t)(high << 4 | low);
	return true;
}

static int
row(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	struct lesson_flow f;
	if (!bytes_eq(v->value[FLOW_FIELD_KIND], BYTES("flow")))
		return LESSON_ROW_PASSED;
	int r = lesson_flow_read(l, v, &f);
	if (r < 0)
		return r;
	bool exact = (f.has & FLOW_HAS(BYTES_SENT)) != 0, other = f.has_protocol && f.ends.ip_proto != PROTO_TCP;
	if (exact) /* what a side of one packet has no gaps of, and what is not TCP repeats nothing: our own event leaves that out */
		f.has |= LESSON_FLOW_GAPS | FLOW_HAS(SIZE_MAX_SENT) | FLOW_HAS(SIZE_MAX_RECEIVED) | FLOW_HAS(SIZE_MIN_SENT) |
		    FLOW_HAS(RETRANSMITTED_SENT) | FLOW_HAS(RETRANSMITTED_RECEIVED);
	f.n.known = exact ? FLOW_KNOWN_RANGE(FLOW_CODE_FIRST_SIZE_1, FLOW_CODE_FIRST_SIZE_8) : 0;
	f.has_flags[0] = flags_of(v->value[FLOW_FIELD_FLAGS_SENT], &f.n.tcp_flags[0]) || other;
	f.has_flags[1] = flags_of(v->value[FLOW_FIELD_FLAGS_RECEIVED], &f.n.tcp_flags[1]) || other;
	const uint64_t packets[2] = {f.number[FLOW_FIELD_PACKETS_SENT] > 0, f.number[FLOW_FIELD_PACKETS_RECEIVED] > 0};
	f.has_state = f.has_flags[0] && f.has_flags[1] && f.has_protocol;
	f.n.state = flow_vector_state_of(f.ends.ip_proto, f.n.tcp_flags, packets);
	f.n.source = FLOW_VECTOR_EVE;
	f.ends.app = (uint8_t)arrival_flow_app(v->value[FLOW_FIELD_SERVICE]);
	return lesson_flow_finish(l, &f, out);
}

const struct lesson_mapping lesson_source_eve_flow = {.name_cstr = "eve-flow",
    .schema_cstr = "fv64",
    .about_cstr = N_("flow events of EVE JSON, Suricata's or ours; other events are passed over"),
    .form = LESSON_JSON,
    .fields = fields,
    .field_count = FLOW_FIELDS,
    .row = row};
