/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Zeek's conn.log, as columns or JSON, also with labels of flows beside (Stratosphere's conn.log.labeled, IoT-23). */
#include "lesson/lesson_source.h"

#include "arrival/arrival_zeek_conn.h"
#include "core/text.h"
#include "lesson/lesson_flow.h"
#include "lesson/lesson_row.h"

#include <errno.h>

static const struct lesson_field fields[FLOW_FIELDS] = {
    [FLOW_FIELD_LABEL] = {.names_cstr = "label", .kind = LESSON_LABEL, .optional = true},
    [FLOW_FIELD_FAMILY] = {.names_cstr = "detailed-label", .kind = LESSON_FAMILY, .optional = true},
    [FLOW_FIELD_START] = {.names_cstr = "ts", .kind = LESSON_FIELD},
    [FLOW_FIELD_SOURCE] = {.names_cstr = "id.orig_h", .kind = LESSON_FIELD},
    [FLOW_FIELD_SOURCE_PORT] = {.names_cstr = "id.orig_p", .kind = LESSON_FIELD},
    [FLOW_FIELD_TARGET] = {.names_cstr = "id.resp_h", .kind = LESSON_FIELD},
    [FLOW_FIELD_TARGET_PORT] = {.names_cstr = "id.resp_p", .kind = LESSON_FIELD},
    [FLOW_FIELD_PROTOCOL] = {.names_cstr = "proto", .kind = LESSON_FIELD},
    [FLOW_FIELD_SERVICE] = {.names_cstr = "service", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_STATE] = {.names_cstr = "conn_state", .kind = LESSON_FIELD},
    [FLOW_FIELD_DURATION] = {.names_cstr = "duration", .kind = LESSON_FIELD, .coding = {.scale = 1e6}},
    [FLOW_FIELD_PACKETS_SENT] = {.names_cstr = "orig_pkts", .kind = LESSON_FIELD},
    [FLOW_FIELD_PACKETS_RECEIVED] = {.names_cstr = "resp_pkts", .kind = LESSON_FIELD},
    [FLOW_FIELD_BYTES_SENT] = {.names_cstr = "orig_ip_bytes", .kind = LESSON_FIELD},
    [FLOW_FIELD_BYTES_RECEIVED] = {.names_cstr = "resp_ip_bytes", .kind = LESSON_FIELD},
    [FLOW_FIELD_PAYLOAD_SENT] = {.names_cstr = "orig_bytes", .kind = LESSON_FIELD},
    [FLOW_FIELD_PAYLOAD_RECEIVED] = {.names_cstr = "resp_bytes", .kind = LESSON_FIELD},
};

static uint8_t
state_of(struct bytes word, bool *known)
{
	static const struct {
		const char *word_cstr;
		uint8_t state;
	} states[] = {{"S0", FLOW_VECTOR_S0}, {"S1", FLOW_VECTOR_S1}, {"SF", FLOW_VECTOR_SF}, {"REJ", FLOW_VECTOR_REJ},
	    {"S2", FLOW_VECTOR_S2}, {"S3", FLOW_VECTOR_S3}, {"RSTO", FLOW_VECTOR_RSTO}, {"RSTR", FLOW_VECTOR_RSTR},
	    {"RSTOS0", FLOW_VECTOR_RSTOS0}, {"RSTRH", FLOW_VECTOR_RSTRH}, {"SH", FLOW_VECTOR_SH}, {"SHR", FLOW_VECTOR_SHR},
	    {"OTH", FLOW_VECTOR_OTHER}};
	for (size_t i = 0; i < LENGTH_OF(states); i++)
		if (bytes_eq(word, bytes_of_cstr(states[i].word_cstr))) {
			*known = true;
			return states[i].state;
		}
	return FLOW_VECTOR_OTHER;
}

static int
row(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	struct lesson_flow f;
	int r = lesson_flow_read(l, v, &f);
	if (r < 0)
		return r;
	/* One packet has no duration and one that carries nothing no bytes: Zeek leaves both unset. */
	if ((f.has & FLOW_HAS(PACKETS_SENT)) != 0)
		f.has |= FLOW_HAS(DURATION) | FLOW_HAS(PAYLOAD_SENT) | FLOW_HAS(PAYLOAD_RECEIVED);
	f.n.source = FLOW_VECTOR_ZEEK;
	f.n.state = state_of(v->value[FLOW_FIELD_STATE], &f.has_state);
	if (!f.has_state && v->value[FLOW_FIELD_STATE].len > 0)
		l->account.words_new++;
	f.ends.app = arrival_zeek_conn_app(v->value[FLOW_FIELD_SERVICE], ',');
	return lesson_flow_finish(l, &f, out);
}

/* What a benign flow is in detail is of no use here. */
static int
label(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	struct lesson_values less = *v;
	if (bytes_eq_nocase(v->value[FLOW_FIELD_LABEL], BYTES("benign")) ||
	    bytes_eq_nocase(v->value[FLOW_FIELD_LABEL], BYTES("background")))
		less.value[FLOW_FIELD_FAMILY] = (struct bytes){0};
	return lesson_row_label(l, &less, out);
}

const struct lesson_mapping lesson_source_zeek_conn = {.name_cstr = "zeek-conn",
    .schema_cstr = "fv64",
    .about_cstr = N_("Zeek's conn.log, columns or JSON, with labels where it has them"),
    .form = LESSON_ZEEK,
    .fields = fields,
    .field_count = FLOW_FIELDS,
    .row = row,
    .label = label};
