/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_place.h"

#include "detect/rules/rule_facts.h"
#include "detect/rules/rule_payload.h"

#include <stdlib.h>

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
const struct rule_match *
rule_place_fast_match(const struct rule *r, unsigned kind)
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

int
rule_place_append(struct rule_maker *m, struct rule_list *list, uint32_t value)
{
	if ((list->count & (list->count - 1)) == 0) { /* room doubles at each power of two */
		uint32_t *more = realloc(list->signatures, (list->count == 0 ? 1 : 2 * (size_t)list->count) * sizeof(*more));
		if (more == NULL)
			return rule_maker_no_memory(m);
		list->signatures = more;
	}
	list->signatures[list->count++] = value;
	return 0;
}

/* What tells searches of the same buffer and side apart. */
struct search_of {
	enum rule_kind kind;
	uint8_t ip_proto;
	enum rule_place_kind place;
	uint16_t number;
};

static int
group_for(struct rule_maker *m, const struct rule_buffer *buffer, uint8_t side, struct search_of what, uint32_t *out)
{
	struct rule_program *p = m->program;
	struct rule_list *list = &p->groups_of_view[searched_as(buffer)][side == VIEW_FROM_SERVER];
	for (uint32_t i = 0; i < list->count; i++) {
		const struct rule_group *g = &p->groups[list->signatures[i]];
		if (g->kind == what.kind && g->ip_proto == what.ip_proto && g->place == what.place &&
		    g->number == what.number && same_buffer(g->buffer, buffer)) {
			*out = list->signatures[i];
			return 0;
		}
	}
	if (p->group_count == m->group_room) {
		size_t room = m->group_room == 0 ? 64 : 2 * m->group_room;
		struct rule_group *more = realloc(p->groups, room * sizeof(*more));
		if (more == NULL)
			return rule_maker_no_memory(m);
		p->groups = more;
		m->group_room = room;
	}
	*out = (uint32_t)p->group_count;
	p->groups[p->group_count++] = (struct rule_group){.buffer = buffer,
	    .side = side,
	    .kind = (uint8_t)what.kind,
	    .ip_proto = what.ip_proto,
	    .place = (uint8_t)what.place,
	    .number = what.number};
	return rule_place_append(m, list, *out);
}

static int
add_pattern(struct rule_maker *m, uint32_t group, const struct rule_content *c, uint32_t signature)
{
	struct bytes bytes = c->bytes;
	if (c->fast_length > 0)
		bytes = bytes_first(bytes_after(bytes, c->fast_offset), c->fast_length);
	bytes = bytes_first(bytes, RULE_FAST_MAX);
	m->patterns[m->pattern_count++] = (struct rule_maker_pattern){bytes, c->nocase, group, signature};
	return 0;
}

enum { PORTS_MAX = 4 /* a rule of more is searched for everywhere */ };

static bool
has_few_ports(const struct rule_ports *ports)
{
	unsigned count = 0;
	for (uint32_t i = 0; i < ports->count && count <= PORTS_MAX; i++)
		count += ports->ranges[i].high - ports->ranges[i].low + 1u;
	return !ports->is_any && count > 0 && count <= PORTS_MAX;
}

/* Into the searches of all places of payloads that the rule may hold in, or of the buffer that its pattern is in. */
static int
search_for(
    struct rule_maker *m, uint32_t index, const struct rule_match *fast, uint8_t side, enum rule_kind kind, uint8_t ip_proto)
{
	const struct rule *r = m->program->signatures[index].rule;
	const struct rule_buffer *buffer = &r->buffers[fast->buffer];
	const struct rule_reached *reached = &m->program->reached[index];
	struct search_of what = {.kind = kind, .ip_proto = ip_proto};
	const struct rule_ports *ports = NULL;
	uint32_t group;
	int e = 0;
	if (buffer->view == VIEW_PAYLOAD && buffer->transform_count == 0) {
		/* One that looks into transactions too must be found before their protocol is known. */
		bool waits = m->program->signatures[index].kind == RULE_ON_TRANSACTION;
		uint16_t app = r->app_cstr == NULL || waits ? 0 : rule_payload_app_number(r->app_cstr);
		if (app != 0) {
			what.place = RULE_PLACE_APP;
			what.number = app;
			m->program->signatures[index].is_of_app = true;
		} else if (r->direction == RULE_ONE_WAY && has_few_ports(&r->target_ports)) {
			what.place = RULE_PLACE_TARGET;
			ports = &r->target_ports;
		} else if (r->direction == RULE_ONE_WAY && has_few_ports(&r->source_ports)) {
			what.place = RULE_PLACE_SOURCE;
			ports = &r->source_ports;
		} else if (reached->source_low >= RULE_PORT_HIGH && reached->target_low >= RULE_PORT_HIGH) {
			what.place = RULE_PLACE_HIGH;
		}
	}
	for (uint32_t i = 0; ports != NULL && i < ports->count && e == 0; i++)
		for (uint32_t port = ports->ranges[i].low; port <= ports->ranges[i].high && e == 0; port++) {
			what.number = (uint16_t)port;
			e = group_for(m, buffer, side, what, &group);
			if (e == 0)
				e = add_pattern(m, group, &fast->u.content, index);
		}
	if (ports != NULL)
		return e;
	e = group_for(m, buffer, side, what, &group);
	return e == 0 ? add_pattern(m, group, &fast->u.content, index) : e;
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
place_by_ends(struct rule_maker *m, uint32_t index)
{
	struct rule_program *p = m->program;
	const struct rule *r = p->signatures[index].rule;
	if (r->source.is_any && r->target.is_any)
		return rule_place_append(m, &p->ends_any, index);
	bool by_source = span_of(&r->source) <= span_of(&r->target);
	const struct rule_nets *nets = by_source ? &r->source : &r->target;
	int e = rule_addresses_add(by_source ? &p->by_source : &p->by_target, nets, index);
	if (e == 0 && r->direction == RULE_BOTH_WAYS)
		e = rule_addresses_add(by_source ? &p->by_target : &p->by_source, nets, index);
	return e < 0 ? rule_maker_no_memory(m) : 0;
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

/* From the lowest to the highest address that it may be sent to, when all are IPv4. */
static void
narrow_to_v4(struct rule_watch *w, const struct rule *r)
{
	const struct rule_nets *nets = &r->target;
	if (r->direction != RULE_ONE_WAY || nets->is_any || nets->count == 0)
		return;
	const struct addr *low = &nets->nets[0].low, *high = &nets->nets[nets->count - 1].high;
	if (!addr_is_v4(low) || !addr_is_v4(high))
		return;
	w->to_v4 = true;
	w->v4_low = rule_addresses_v4(low);
	w->v4_high = rule_addresses_v4(high);
}

static int
watch(struct rule_maker *m, struct rule_watches *list, uint32_t index)
{
	const struct rule *r = m->program->signatures[index].rule;
	bool narrow = !r->target_ports.is_any && r->target_ports.count == 1 && r->direction == RULE_ONE_WAY;
	if ((list->count & (list->count - 1)) == 0) { /* room doubles at each power of two */
		struct rule_watch *more = realloc(
		    list->all, (list->count == 0 ? 1 : 2 * (size_t)list->count) * sizeof(*more));
		if (more == NULL)
			return rule_maker_no_memory(m);
		list->all = more;
	}
	list->all[list->count++] = (struct rule_watch){.signature = index,
	    .low = narrow ? r->target_ports.ranges[0].low : 0,
	    .high = narrow ? r->target_ports.ranges[0].high : UINT16_MAX,
	    .needs_memory = needs_memory(r)};
	narrow_to_v4(&list->all[list->count - 1], r);
	return 0;
}

/* A rule of packets that has no bytes to be found by. */
static int
place_always(struct rule_maker *m, uint32_t index, unsigned class)
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
place_on_packets(struct rule_maker *m, uint32_t index, const struct rule_match *fast, unsigned classes)
{
	struct rule_program *p = m->program;
	const struct rule_signature *s = &p->signatures[index];
	int e = 0;
	if (fast == NULL && s->is_of_ends)
		return place_by_ends(m, index);
	if (fast == NULL && waits_for_anomaly(s->rule))
		return rule_place_append(m, &p->on_anomaly, index);
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
			if ((s->sides & bit) != 0)
				e = search_for(m, index, fast, bit, kind, protos[k]);
		}
	}
	return e;
}

static int
place_on_streams(struct rule_maker *m, uint32_t index, const struct rule_match *fast)
{
	struct rule_program *p = m->program;
	const struct rule_signature *s = &p->signatures[index];
	int e = 0;
	for (unsigned side = 0; side < 2 && e == 0; side++) {
		uint8_t bit = side == 0 ? VIEW_FROM_CLIENT : VIEW_FROM_SERVER;
		if ((s->sides & bit) == 0)
			continue;
		e = fast == NULL ? rule_place_append(m, &p->always_stream[side], index)
		                 : search_for(m, index, fast, bit, RULE_ON_STREAM, 6);
	}
	/* Datagrams have no stream: rules for both look at their payload. */
	unsigned classes = packet_classes(s->rule) & ~1u;
	if (fast == NULL && s->on_packets_too)
		classes |= 1;
	return e == 0 ? place_on_packets(m, index, fast, classes) : e;
}

/* Tried when its bytes are found; without any, when the first of its buffers comes, or at the end when that must be absent. */
static int
place_on_transactions(struct rule_maker *m, uint32_t index, const struct rule_match *fast)
{
	struct rule_program *p = m->program;
	const struct rule_signature *s = &p->signatures[index];
	const struct rule_part *first = &s->parts[0];
	while (fast == NULL && first->buffer->view <= VIEW_BASE64_DATA && first + 1 < s->parts + s->part_count)
		first++;
	int e = 0;
	for (unsigned side = 0; side < 2 && e == 0; side++) {
		uint8_t bit = side == 0 ? VIEW_FROM_CLIENT : VIEW_FROM_SERVER;
		if ((s->sides & bit) == 0 && s->rule->direction != RULE_TRANSACTION)
			continue;
		if (fast == NULL) {
			if (first->has_absent)
				e = rule_place_append(m, &p->absent[side], index);
			if (e == 0)
				e = rule_place_append(m, &p->always_view[first->buffer->view][side], index);
		} else if ((rule_buffer_sides(&s->rule->buffers[fast->buffer]) & bit) != 0) {
			bool of_stream = s->rule->buffers[fast->buffer].view == VIEW_PAYLOAD;
			p->has_streams |= of_stream;
			e = search_for(
			    m, index, fast, bit, of_stream ? RULE_ON_STREAM : RULE_ON_TRANSACTION, of_stream ? 6 : 0);
		}
	}
	return e;
}

/* Where the rule waits to be found: in groups by its bytes, or in a list of those that are tried when something is so. */
int
rule_place(struct rule_maker *m, uint32_t index)
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
	int e = s->kind == RULE_ON_PACKET && r->action == RULE_PASS ? rule_place_append(m, &p->pass_packet, index) : 0;
	if (e < 0)
		return e;
	switch ((enum rule_kind)s->kind) {
	case RULE_ON_EVENT: return rule_place_append(m, &p->events, index);
	case RULE_ON_PACKET: return place_on_packets(m, index, rule_place_fast_match(r, s->kind), packet_classes(r));
	case RULE_ON_STREAM: return place_on_streams(m, index, rule_place_fast_match(r, s->kind));
	case RULE_ON_TRANSACTION: return place_on_transactions(m, index, rule_place_fast_match(r, s->kind));
	}
	return 0;
}

void
rule_place_reach(const struct rule *r, struct rule_reached *out)
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
int
rule_place_addresses(struct rule_maker *m)
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
		return rule_maker_no_memory(m);
	for (size_t i = 0; i < p->signature_count && e == 0 && refused; i++) {
		const struct rule *r = p->signatures[i].rule;
		if (p->signatures[i].kind == RULE_ON_PACKET && p->signatures[i].is_of_ends &&
		    !(r->source.is_any && r->target.is_any))
			e = rule_place_append(m, &p->ends_any, (uint32_t)i);
	}
	return e;
}
