/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_flow.h"

#include "lesson/lesson_number.h"
#include "lesson/lesson_origin.h"
#include "lesson/lesson_row.h"
#include "record/observation.h"

#include <errno.h>

enum { ETHERNET = 14, PROTO_TCP = 6, PROTO_UDP = 17 };

/* Which fields a code needs. */
static const struct {
	uint8_t code;
	uint64_t needs;
} needs[] = {
    {FLOW_CODE_DURATION, FLOW_HAS(DURATION)},
    {FLOW_CODE_PACKETS_OPENER, FLOW_HAS(PACKETS_SENT)},
    {FLOW_CODE_PACKETS_ANSWERER, FLOW_HAS(PACKETS_RECEIVED)},
    {FLOW_CODE_BYTES_OPENER, FLOW_HAS(BYTES_SENT)},
    {FLOW_CODE_BYTES_ANSWERER, FLOW_HAS(BYTES_RECEIVED)},
    {FLOW_CODE_PAYLOAD_OPENER, FLOW_HAS(PAYLOAD_SENT)},
    {FLOW_CODE_PAYLOAD_ANSWERER, FLOW_HAS(PAYLOAD_RECEIVED)},
    {FLOW_CODE_ASYMMETRY, FLOW_HAS(BYTES_SENT) | FLOW_HAS(BYTES_RECEIVED)},
    {FLOW_CODE_PAYLOAD_MEAN_OPENER, FLOW_HAS(PAYLOAD_SENT) | FLOW_HAS(PACKETS_SENT)},
    {FLOW_CODE_PAYLOAD_MEAN_ANSWERER, FLOW_HAS(PAYLOAD_RECEIVED) | FLOW_HAS(PACKETS_RECEIVED)},
    {FLOW_CODE_SIZE_MAX_OPENER, FLOW_HAS(SIZE_MAX_SENT)},
    {FLOW_CODE_SIZE_MAX_ANSWERER, FLOW_HAS(SIZE_MAX_RECEIVED)},
    {FLOW_CODE_SIZE_MIN_OPENER, FLOW_HAS(SIZE_MIN_SENT)},
    {FLOW_CODE_SIZES_128, FLOW_HAS(CLASS_128) | FLOW_HAS(PACKETS_SENT) | FLOW_HAS(PACKETS_RECEIVED)},
    {FLOW_CODE_SIZES_256, FLOW_HAS(CLASS_256) | FLOW_HAS(PACKETS_SENT) | FLOW_HAS(PACKETS_RECEIVED)},
    {FLOW_CODE_SIZES_512, FLOW_HAS(CLASS_512) | FLOW_HAS(PACKETS_SENT) | FLOW_HAS(PACKETS_RECEIVED)},
    {FLOW_CODE_SIZES_1024, FLOW_HAS(CLASS_1024) | FLOW_HAS(PACKETS_SENT) | FLOW_HAS(PACKETS_RECEIVED)},
    {FLOW_CODE_SIZES_MORE, FLOW_HAS(CLASS_MORE) | FLOW_HAS(PACKETS_SENT) | FLOW_HAS(PACKETS_RECEIVED)},
    {FLOW_CODE_GAP_MIN_OPENER, FLOW_HAS(GAP_MIN_SENT)},
    {FLOW_CODE_GAP_MEAN_OPENER, FLOW_HAS(GAP_MEAN_SENT)},
    {FLOW_CODE_GAP_DEVIATION_OPENER, FLOW_HAS(GAP_DEVIATION_SENT)},
    {FLOW_CODE_GAP_MAX_OPENER, FLOW_HAS(GAP_MAX_SENT)},
    {FLOW_CODE_GAP_MIN_ANSWERER, FLOW_HAS(GAP_MIN_RECEIVED)},
    {FLOW_CODE_GAP_MEAN_ANSWERER, FLOW_HAS(GAP_MEAN_RECEIVED)},
    {FLOW_CODE_GAP_DEVIATION_ANSWERER, FLOW_HAS(GAP_DEVIATION_RECEIVED)},
    {FLOW_CODE_GAP_MAX_ANSWERER, FLOW_HAS(GAP_MAX_RECEIVED)},
    {FLOW_CODE_SILENCE, FLOW_HAS(SILENCE) | FLOW_HAS(DURATION)},
    {FLOW_CODE_SYN_COUNT, FLOW_HAS(SYNS)},
    {FLOW_CODE_RST_COUNT, FLOW_HAS(RSTS)},
    {FLOW_CODE_RETRANSMITTED_OPENER, FLOW_HAS(RETRANSMITTED_SENT)},
    {FLOW_CODE_RETRANSMITTED_ANSWERER, FLOW_HAS(RETRANSMITTED_RECEIVED)},
    {FLOW_CODE_ENTROPY, FLOW_HAS(ENTROPY)},
};

static uint8_t
protocol_of(struct bytes word, bool *known)
{
	static const struct {
		const char *name_cstr;
		uint8_t value;
	} names[] = {{"tcp", 6}, {"udp", 17}, {"icmp", 1}, {"ipv6-icmp", 58}, {"icmpv6", 58}, {"icmp6", 58}, {"igmp", 2},
	    {"gre", 47}, {"esp", 50}, {"ah", 51}, {"sctp", 132}, {"pim", 103}, {"ospf", 89}, {"ipv6", 41}, {"vrrp", 112},
	    {"rtp", 17}, {"rtcp", 17}, {"udt", 17}}; /* Argus names what UDP carries */
	double number;
	*known = true;
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_eq_nocase(word, bytes_of_cstr(names[i].name_cstr)))
			return names[i].value;
	if (lesson_number_read(word, &number) == LESSON_NUMBER_OK && number >= 0 && number <= UINT8_MAX)
		return (uint8_t)number;
	*known = false;
	return 0;
}

static uint16_t
port_of(struct bytes cell)
{
	double number;
	if (lesson_number_read(cell, &number) != LESSON_NUMBER_OK || number < 0 || number > UINT16_MAX)
		return 0; /* a word, or the type and code of ICMP */
	return (uint16_t)number;
}

static int
read_address(struct lesson *l, const struct lesson_values *v, int field, struct addr *out, bool *known)
{
	*known = false;
	if (v->value[field].len == 0 || bytes_eq(v->value[field], BYTES("-")))
		return 0;
	if (addr_parse(v->value[field], out)) {
		*known = true;
		return 0;
	}
	/* Argus writes the hardware addresses of ARP and its like. */
	bool hardware = bytes_find(v->value[field], ':') == 2 && v->value[field].len == 17;
	return hardware ? 0 : lesson_row_wrong(l, LESSON_WRONG_ADDRESS, field, v->value[field]);
}

static int
read_times(struct lesson *l, const struct lesson_values *v, struct lesson_flow *f, bool *known)
{
	int start = lesson_origin_time(l, v, FLOW_FIELD_START, &f->ends.start_ns);
	int end = start < 0 ? start : lesson_origin_time(l, v, FLOW_FIELD_END, &f->ends.end_ns);
	if (end < 0)
		return end;
	*known = start > 0;
	bool both = start > 0 && end > 0 && f->ends.end_ns >= f->ends.start_ns;
	if (both && (f->has & FLOW_HAS(DURATION)) == 0) {
		f->number[FLOW_FIELD_DURATION] = (double)((f->ends.end_ns - f->ends.start_ns) / 1000);
		f->has |= FLOW_HAS(DURATION);
	}
	if (!both)
		f->ends.end_ns = f->ends.start_ns;
	if (start > 0 && end == 0 && (f->has & FLOW_HAS(DURATION)) != 0 && f->number[FLOW_FIELD_DURATION] < 4e12)
		f->ends.end_ns += (int64_t)f->number[FLOW_FIELD_DURATION] * 1000;
	return 0;
}

int
lesson_flow_read(struct lesson *l, const struct lesson_values *v, struct lesson_flow *f)
{
	bool source, target, time;
	*f = (struct lesson_flow){0};
	for (int i = FLOW_FIELD_DURATION; i < FLOW_FIELDS; i++) {
		if (v->value[i].len == 0)
			continue;
		int r = lesson_row_number(l, v, i, &f->number[i]);
		if (r < 0)
			return r;
		double scale = l->mapping->fields[i].coding.scale;
		if (scale > 0)
			f->number[i] *= scale;
		f->has |= (uint64_t)(r > 0) << i;
	}
	if ((f->has & FLOW_HAS(DURATION_MS)) != 0) {
		f->number[FLOW_FIELD_DURATION] = f->number[FLOW_FIELD_DURATION_MS] * 1000;
		f->has |= FLOW_HAS(DURATION);
	}
	int r = read_times(l, v, f, &time);
	if (r == 0)
		r = read_address(l, v, FLOW_FIELD_SOURCE, &f->ends.source, &source);
	if (r == 0)
		r = read_address(l, v, FLOW_FIELD_TARGET, &f->ends.target, &target);
	if (r < 0)
		return r;
	f->ends.known = source && target && time;
	if (source || target)
		l->account.personal |= LESSON_PERSONAL_ADDRESS;
	f->ends.source_port = port_of(v->value[FLOW_FIELD_SOURCE_PORT]);
	f->ends.target_port = port_of(v->value[FLOW_FIELD_TARGET_PORT]);
	f->ends.ip_proto = protocol_of(v->value[FLOW_FIELD_PROTOCOL], &f->has_protocol);
	f->has_service = v->value[FLOW_FIELD_TARGET_PORT].len > 0 || v->value[FLOW_FIELD_SERVICE].len > 0;
	return 0;
}

void
lesson_flow_turn(struct lesson_flow *f)
{
	struct lesson_ends e = f->ends;
	f->ends.source = e.target;
	f->ends.target = e.source;
	f->ends.source_port = e.target_port;
	f->ends.target_port = e.source_port;
	uint8_t flags = f->n.tcp_flags[0];
	f->n.tcp_flags[0] = f->n.tcp_flags[1];
	f->n.tcp_flags[1] = flags;
	static const uint8_t pairs[] = {FLOW_FIELD_PACKETS_SENT, FLOW_FIELD_BYTES_SENT, FLOW_FIELD_FRAMES_SENT};
	for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
		size_t a = pairs[i], b = a + 1;
		double number = f->number[a];
		f->number[a] = f->number[b];
		f->number[b] = number;
		uint64_t differs = ((f->has >> a) ^ (f->has >> b)) & 1;
		f->has ^= differs << a | differs << b;
	}
}

uint8_t
lesson_flow_flags(struct bytes letters)
{
	static const char names[] = "FSRPAUEC"; /* from the lowest bit, RFC 9293 3.1 and RFC 3168 */
	uint8_t flags = 0;
	for (size_t i = 0; i < letters.len; i++)
		for (unsigned bit = 0; bit < 8; bit++)
			flags |= (uint8_t)((letters.at[i] == (uint8_t)names[bit]) << bit);
	return flags;
}

/* Bytes of frames less their Ethernet headers. Argus counts packets of both sides together: they are shared out as bytes are. */
static void
strip_frames(struct lesson_flow *f)
{
	double *number = f->number;
	if ((f->has & FLOW_HAS(FRAMES_SENT)) == 0)
		return;
	if ((f->has & FLOW_HAS(FRAMES_BOTH)) != 0 && (f->has & FLOW_HAS(FRAMES_RECEIVED)) == 0) {
		double rest = number[FLOW_FIELD_FRAMES_BOTH] - number[FLOW_FIELD_FRAMES_SENT];
		number[FLOW_FIELD_FRAMES_RECEIVED] = rest > 0 ? rest : 0;
		f->has |= FLOW_HAS(FRAMES_RECEIVED);
	}
	double frames = number[FLOW_FIELD_FRAMES_SENT] + number[FLOW_FIELD_FRAMES_RECEIVED];
	for (size_t i = 0; i < 2; i++) {
		double headers;
		if ((f->has & (FLOW_HAS(PACKETS_SENT) << i)) != 0)
			headers = ETHERNET * number[FLOW_FIELD_PACKETS_SENT + i];
		else if ((f->has & FLOW_HAS(PACKETS_BOTH)) != 0 && frames > 0)
			headers = ETHERNET * number[FLOW_FIELD_PACKETS_BOTH] * number[FLOW_FIELD_FRAMES_SENT + i] / frames;
		else
			continue;
		if ((f->has & (FLOW_HAS(BYTES_SENT) << i)) != 0 || (f->has & (FLOW_HAS(FRAMES_SENT) << i)) == 0)
			continue;
		double bytes = number[FLOW_FIELD_FRAMES_SENT + i] - headers + 0.5;
		number[FLOW_FIELD_BYTES_SENT + i] = bytes > 0 ? bytes : 0;
		f->has |= FLOW_HAS(BYTES_SENT) << i;
	}
	/* Whoever sent no byte sent no packet, and the other one all of them. */
	for (size_t i = 0; i < 2 && (f->has & FLOW_HAS(PACKETS_BOTH)) != 0 && (f->has & FLOW_HAS(PACKETS_SENT)) == 0; i++)
		if (number[FLOW_FIELD_FRAMES_SENT + i] <= 0) {
			number[FLOW_FIELD_PACKETS_SENT + i] = 0;
			number[FLOW_FIELD_PACKETS_SENT + 1 - i] = number[FLOW_FIELD_PACKETS_BOTH];
			f->has |= FLOW_HAS(PACKETS_SENT) | FLOW_HAS(PACKETS_RECEIVED);
		}
}

static uint64_t
whole(double value)
{
	return value < 1.8e19 ? (uint64_t)value : UINT64_MAX;
}

static uint32_t
whole_32(double value)
{
	return value < 4294967295.0 ? (uint32_t)value : UINT32_MAX;
}

static void
fill_numbers(const struct lesson_flow *f, struct flow_numbers *n)
{
	const double *number = f->number;
	n->duration_us = whole(number[FLOW_FIELD_DURATION]);
	n->silence_us = whole(number[FLOW_FIELD_SILENCE]);
	n->size_min = whole_32(number[FLOW_FIELD_SIZE_MIN_SENT]);
	for (size_t i = 0; i < FLOW_NUMBERS_CLASSES; i++)
		n->size_classes[i] = whole_32(number[FLOW_FIELD_CLASS_128 + i]);
	for (size_t i = 0; i < 2; i++) {
		size_t gaps = i == 0 ? FLOW_FIELD_GAP_MIN_SENT : FLOW_FIELD_GAP_MIN_RECEIVED;
		n->packets[i] = whole(number[FLOW_FIELD_PACKETS_SENT + i]);
		n->bytes[i] = whole(number[FLOW_FIELD_BYTES_SENT + i]);
		n->payload[i] = whole(number[FLOW_FIELD_PAYLOAD_SENT + i]);
		n->size_max[i] = whole_32(number[FLOW_FIELD_SIZE_MAX_SENT + i]);
		n->retransmitted[i] = whole_32(number[FLOW_FIELD_RETRANSMITTED_SENT + i]);
		n->gap_min_us[i] = whole_32(number[gaps]);
		n->gap_mean_us[i] = whole_32(number[gaps + 1]);
		n->gap_deviation_us[i] = whole_32(number[gaps + 2]);
		n->gap_max_us[i] = whole_32(number[gaps + 3]);
	}
	n->syns = whole_32(number[FLOW_FIELD_SYNS]);
	n->rsts = whole_32(number[FLOW_FIELD_RSTS]);
	for (size_t i = 0; i < FLOW_NUMBERS_SIZES && ((f->has >> (FLOW_FIELD_FIRST_1 + i)) & 1) != 0; i++) {
		double size = number[FLOW_FIELD_FIRST_1 + i];
		n->first_sizes[n->first_count++] = (int16_t)(size > INT16_MAX ? INT16_MAX
		        : size < -INT16_MAX                                   ? -INT16_MAX
		                                                              : size);
	}
	/* The sensor measures in 1/32 of a bit, and says two decimals: rounded as it does (inspect/flow_measure.c). */
	double entropy = number[FLOW_FIELD_ENTROPY] * 32 + 0.5;
	n->entropy_x31 = (uint8_t)(((uint32_t)(entropy < UINT8_MAX ? entropy : UINT8_MAX) * 31 + 16) / 32);
}

int
lesson_flow_finish(struct lesson *l, const struct lesson_flow *flow, struct learn_row *out)
{
	struct lesson_flow f = *flow;
	struct flow_numbers *n = &f.n;
	strip_frames(&f);
	fill_numbers(&f, n);
	for (size_t i = 0; i < LENGTH_OF(needs); i++)
		n->known |= (uint64_t)((f.has & needs[i].needs) == needs[i].needs) << needs[i].code;
	if (n->first_count > 0 && n->first_sizes[0] < 0) /* of the first payload; what is told is the opener's */
		n->known &= ~FLOW_KNOWN(FLOW_CODE_ENTROPY);
	n->ip_proto = f.ends.ip_proto;
	if (f.has_protocol)
		n->known |= FLOW_KNOWN(FLOW_CODE_IP_PROTOCOL);
	if (f.has_service && f.has_protocol) {
		n->service = flow_vector_service(f.ends.ip_proto, f.ends.target_port, f.ends.app);
		n->known |= FLOW_KNOWN(FLOW_CODE_SERVICE);
	} else if (f.has_service) { /* the protocol is not told: a port that means the same over both says it */
		n->service = flow_vector_service(PROTO_TCP, f.ends.target_port, f.ends.app);
		if (n->service == flow_vector_service(PROTO_UDP, f.ends.target_port, f.ends.app))
			n->known |= FLOW_KNOWN(FLOW_CODE_SERVICE);
	}
	for (unsigned i = 0; i < 2; i++)
		if (f.has_flags[i])
			n->known |= FLOW_KNOWN(FLOW_CODE_TCP_FLAGS_OPENER + i);
	if (f.has_state)
		n->known |= FLOW_KNOWN(FLOW_CODE_STATE);
	flow_vector_of_numbers(n, &out->vector);
	out->time_ns = f.ends.start_ns;
	f.ends.upload_bytes = n->bytes[0];
	return lesson_origin_keep(l, &f.ends, out);
}
