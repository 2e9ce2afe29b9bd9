/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* CICFlowMeter's tables, in the spelling of 2017 and in that of 2018 and later. Its lengths are of payload, its times in us. */
#include "lesson/lesson_source.h"

#include "core/text.h"
#include "lesson/lesson_flow.h"

#define NUMBER(names)                                                         \
	{                                                                     \
		.names_cstr = (names), .kind = LESSON_FIELD, .optional = true \
	}

static const struct lesson_field fields[FLOW_FIELDS] = {
    [FLOW_FIELD_LABEL] = {.names_cstr = "Label", .kind = LESSON_LABEL, .optional = true},
    [FLOW_FIELD_START] = {.names_cstr = "Timestamp", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_SOURCE] = {.names_cstr = "Src IP|Source IP", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_SOURCE_PORT] = {.names_cstr = "Src Port|Source Port", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_TARGET] = {.names_cstr = "Dst IP|Destination IP", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_TARGET_PORT] = {.names_cstr = "Dst Port|Destination Port", .kind = LESSON_FIELD},
    [FLOW_FIELD_PROTOCOL] = {.names_cstr = "Protocol", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_DURATION] = {.names_cstr = "Flow Duration", .kind = LESSON_FIELD},
    [FLOW_FIELD_SILENCE] = NUMBER("Flow IAT Max"),
    [FLOW_FIELD_PACKETS_SENT] = {.names_cstr = "Tot Fwd Pkts|Total Fwd Packets|Total Fwd Packet", .kind = LESSON_FIELD},
    [FLOW_FIELD_PACKETS_RECEIVED] = {.names_cstr = "Tot Bwd Pkts|Total Backward Packets|Total Bwd Packets",
        .kind = LESSON_FIELD},
    [FLOW_FIELD_PAYLOAD_SENT] = {.names_cstr = "TotLen Fwd Pkts|Total Length of Fwd Packets|Total Length of Fwd Packet",
        .kind = LESSON_FIELD},
    [FLOW_FIELD_PAYLOAD_RECEIVED] = {.names_cstr = "TotLen Bwd Pkts|Total Length of Bwd Packets|Total Length of Bwd Packet",
        .kind = LESSON_FIELD},
    [FLOW_FIELD_GAP_MIN_SENT] = NUMBER("Fwd IAT Min"),
    [FLOW_FIELD_GAP_MEAN_SENT] = NUMBER("Fwd IAT Mean"),
    [FLOW_FIELD_GAP_DEVIATION_SENT] = NUMBER("Fwd IAT Std"),
    [FLOW_FIELD_GAP_MAX_SENT] = NUMBER("Fwd IAT Max"),
    [FLOW_FIELD_GAP_MIN_RECEIVED] = NUMBER("Bwd IAT Min"),
    [FLOW_FIELD_GAP_MEAN_RECEIVED] = NUMBER("Bwd IAT Mean"),
    [FLOW_FIELD_GAP_DEVIATION_RECEIVED] = NUMBER("Bwd IAT Std"),
    [FLOW_FIELD_GAP_MAX_RECEIVED] = NUMBER("Bwd IAT Max"),
    [FLOW_FIELD_SYNS] = NUMBER("SYN Flag Cnt|SYN Flag Count"),
    [FLOW_FIELD_RSTS] = NUMBER("RST Flag Cnt|RST Flag Count"),
};

static int
row(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	struct lesson_flow f;
	int r = lesson_flow_read(l, v, &f);
	if (r < 0)
		return r;
	f.n.source = FLOW_VECTOR_TABLE;
	return lesson_flow_finish(l, &f, out);
}

const struct lesson_mapping lesson_source_cic = {.name_cstr = "cic",
    .schema_cstr = "fv64",
    .about_cstr = N_("tables of CICFlowMeter (CIC-IDS2017, CSE-CIC-IDS2018)"),
    .fields = fields,
    .field_count = FLOW_FIELDS,
    .row = row};
