/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_program.h"

#include "core/hash.h"
#include "core/text.h"
#include "detect/rules/rule_facts.h"
#include "detect/rules/rule_payload.h"
#include "detect/rules/rule_place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	ARENA_BYTES = 1 << 30 /* of addresses; pages come when they are used */,
	NAMES_MAX = 4096,
	NAME_SLOTS = 4 * NAMES_MAX
};

/* ---- What a rule is tried on ---- */

static bool
has_packet_test(const struct rule *r)
{
	for (size_t i = 0; i < r->number_count; i++)
		if (r->numbers[i].field <= RULE_FIELD_VXLAN_VNI)
			return true;
	for (size_t i = 0; i < r->word_count; i++)
		if (r->words[i].kind <= RULE_WORD_VLAN_ID)
			return true;
	for (size_t i = 0; i < r->event_count; i++)
		if (r->events[i].layer != RULE_EVENT_APP)
			return true;
	return r->mask_count > 0;
}

static enum rule_kind
kind_of(const struct rule *r)
{
	bool payload = false, transaction = false;
	for (size_t i = 0; i < r->match_count; i++) {
		enum view view = r->buffers[r->matches[i].buffer].view;
		payload |= view <= VIEW_SCTP_CHUNK_DATA;
		transaction |= view > VIEW_BASE64_DATA;
	}
	for (size_t i = 0; i < r->event_count; i++)
		if (r->events[i].layer == RULE_EVENT_APP)
			return RULE_ON_EVENT;
	if (transaction)
		return RULE_ON_TRANSACTION;
	bool header_view = false;
	for (size_t i = 0; i < r->match_count; i++) {
		enum view view = r->buffers[r->matches[i].buffer].view;
		header_view |= view > VIEW_PAYLOAD && view <= VIEW_SCTP_HEADER;
	}
	bool tcp = (r->ip_protos & (RULE_TCP | RULE_IP)) != 0 || r->app_cstr != NULL;
	if (payload && !header_view && tcp && (r->ip_protos & RULE_PACKET) == 0 && !has_packet_test(r) &&
	    (r->flow_flags & RULE_FLOW_NO_STREAM) == 0)
		return RULE_ON_STREAM;
	return RULE_ON_PACKET;
}

/* Suricata's "IP only": asked once for each direction of a flow. */
static bool
is_of_ends(const struct rule *r)
{
	bool any_port = r->source_ports.is_any && r->target_ports.is_any;
	for (size_t i = 0; i < r->word_count; i++)
		if (r->words[i].kind != RULE_WORD_GEO_IP && r->words[i].kind != RULE_WORD_IP_REPUTATION)
			return false;
	return any_port && r->app_cstr == NULL && r->app_protocol.len == 0 && r->flow_flags == 0 && r->match_count == 0 &&
	    r->number_count == 0 && r->mask_count == 0 && r->event_count == 0 && r->flow_int_count == 0 &&
	    (r->ip_protos & RULE_PACKET) == 0;
}

/* Of a rule of streams: a place from the start, or the size of the stream, is asked for. */
static bool
is_on_packets_too(const struct rule *r)
{
	if ((r->flow_flags & RULE_FLOW_ONLY_STREAM) != 0 || (r->ip_protos & RULE_STREAM) != 0)
		return false;
	for (size_t i = 0; i < r->word_count; i++)
		if (r->words[i].kind == RULE_WORD_STREAM_SIZE)
			return true;
	for (size_t i = 0; i < r->match_count; i++) {
		const struct rule_content *c = &r->matches[i].u.content;
		if (r->matches[i].kind == RULE_CONTENT && (c->has_depth || c->has_offset || c->starts))
			return true;
	}
	return false;
}

static uint8_t
sides_of(const struct rule *r)
{
	uint8_t sides = VIEW_FROM_CLIENT | VIEW_FROM_SERVER;
	if ((r->flow_flags & RULE_FLOW_TO_SERVER) != 0)
		sides = VIEW_FROM_CLIENT;
	if ((r->flow_flags & RULE_FLOW_TO_CLIENT) != 0)
		sides = VIEW_FROM_SERVER;
	for (size_t i = 0; i < r->match_count && r->direction != RULE_TRANSACTION; i++)
		sides &= rule_buffer_sides(&r->buffers[r->matches[i].buffer]);
	return sides;
}

/* ---- Steps ---- */

static bool
is_relative(const struct rule_match *m)
{
	switch (m->kind) {
	case RULE_CONTENT: return m->u.content.has_distance || m->u.content.has_within;
	case RULE_PCRE: return m->u.pcre.relative;
	case RULE_BYTE_TEST:
	case RULE_BYTE_JUMP:
	case RULE_BYTE_EXTRACT:
	case RULE_BYTE_MATH:
	case RULE_IS_DATA_AT: return (m->u.bytes.flags & RULE_RELATIVE) != 0;
	case RULE_BASE64_DECODE: return m->u.base64.relative;
	case RULE_SIZE:
	case RULE_ABSENT:
	case RULE_DATASET:
	case RULE_DATAREP:
	case RULE_NUMBERS:
	case RULE_DCERPC_INTERFACE:
	case RULE_ENTROPY:
	case RULE_FILE: return false;
	case RULE_ASN1: return m->u.asn1.relative;
	}
	return false;
}

/* Whether what is relative behind it counts from the place before it. */
static bool
keeps_place(const struct rule_match *m)
{
	switch (m->kind) {
	case RULE_CONTENT: return m->u.content.negated;
	case RULE_PCRE: return m->u.pcre.negated;
	case RULE_BYTE_JUMP:
	case RULE_BYTE_EXTRACT:
	case RULE_BYTE_MATH: return false;
	case RULE_BYTE_TEST:
	case RULE_IS_DATA_AT:
	case RULE_SIZE:
	case RULE_ABSENT:
	case RULE_DATASET:
	case RULE_DATAREP:
	case RULE_NUMBERS:
	case RULE_DCERPC_INTERFACE:
	case RULE_FILE:
	case RULE_ENTROPY:
	case RULE_ASN1:
	case RULE_BASE64_DECODE: return true;
	}
	return false;
}

static int
make_part(struct rule_maker *m, const struct rule *r, uint8_t buffer, struct rule_part *part)
{
	struct rule_program *p = m->program;
	uint16_t count = 0;
	for (size_t i = 0; i < r->match_count; i++)
		count = (uint16_t)(count + (r->matches[i].buffer == buffer));
	struct rule_step *steps = arena_new(&p->arena, struct rule_step, count);
	if (steps == NULL)
		return rule_maker_no_memory(m);
	*part = (struct rule_part){.buffer = &r->buffers[buffer], .steps = steps, .count = count};
	size_t at = 0;
	for (size_t i = 0; i < r->match_count; i++) {
		const struct rule_match *match = &r->matches[i];
		if (match->buffer != buffer)
			continue;
		steps[at].match = match;
		if (at > 0)
			steps[at - 1].next_is_relative = is_relative(match);
		if (match->kind == RULE_ABSENT) {
			part->has_absent = true;
			part->must_be_absent = match->u.absent.only_absent;
		}
		if (match->kind == RULE_PCRE && !m->without_pcre) {
			int e = rule_eval_compile(&match->u.pcre, &steps[at].pcre, m->diag);
			if (e < 0)
				return e;
			p->codes[p->code_count++] = steps[at].pcre;
		}
		at++;
	}
	for (size_t k = count; k-- > 1;)
		if (keeps_place(steps[k].match))
			steps[k - 1].next_is_relative |= steps[k].next_is_relative;
	return 0;
}

static int
make_parts(struct rule_maker *m, const struct rule *r, struct rule_signature *s)
{
	struct rule_part parts[RULE_BUFFERS_MAX];
	uint8_t count = 0;
	for (uint8_t b = 0; b < r->buffer_count; b++) {
		bool used = false;
		for (size_t i = 0; i < r->match_count; i++)
			used |= r->matches[i].buffer == b;
		if (!used)
			continue;
		int e = make_part(m, r, b, &parts[count++]);
		if (e < 0)
			return e;
	}
	struct rule_part *kept = count == 0 ? NULL : arena_new(&m->program->arena, struct rule_part, count);
	if (count > 0 && kept == NULL)
		return rule_maker_no_memory(m);
	if (count > 0)
		memcpy(kept, parts, count * sizeof(*parts));
	s->parts = kept;
	s->part_count = count;
	s->parts_depend = r->variable_count > 0;
	for (uint8_t i = 0; i < count; i++) {
		s->step_count = (uint16_t)(s->step_count + parts[i].count);
		s->parts_depend |= parts[i].buffer->view == VIEW_BASE64_DATA;
	}
	return 0;
}

/* ---- Names of bits ---- */

static int
intern(struct rule_maker *m, struct bytes name, uint16_t *out)
{
	struct rule_program *p = m->program;
	size_t at = hash_bytes(name, 0) % NAME_SLOTS;
	while (m->name_slots[at] != 0 && !bytes_eq(p->names[m->name_slots[at] - 1], name))
		at = (at + 1) % NAME_SLOTS;
	if (m->name_slots[at] == 0) {
		if (p->name_count == NAMES_MAX)
			return diag_say(m->diag, -E2BIG, _("more than %d names of bits"), NAMES_MAX);
		p->names[p->name_count++] = name;
		m->name_slots[at] = (uint16_t)p->name_count;
	}
	*out = (uint16_t)(m->name_slots[at] - 1);
	return 0;
}

static int
intern_bits(struct rule_maker *m, const struct rule *r, struct rule_signature *s)
{
	size_t count = 0, at = 0;
	for (size_t i = 0; i < r->bit_count; i++)
		count += r->bits[i].name_count;
	count += r->flow_int_count * 2u;
	if (count == 0)
		return 0;
	uint16_t *names = arena_new(&m->program->arena, uint16_t, count);
	if (names == NULL)
		return rule_maker_no_memory(m);
	int e = 0;
	for (size_t i = 0; i < r->bit_count; i++)
		for (size_t k = 0; k < r->bits[i].name_count && e == 0; k++)
			e = intern(m, r->bits[i].names[k], &names[at++]);
	for (size_t i = 0; i < r->flow_int_count && e == 0; i++) {
		e = intern(m, r->flow_ints[i].name, &names[at++]);
		if (e == 0 && r->flow_ints[i].other.len > 0)
			e = intern(m, r->flow_ints[i].other, &names[at]);
		at++;
	}
	s->bit_names = names;
	return e;
}

/* ---- What is looked at ---- */

static void
note_uses(struct rule_program *p)
{
	for (size_t v = 0; v < VIEWS; v++)
		for (size_t side = 0; side < 2; side++) {
			const struct rule_list *own = &p->groups_of_view[v][side],
			                       *shared = &p->groups_of_view[rule_program_searched_as((enum view)v)][side];
			uint8_t uses = p->always_view[v][side].count > 0 ? RULE_VIEW_ALWAYS : 0;
			for (uint32_t i = 0; i < own->count; i++)
				uses |= p->groups[own->signatures[i]].buffer->transform_count > 0 ? RULE_VIEW_CHANGED : 0;
			for (uint32_t i = 0; i < shared->count; i++)
				uses |= p->groups[shared->signatures[i]].buffer->transform_count == 0 ? RULE_VIEW_SEARCHED
				                                                                      : 0;
			p->view_uses[v][side] = uses;
		}
	for (size_t i = 0; i < p->signature_count; i++)
		for (uint8_t k = 0; k < p->signatures[i].part_count; k++) {
			enum view view = p->signatures[i].parts[k].buffer->view;
			p->has_headers |= view > VIEW_PAYLOAD && view <= VIEW_SCTP_CHUNK_DATA;
		}
}

/* ---- Databases ---- */

static int
by_group(const void *a, const void *b)
{
	const struct rule_maker_pattern *x = a, *y = b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->nocase != y->nocase)
		return x->nocase ? 1 : -1;
	size_t n = x->bytes.len < y->bytes.len ? x->bytes.len : y->bytes.len;
	int order = memcmp(x->bytes.at, y->bytes.at, n);
	if (order != 0 || x->bytes.len != y->bytes.len)
		return order != 0 ? order : x->bytes.len < y->bytes.len ? -1 : 1;
	return x->signature < y->signature ? -1 : x->signature > y->signature;
}

static bool
same_pattern(const struct rule_maker_pattern *a, const struct rule_maker_pattern *b)
{
	return a->nocase == b->nocase && bytes_eq(a->bytes, b->bytes);
}

/* The patterns from `from` to `end` are of one group. */
static int
plan_search(struct rule_maker *m, size_t from, size_t end)
{
	struct rule_program *p = m->program;
	struct rule_group *g = &p->groups[m->patterns[from].group];
	size_t count = end - from, distinct = 0;
	uint32_t *first = arena_new(&p->arena, uint32_t, count + 1), *signatures = arena_new(&p->arena, uint32_t, count);
	struct rule_patterns patterns = {.texts = arena_new(&p->arena, const char *, count),
	    .lengths = arena_new(&p->arena, size_t, count),
	    .flags = arena_new(&p->arena, unsigned, count)};
	if (first == NULL || signatures == NULL || patterns.texts == NULL || patterns.lengths == NULL ||
	    patterns.flags == NULL)
		return rule_maker_no_memory(m);
	for (size_t i = from; i < end; i++) {
		const struct rule_maker_pattern *pattern = &m->patterns[i];
		if (i == from || !same_pattern(pattern, &m->patterns[i - 1])) {
			patterns.texts[distinct] = (const char *)pattern->bytes.at;
			patterns.lengths[distinct] = pattern->bytes.len;
			patterns.flags[distinct] = HS_FLAG_SINGLEMATCH | (pattern->nocase ? HS_FLAG_CASELESS : 0);
			first[distinct++] = (uint32_t)(i - from);
		}
		signatures[i - from] = pattern->signature;
	}
	first[distinct] = (uint32_t)count;
	patterns.count = (uint32_t)distinct;
	g->first = first;
	g->signatures = signatures;
	g->patterns = patterns;
	return 0;
}

static int
plan_searches(struct rule_maker *m)
{
	int e = 0;
	qsort(m->patterns, m->pattern_count, sizeof(*m->patterns), by_group);
	for (size_t from = 0, end; from < m->pattern_count && e == 0; from = end) {
		for (end = from + 1; end < m->pattern_count && m->patterns[end].group == m->patterns[from].group;)
			end++;
		e = plan_search(m, from, end);
	}
	return e;
}

static int
compile_here(void *context, const struct rule_patterns *patterns, struct rule_search *out, struct diag *diag)
{
	(void)context;
	return rule_search_compile(patterns, out, diag);
}

/* What the rules with these patterns look for is not found: they are named. */
static int
leave_out(struct rule_program *p, const struct rule_group *g, uint32_t from, uint32_t end, struct diag *diag)
{
	struct rule_maker m = {.program = p, .diag = diag};
	int e = 0;
	for (uint32_t i = g->first[from]; i < g->first[end] && e == 0; i++)
		e = rule_place_append(&m, &p->unsearched, g->signatures[i]);
	return e;
}

int
rule_program_search(struct rule_program *p, const struct rule_search_source *source, struct diag *diag)
{
	static const struct rule_search_source here = {.make = compile_here};
	const struct rule_search_source *from = source == NULL ? &here : source;
	struct rule_short_counts *counts = rule_short_counts_new();
	int e = counts == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules")) : 0;
	for (size_t i = 0; i < p->group_count && e == 0; i++)
		rule_short_counts_add(counts, &p->groups[i].patterns);
	for (size_t i = 0; i < p->group_count && e == 0; i++) {
		struct rule_group *g = &p->groups[i];
		struct rule_search search = {0};
		size_t bytes = 0;
		if (g->patterns.count == 0)
			continue;
		e = from->make(from->context, &g->patterns, &search, diag);
		if (e == -ENOENT) {
			e = leave_out(p, g, 0, g->patterns.count, diag);
			continue;
		}
		g->database = search.database;
		for (size_t k = 0; k < search.refused_count && e == 0; k++)
			e = leave_out(p, g, search.refused[k], search.refused[k] + 1, diag);
		if (g->database != NULL && hs_database_size(g->database, &bytes) == HS_SUCCESS)
			p->memory_bytes += bytes;
		if (search.refused_count == 0 && g->database != NULL)
			g->in_short = rule_short_make(&g->patterns, counts, &p->arena);
	}
	rule_short_counts_free(counts);
	arena_done(&p->plan);
	return e;
}

/* ---- The whole ---- */

static unsigned
action_order(const struct rule *r)
{
	return r->action == RULE_PASS                                   ? 0
	    : r->action == RULE_DROP                                    ? 1
	    : r->action >= RULE_REJECT && r->action <= RULE_REJECT_BOTH ? 2
	                                                                : 3;
}

/* Those that set come before those that read, whatever else they do. */
static unsigned
bit_order(const struct rule *r)
{
	bool sets = false, reads = false;
	for (size_t i = 0; i < r->bit_count; i++) {
		sets |= r->bits[i].command <= RULE_BIT_TOGGLE;
		reads |= r->bits[i].command > RULE_BIT_TOGGLE;
	}
	for (size_t i = 0; i < r->flow_int_count; i++) {
		sets |= r->flow_ints[i].command <= RULE_INT_SUBTRACT;
		reads |= r->flow_ints[i].command > RULE_INT_SUBTRACT;
	}
	return sets && !reads ? 0 : sets ? 1 : reads ? 2 : 1;
}

static int
by_order(const void *a, const void *b)
{
	const struct rule_signature *x = a, *y = b;
	if (action_order(x->rule) != action_order(y->rule))
		return action_order(x->rule) < action_order(y->rule) ? -1 : 1;
	if (bit_order(x->rule) != bit_order(y->rule))
		return bit_order(x->rule) < bit_order(y->rule) ? -1 : 1;
	if (x->rule->priority != y->rule->priority)
		return x->rule->priority < y->rule->priority ? -1 : 1;
	return x->rule->sid < y->rule->sid ? -1 : x->rule->sid > y->rule->sid;
}

static int
make(struct rule_maker *m)
{
	struct rule_program *p = m->program;
	size_t places = 0, codes = 0;
	for (size_t i = 0; i < m->set->count; i++) {
		places += 8;
		for (size_t k = 0; k < m->set->rules[i]->match_count; k++)
			codes += m->set->rules[i]->matches[k].kind == RULE_PCRE;
	}
	p->signatures = calloc(m->set->count + 1, sizeof(*p->signatures));
	p->reached = calloc(m->set->count + 1, sizeof(*p->reached));
	p->codes = calloc(codes + 1, sizeof(struct rule_pcre_code *));
	m->patterns = calloc(places + 1, sizeof(*m->patterns));
	m->name_slots = arena_new(&p->plan, uint16_t, NAME_SLOTS);
	p->names = arena_new(&p->arena, struct bytes, NAMES_MAX);
	if (p->signatures == NULL || p->reached == NULL || p->codes == NULL || m->patterns == NULL ||
	    m->name_slots == NULL || p->names == NULL)
		return rule_maker_no_memory(m);
	for (size_t i = 0; i < m->set->count; i++) {
		const struct rule *r = m->set->rules[i];
		struct rule_signature s = {.rule = r,
		    .kind = (uint8_t)kind_of(r),
		    .sides = sides_of(r),
		    .is_of_ends = is_of_ends(r),
		    .on_packets_too = is_on_packets_too(r),
		    .has_fast = rule_place_fast_match(r, kind_of(r)) != NULL};
		int e = make_parts(m, r, &s);
		if (e == 0)
			e = intern_bits(m, r, &s);
		if (e < 0)
			return e;
		p->signatures[p->signature_count++] = s;
	}
	qsort(p->signatures, p->signature_count, sizeof(*p->signatures), by_order);
	int e = 0;
	for (size_t i = 0; i < p->signature_count && e == 0; i++) {
		rule_place_reach(p->signatures[i].rule, &p->reached[i]);
		e = rule_place(m, (uint32_t)i);
	}
	if (e == 0)
		e = rule_place_addresses(m);
	if (e == 0)
		e = rule_payload_index(m);
	note_uses(p);
	if (e == 0)
		e = rule_payload_add_any(m);
	return e == 0 ? plan_searches(m) : e;
}

int
rule_program_plan(struct rule_set *set, enum rule_program_use use, struct rule_program **out, struct diag *diag)
{
	if (hs_valid_platform() != HS_SUCCESS)
		return diag_say(diag, -ENOSYS, "%s", _("this processor is too old for the search of rules: it needs SSSE3"));
	struct rule_maker *m = calloc(1, sizeof(*m));
	struct rule_program *p = calloc(1, sizeof(*p));
	int e = m == NULL || p == NULL || arena_init(&p->arena, ARENA_BYTES) < 0 || arena_init(&p->plan, ARENA_BYTES) < 0
	    ? diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"))
	    : 0;
	if (e == 0) {
		*m = (struct rule_maker){
		    .set = set, .program = p, .diag = diag, .without_pcre = use == RULE_PROGRAM_TO_SEARCH};
		e = make(m);
		free(m->patterns);
	}
	free(m);
	if (e < 0)
		rule_program_free(p);
	else
		*out = p;
	return e;
}

int
rule_program_make(struct rule_set *set, struct rule_program **out, struct diag *diag)
{
	struct rule_program *p;
	int e = rule_program_plan(set, RULE_PROGRAM_TO_RUN, &p, diag);
	if (e == 0)
		e = rule_program_search(p, NULL, diag);
	if (e == 0)
		*out = p;
	else
		rule_program_free(p);
	return e;
}

void
rule_program_free(struct rule_program *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->group_count; i++)
		(void)hs_free_database(p->groups[i].database);
	for (size_t i = 0; i < p->code_count; i++)
		rule_eval_free_code(p->codes[i]);
	for (size_t i = 0; i < VIEWS; i++)
		for (size_t side = 0; side < 2; side++) {
			free(p->groups_of_view[i][side].signatures);
			free(p->always_view[i][side].signatures);
		}
	for (size_t side = 0; side < 2; side++) {
		free(p->changed_payload[side].signatures);
	}
	for (size_t i = 0; i < LENGTH_OF(p->always_stream); i++)
		free(p->always_stream[i].signatures);
	free(p->events.signatures);
	free(p->unsearched.signatures);
	free(p->pass_packet.signatures);
	free(p->ends_any.signatures);
	free(p->on_anomaly.signatures);
	for (size_t i = 0; i < LENGTH_OF(p->always_tcp); i++)
		free(p->always_tcp[i].all);
	free(p->always_udp.all);
	free(p->always_other.all);
	rule_addresses_free(&p->by_source);
	rule_addresses_free(&p->by_target);
	free(p->absent[0].signatures);
	free(p->absent[1].signatures);
	free(p->groups);
	free(p->signatures);
	free(p->reached);
	free(p->codes);
	arena_done(&p->arena);
	arena_done(&p->plan);
	free(p);
}
