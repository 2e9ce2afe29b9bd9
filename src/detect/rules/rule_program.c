/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_program.h"

#include "core/hash.h"
#include "core/text.h"
#include "detect/rules/rule_facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	ARENA_BYTES = 1 << 30 /* of addresses; pages come when they are used */,
	NAMES_MAX = 4096,
	NAME_SLOTS = 4 * NAMES_MAX
};

/* While it is being made: patterns of a group, each with its signatures. */
struct pattern {
	struct bytes bytes;
	bool nocase;
	uint32_t group, signature;
};

struct maker {
	struct rule_set *set;
	struct rule_program *program;
	struct diag *diag;
	size_t pattern_count;
	struct pattern *patterns;
	uint16_t *name_slots; /* open addressing: place in the program's names, plus one */
	size_t group_room;
	bool without_pcre;
};

static int
no_memory(struct maker *m)
{
	return diag_say(m->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
}

/* ---- What a rule is tried on ---- */

static bool
has_packet_test(const struct rule *r)
{
	for (size_t i = 0; i < r->number_count; i++)
		if (r->numbers[i].field <= RULE_FIELD_VXLAN_VNI)
			return true;
	for (size_t i = 0; i < r->word_count; i++)
		if (r->words[i].kind <= RULE_WORD_CHECKSUM)
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
	case RULE_FILE: return false;
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
	case RULE_BASE64_DECODE: return true;
	}
	return false;
}

static int
make_part(struct maker *m, const struct rule *r, uint8_t buffer, struct rule_part *part)
{
	struct rule_program *p = m->program;
	uint16_t count = 0;
	for (size_t i = 0; i < r->match_count; i++)
		count = (uint16_t)(count + (r->matches[i].buffer == buffer));
	struct rule_step *steps = arena_new(&p->arena, struct rule_step, count);
	if (steps == NULL)
		return no_memory(m);
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
make_parts(struct maker *m, const struct rule *r, struct rule_signature *s)
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
		return no_memory(m);
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
intern(struct maker *m, struct bytes name, uint16_t *out)
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
intern_bits(struct maker *m, const struct rule *r, struct rule_signature *s)
{
	size_t count = 0, at = 0;
	for (size_t i = 0; i < r->bit_count; i++)
		count += r->bits[i].name_count;
	count += r->flow_int_count * 2u;
	if (count == 0)
		return 0;
	uint16_t *names = arena_new(&m->program->arena, uint16_t, count);
	if (names == NULL)
		return no_memory(m);
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

/* ---- Which content is searched for ---- */

static bool
can_be_searched(const struct rule_content *c)
{
	return !c->negated;
}

/* Of a rule of transactions: bytes in a stream announce it too; those of datagrams are not kept for it. */
static bool
can_announce(const struct rule *r, enum view view)
{
	return view > VIEW_BASE64_DATA || (view == VIEW_PAYLOAD && (r->ip_protos & (RULE_UDP | RULE_IP)) == 0);
}

/* The content named fast_pattern, or the longest; buffers of protocols before payloads, as they are smaller. */
static const struct rule_match *
fast_match(const struct rule *r, unsigned kind)
{
	const struct rule_match *best = NULL;
	for (size_t i = 0; i < r->match_count; i++) {
		const struct rule_match *m = &r->matches[i];
		if (m->kind != RULE_CONTENT || !can_be_searched(&m->u.content) ||
		    r->buffers[m->buffer].view == VIEW_BASE64_DATA)
			continue;
		if (kind == RULE_ON_TRANSACTION && !can_announce(r, r->buffers[m->buffer].view))
			continue;
		if (m->u.content.fast_pattern)
			return m;
		bool deeper = best != NULL && r->buffers[best->buffer].view <= VIEW_BASE64_DATA &&
		    r->buffers[m->buffer].view > VIEW_BASE64_DATA;
		bool longer = best != NULL && m->u.content.bytes.len > best->u.content.bytes.len;
		bool shallower = best != NULL && r->buffers[best->buffer].view > VIEW_BASE64_DATA &&
		    r->buffers[m->buffer].view <= VIEW_BASE64_DATA;
		if (best == NULL || deeper || (longer && !shallower))
			best = m;
	}
	return best;
}

enum view
rule_program_searched_as(enum view view)
{
	switch ((unsigned)view) {
	case VIEW_HTTP_RESPONSE_BODY: return VIEW_FILE_DATA;
	case VIEW_HTTP_URI_RAW: return VIEW_HTTP_URI;
	case VIEW_HTTP_HEADER_RAW: return VIEW_HTTP_HEADER;
	case VIEW_HTTP_HOST_RAW: return VIEW_HTTP_HOST;
	default: return view;
	}
}

/* What is transformed is searched for itself. */
static enum view
searched_as(const struct rule_buffer *b)
{
	return b->transform_count == 0 ? rule_program_searched_as(b->view) : b->view;
}

static bool
same_buffer(const struct rule_buffer *a, const struct rule_buffer *b)
{
	if (searched_as(a) != searched_as(b) || a->transform_count != b->transform_count)
		return false;
	for (size_t i = 0; i < a->transform_count; i++) {
		const struct rule_transform *x = &a->transforms[i], *y = &b->transforms[i];
		if (x->kind != y->kind || !bytes_eq(x->text, y->text) || x->mode != y->mode ||
		    x->has_bytes != y->has_bytes || x->bytes.number != y->bytes.number ||
		    x->offset.number != y->offset.number)
			return false;
	}
	return true;
}

static int
append(struct maker *m, struct rule_list *list, uint32_t value)
{
	if ((list->count & (list->count - 1)) == 0) { /* room doubles at each power of two */
		uint32_t *more = realloc(list->signatures, (list->count == 0 ? 1 : 2 * (size_t)list->count) * sizeof(*more));
		if (more == NULL)
			return no_memory(m);
		list->signatures = more;
	}
	list->signatures[list->count++] = value;
	return 0;
}

static int
group_for(
    struct maker *m, const struct rule_buffer *buffer, uint8_t side, enum rule_kind kind, uint8_t ip_proto, uint32_t *out)
{
	struct rule_program *p = m->program;
	struct rule_list *list = &p->groups_of_view[searched_as(buffer)][side == VIEW_FROM_SERVER];
	for (uint32_t i = 0; i < list->count; i++) {
		const struct rule_group *g = &p->groups[list->signatures[i]];
		if (same_buffer(g->buffer, buffer) && g->kind == kind && g->ip_proto == ip_proto) {
			*out = list->signatures[i];
			return 0;
		}
	}
	if (p->group_count == m->group_room) {
		size_t room = m->group_room == 0 ? 64 : 2 * m->group_room;
		struct rule_group *more = realloc(p->groups, room * sizeof(*more));
		if (more == NULL)
			return no_memory(m);
		p->groups = more;
		m->group_room = room;
	}
	*out = (uint32_t)p->group_count;
	p->groups[p->group_count++] = (struct rule_group){
	    .buffer = buffer, .side = side, .kind = (uint8_t)kind, .ip_proto = ip_proto};
	return append(m, list, *out);
}

static int
add_pattern(struct maker *m, uint32_t group, const struct rule_content *c, uint32_t signature)
{
	struct bytes bytes = c->bytes;
	if (c->fast_length > 0)
		bytes = bytes_first(bytes_after(bytes, c->fast_offset), c->fast_length);
	bytes = bytes_first(bytes, RULE_FAST_MAX);
	m->patterns[m->pattern_count++] = (struct pattern){bytes, c->nocase, group, signature};
	return 0;
}

/* Which protocols of packets a rule is for: a bit each, as in protos[]. */
static unsigned
packet_classes(const struct rule *r)
{
	enum { TCP = 1, UDP = 2, OTHER = 4 };
	unsigned classes = 0;
	if ((r->ip_protos & RULE_IP) != 0)
		classes |= TCP | UDP | OTHER;
	if ((r->ip_protos & RULE_TCP) != 0)
		classes |= TCP;
	if ((r->ip_protos & RULE_UDP) != 0)
		classes |= UDP;
	if ((r->ip_protos & (RULE_ICMP | RULE_SCTP | RULE_IGMP)) != 0)
		classes |= OTHER;
	return classes;
}

/* How many addresses these are, about. */
static double
span_of(const struct rule_nets *nets)
{
	double sum = nets->is_any ? 1e39 : 0;
	for (uint32_t i = 0; i < nets->count; i++) {
		double low = 0, high = 0;
		for (size_t k = 0; k < sizeof(nets->nets[i].low.at); k++) {
			low = low * 256 + nets->nets[i].low.at[k];
			high = high * 256 + nets->nets[i].high.at[k];
		}
		sum += high - low + 1;
	}
	return sum;
}

/* A rule that asks for addresses only is found by the end that fewer addresses fit. */
static int
place_by_ends(struct maker *m, uint32_t index)
{
	struct rule_program *p = m->program;
	const struct rule *r = p->signatures[index].rule;
	if (r->source.is_any && r->target.is_any)
		return append(m, &p->ends_any, index);
	bool by_source = span_of(&r->source) <= span_of(&r->target);
	const struct rule_nets *nets = by_source ? &r->source : &r->target;
	int e = rule_addresses_add(by_source ? &p->by_source : &p->by_target, nets, index);
	if (e == 0 && r->direction == RULE_BOTH_WAYS)
		e = rule_addresses_add(by_source ? &p->by_target : &p->by_source, nets, index);
	return e < 0 ? no_memory(m) : 0;
}

static bool
needs_memory(const struct rule *r)
{
	for (size_t i = 0; i < r->bit_count; i++)
		if (r->bits[i].scope == RULE_BITS_FLOW && r->bits[i].command == RULE_BIT_IS_SET)
			return true;
	for (size_t i = 0; i < r->flow_int_count; i++)
		if (r->flow_ints[i].command == RULE_INT_COMPARE || r->flow_ints[i].command == RULE_INT_IS_SET)
			return true;
	return false;
}

/* Only packets with which something is wrong can be meant. */
static bool
waits_for_anomaly(const struct rule *r)
{
	for (size_t i = 0; i < r->word_count; i++)
		if (r->words[i].kind == RULE_WORD_CHECKSUM && r->words[i].negated)
			return true;
	return r->event_count > 0;
}

static int
watch(struct maker *m, struct rule_watches *list, uint32_t index)
{
	const struct rule *r = m->program->signatures[index].rule;
	bool narrow = !r->target_ports.is_any && r->target_ports.count == 1 && r->direction == RULE_ONE_WAY;
	if ((list->count & (list->count - 1)) == 0) { /* room doubles at each power of two */
		struct rule_watch *more = realloc(
		    list->all, (list->count == 0 ? 1 : 2 * (size_t)list->count) * sizeof(*more));
		if (more == NULL)
			return no_memory(m);
		list->all = more;
	}
	list->all[list->count++] = (struct rule_watch){.signature = index,
	    .low = narrow ? r->target_ports.ranges[0].low : 0,
	    .high = narrow ? r->target_ports.ranges[0].high : UINT16_MAX,
	    .needs_memory = needs_memory(r)};
	return 0;
}

/* A rule of packets that has no bytes to be found by. */
static int
place_always(struct maker *m, uint32_t index, unsigned class)
{
	static const uint8_t numbers[] = {6, 17};
	struct rule_program *p = m->program;
	const struct rule *r = p->signatures[index].rule;
	for (size_t i = 0; i < r->number_count && class < LENGTH_OF(numbers); i++) {
		const struct rule_number *n = &r->numbers[i];
		if (n->field == RULE_FIELD_IP_PROTO && !n->negated &&
		    !rule_eval_compare(n->compare, numbers[class], n->low, n->high))
			return 0; /* it means another protocol */
	}
	if (class != 0)
		return watch(m, class == 1 ? &p->always_udp : &p->always_other, index);
	int e = 0;
	for (unsigned flags = 0; flags < 256 && e == 0; flags++) {
		bool fits = true;
		for (size_t i = 0; i < r->mask_count && fits; i++)
			fits = r->masks[i].what != RULE_TCP_FLAGS || rule_facts_mask_fits(&r->masks[i], (uint8_t)flags);
		if (fits)
			e = watch(m, &p->always_tcp[flags], index);
	}
	return e;
}

static const uint8_t protos[] = {6, 17, 0}; /* in the order of the bits of packet_classes() */

static int
place_on_packets(struct maker *m, uint32_t index, const struct rule_match *fast, unsigned classes)
{
	struct rule_program *p = m->program;
	const struct rule_signature *s = &p->signatures[index];
	int e = 0;
	if (fast == NULL && s->is_of_ends)
		return place_by_ends(m, index);
	if (fast == NULL && waits_for_anomaly(s->rule))
		return append(m, &p->on_anomaly, index);
	for (unsigned k = 0; k < LENGTH_OF(protos) && e == 0; k++) {
		if ((classes & (1u << k)) == 0)
			continue;
		if (fast == NULL)
			e = place_always(m, index, k);
		for (unsigned side = 0; side < 2 && e == 0 && fast != NULL; side++) {
			uint8_t bit = side == 0 ? VIEW_FROM_CLIENT : VIEW_FROM_SERVER;
			const struct rule_buffer *buffer = &s->rule->buffers[fast->buffer];
			/* The payload of TCP is searched once, for rules of packets and of streams. */
			enum rule_kind kind = k == 0 && buffer->view == VIEW_PAYLOAD ? RULE_ON_STREAM : RULE_ON_PACKET;
			uint32_t group;
			if ((s->sides & bit) == 0)
				continue;
			e = group_for(m, buffer, bit, kind, protos[k], &group);
			if (e == 0)
				e = add_pattern(m, group, &fast->u.content, index);
		}
	}
	return e;
}

static int
place_on_streams(struct maker *m, uint32_t index, const struct rule_match *fast)
{
	struct rule_program *p = m->program;
	const struct rule_signature *s = &p->signatures[index];
	int e = 0;
	uint32_t group;
	for (unsigned side = 0; side < 2 && e == 0; side++) {
		uint8_t bit = side == 0 ? VIEW_FROM_CLIENT : VIEW_FROM_SERVER;
		if ((s->sides & bit) == 0)
			continue;
		if (fast == NULL) {
			e = append(m, &p->always_stream[side], index);
			continue;
		}
		e = group_for(m, &s->rule->buffers[fast->buffer], bit, RULE_ON_STREAM, 6, &group);
		if (e == 0)
			e = add_pattern(m, group, &fast->u.content, index);
	}
	/* Datagrams have no stream: rules for both look at their payload. */
	unsigned classes = packet_classes(s->rule) & ~1u;
	if (fast == NULL && s->on_packets_too)
		classes |= 1;
	return e == 0 ? place_on_packets(m, index, fast, classes) : e;
}

/* Tried when its bytes are found; without any, when the first of its buffers comes, or at the end when that must be absent. */
static int
place_on_transactions(struct maker *m, uint32_t index, const struct rule_match *fast)
{
	struct rule_program *p = m->program;
	const struct rule_signature *s = &p->signatures[index];
	const struct rule_part *first = &s->parts[0];
	while (fast == NULL && first->buffer->view <= VIEW_BASE64_DATA && first + 1 < s->parts + s->part_count)
		first++;
	int e = 0;
	uint32_t group;
	for (unsigned side = 0; side < 2 && e == 0; side++) {
		uint8_t bit = side == 0 ? VIEW_FROM_CLIENT : VIEW_FROM_SERVER;
		if ((s->sides & bit) == 0 && s->rule->direction != RULE_TRANSACTION)
			continue;
		if (fast == NULL) {
			if (first->has_absent)
				e = append(m, &p->absent[side], index);
			if (e == 0)
				e = append(m, &p->always_view[first->buffer->view][side], index);
		} else if ((rule_buffer_sides(&s->rule->buffers[fast->buffer]) & bit) != 0) {
			bool of_stream = s->rule->buffers[fast->buffer].view == VIEW_PAYLOAD;
			p->has_streams |= of_stream;
			e = group_for(m, &s->rule->buffers[fast->buffer], bit,
			    of_stream ? RULE_ON_STREAM : RULE_ON_TRANSACTION, of_stream ? 6 : 0, &group);
			if (e == 0)
				e = add_pattern(m, group, &fast->u.content, index);
		}
	}
	return e;
}

/* Where the rule waits to be found: in groups by its bytes, or in a list of those that are tried when something is so. */
static int
place(struct maker *m, uint32_t index)
{
	struct rule_program *p = m->program;
	const struct rule_signature *s = &p->signatures[index];
	const struct rule *r = s->rule;
	p->has_pass |= r->action == RULE_PASS;
	p->has_streams |= s->kind == RULE_ON_STREAM;
	p->has_two_sided |= r->direction == RULE_TRANSACTION;
	for (uint8_t i = 0; i < s->part_count && s->part_count > 1; i++)
		p->in_company[s->parts[i].buffer->view] |= s->kind == RULE_ON_TRANSACTION;
	for (uint8_t i = 0; i < s->part_count; i++) /* of transactions too, when they look into the stream beside */
		p->has_streams |= s->kind == RULE_ON_TRANSACTION && s->parts[i].buffer->view == VIEW_PAYLOAD;
	int e = s->kind == RULE_ON_PACKET && r->action == RULE_PASS ? append(m, &p->pass_packet, index) : 0;
	if (e < 0)
		return e;
	switch ((enum rule_kind)s->kind) {
	case RULE_ON_EVENT: return append(m, &p->events, index);
	case RULE_ON_PACKET: return place_on_packets(m, index, fast_match(r, s->kind), packet_classes(r));
	case RULE_ON_STREAM: return place_on_streams(m, index, fast_match(r, s->kind));
	case RULE_ON_TRANSACTION: return place_on_transactions(m, index, fast_match(r, s->kind));
	}
	return 0;
}

static void
reach(const struct rule *r, struct rule_reached *out)
{
	const struct rule_ports *source = &r->source_ports, *target = &r->target_ports;
	*out = (struct rule_reached){.source_high = UINT16_MAX, .target_high = UINT16_MAX};
	if (r->direction != RULE_ONE_WAY)
		return;
	if (!source->is_any && source->count > 0) {
		out->source_low = source->ranges[0].low;
		out->source_high = source->ranges[source->count - 1].high;
	}
	if (!target->is_any && target->count > 0) {
		out->target_low = target->ranges[0].low;
		out->target_high = target->ranges[target->count - 1].high;
	}
}

/* Where so many ranges overlap that an index would be too large, each rule is asked. */
static int
index_addresses(struct maker *m)
{
	struct rule_program *p = m->program;
	struct rule_addresses *both[] = {&p->by_source, &p->by_target};
	int e = 0;
	bool refused = false;
	for (size_t i = 0; i < LENGTH_OF(both) && e == 0; i++) {
		e = rule_addresses_make(both[i], p->signature_count);
		refused |= e == -E2BIG;
		e = e == -E2BIG ? 0 : e;
	}
	if (e < 0)
		return no_memory(m);
	for (size_t i = 0; i < p->signature_count && e == 0 && refused; i++) {
		const struct rule *r = p->signatures[i].rule;
		if (p->signatures[i].kind == RULE_ON_PACKET && p->signatures[i].is_of_ends &&
		    !(r->source.is_any && r->target.is_any))
			e = append(m, &p->ends_any, (uint32_t)i);
	}
	return e;
}

/* ---- Databases ---- */

static int
by_group(const void *a, const void *b)
{
	const struct pattern *x = a, *y = b;
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
same_pattern(const struct pattern *a, const struct pattern *b)
{
	return a->nocase == b->nocase && bytes_eq(a->bytes, b->bytes);
}

/* The patterns from `from` to `end` are of one group. */
static int
plan_search(struct maker *m, size_t from, size_t end)
{
	struct rule_program *p = m->program;
	struct rule_group *g = &p->groups[m->patterns[from].group];
	size_t count = end - from, distinct = 0;
	uint32_t *first = arena_new(&p->arena, uint32_t, count + 1), *signatures = arena_new(&p->arena, uint32_t, count);
	struct rule_patterns patterns = {.texts = arena_new(&p->plan, const char *, count),
	    .lengths = arena_new(&p->plan, size_t, count),
	    .flags = arena_new(&p->plan, unsigned, count)};
	if (first == NULL || signatures == NULL || patterns.texts == NULL || patterns.lengths == NULL ||
	    patterns.flags == NULL)
		return no_memory(m);
	for (size_t i = from; i < end; i++) {
		const struct pattern *pattern = &m->patterns[i];
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
plan_searches(struct maker *m)
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
	struct maker m = {.program = p, .diag = diag};
	int e = 0;
	for (uint32_t i = g->first[from]; i < g->first[end] && e == 0; i++)
		e = append(&m, &p->unsearched, g->signatures[i]);
	return e;
}

int
rule_program_search(struct rule_program *p, const struct rule_search_source *source, struct diag *diag)
{
	static const struct rule_search_source here = {.make = compile_here};
	const struct rule_search_source *from = source == NULL ? &here : source;
	int e = 0;
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
	}
	for (size_t i = 0; i < p->group_count; i++)
		p->groups[i].patterns = (struct rule_patterns){0};
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
make(struct maker *m)
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
		return no_memory(m);
	for (size_t i = 0; i < m->set->count; i++) {
		const struct rule *r = m->set->rules[i];
		struct rule_signature s = {.rule = r,
		    .kind = (uint8_t)kind_of(r),
		    .sides = sides_of(r),
		    .is_of_ends = is_of_ends(r),
		    .on_packets_too = is_on_packets_too(r),
		    .has_fast = fast_match(r, kind_of(r)) != NULL};
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
		reach(p->signatures[i].rule, &p->reached[i]);
		e = place(m, (uint32_t)i);
	}
	if (e == 0)
		e = index_addresses(m);
	return e == 0 ? plan_searches(m) : e;
}

int
rule_program_plan(struct rule_set *set, enum rule_program_use use, struct rule_program **out, struct diag *diag)
{
	if (hs_valid_platform() != HS_SUCCESS)
		return diag_say(diag, -ENOSYS, "%s", _("this processor is too old for the search of rules: it needs SSSE3"));
	struct maker *m = calloc(1, sizeof(*m));
	struct rule_program *p = calloc(1, sizeof(*p));
	int e = m == NULL || p == NULL || arena_init(&p->arena, ARENA_BYTES) < 0 || arena_init(&p->plan, ARENA_BYTES) < 0
	    ? diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"))
	    : 0;
	if (e == 0) {
		*m = (struct maker){.set = set, .program = p, .diag = diag, .without_pcre = use == RULE_PROGRAM_TO_SEARCH};
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
