/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What all looks have in common: rules whose bytes are found become candidates, and are tried in their order. */
#include "detect/rules/rule_engine.h"

#include "detect/rules/rule_look.h"
#include "detect/rules/rule_payload.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum { STREAM_DEPTH = 1 << 20 /* Suricata's stream.reassembly.depth */ };

static bool
prepare_transforms(struct rule_engine *e)
{
	struct diag unread = {0}; /* rule_reach let through only what compiles */
	for (size_t i = 0; i < e->program->signature_count; i++)
		for (uint8_t k = 0; k < e->program->signatures[i].part_count; k++)
			if (rule_transform_prepare(e->transforms, e->program->signatures[i].parts[k].buffer, &unread) ==
			    -ENOMEM)
				return false;
	return true;
}

struct rule_engine *
rule_engine_new(const struct rule_program *program, uint64_t hash_key,
    void (*alert)(void *context, const struct rule_hit *hit), void *context)
{
	struct rule_engine *e = calloc(1, sizeof(*e));
	if (e == NULL)
		return NULL;
	e->program = program;
	e->packet_alerts_max = RULE_ALERTS_OF_PACKET_MAX;
	e->alert = alert;
	e->context = context;
	e->stream_depth = STREAM_DEPTH;
	e->eval = rule_eval_new();
	e->variables = rule_variables_new(hash_key);
	e->transforms = rule_transform_new();
	e->memory = rule_memory_new(hash_key);
	e->txs = rule_tx_new(hash_key);
	e->tails = rule_tail_new(hash_key);
	e->tags = rule_tags_new(hash_key);
	e->seen = calloc(program->signature_count + 1, sizeof(*e->seen));
	bool ok = e->eval != NULL && e->variables != NULL && e->transforms != NULL && e->memory != NULL && e->txs != NULL &&
	    e->tails != NULL && e->tags != NULL && e->seen != NULL;
	ok = ok && prepare_transforms(e);
	for (size_t i = 0; i < program->group_count && ok; i++)
		ok = program->groups[i].database == NULL ||
		    hs_alloc_scratch(program->groups[i].database, &e->scratch) == HS_SUCCESS;
	if (ok)
		return e;
	rule_engine_free(e);
	return NULL;
}

void
rule_engine_on_store(struct rule_engine *e, void (*store)(void *context, const struct rule_hit *hit))
{
	e->store = store;
}

void
rule_engine_on_tagged(struct rule_engine *e, void (*tagged)(void *context, const struct view_packet *packet))
{
	e->tagged = tagged;
}

void
rule_engine_free(struct rule_engine *e)
{
	if (e == NULL)
		return;
	rule_eval_free(e->eval);
	rule_variables_free(e->variables);
	rule_transform_free(e->transforms);
	rule_memory_free(e->memory);
	rule_tx_free(e->txs);
	rule_tail_free(e->tails);
	rule_tags_free(e->tags);
	(void)hs_free_scratch(e->scratch);
	free(e->seen);
	free(e);
}

void
rule_engine_inherit(struct rule_engine *e, struct rule_engine *from)
{
	struct rule_memory *mine = e->memory;
	e->memory = from->memory;
	from->memory = mine;
	struct rule_tags *tags = e->tags;
	e->tags = from->tags;
	from->tags = tags;
	rule_memory_rename(
	    e->memory, from->program->names, from->program->name_count, e->program->names, e->program->name_count);
}

const struct rule_engine_counters *
rule_engine_count(const struct rule_engine *e)
{
	return &e->counters;
}

void
rule_engine_measure(struct rule_engine *e, struct rule_profile *profile)
{
	e->profile = profile;
}

void
rule_engine_set_alerts_max(struct rule_engine *e, uint32_t alerts)
{
	e->packet_alerts_max = alerts;
}

void
rule_engine_set_depth(struct rule_engine *e, uint64_t bytes)
{
	e->stream_depth = bytes == 0 ? UINT64_MAX : bytes;
}

void
rule_engine_flow_end(struct rule_engine *e, uint64_t flow_id)
{
	rule_memory_forget(e->memory, flow_id);
	rule_tail_forget(e->tails, flow_id);
}

/* ---- Candidates ---- */

void
rule_engine_begin(struct rule_engine *e, const struct rule_look *l)
{
	e->candidate_count = 0;
	e->source_port = l->source_port;
	e->target_port = l->target_port;
	if (++e->round == 0) {
		memset(e->seen, 0, (e->program->signature_count + 1) * sizeof(*e->seen));
		e->round = 1;
	}
}

void
rule_engine_candidate(struct rule_engine *e, uint32_t signature)
{
	if (e->seen[signature] == e->round)
		return;
	e->seen[signature] = e->round;
	if (e->candidate_count == RULE_CANDIDATES_MAX)
		e->counters.forgotten++;
	else
		e->candidates[e->candidate_count++] = signature;
}

static bool
is_reached(const struct rule_engine *e, uint32_t signature)
{
	const struct rule_reached *r = &e->program->reached[signature];
	if (UNLIKELY(e->profile != NULL)) /* somebody wants to know of each that it is asked, and what fails */
		return true;
	return e->target_port >= r->target_low && e->target_port <= r->target_high && e->source_port >= r->source_low &&
	    e->source_port <= r->source_high;
}

static int
on_bytes(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	struct rule_engine *e = context;
	(void)from;
	(void)flags;
	if (to <= e->scanning_from)
		return 0;
	for (uint32_t i = e->scanning->first[id]; i < e->scanning->first[id + 1]; i++)
		if (is_reached(e, e->scanning->signatures[i]) &&
		    (!e->only_of_app || e->program->signatures[e->scanning->signatures[i]].is_of_app))
			rule_engine_candidate(e, e->scanning->signatures[i]);
	return 0;
}

void
rule_engine_scan(struct rule_engine *e, const struct rule_group *group, struct bytes data, size_t known)
{
	if (group->database == NULL || data.len == 0)
		return;
	if (group->buffer->transform_count > 0)
		data = rule_transform_apply(e->transforms, group->buffer, data);
	if (data.len == 0 || data.len > UINT32_MAX)
		return;
	e->scanning = group;
	e->scanning_from = (unsigned)known;
	e->counters.scans++;
	e->counters.scanned_bytes += data.len;
	if (data.len <= RULE_SHORT_MAX && group->in_short.knows)
		rule_short_find(&group->in_short, data, on_bytes, e);
	else
		(void)hs_scan(group->database, (const char *)data.at, (unsigned)data.len, 0, e->scratch, on_bytes, e);
}

static void
scan_all(struct rule_engine *e, const struct rule_list *groups, uint8_t ip_proto, struct bytes data, size_t known)
{
	for (uint32_t i = 0; i < groups->count; i++)
		if (e->program->groups[groups->signatures[i]].ip_proto == ip_proto)
			rule_engine_scan(e, &e->program->groups[groups->signatures[i]], data, known);
}

void
rule_engine_scan_payload(struct rule_engine *e, const struct rule_look *l, uint8_t ip_proto, struct bytes data, size_t known)
{
	const struct rule_program *p = e->program;
	const char *app_cstr = l->hit.flow == NULL ? "" : l->hit.flow->app_cstr;
	bool server = l->hit.from_server;
	if (UNLIKELY(e->profile != NULL)) { /* somebody wants to know of each rule whether it is near */
		scan_all(e, &p->groups_of_view[VIEW_PAYLOAD][server], ip_proto, data, known);
		return;
	}
	const struct rule_group *app = app_cstr[0] == '\0'
	    ? NULL
	    : rule_payload_group(p, ip_proto, server, RULE_PLACE_APP, rule_payload_app_number(app_cstr));
	bool high = l->source_port >= RULE_PORT_HIGH && l->target_port >= RULE_PORT_HIGH;
	const struct rule_group *groups[] = {
	    high ? rule_payload_group(p, ip_proto, server, RULE_PLACE_HIGH, 0) : NULL,
	    app,
	    app != NULL && app->has_any ? NULL : rule_payload_group(p, ip_proto, server, RULE_PLACE_ANY, 0),
	    rule_payload_group(p, ip_proto, server, RULE_PLACE_TARGET, l->target_port),
	    rule_payload_group(p, ip_proto, server, RULE_PLACE_SOURCE, l->source_port),
	};
	for (size_t i = 0; i < LENGTH_OF(groups); i++)
		if (groups[i] != NULL)
			rule_engine_scan(e, groups[i], data, known);
	scan_all(e, &p->changed_payload[server], ip_proto, data, known);
}

void
rule_engine_scan_late(struct rule_engine *e, const struct rule_look *l, struct bytes data)
{
	const struct rule_group *g = rule_payload_group(
	    e->program, 6, l->hit.from_server, RULE_PLACE_APP, rule_payload_app_number(l->hit.flow->app_cstr));
	if (g == NULL || UNLIKELY(e->profile != NULL))
		return;
	e->only_of_app = true;
	rule_engine_scan(e, g, data, 0);
	e->only_of_app = false;
}

void
rule_engine_always(struct rule_engine *e, const struct rule_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		rule_engine_candidate(e, list->signatures[i]);
}

void
rule_engine_sort(struct rule_engine *e)
{
	static const size_t gaps[] = {1750, 701, 301, 132, 57, 23, 10, 4, 1}; /* Ciura 2001; qsort() would allocate */
	size_t g = 0;
	while (g + 1 < LENGTH_OF(gaps) && gaps[g] >= e->candidate_count)
		g++;
	for (; g < LENGTH_OF(gaps); g++)
		for (size_t i = gaps[g]; i < e->candidate_count; i++) {
			uint32_t moved = e->candidates[i];
			size_t to = i;
			for (; to >= gaps[g] && e->candidates[to - gaps[g]] > moved; to -= gaps[g])
				e->candidates[to] = e->candidates[to - gaps[g]];
			e->candidates[to] = moved;
		}
}

bool
rule_engine_part_holds(struct rule_engine *e, const struct rule_part *part, const struct rule_window *window)
{
	if (part->must_be_absent)
		return false;
	if (part->buffer->transform_count == 0)
		return rule_eval_window(e->eval, part->steps, part->count, window);
	struct rule_window changed = *window;
	changed.data = rule_transform_apply(e->transforms, part->buffer, window->data);
	return rule_eval_window(e->eval, part->steps, part->count, &changed);
}

/* ---- What is measured ---- */

static uint64_t
now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t
rule_engine_try(struct rule_engine *e)
{
	e->counters.tried++;
	return e->profile == NULL ? 0 : now();
}

void
rule_engine_tried(struct rule_engine *e, uint32_t signature, uint64_t start, uint64_t number, bool holds)
{
	if (LIKELY(e->profile == NULL))
		return;
	struct rule_profile *p = &e->profile[signature];
	p->checks++;
	p->ns += now() - start;
	if (holds) {
		if (p->matches++ == 0)
			p->first_number = number;
	} else if (e->miss > p->nearest || (e->miss == RULE_MISS_PART && p->nearest == e->miss && e->miss_part > p->part)) {
		p->nearest = (uint8_t)e->miss;
		p->part = e->miss == RULE_MISS_PART ? e->miss_part : 0;
		p->number = number;
	}
}
