/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* CTU-13's binetflow files (Garcia et al. 2014): Argus' flows of both directions, with a label each. */
#include "lesson/lesson_source.h"

#include "core/text.h"
#include "lesson/lesson_flow.h"
#include "lesson/lesson_row.h"

enum { PROTO_TCP = 6 };

static const struct lesson_field fields[FLOW_FIELDS] = {
    [FLOW_FIELD_LABEL] = {.names_cstr = "Label", .kind = LESSON_LABEL, .optional = true},
    [FLOW_FIELD_START] = {.names_cstr = "StartTime", .kind = LESSON_FIELD},
    [FLOW_FIELD_SOURCE] = {.names_cstr = "SrcAddr", .kind = LESSON_FIELD},
    [FLOW_FIELD_SOURCE_PORT] = {.names_cstr = "Sport", .kind = LESSON_FIELD},
    [FLOW_FIELD_TARGET] = {.names_cstr = "DstAddr", .kind = LESSON_FIELD},
    [FLOW_FIELD_TARGET_PORT] = {.names_cstr = "Dport", .kind = LESSON_FIELD},
    [FLOW_FIELD_PROTOCOL] = {.names_cstr = "Proto", .kind = LESSON_FIELD},
    [FLOW_FIELD_STATE] = {.names_cstr = "State", .kind = LESSON_FIELD},
    [FLOW_FIELD_DIRECTION] = {.names_cstr = "Dir", .kind = LESSON_FIELD, .optional = true},
    [FLOW_FIELD_DURATION] = {.names_cstr = "Dur", .kind = LESSON_FIELD, .coding = {.scale = 1e6}},
    [FLOW_FIELD_PACKETS_BOTH] = {.names_cstr = "TotPkts", .kind = LESSON_FIELD},
    [FLOW_FIELD_FRAMES_BOTH] = {.names_cstr = "TotBytes", .kind = LESSON_FIELD},
    [FLOW_FIELD_FRAMES_SENT] = {.names_cstr = "SrcBytes", .kind = LESSON_FIELD},
};

static int
row(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	struct lesson_flow f;
	int r = lesson_flow_read(l, v, &f);
	if (r < 0)
		return r;
	double rest = f.number[FLOW_FIELD_FRAMES_BOTH] - f.number[FLOW_FIELD_FRAMES_SENT];
	if (rest < 0)
		return lesson_row_wrong(l, LESSON_WRONG_NEGATIVE, FLOW_FIELD_FRAMES_SENT, v->value[FLOW_FIELD_FRAMES_SENT]);
	if ((f.has & FLOW_HAS(FRAMES_BOTH)) != 0) {
		f.number[FLOW_FIELD_FRAMES_RECEIVED] = rest;
		f.has |= FLOW_HAS(FRAMES_RECEIVED);
	}
	/* "FSPA_FSA": the flags of each side; of what is not TCP other words stand here */
	struct bytes state = v->value[FLOW_FIELD_STATE];
	size_t line = bytes_find(state, '_');
	bool flags = f.ends.ip_proto == PROTO_TCP && line < state.len;
	if (flags) {
		f.n.tcp_flags[0] = lesson_flow_flags(bytes_first(state, line));
		f.n.tcp_flags[1] = lesson_flow_flags(bytes_after(state, line + 1));
	}
	f.has_flags[0] = f.has_flags[1] = flags || (f.has_protocol && f.ends.ip_proto != PROTO_TCP);
	if (bytes_eq(v->value[FLOW_FIELD_DIRECTION], BYTES("<-")))
		lesson_flow_turn(&f);
	const uint64_t sends[2] = {f.number[FLOW_FIELD_FRAMES_SENT] > 0, f.number[FLOW_FIELD_FRAMES_RECEIVED] > 0};
	f.has_state = f.has_flags[0];
	f.n.state = flow_vector_state_of(f.ends.ip_proto, f.n.tcp_flags, sends);
	f.n.source = FLOW_VECTOR_ARGUS;
	return lesson_flow_finish(l, &f, out);
}

static bool
is_digits(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len > 0;
}

/* Without the machine and the number of the series: "V51-2-TCP-CC6-Plain-2" is "TCP-CC6-Plain". */
static struct bytes
family_of(struct bytes rest)
{
	struct bytes word = bytes_first(rest, bytes_find(rest, '-'));
	if (bytes_start_with(word, BYTES("V")) && is_digits(bytes_after(word, 1))) {
		rest = bytes_after(rest, word.len + 1);
		word = bytes_first(rest, bytes_find(rest, '-'));
		if (is_digits(word))
			rest = bytes_after(rest, word.len + 1);
	}
	size_t end = rest.len;
	while (end > 0 && rest.at[end - 1] != '-')
		end--;
	return end > 1 && is_digits(bytes_after(rest, end)) ? bytes_first(rest, end - 1) : rest;
}

/* What comes from an infected machine is an attack, and from one that is known to be clean it is not. Who wrote to either of
 * them is not known to be anything. */
static int
label(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	static const struct bytes flow = BYTES("flow="), botnet = BYTES("From-Botnet"), from = BYTES("From-Normal"),
	                          normal = BYTES("Normal");
	struct bytes text = v->value[FLOW_FIELD_LABEL];
	if (bytes_start_with(text, flow))
		text = bytes_after(text, flow.len);
	if (bytes_start_with(text, botnet))
		return lesson_row_attack(l, family_of(bytes_after(text, botnet.len + 1)), out);
	bool benign = bytes_start_with(text, from) || bytes_start_with(text, normal);
	bool background = text.len == 0 || bytes_find_all(text, BYTES("Background")) < text.len ||
	    bytes_start_with(text, BYTES("To-")) || bytes_start_with(text, BYTES("LEGITIMATE"));
	if (!benign && !background)
		return lesson_row_wrong(l, LESSON_WRONG_LABEL, FLOW_FIELD_LABEL, text);
	out->label = benign ? LEARN_BENIGN : LEARN_UNKNOWN;
	l->account.unlabelled += !benign;
	return 0;
}

const struct lesson_mapping lesson_source_ctu13 = {.name_cstr = "ctu13",
    .schema_cstr = "fv64",
    .about_cstr = N_("the binetflow files of CTU-13; Background is neither normal nor attack"),
    .fields = fields,
    .field_count = FLOW_FIELDS,
    .row = row,
    .label = label};
