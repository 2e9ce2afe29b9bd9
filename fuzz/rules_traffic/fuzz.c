/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/rules_traffic - rules and the packets that they are held against, both hostile, in one input.
 *
 *	rules, a NUL, then frames: [microseconds since the one before 2][length 2][bytes]
 *
 * Oracles: who holds is a rule of this input, told no more often than it held; the same again, by the same engine's program and a new
 * engine, holds as often; what is shown is inside its buffer, since the sanitizers watch.
 */
#include "core/cursor.h"
#include "core/ensure.h"
#include "core/hash.h"
#include "detect/rules/rule_engine.h"
#include "inspect/inspect.h"

#include <stdlib.h>

enum { ARENA_BYTES = 64 << 20, RULES_MAX = 16384, FRAMES_MAX = 64, MEMORY_BYTES = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	const struct rule_set *set;
	uint64_t alerts, sum;
};

static void
hear(void *context, const struct rule_hit *hit)
{
	struct heard *h = context;
	bool known = false;
	for (size_t i = 0; i < h->set->count; i++)
		known = known || h->set->rules[i] == hit->rule;
	ENSURE(known && (hit->flow != NULL || hit->packet != NULL));
	h->alerts++;
	h->sum = h->sum * 31 + hit->rule->sid + hit->number;
}

static void
packet(void *context, const struct view_packet *p)
{
	rule_engine_packet(context, p);
}

static void
packet_comes(void *context, const struct view_packet *p)
{
	rule_engine_packet_comes(context, p);
}

static void
stream(void *context, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number, struct bytes data)
{
	rule_engine_stream(context, flow, from_server, time_ns, number, data);
}

static void
stream_gap(void *context, uint64_t flow_id, bool from_server, uint64_t lost)
{
	rule_engine_stream_gap(context, flow_id, from_server, lost);
}

static void
transaction(void *context, const struct view_set *set)
{
	rule_engine_transaction(context, set);
}

static void
event(void *context, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number, const char *name_cstr)
{
	rule_engine_event(context, flow, from_server, time_ns, number, name_cstr);
}

static void
flow_end(void *context, uint64_t flow_id, int64_t time_ns)
{
	(void)time_ns;
	rule_engine_flow_end(context, flow_id);
}

static size_t
read_frames(struct bytes script, struct frame out[static FRAMES_MAX])
{
	struct cursor c = cursor_of(script);
	int64_t now_ns = 1000000000;
	size_t count = 0;
	while (count < FRAMES_MAX && c.left > 4) {
		now_ns += (int64_t)cursor_be16(&c) * 1000;
		size_t len = cursor_be16(&c);
		struct bytes bytes = cursor_take(&c, len < c.left ? len : c.left);
		out[count] = (struct frame){
		    .data = bytes, .wire_len = (uint32_t)bytes.len, .time_ns = now_ns, .number = count + 1, .linktype = 1};
		count++;
	}
	return count;
}

static struct heard
run(const struct rule_program *program, const struct rule_set *set, const struct frame *frames, size_t count)
{
	struct heard heard = {.set = set};
	struct rule_engine *engine = rule_engine_new(program, 1, hear, &heard);
	struct sink *sink = sink_new(NULL);
	ENSURE(engine != NULL && sink != NULL);
	struct viewer viewer = {.context = engine,
	    .packet = packet,
	    .packet_comes = program->pass_packet.count > 0 ? packet_comes : NULL,
	    .stream = stream,
	    .stream_gap = stream_gap,
	    .transaction = transaction,
	    .event = event,
	    .flow_end = flow_end};
	struct inspect_options options = {
	    .memory_bytes = MEMORY_BYTES, .stage = INSPECT_ALL, .hash_key = 1, .viewer = &viewer};
	struct inspector *in = inspect_new(&options, sink);
	ENSURE(in != NULL);
	inspect_frames(in, frames, count, 0);
	for (uint32_t round = 0; !inspect_drain(in, count > 0 ? frames[count - 1].time_ns : 0, round, count); round += 32)
		ENSURE(round < 8192);
	const struct rule_engine_counters *c = rule_engine_count(engine);
	ENSURE(heard.alerts == c->alerts && c->alerts + c->held_back <= c->matched && c->matched <= c->tried + c->matched);
	inspect_free(in);
	sink_free(sink);
	rule_engine_free(engine);
	return heard;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rule_set set; /* its tables are large: made once */
	static bool made;
	struct frame frames[FRAMES_MAX];
	struct rule_program *program = NULL;
	struct diag diag = {0};
	struct bytes input = {data, size}, text = bytes_first(input, bytes_find(input, '\0'));
	if (text.len == size || text.len > RULES_MAX)
		return 0;
	if (!made)
		ENSURE(rule_set_init(&set, ARENA_BYTES) == 0);
	made = true;
	rule_set_clear(&set);
	ENSURE(rule_set_read(&set, "a.rules", text, &diag) == 0);
	ENSURE(rule_program_make(&set, &program, &diag) == 0);
	size_t count = read_frames(bytes_after(input, text.len + 1), frames);
	struct heard first = run(program, &set, frames, count), second = run(program, &set, frames, count);
	ENSURE(first.alerts == second.alerts && first.sum == second.sum);
	rule_program_free(program);
	return 0;
}
