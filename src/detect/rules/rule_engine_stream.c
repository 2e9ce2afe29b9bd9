/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules and the bytes of a TCP stream, in order. New bytes are searched as they come, with so many before them that no pattern is cut in
 * two; the tests of a rule whose pattern was found look at up to RULE_TAIL_BYTES before them. What does not hold yet may hold
 * when more has come: such rules wait, while their pattern is in sight.
 */
#include "detect/rules/rule_look.h"

#include "detect/rules/rule_facts.h"

enum { PIECE_MAX = 4096 };

/* The end of the tail and the new bytes, in one piece. */
struct joined {
	struct rule_tail *tail;
	struct bytes fresh;
	bool is_whole; /* all of the tail is before the fresh bytes */
	uint8_t room[RULE_TAIL_BYTES + PIECE_MAX];
};

static void
join(struct joined *j, size_t wanted)
{
	size_t kept = wanted < j->tail->len ? wanted : j->tail->len;
	memcpy(j->room + RULE_TAIL_BYTES - kept, j->tail->text + j->tail->len - kept, kept);
	j->is_whole = kept == j->tail->len;
}

static struct rule_window
whole(struct joined *j)
{
	if (!j->is_whole)
		join(j, RULE_TAIL_BYTES);
	return (struct rule_window){.data = {j->room + RULE_TAIL_BYTES - j->tail->len, j->tail->len + j->fresh.len},
	    .offset = j->tail->end - j->tail->len};
}

enum answer { NO, NOT_YET, YES };

/* Which protocol it is may not be known yet. */
static bool
may_fit_later(const struct rule_signature *s, const struct view_flow *flow)
{
	return flow->app_cstr[0] == '\0' && (s->rule->app_cstr != NULL || s->rule->app_protocol.len > 0);
}

static enum answer
ask(struct rule_engine *e, const struct rule_signature *s, struct rule_look *l, struct joined *j)
{
	e->miss = RULE_MISS_ENDS;
	if (!rule_look_fits(s, l))
		return may_fit_later(s, l->hit.flow) ? NOT_YET : NO;
	e->miss = RULE_MISS_FACTS;
	if (!rule_facts_hold(s->rule, NULL, l->hit.flow, l->source, l->target))
		return NO;
	e->miss = RULE_MISS_BITS;
	if (!rule_bits_hold(s, l))
		return NO;
	e->miss = RULE_MISS_PART;
	struct rule_window window = whole(j);
	rule_eval_begin(e->eval);
	for (size_t k = 0; k < s->part_count; k++) {
		e->miss_part = (uint16_t)k;
		struct rule_window decoded = {.data = rule_eval_base64(e->eval)};
		if (!rule_engine_part_holds(
		        e, &s->parts[k], s->parts[k].buffer->view == VIEW_BASE64_DATA ? &decoded : &window))
			return s->step_count > 1 ? NOT_YET : NO;
	}
	return YES;
}

/* Of what was found, that which rules of packets look for is tried with the packet. */
static void
keep_for_packet(struct rule_engine *e)
{
	for (size_t i = 0; i < e->candidate_count; i++) {
		const struct rule_signature *s = &e->program->signatures[e->candidates[i]];
		if (s->kind == RULE_ON_TRANSACTION || (s->kind == RULE_ON_STREAM && !s->on_packets_too))
			continue;
		if (e->found_count == RULE_FOUND_MAX) { /* too many: it will be searched again */
			e->found_in = (struct bytes){0};
			return;
		}
		e->found[e->found_count++] = e->candidates[i];
	}
}

/* The protocol of the stream has become known: its rules were not searched for before. */
static void
search_late(struct rule_engine *e, const struct rule_look *l, struct rule_tail *tail)
{
	if (tail->app_searched || l->hit.flow->app_cstr[0] == '\0')
		return;
	tail->app_searched = true;
	if (tail->len > 0)
		rule_engine_scan_late(e, l, (struct bytes){tail->text, tail->len});
	if (e->found_number == l->hit.number && e->found_of_server == tail->from_server && e->found_app_cstr[0] == '\0') {
		e->found_app_cstr = l->hit.flow->app_cstr;
		keep_for_packet(e);
	}
}

static void
search_piece(struct rule_engine *e, const struct rule_look *l, struct joined *j)
{
	size_t before = j->tail->len < RULE_FAST_MAX - 1 ? j->tail->len : RULE_FAST_MAX - 1;
	struct bytes data = {j->room + RULE_TAIL_BYTES - before, before + j->fresh.len};
	rule_engine_scan_payload(e, l, 6, data, before);
	e->found_number = l->hit.number;
	e->found_app_cstr = l->hit.flow->app_cstr;
	e->found_of_server = j->tail->from_server;
	e->found_in = j->fresh;
	e->found_count = 0;
	keep_for_packet(e);
}

static void
look_at_piece(struct rule_engine *e, struct rule_look *l, struct joined *j)
{
	const struct rule_program *program = e->program;
	struct rule_tail *tail = j->tail;
	rule_engine_begin(e, l);
	rule_engine_always(e, &program->always_stream[tail->from_server]);
	if (j->fresh.len > 0)
		search_piece(e, l, j);
	search_late(e, l, tail);
	for (uint8_t i = 0; i < tail->waiting_count; i++)
		rule_engine_candidate(e, tail->waiting[i].signature);
	rule_engine_sort(e);
	for (size_t i = 0; i < e->candidate_count; i++) {
		uint32_t index = e->candidates[i];
		const struct rule_signature *s = &program->signatures[index];
		if (s->kind == RULE_ON_TRANSACTION && !rule_tail_wait(tail, index, tail->end + j->fresh.len))
			e->counters.forgotten++;
		if (s->kind != RULE_ON_STREAM || rule_tail_was_told(tail, index))
			continue;
		uint64_t start = rule_engine_try(e);
		enum answer answer = ask(e, s, l, j);
		rule_engine_tried(e, index, start, l->hit.number, answer == YES);
		if (answer == NOT_YET && s->has_fast && !rule_tail_wait(tail, index, tail->end + j->fresh.len))
			e->counters.forgotten++;
		if (answer != YES)
			continue;
		rule_tail_tell(tail, index);
		rule_look_hold(s, l);
		if (e->packet_passed)
			return;
	}
}

void
rule_engine_stream(struct rule_engine *e, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number,
    struct bytes data)
{
	struct joined j;
	bool stolen;
	if (!e->program->has_streams || rule_look_is_passed(e, flow, number))
		return;
	struct rule_look l = rule_look_of_flow(e, flow, from_server, time_ns, number);
	j.tail = rule_tail_of(e->tails, flow->id, from_server, &stolen);
	e->counters.forgotten += stolen;
	do {
		if (j.tail->end >= e->stream_depth) {
			j.tail->end += data.len;
			return;
		}
		j.fresh = bytes_first(data, PIECE_MAX);
		if (j.fresh.len > 0)
			memcpy(j.room + RULE_TAIL_BYTES, j.fresh.at, j.fresh.len);
		join(&j, RULE_FAST_MAX - 1);
		look_at_piece(e, &l, &j);
		rule_tail_add(j.tail, j.fresh);
		data = bytes_after(data, j.fresh.len);
	} while (data.len > 0 && !e->packet_passed);
}

void
rule_engine_stream_gap(struct rule_engine *e, uint64_t flow_id, bool from_server, uint64_t lost)
{
	struct rule_tail *tail = rule_tail_find(e->tails, flow_id, from_server);
	if (tail != NULL)
		rule_tail_gap(tail, lost);
}
