/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_engine.h"

#include "detect/rules/rule_facts.h"
#include "detect/rules/rule_memory.h"
#include "detect/rules/rule_ranges.h"
#include "detect/rules/rule_transform.h"

#include <stdlib.h>

enum { CANDIDATES_MAX = 4096 };

struct rule_engine {
	const struct rule_program *program;
	struct rule_eval *eval;
	struct rule_transforms *transforms;
	struct rule_memory *memory;
	hs_scratch_t *scratch;
	void (*alert)(void *context, const struct rule_hit *hit);
	void *context;
	struct rule_engine_counters counters;
	/* Rules whose bytes were found in this look. */
	uint32_t round, *seen; /* seen[signature] == round: it is a candidate already */
	size_t candidate_count;
	uint32_t candidates[CANDIDATES_MAX];
	const struct rule_group *scanning;
};

/* One look: what is shown, and who it is about. */
struct look {
	struct rule_engine *engine;
	struct rule_hit hit; /* rule is set for each that holds */
	const struct addr *source, *target;
	uint16_t source_port, target_port;
	uint8_t ip_proto, ip_version;
	bool passed;
};

static int
smaller(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

struct rule_engine *
rule_engine_new(const struct rule_program *program, uint64_t hash_key,
    void (*alert)(void *context, const struct rule_hit *hit), void *context)
{
	struct rule_engine *e = calloc(1, sizeof(*e));
	if (e == NULL)
		return NULL;
	e->program = program;
	e->alert = alert;
	e->context = context;
	e->eval = rule_eval_new();
	e->transforms = rule_transform_new();
	e->memory = rule_memory_new(hash_key);
	e->seen = calloc(program->signature_count + 1, sizeof(*e->seen));
	bool ok = e->eval != NULL && e->transforms != NULL && e->memory != NULL && e->seen != NULL;
	for (size_t i = 0; i < program->group_count && ok; i++)
		ok = program->groups[i].database == NULL ||
		    hs_alloc_scratch(program->groups[i].database, &e->scratch) == HS_SUCCESS;
	if (ok)
		return e;
	rule_engine_free(e);
	return NULL;
}

void
rule_engine_free(struct rule_engine *e)
{
	if (e == NULL)
		return;
	rule_eval_free(e->eval);
	rule_transform_free(e->transforms);
	rule_memory_free(e->memory);
	(void)hs_free_scratch(e->scratch);
	free(e->seen);
	free(e);
}

const struct rule_engine_counters *
rule_engine_count(const struct rule_engine *e)
{
	return &e->counters;
}

/* ---- Candidates ---- */

static void
begin(struct rule_engine *e)
{
	e->candidate_count = 0;
	if (++e->round == 0) {
		memset(e->seen, 0, (e->program->signature_count + 1) * sizeof(*e->seen));
		e->round = 1;
	}
}

static void
candidate(struct rule_engine *e, uint32_t signature)
{
	if (e->seen[signature] == e->round)
		return;
	e->seen[signature] = e->round;
	if (e->candidate_count == CANDIDATES_MAX)
		e->counters.forgotten++;
	else
		e->candidates[e->candidate_count++] = signature;
}

static int
on_bytes(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	struct rule_engine *e = context;
	(void)from;
	(void)to;
	(void)flags;
	for (uint32_t i = e->scanning->first[id]; i < e->scanning->first[id + 1]; i++)
		candidate(e, e->scanning->signatures[i]);
	return 0;
}

static void
scan(struct rule_engine *e, const struct rule_group *group, struct bytes data)
{
	if (group->database == NULL || data.len == 0)
		return;
	if (group->buffer->transform_count > 0)
		data = rule_transform_apply(e->transforms, group->buffer, data);
	if (data.len == 0 || data.len > UINT32_MAX)
		return;
	e->scanning = group;
	e->counters.scans++;
	e->counters.scanned_bytes += data.len;
	(void)hs_scan(group->database, (const char *)data.at, (unsigned)data.len, 0, e->scratch, on_bytes, e);
}

static void
always(struct rule_engine *e, const struct rule_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		candidate(e, list->signatures[i]);
}

/* ---- What holds of all kinds of rules ---- */

static bool
ends_fit(
    const struct rule *r, const struct addr *source, const struct addr *target, uint16_t source_port, uint16_t target_port)
{
	return rule_ranges_have_port(&r->target_ports, target_port) &&
	    rule_ranges_have_port(&r->source_ports, source_port) && rule_ranges_have_net(&r->source, source) &&
	    rule_ranges_have_net(&r->target, target);
}

static bool
proto_fits(const struct rule *r, const struct look *l)
{
	uint16_t bit = l->ip_proto == 6             ? RULE_TCP
	    : l->ip_proto == 17                     ? RULE_UDP
	    : l->ip_proto == 1 || l->ip_proto == 58 ? RULE_ICMP
	    : l->ip_proto == 132                    ? RULE_SCTP
	    : l->ip_proto == 2                      ? RULE_IGMP
	                                            : 0;
	if ((r->ip_protos & RULE_IPV4) != 0 && l->ip_version != 4)
		return false;
	if ((r->ip_protos & RULE_IPV6) != 0 && l->ip_version != 6)
		return false;
	return (r->ip_protos & RULE_IP) != 0 || (r->ip_protos & bit) != 0;
}

static bool
app_fits(const struct rule *r, const struct view_flow *flow)
{
	const char *app_cstr = flow == NULL ? "" : flow->app_cstr;
	if (r->app_cstr != NULL) {
		bool is_http = strncmp(r->app_cstr, "http", 4) == 0 && strcmp(r->app_cstr, "http2") != 0;
		if (is_http ? strcmp(app_cstr, "http") != 0 : strcmp(app_cstr, r->app_cstr) != 0)
			return false;
	}
	if (r->app_protocol.len == 0)
		return true;
	bool same = bytes_eq(r->app_protocol, bytes_of_cstr(app_cstr[0] == '\0' ? "unknown" : app_cstr));
	return same != r->app_protocol_negated;
}

static bool
flow_fits(const struct rule *r, const struct look *l)
{
	const struct view_flow *flow = l->hit.flow;
	uint16_t f = r->flow_flags;
	if ((f & RULE_FLOW_TO_SERVER) != 0 && (flow == NULL || l->hit.from_server))
		return false;
	if ((f & RULE_FLOW_TO_CLIENT) != 0 && (flow == NULL || !l->hit.from_server))
		return false;
	if ((f & RULE_FLOW_ESTABLISHED) != 0 && (flow == NULL || !flow->established))
		return false;
	if ((f & RULE_FLOW_NOT_ESTABLISHED) != 0 && flow != NULL && flow->established)
		return false;
	if ((f & RULE_FLOW_ONLY_STREAM) != 0 && l->hit.packet != NULL)
		return false;
	if ((f & RULE_FLOW_ONLY_FRAGMENTS) != 0 && (l->hit.packet == NULL || !l->hit.packet->is_fragment))
		return false;
	return (f & RULE_FLOW_NO_FRAGMENTS) == 0 || l->hit.packet == NULL || !l->hit.packet->is_fragment;
}

static bool
header_fits(const struct rule_signature *s, const struct look *l)
{
	const struct rule *r = s->rule;
	uint8_t side = l->hit.from_server ? VIEW_FROM_SERVER : VIEW_FROM_CLIENT;
	if ((s->sides & side) == 0 && r->direction != RULE_TRANSACTION)
		return false;
	if (!proto_fits(r, l) || !flow_fits(r, l) || !app_fits(r, l->hit.flow))
		return false;
	if (r->direction == RULE_TRANSACTION && l->hit.flow != NULL)
		return ends_fit(
		    r, &l->hit.flow->client, &l->hit.flow->server, l->hit.flow->client_port, l->hit.flow->server_port);
	if (ends_fit(r, l->source, l->target, l->source_port, l->target_port))
		return true;
	return r->direction == RULE_BOTH_WAYS && ends_fit(r, l->target, l->source, l->target_port, l->source_port);
}

/* ---- Bits and numbers that are remembered ---- */

static bool
host_bit(struct look *l, const struct rule_bit *bit, uint16_t name, bool change)
{
	static const struct addr nobody;
	const struct addr *a = bit->scope == RULE_BITS_TARGET ? l->target : l->source,
	                  *b = bit->scope == RULE_BITS_PAIR ? l->target : &nobody;
	if (bit->scope == RULE_BITS_PAIR && addr_compare(a, b) > 0) {
		const struct addr *swap = a;
		a = b;
		b = swap;
	}
	struct rule_memory *m = l->engine->memory;
	int64_t until_ns = l->hit.time_ns + (int64_t)bit->expire_s * 1000000000;
	bool has = rule_memory_has_bit(m, name, a, b, l->hit.time_ns);
	if (!change)
		return has;
	if (bit->command == RULE_BIT_SET || (bit->command == RULE_BIT_TOGGLE && !has))
		rule_memory_set_bit(m, name, a, b, until_ns);
	else
		rule_memory_unset_bit(m, name, a, b);
	return true;
}

static size_t
find_bit(const struct rule_memory_flow *flow, uint16_t name)
{
	size_t i = 0;
	while (flow != NULL && i < flow->bit_count && flow->bits[i] != name)
		i++;
	return flow == NULL ? SIZE_MAX : i < flow->bit_count ? i : SIZE_MAX;
}

static void
change_flow_bit(struct look *l, const struct rule_bit *bit, uint16_t name)
{
	struct rule_memory_flow *flow = rule_memory_flow(l->engine->memory, l->hit.flow->id, true);
	size_t at = find_bit(flow, name);
	bool set = bit->command == RULE_BIT_SET || (bit->command == RULE_BIT_TOGGLE && at == SIZE_MAX);
	if (set && at == SIZE_MAX && flow->bit_count < RULE_MEMORY_BITS)
		flow->bits[flow->bit_count++] = name;
	else if (set && at == SIZE_MAX)
		l->engine->counters.forgotten++;
	else if (!set && at != SIZE_MAX)
		flow->bits[at] = flow->bits[--flow->bit_count];
}

static bool
is_change(const struct rule_bit *bit)
{
	return bit->command <= RULE_BIT_TOGGLE;
}

/* Several names are alternatives: any of them set, or any of them not set. */
static bool
bit_holds(struct look *l, const struct rule_bit *bit, const uint16_t *names)
{
	for (size_t i = 0; i < bit->name_count; i++) {
		bool has;
		if (bit->scope == RULE_BITS_FLOW || bit->scope == RULE_BITS_TRANSACTION) {
			const struct rule_memory_flow *flow = l->hit.flow == NULL
			    ? NULL
			    : rule_memory_flow(l->engine->memory, l->hit.flow->id, false);
			has = find_bit(flow, names[i]) != SIZE_MAX;
		} else {
			has = host_bit(l, bit, names[i], false);
		}
		if (has == (bit->command == RULE_BIT_IS_SET))
			return true;
	}
	return false;
}

static uint32_t *
flow_int(struct look *l, uint16_t name, bool make)
{
	struct rule_memory_flow *flow = l->hit.flow == NULL ? NULL
	                                                    : rule_memory_flow(l->engine->memory, l->hit.flow->id, make);
	if (flow == NULL)
		return NULL;
	for (size_t i = 0; i < flow->int_count; i++)
		if (flow->ints[i].name == name)
			return &flow->ints[i].value;
	if (!make || flow->int_count == RULE_MEMORY_INTS)
		return NULL;
	flow->ints[flow->int_count].name = name;
	flow->ints[flow->int_count].value = 0;
	return &flow->ints[flow->int_count++].value;
}

static bool
int_holds(struct look *l, const struct rule_flow_int *f, const uint16_t names[2])
{
	const uint32_t *value = flow_int(l, names[0], false),
	               *other = f->other.len > 0 ? flow_int(l, names[1], false) : NULL;
	switch (f->command) {
	case RULE_INT_IS_SET: return value != NULL;
	case RULE_INT_IS_NOT_SET: return value == NULL;
	case RULE_INT_COMPARE:
		return value != NULL && (f->other.len == 0 || other != NULL) &&
		    rule_eval_compare(f->compare, *value, other != NULL ? (int64_t)*other : f->number, 0);
	case RULE_INT_SET:
	case RULE_INT_ADD:
	case RULE_INT_SUBTRACT: return true;
	}
	return true;
}

static void
change_int(struct look *l, const struct rule_flow_int *f, const uint16_t names[2])
{
	const uint32_t *other = f->other.len > 0 ? flow_int(l, names[1], false) : NULL;
	uint32_t number = other != NULL ? *other : (uint32_t)f->number, *value = flow_int(l, names[0], true);
	if (value == NULL)
		return;
	*value = f->command == RULE_INT_SET ? number : f->command == RULE_INT_ADD ? *value + number : *value - number;
}

static bool
memory_holds(const struct rule_signature *s, struct look *l)
{
	const uint16_t *names = s->bit_names;
	for (size_t i = 0; i < s->rule->bit_count; i++) {
		const struct rule_bit *bit = &s->rule->bits[i];
		if (!is_change(bit) && !bit_holds(l, bit, names))
			return false;
		names += bit->name_count;
	}
	for (size_t i = 0; i < s->rule->flow_int_count; i++, names += 2)
		if (!int_holds(l, &s->rule->flow_ints[i], names))
			return false;
	return true;
}

static void
change_memory(const struct rule_signature *s, struct look *l)
{
	const uint16_t *names = s->bit_names;
	for (size_t i = 0; i < s->rule->bit_count; i++) {
		const struct rule_bit *bit = &s->rule->bits[i];
		bool of_flow = bit->scope == RULE_BITS_FLOW || bit->scope == RULE_BITS_TRANSACTION;
		for (size_t k = 0; k < bit->name_count && is_change(bit); k++) {
			if (!of_flow)
				(void)host_bit(l, bit, names[k], true);
			else if (l->hit.flow != NULL)
				change_flow_bit(l, bit, names[k]);
		}
		names += bit->name_count;
	}
	for (size_t i = 0; i < s->rule->flow_int_count; i++, names += 2)
		if (s->rule->flow_ints[i].command <= RULE_INT_SUBTRACT)
			change_int(l, &s->rule->flow_ints[i], names);
}

/* ---- A rule holds ---- */

static void
hold(const struct rule_signature *s, struct look *l)
{
	struct rule_engine *e = l->engine;
	const struct rule *r = s->rule;
	uint64_t flow_id = l->hit.flow == NULL ? 0 : l->hit.flow->id;
	e->counters.matched++;
	/* detection_filter decides whether the rule holds at all; threshold only whether it is told. */
	bool told = true;
	for (size_t i = 0; i < r->threshold_count; i++) {
		bool over = rule_memory_threshold(
		    e->memory, r, &r->thresholds[i], l->source, l->target, flow_id, l->hit.time_ns);
		if (!over && r->thresholds[i].type == RULE_DETECTION_FILTER)
			return;
		told = told && over;
	}
	change_memory(s, l);
	if (r->action == RULE_PASS) {
		l->passed = true;
		if (l->hit.flow != NULL && l->hit.packet == NULL) {
			struct rule_memory_flow *flow = rule_memory_flow(e->memory, flow_id, true);
			flow->passed = true;
		}
		return;
	}
	if (l->passed || r->no_alert || r->action == RULE_CONFIG)
		return;
	if (!told) {
		e->counters.held_back++;
		return;
	}
	e->counters.alerts++;
	l->hit.rule = r;
	e->alert(e->context, &l->hit);
}

static bool
is_passed(const struct rule_engine *e, const struct view_flow *flow)
{
	const struct rule_memory_flow *known = flow == NULL ? NULL : rule_memory_flow(e->memory, flow->id, false);
	return known != NULL && known->passed;
}

static void
sort_candidates(struct rule_engine *e)
{
	if (e->candidate_count > 1)
		qsort(e->candidates, e->candidate_count, sizeof(*e->candidates), smaller);
}

static bool
part_holds(struct rule_engine *e, const struct rule_part *part, struct bytes data)
{
	if (part->must_be_absent)
		return false;
	if (part->buffer->transform_count > 0)
		data = rule_transform_apply(e->transforms, part->buffer, data);
	return rule_eval_buffer(e->eval, part->steps, part->count, data);
}

/* ---- Packets ---- */

static struct bytes
packet_view(const struct view_packet *p, enum view view)
{
	for (size_t i = 0; i < p->header_count; i++)
		if (p->headers[i].view == view)
			return p->headers[i].data;
	return (struct bytes){0};
}

static bool
packet_rule_holds(const struct rule_signature *s, struct look *l, const struct view_packet *p)
{
	struct rule_engine *e = l->engine;
	if (!header_fits(s, l) || !rule_facts_hold(s->rule, p, l->hit.flow) || !memory_holds(s, l))
		return false;
	rule_eval_begin(e->eval);
	for (size_t i = 0; i < s->part_count; i++) {
		enum view view = s->parts[i].buffer->view;
		struct bytes data = view == VIEW_PAYLOAD ? p->payload
		    : view == VIEW_BASE64_DATA           ? rule_eval_base64(e->eval)
		                                         : packet_view(p, view);
		if (view != VIEW_PAYLOAD && data.at == NULL)
			return false;
		/* The payload of a packet that has none: a rule that asks for its size is served, one that looks for bytes is not. */
		if (!part_holds(e, &s->parts[i], data))
			return false;
	}
	return true;
}

void
rule_engine_packet(struct rule_engine *e, const struct view_packet *p)
{
	const struct rule_program *program = e->program;
	struct look l = {.engine = e,
	    .hit = {.flow = p->flow, .packet = p, .from_server = p->from_server, .time_ns = p->time_ns, .number = p->number},
	    .source = &p->source,
	    .target = &p->target,
	    .source_port = p->source_port,
	    .target_port = p->target_port,
	    .ip_proto = p->ip_proto,
	    .ip_version = p->ip_version};
	unsigned class = p->ip_proto == 6 ? 0 : p->ip_proto == 17 ? 1 : 2;
	uint8_t proto = p->ip_proto == 6 || p->ip_proto == 17 ? p->ip_proto : 0;
	if (is_passed(e, p->flow))
		return;
	begin(e);
	always(e, &program->always_packet[class]);
	const struct rule_list *list = &program->groups_of_view[VIEW_PAYLOAD][p->from_server];
	for (uint32_t i = 0; i < list->count && p->payload.len > 0; i++) {
		const struct rule_group *g = &program->groups[list->signatures[i]];
		if (g->kind == RULE_ON_PACKET && g->ip_proto == proto)
			scan(e, g, p->payload);
	}
	for (size_t h = 0; h < p->header_count; h++) {
		list = &program->groups_of_view[p->headers[h].view][p->from_server];
		for (uint32_t i = 0; i < list->count; i++)
			if (program->groups[list->signatures[i]].ip_proto == proto)
				scan(e, &program->groups[list->signatures[i]], p->headers[h].data);
	}
	sort_candidates(e);
	for (size_t i = 0; i < e->candidate_count; i++) {
		const struct rule_signature *s = &program->signatures[e->candidates[i]];
		e->counters.tried++;
		if (packet_rule_holds(s, &l, p))
			hold(s, &l);
	}
}

/* ---- Streams ---- */

static struct look
look_of_flow(struct rule_engine *e, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number)
{
	struct look l = {.engine = e,
	    .hit = {.flow = flow, .from_server = from_server, .time_ns = time_ns, .number = number},
	    .source = from_server ? &flow->server : &flow->client,
	    .target = from_server ? &flow->client : &flow->server,
	    .source_port = from_server ? flow->server_port : flow->client_port,
	    .target_port = from_server ? flow->client_port : flow->server_port,
	    .ip_proto = flow->ip_proto,
	    .ip_version = flow->ip_version};
	return l;
}

void
rule_engine_stream(struct rule_engine *e, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number,
    struct bytes data)
{
	const struct rule_program *program = e->program;
	struct look l = look_of_flow(e, flow, from_server, time_ns, number);
	if (is_passed(e, flow))
		return;
	begin(e);
	always(e, &program->always_stream[from_server]);
	const struct rule_list *list = &program->groups_of_view[VIEW_PAYLOAD][from_server];
	for (uint32_t i = 0; i < list->count; i++) {
		const struct rule_group *g = &program->groups[list->signatures[i]];
		if (g->kind == RULE_ON_STREAM)
			scan(e, g, data);
	}
	sort_candidates(e);
	for (size_t i = 0; i < e->candidate_count; i++) {
		const struct rule_signature *s = &program->signatures[e->candidates[i]];
		e->counters.tried++;
		if (!header_fits(s, &l) || !rule_facts_hold(s->rule, NULL, flow) || !memory_holds(s, &l))
			continue;
		rule_eval_begin(e->eval);
		bool holds = true;
		for (size_t k = 0; k < s->part_count && holds; k++)
			holds = part_holds(e, &s->parts[k],
			    s->parts[k].buffer->view == VIEW_BASE64_DATA ? rule_eval_base64(e->eval) : data);
		if (holds)
			hold(s, &l);
	}
}

/* ---- Transactions ---- */

/* The views of this look, after those of the looks before. */
struct shown {
	const struct view_set *now;
	const struct rule_memory_views *before;
};

enum part_state { PART_HOLDS, PART_FAILS, PART_WAITS };

static enum part_state
try_part(struct rule_engine *e, const struct rule_part *part, const struct shown *shown)
{
	enum view view = part->buffer->view;
	bool there = false;
	if (view == VIEW_BASE64_DATA)
		return part_holds(e, part, rule_eval_base64(e->eval)) ? PART_HOLDS : PART_FAILS;
	for (size_t i = 0; i < shown->now->count; i++)
		if (shown->now->views[i].view == view) {
			there = true;
			if (part_holds(e, part, shown->now->views[i].data))
				return PART_HOLDS;
		}
	for (size_t i = 0, at = 0; shown->before != NULL && i < shown->before->count; at += shown->before->lengths[i++])
		if (shown->before->views[i] == view) {
			there = true;
			if (part_holds(e, part, (struct bytes){shown->before->text + at, shown->before->lengths[i]}))
				return PART_HOLDS;
		}
	if (!there && part->has_absent)
		return shown->now->is_end ? PART_HOLDS : PART_WAITS;
	return shown->now->is_end ? PART_FAILS : there ? PART_FAILS : PART_WAITS;
}

static bool
transaction_rule_holds(const struct rule_signature *s, struct look *l, const struct shown *shown)
{
	struct rule_engine *e = l->engine;
	if (!header_fits(s, l) || !rule_facts_hold(s->rule, NULL, l->hit.flow) || !memory_holds(s, l))
		return false;
	rule_eval_begin(e->eval);
	for (size_t i = 0; i < s->part_count; i++)
		if (s->parts[i].buffer->view > VIEW_SCTP_CHUNK_DATA && try_part(e, &s->parts[i], shown) != PART_HOLDS)
			return false;
	return true;
}

static bool
was_told(const struct rule_memory_views *before, uint32_t signature)
{
	for (size_t i = 0; before != NULL && i < before->told_count; i++)
		if (before->told[i] == signature)
			return true;
	return false;
}

/* What is known of this side of this transaction, begun when nothing is. NULL: there is no room. */
static struct rule_memory_views *
views_of(struct rule_engine *e, const struct view_set *set)
{
	struct rule_memory_flow *flow = rule_memory_flow(e->memory, set->flow->id, true);
	struct rule_memory_views *v = flow == NULL ? NULL : rule_memory_views(e->memory, flow, set->from_server, true);
	if (v == NULL) {
		e->counters.forgotten++;
	} else if (!v->used || v->tx_id != set->tx->id) {
		v->used = true;
		v->tx_id = set->tx->id;
		v->count = v->told_count = 0;
		v->text_len = 0;
	}
	return v;
}

/* What the next look of the same side of this transaction may want. */
static void
remember(struct rule_engine *e, const struct view_set *set)
{
	struct rule_memory_views *v = views_of(e, set);
	if (v == NULL)
		return;
	for (size_t i = 0; i < set->count; i++) {
		struct bytes data = set->views[i].data;
		if (v->count == RULE_MEMORY_VIEWS || data.len > (size_t)(RULE_MEMORY_TEXT - v->text_len))
			continue;
		if (data.len > 0)
			memcpy(v->text + v->text_len, data.at, data.len);
		v->views[v->count] = set->views[i].view;
		v->lengths[v->count++] = (uint16_t)data.len;
		v->text_len = (uint16_t)(v->text_len + data.len);
	}
}

static void
remember_told(struct rule_engine *e, const struct view_set *set, uint32_t signature)
{
	struct rule_memory_views *v = set->is_end ? NULL : views_of(e, set);
	if (v != NULL && v->told_count < RULE_MEMORY_TOLD)
		v->told[v->told_count++] = signature;
}

static void
scan_views(struct rule_engine *e, const struct view_set *set)
{
	const struct rule_program *program = e->program;
	for (size_t i = 0; i < set->count; i++) {
		const struct rule_list *list = &program->groups_of_view[set->views[i].view][set->from_server];
		for (uint32_t k = 0; k < list->count; k++)
			scan(e, &program->groups[list->signatures[k]], set->views[i].data);
		always(e, &program->always_view[set->views[i].view][set->from_server]);
	}
}

void
rule_engine_transaction(struct rule_engine *e, const struct view_set *set)
{
	const struct rule_program *program = e->program;
	struct look l = look_of_flow(e, set->flow, set->from_server, set->time_ns, set->number);
	l.hit.tx = set->tx;
	if (is_passed(e, set->flow))
		return;
	struct rule_memory_flow *flow = rule_memory_flow(e->memory, set->flow->id, false);
	struct rule_memory_views *before = flow == NULL ? NULL : rule_memory_views(e->memory, flow, set->from_server, false);
	if (before != NULL && (!before->used || before->tx_id != set->tx->id))
		before = NULL;
	struct shown shown = {set, before};
	begin(e);
	scan_views(e, set);
	/* What was found before and waited for what comes now: all whose bytes are in the views of before. */
	for (size_t i = 0, at = 0; before != NULL && i < before->count; at += before->lengths[i++]) {
		const struct rule_list *list = &program->groups_of_view[before->views[i]][set->from_server];
		for (uint32_t k = 0; k < list->count; k++)
			scan(
			    e, &program->groups[list->signatures[k]], (struct bytes){before->text + at, before->lengths[i]});
		always(e, &program->always_view[before->views[i]][set->from_server]);
	}
	if (set->is_end) /* rules that only say what must not be there */
		for (size_t v = VIEW_BASE64_DATA + 1; v < VIEWS; v++)
			if (program->always_view[v][set->from_server].count > 0)
				always(e, &program->always_view[v][set->from_server]);
	sort_candidates(e);
	for (size_t i = 0; i < e->candidate_count; i++) {
		const struct rule_signature *s = &program->signatures[e->candidates[i]];
		if (s->kind != RULE_ON_TRANSACTION || was_told(before, e->candidates[i]))
			continue;
		e->counters.tried++;
		if (!transaction_rule_holds(s, &l, &shown))
			continue;
		hold(s, &l);
		remember_told(e, set, e->candidates[i]);
	}
	if (!set->is_end)
		remember(e, set);
	else if (flow != NULL)
		rule_memory_drop_views(e->memory, flow, set->from_server);
}

/* ---- Events of protocols ---- */

void
rule_engine_event(struct rule_engine *e, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number,
    const char *name_cstr)
{
	const struct rule_program *program = e->program;
	struct look l = look_of_flow(e, flow, from_server, time_ns, number);
	if (is_passed(e, flow))
		return;
	for (uint32_t i = 0; i < program->events.count; i++) {
		const struct rule_signature *s = &program->signatures[program->events.signatures[i]];
		bool named = false;
		for (size_t k = 0; k < s->rule->event_count; k++)
			named |= s->rule->events[k].layer == RULE_EVENT_APP &&
			    bytes_eq_nocase(s->rule->events[k].name, bytes_of_cstr(name_cstr));
		if (named && header_fits(s, &l) && rule_facts_hold(s->rule, NULL, flow) && memory_holds(s, &l))
			hold(s, &l);
	}
}

void
rule_engine_flow_end(struct rule_engine *e, uint64_t flow_id)
{
	rule_memory_forget(e->memory, flow_id);
}
