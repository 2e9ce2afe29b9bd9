/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bits and numbers that rules set and ask for: of flows, of hosts, of pairs of hosts. */
#include "detect/rules/rule_look.h"

static bool
host_bit(struct rule_look *l, const struct rule_bit *bit, uint16_t name, bool change)
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
change_flow_bit(struct rule_look *l, const struct rule_bit *bit, uint16_t name)
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
bit_holds(struct rule_look *l, const struct rule_bit *bit, const uint16_t *names)
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
flow_int(struct rule_look *l, uint16_t name, bool make)
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
int_holds(struct rule_look *l, const struct rule_flow_int *f, const uint16_t names[2])
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
change_int(struct rule_look *l, const struct rule_flow_int *f, const uint16_t names[2])
{
	const uint32_t *other = f->other.len > 0 ? flow_int(l, names[1], false) : NULL;
	uint32_t number = other != NULL ? *other : (uint32_t)f->number, *value = flow_int(l, names[0], true);
	if (value == NULL)
		return;
	*value = f->command == RULE_INT_SET ? number : f->command == RULE_INT_ADD ? *value + number : *value - number;
}

bool
rule_bits_hold(const struct rule_signature *s, struct rule_look *l)
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

void
rule_bits_change(const struct rule_signature *s, struct rule_look *l)
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
