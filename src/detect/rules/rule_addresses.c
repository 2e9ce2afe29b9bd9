/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_addresses.h"

#include "core/auto.h"

#include <errno.h>
#include <stdlib.h>

enum { RULES_MAX = 1 << 22 /* entries of all lists together */ };

/* The next address; false: there is none. */
static bool
after(const struct addr *a, struct addr *out)
{
	*out = *a;
	for (size_t i = sizeof(out->at); i-- > 0;)
		if (++out->at[i] != 0)
			return true;
	return false;
}

static int
add_edge(struct rule_addresses *a, const struct addr *at, uint32_t rule, bool is_end)
{
	if (a->edge_count == a->edge_room) {
		size_t room = a->edge_room == 0 ? 1024 : 2 * a->edge_room;
		struct rule_addresses_edge *more = realloc(a->edges, room * sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		a->edges = more;
		a->edge_room = room;
	}
	a->edges[a->edge_count++] = (struct rule_addresses_edge){*at, rule, is_end};
	return 0;
}

int
rule_addresses_add(struct rule_addresses *a, const struct rule_nets *nets, uint32_t rule)
{
	int e = 0;
	for (uint32_t i = 0; i < nets->count && e == 0; i++) {
		struct addr end;
		e = add_edge(a, &nets->nets[i].low, rule, false);
		if (e == 0 && after(&nets->nets[i].high, &end))
			e = add_edge(a, &end, rule, true);
	}
	return e;
}

/* A range that ends where the next one of the same rule begins is left first. */
static int
by_place(const void *x, const void *y)
{
	const struct rule_addresses_edge *a = x, *b = y;
	int order = addr_compare(&a->at, &b->at);
	if (order != 0)
		return order;
	return a->is_end != b->is_end ? (a->is_end ? -1 : 1) : a->rule < b->rule ? -1 : a->rule > b->rule;
}

/* The rules that hold from the sweep's place on. */
struct active {
	uint32_t count;
	uint32_t *rules, *places; /* places: by rule, where in rules */
};

static void
step(struct active *active, const struct rule_addresses_edge *edge)
{
	if (!edge->is_end) {
		active->places[edge->rule] = active->count;
		active->rules[active->count++] = edge->rule;
		return;
	}
	uint32_t at = active->places[edge->rule], last = active->rules[--active->count];
	active->rules[at] = last;
	active->places[last] = at;
}

/* One sweep over all edges: how much room the lists take, or with room for them, the lists. */
static int
sweep(struct rule_addresses *a, struct active *active, size_t *used, bool write)
{
	active->count = 0;
	a->count4 = a->count6 = 0;
	*used = 0;
	for (size_t i = 0; i < a->edge_count;) {
		struct addr at = a->edges[i].at;
		for (; i < a->edge_count && addr_eq(&a->edges[i].at, &at); i++)
			step(active, &a->edges[i]);
		if (*used + active->count + 1 > RULES_MAX)
			return -E2BIG;
		if (write) {
			a->rules[*used] = active->count;
			if (active->count > 0)
				memcpy(a->rules + *used + 1, active->rules, active->count * sizeof(*a->rules));
			if (addr_is_v4(&at)) {
				a->starts4[a->count4] = rule_addresses_v4(&at);
				a->lists4[a->count4] = (uint32_t)*used;
			}
			a->starts6[a->count6] = at;
			a->lists6[a->count6] = (uint32_t)*used;
		}
		a->count4 += addr_is_v4(&at);
		a->count6++;
		*used += active->count + 1;
	}
	return 0;
}

static void
note_firsts(struct rule_addresses *a)
{
	uint32_t i = 0;
	for (uint64_t top = 0; top <= 1u << RULE_ADDRESSES_TOP; top++) {
		while (i < a->count4 && a->starts4[i] < top << (32 - RULE_ADDRESSES_TOP))
			i++;
		a->firsts4[top] = i;
	}
}

int
rule_addresses_make(struct rule_addresses *a, size_t rule_count)
{
	size_t used = 0;
	AUTO_FREE uint32_t *rules = calloc(rule_count + 1, sizeof(*rules));
	AUTO_FREE uint32_t *places = calloc(rule_count + 1, sizeof(*places));
	struct active active = {.rules = rules, .places = places};
	if (rules == NULL || places == NULL)
		return -ENOMEM;
	if (a->edge_count > 1)
		qsort(a->edges, a->edge_count, sizeof(*a->edges), by_place);
	int e = sweep(a, &active, &used, false);
	if (e == 0) {
		a->starts4 = calloc(a->count4 + 1u, sizeof(*a->starts4));
		a->lists4 = calloc(a->count4 + 1u, sizeof(*a->lists4));
		a->starts6 = calloc(a->count6 + 1u, sizeof(*a->starts6));
		a->lists6 = calloc(a->count6 + 1u, sizeof(*a->lists6));
		a->rules = calloc(used + 1, sizeof(*a->rules));
		a->firsts4 = calloc((1u << RULE_ADDRESSES_TOP) + 1, sizeof(*a->firsts4));
		bool ok = a->firsts4 != NULL && a->starts4 != NULL && a->lists4 != NULL && a->starts6 != NULL &&
		    a->lists6 != NULL && a->rules != NULL;
		e = ok ? sweep(a, &active, &used, true) : -ENOMEM;
	}
	if (e == 0)
		note_firsts(a);
	free(a->edges);
	a->edges = NULL;
	a->edge_count = a->edge_room = 0;
	if (e < 0)
		rule_addresses_free(a);
	return e;
}

void
rule_addresses_free(struct rule_addresses *a)
{
	free(a->edges);
	free(a->firsts4);
	free(a->starts4);
	free(a->lists4);
	free(a->starts6);
	free(a->lists6);
	free(a->rules);
	*a = (struct rule_addresses){0};
}

static const uint32_t *
list_at(const struct rule_addresses *a, uint32_t at, uint32_t *count)
{
	*count = a->rules[at];
	return a->rules + at + 1;
}

const uint32_t *
rule_addresses_find(const struct rule_addresses *a, const struct addr *address, uint32_t *count)
{
	*count = 0;
	if (a->count6 == 0)
		return NULL;
	uint32_t low = 0, high;
	if (addr_is_v4(address) && a->count4 > 0 && a->starts4[0] <= rule_addresses_v4(address)) {
		uint32_t number = rule_addresses_v4(address);
		/* The piece may begin before all that have these bits. */
		low = a->firsts4[number >> (32 - RULE_ADDRESSES_TOP)];
		low -= low > 0;
		for (high = a->firsts4[(number >> (32 - RULE_ADDRESSES_TOP)) + 1];
		     high - low > 1;) { /* starts4[low] <= number < starts4[high] */
			uint32_t middle = low + (high - low) / 2;
			if (a->starts4[middle] <= number)
				low = middle;
			else
				high = middle;
		}
		return list_at(a, a->lists4[low], count);
	}
	if (addr_compare(&a->starts6[0], address) > 0)
		return NULL;
	for (high = a->count6; high - low > 1;) {
		uint32_t middle = low + (high - low) / 2;
		if (addr_compare(&a->starts6[middle], address) <= 0)
			low = middle;
		else
			high = middle;
	}
	return list_at(a, a->lists6[low], count);
}
