/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules and single packets: their headers, what the decoder and the stream found wrong, and the payload of those that no stream has. */
#include "detect/rules/rule_look.h"

#include "detect/rules/rule_facts.h"

static struct bytes
packet_view(const struct view_packet *p, enum view view)
{
	for (size_t i = 0; i < p->header_count; i++)
		if (p->headers[i].view == view)
			return p->headers[i].data;
	return (struct bytes){0};
}

/* Rules about addresses only are asked once for each direction of a flow. */
static bool
is_first_of_side(const struct view_packet *p)
{
	return p->flow == NULL || p->flow->packets[p->from_server] <= 1;
}

/* A rule that looks into the stream was asked there already. */
static bool
was_told_of_stream(struct rule_engine *e, uint32_t signature, const struct view_packet *p)
{
	if (p->flow == NULL || e->program->signatures[signature].kind != RULE_ON_STREAM)
		return false;
	const struct rule_tail *tail = rule_tail_find(e->tails, p->flow->id, p->from_server);
	return tail != NULL && rule_tail_was_told(tail, signature);
}

/* These bytes come once more, as part of the stream. */
static void
tell_stream(struct rule_engine *e, uint32_t signature, const struct view_packet *p)
{
	bool stolen;
	if (p->flow == NULL || !p->is_in_stream || e->program->signatures[signature].kind != RULE_ON_STREAM)
		return;
	rule_tail_tell(rule_tail_of(e->tails, p->flow->id, p->from_server, &stolen), signature);
	e->counters.forgotten += stolen;
}

static bool
holds(struct rule_engine *e, uint32_t index, struct rule_look *l, const struct view_packet *p)
{
	const struct rule_signature *s = &e->program->signatures[index];
	/* Of a rule of streams the stream was asked, where there is one. */
	if (s->kind == RULE_ON_STREAM && p->ip_proto == 6 && p->is_in_stream && !s->on_packets_too)
		return false;
	e->miss = RULE_MISS_ENDS;
	if (!rule_look_fits(s, l) || (s->is_of_ends && !is_first_of_side(p)))
		return false;
	e->miss = RULE_MISS_FACTS;
	if (!rule_facts_hold(s->rule, p, l->hit.flow, l->source, l->target))
		return false;
	e->miss = RULE_MISS_BITS;
	if (!rule_bits_hold(s, l) || was_told_of_stream(e, index, p))
		return false;
	e->miss = RULE_MISS_PART;
	rule_eval_begin(e->eval);
	for (size_t i = 0; i < s->part_count; i++) {
		enum view view = s->parts[i].buffer->view;
		e->miss_part = (uint16_t)i;
		if (p->is_encrypted && view == VIEW_PAYLOAD && p->payload.len > 0)
			return false;
		struct rule_window window = {.data = view == VIEW_PAYLOAD ? p->payload
		        : view == VIEW_BASE64_DATA                        ? rule_eval_base64(e->eval)
		                                                          : packet_view(p, view)};
		/* The payload of a packet that has none: a rule that asks for its size is served, one that looks for bytes is not. */
		if (view != VIEW_PAYLOAD && window.data.at == NULL)
			return false;
		if (!rule_engine_part_holds(e, &s->parts[i], &window))
			return false;
	}
	return true;
}

static struct rule_look
look_of(struct rule_engine *e, const struct view_packet *p)
{
	return (struct rule_look){.engine = e,
	    .hit = {.flow = p->flow, .packet = p, .from_server = p->from_server, .time_ns = p->time_ns, .number = p->number},
	    .source = &p->source,
	    .target = &p->target,
	    .source_port = p->source_port,
	    .target_port = p->target_port,
	    .ip_proto = p->ip_proto,
	    .ip_version = p->ip_version};
}

static void
try_candidates(struct rule_engine *e, struct rule_look *l, const struct view_packet *p)
{
	rule_engine_sort(e);
	for (size_t i = 0; i < e->candidate_count; i++) {
		uint32_t index = e->candidates[i];
		uint64_t start = rule_engine_try(e);
		bool yes = holds(e, index, l, p);
		rule_engine_tried(e, index, start, p->number, yes);
		if (!yes)
			continue;
		tell_stream(e, index, p);
		rule_look_hold(&e->program->signatures[index], l);
		if (e->packet_passed)
			return;
	}
}

void
rule_engine_packet_comes(struct rule_engine *e, const struct view_packet *p)
{
	if (rule_look_is_passed(e, p->flow, p->number))
		return;
	struct rule_look l = look_of(e, p);
	rule_engine_begin(e, &l);
	rule_engine_always(e, &e->program->pass_packet);
	try_candidates(e, &l, p);
}

/* Rules that ask for addresses only: once for each direction of a flow. */
static void
by_ends(struct rule_engine *e, const struct view_packet *p)
{
	const struct rule_program *program = e->program;
	uint32_t count;
	const uint32_t *found = rule_addresses_find(&program->by_source, &p->source, &count);
	for (uint32_t i = 0; i < count; i++)
		rule_engine_candidate(e, found[i]);
	found = rule_addresses_find(&program->by_target, &p->target, &count);
	for (uint32_t i = 0; i < count; i++)
		rule_engine_candidate(e, found[i]);
	rule_engine_always(e, &program->ends_any);
}

static void
always(struct rule_engine *e, const struct view_packet *p, const struct rule_watches *list)
{
	bool v4 = addr_is_v4(&p->target);
	uint32_t target = v4 ? rule_addresses_v4(&p->target) : 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct rule_watch *w = &list->all[i];
		if ((p->target_port < w->low || p->target_port > w->high) && LIKELY(e->profile == NULL))
			continue;
		if (w->to_v4 && (!v4 || target < w->v4_low || target > w->v4_high) && LIKELY(e->profile == NULL))
			continue;
		if (w->needs_memory && (p->flow == NULL || rule_memory_flow(e->memory, p->flow->id, false) == NULL))
			continue;
		rule_engine_candidate(e, w->signature);
	}
}

static bool
was_searched(const struct rule_engine *e, const struct view_packet *p)
{
	if (e->found_number != p->number || e->found_in.at != p->payload.at || e->found_in.len != p->payload.len)
		return false;
	return p->flow != NULL && p->flow->app_cstr == e->found_app_cstr;
}

static void
search_payload(struct rule_engine *e, const struct rule_look *l, const struct view_packet *p, uint8_t proto)
{
	if (proto != 6 || !was_searched(e, p)) {
		rule_engine_scan_payload(e, l, proto, p->payload, 0);
		return;
	}
	for (size_t i = 0; i < e->found_count; i++)
		rule_engine_candidate(e, e->found[i]);
}

void
rule_engine_packet(struct rule_engine *e, const struct view_packet *p)
{
	const struct rule_program *program = e->program;
	uint8_t proto = p->ip_proto == 6 || p->ip_proto == 17 ? p->ip_proto : 0;
	if (rule_tags_catch(e->tags, p) && e->tagged != NULL)
		e->tagged(e->context, p);
	if (rule_look_is_passed(e, p->flow, p->number))
		return;
	struct rule_look l = look_of(e, p);
	rule_engine_begin(e, &l);
	if (is_first_of_side(p))
		by_ends(e, p);
	if (p->anomaly_count > 0)
		rule_engine_always(e, &program->on_anomaly);
	always(e, p,
	    p->ip_proto == 6        ? &program->always_tcp[p->tcp_flags]
	        : p->ip_proto == 17 ? &program->always_udp
	                            : &program->always_other);
	if (p->payload.len > 0 && !p->is_encrypted)
		search_payload(e, &l, p, proto);
	for (size_t h = 0; h < p->header_count; h++) {
		const struct rule_list *list = &program->groups_of_view[p->headers[h].view][p->from_server];
		for (uint32_t i = 0; i < list->count; i++)
			if (program->groups[list->signatures[i]].ip_proto == proto)
				rule_engine_scan(e, &program->groups[list->signatures[i]], p->headers[h].data, 0);
	}
	try_candidates(e, &l, p);
	e->found_in = (struct bytes){0};
}
