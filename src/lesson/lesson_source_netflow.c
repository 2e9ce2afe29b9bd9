/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* NetFlow and IPFIX as tables: nfdump's CSV, old and new; and the columns of the NF-...-v2 and v3 data sets (nProbe's). */
#include "lesson/lesson_source.h"

#include "core/text.h"
#include "lesson/lesson_flow.h"
#include "lesson/lesson_number.h"
#include "lesson/lesson_row.h"

enum { PROTO_TCP = 6 };

#define NUMBER(names)                                                         \
	{                                                                     \
		.names_cstr = (names), .kind = LESSON_FIELD, .optional = true \
	}
#define MILLISECONDS(names)                                                                               \
	{                                                                                                 \
		.names_cstr = (names), .kind = LESSON_FIELD, .optional = true, .coding = {.scale = 1000 } \
	}

static const struct lesson_field fields[FLOW_FIELDS] = {
    [FLOW_FIELD_LABEL] = {.names_cstr = "Label", .kind = LESSON_LABEL, .optional = true},
    [FLOW_FIELD_FAMILY] = {.names_cstr = "Attack", .kind = LESSON_FAMILY, .optional = true},
    [FLOW_FIELD_START] = {.names_cstr = "ts|firstSeen|FLOW_START_MILLISECONDS", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_END] = {.names_cstr = "te|lastSeen|FLOW_END_MILLISECONDS", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_SOURCE] = {.names_cstr = "sa|srcAddr|IPV4_SRC_ADDR|IPV6_SRC_ADDR", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_SOURCE_PORT] = {.names_cstr = "sp|srcPort|L4_SRC_PORT", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_TARGET] = {.names_cstr = "da|dstAddr|IPV4_DST_ADDR|IPV6_DST_ADDR", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_TARGET_PORT] = {.names_cstr = "dp|dstPort|L4_DST_PORT", .kind = LESSON_FIELD},
    [FLOW_FIELD_PROTOCOL] = {.names_cstr = "pr|proto|PROTOCOL", .kind = LESSON_FIELD},
    [FLOW_FIELD_FLAGS_SENT] = {.names_cstr = "flg|flags|CLIENT_TCP_FLAGS", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_FLAGS_RECEIVED] = {.names_cstr = "SERVER_TCP_FLAGS", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_DURATION] = {.names_cstr = "td|duration", .kind = LESSON_FIELD, .optional = true, .coding = {.scale = 1e6}},
    [FLOW_FIELD_DURATION_MS] = NUMBER("FLOW_DURATION_MILLISECONDS"),
    [FLOW_FIELD_PACKETS_SENT] = {.names_cstr = "ipkt|packets|inPackets|IN_PKTS", .kind = LESSON_FIELD},
    [FLOW_FIELD_PACKETS_RECEIVED] = NUMBER("opkt|outPackets|OUT_PKTS"),
    [FLOW_FIELD_BYTES_SENT] = {.names_cstr = "ibyt|bytes|inBytes|IN_BYTES", .kind = LESSON_FIELD},
    [FLOW_FIELD_BYTES_RECEIVED] = NUMBER("obyt|outBytes|OUT_BYTES"),
    [FLOW_FIELD_CLASS_128] = NUMBER("NUM_PKTS_UP_TO_128_BYTES"),
    [FLOW_FIELD_CLASS_256] = NUMBER("NUM_PKTS_128_TO_256_BYTES"),
    [FLOW_FIELD_CLASS_512] = NUMBER("NUM_PKTS_256_TO_512_BYTES"),
    [FLOW_FIELD_CLASS_1024] = NUMBER("NUM_PKTS_512_TO_1024_BYTES"),
    [FLOW_FIELD_CLASS_MORE] = NUMBER("NUM_PKTS_1024_TO_1514_BYTES"),
    [FLOW_FIELD_GAP_MIN_SENT] = MILLISECONDS("SRC_TO_DST_IAT_MIN"),
    [FLOW_FIELD_GAP_MEAN_SENT] = MILLISECONDS("SRC_TO_DST_IAT_AVG"),
    [FLOW_FIELD_GAP_DEVIATION_SENT] = MILLISECONDS("SRC_TO_DST_IAT_STDDEV"),
    [FLOW_FIELD_GAP_MAX_SENT] = MILLISECONDS("SRC_TO_DST_IAT_MAX"),
    [FLOW_FIELD_GAP_MIN_RECEIVED] = MILLISECONDS("DST_TO_SRC_IAT_MIN"),
    [FLOW_FIELD_GAP_MEAN_RECEIVED] = MILLISECONDS("DST_TO_SRC_IAT_AVG"),
    [FLOW_FIELD_GAP_DEVIATION_RECEIVED] = MILLISECONDS("DST_TO_SRC_IAT_STDDEV"),
    [FLOW_FIELD_GAP_MAX_RECEIVED] = MILLISECONDS("DST_TO_SRC_IAT_MAX"),
    [FLOW_FIELD_RETRANSMITTED_SENT] = NUMBER("RETRANSMITTED_IN_PKTS"),
    [FLOW_FIELD_RETRANSMITTED_RECEIVED] = NUMBER("RETRANSMITTED_OUT_PKTS"),
};

/* "...AP.SF", or a number. */
static bool
flags_of(struct bytes text, uint8_t *out)
{
	double number;
	if (text.len == 0)
		return false;
	if (lesson_number_read(text, &number) == LESSON_NUMBER_OK && number >= 0)
		*out = (uint8_t)(number < 256 ? number : 255);
	else
		*out = lesson_flow_flags(text);
	return true;
}

static int
row(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	struct lesson_flow f;
	int r = lesson_flow_read(l, v, &f);
	if (r < 0)
		return r;
	f.has_flags[0] = flags_of(v->value[FLOW_FIELD_FLAGS_SENT], &f.n.tcp_flags[0]);
	f.has_flags[1] = flags_of(v->value[FLOW_FIELD_FLAGS_RECEIVED], &f.n.tcp_flags[1]);
	bool other = f.has_protocol && f.ends.ip_proto != PROTO_TCP;
	f.has_state = (f.has_flags[0] && f.has_flags[1]) || (other && (f.has & FLOW_HAS(PACKETS_RECEIVED)) != 0);
	const uint64_t packets[2] = {f.number[FLOW_FIELD_PACKETS_SENT] > 0, f.number[FLOW_FIELD_PACKETS_RECEIVED] > 0};
	f.n.state = flow_vector_state_of(f.ends.ip_proto, f.n.tcp_flags, packets);
	f.n.source = FLOW_VECTOR_NETFLOW;
	l->has_answers |= packets[1] > 0;
	return lesson_flow_finish(l, &f, out);
}

/* An exporter that never counts an answer exports each direction by itself: zeroes there mean "not known". */
static void
end_file(struct lesson *l, size_t first_row)
{
	static const uint8_t answerer[] = {FLOW_CODE_PACKETS_ANSWERER, FLOW_CODE_BYTES_ANSWERER, FLOW_CODE_ASYMMETRY,
	    FLOW_CODE_TCP_FLAGS_ANSWERER, FLOW_CODE_STATE};
	for (size_t i = first_row; i < l->table->rows && !l->has_answers; i++)
		for (size_t c = 0; c < LENGTH_OF(answerer); c++)
			l->table->vectors[i].code[answerer[c]] = FLOW_CODE_MISSING;
}

const struct lesson_mapping lesson_source_netflow = {.name_cstr = "netflow",
    .schema_cstr = "fv64",
    .about_cstr = N_("NetFlow and IPFIX as CSV: nfdump's, and the columns of the NF-...-v2 and v3 sets"),
    .fields = fields,
    .field_count = FLOW_FIELDS,
    .row = row,
    .end_file = end_file};
