/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_reputation.h"

#include "detect/rules/rule_eval.h"
#include "detect/rules/rule_text.h"

#include <errno.h>
#include <stdlib.h>

enum { ENTRIES_MAX = 4 << 20 };

struct rule_reputation {
	struct addr address; /* what is behind its bits is zero */
	uint8_t category, bits, value;
};

size_t
rule_reputation_categories(struct rule_reputations *r, struct bytes file)
{
	size_t odd = 0;
	for (size_t end; file.len > 0; file = bytes_after(file, end + 1)) {
		end = bytes_find(file, '\n');
		struct bytes line = rule_text_trim(bytes_first(file, end)), id, name;
		int64_t number;
		if (line.len == 0 || line.at[0] == '#')
			continue;
		if (rule_text_split(&line, ',', &id) && rule_text_split(&line, ',', &name) &&
		    rule_text_number(id, &number) && number >= 1 && number <= RULE_REPUTATION_CATEGORIES && name.len > 0)
			r->names[number] = name;
		else
			odd++;
	}
	return odd;
}

static void
clear_behind(struct addr *a, unsigned bits)
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned kept = bits > i * 8 ? bits - i * 8 : 0;
		if (kept < 8)
			a->at[i] = (uint8_t)(a->at[i] & (0xff00u >> kept));
	}
}

static bool
read_line(struct bytes line, struct rule_reputation *out)
{
	struct bytes network, category_text, value_text;
	int64_t category, value, bits;
	if (!rule_text_split(&line, ',', &network) || !rule_text_split(&line, ',', &category_text) ||
	    !rule_text_split(&line, ',', &value_text))
		return false;
	size_t slash = bytes_find(network, '/');
	if (!addr_parse(bytes_first(network, slash), &out->address) || !rule_text_number(category_text, &category) ||
	    !rule_text_number(value_text, &value) || category < 1 || category > RULE_REPUTATION_CATEGORIES || value < 0 ||
	    value > 127)
		return false;
	bool v4 = addr_is_v4(&out->address);
	bits = v4 ? 32 : 128;
	if (slash < network.len &&
	    (!rule_text_number(bytes_after(network, slash + 1), &bits) || bits < 0 || bits > (v4 ? 32 : 128)))
		return false;
	out->bits = (uint8_t)(bits + (v4 ? 96 : 0));
	out->category = (uint8_t)category;
	out->value = (uint8_t)value;
	clear_behind(&out->address, out->bits);
	return true;
}

int
rule_reputation_read(struct rule_reputations *r, struct bytes file, size_t *odd_lines)
{
	*odd_lines = 0;
	if (r->all == NULL && (r->all = arena_new(r->arena, struct rule_reputation, ENTRIES_MAX)) == NULL)
		return -ENOMEM;
	for (size_t end; file.len > 0; file = bytes_after(file, end + 1)) {
		end = bytes_find(file, '\n');
		struct bytes line = rule_text_trim(bytes_first(file, end));
		if (line.len == 0 || line.at[0] == '#')
			continue;
		if (r->count == ENTRIES_MAX)
			return -ENOMEM;
		if (read_line(line, &r->all[r->count]))
			r->count++;
		else
			++*odd_lines;
	}
	r->is_sorted = false;
	return 0;
}

/* By category, the longest prefix first, then by address. */
static int
compare(const void *a, const void *b)
{
	const struct rule_reputation *x = a, *y = b;
	if (x->category != y->category)
		return x->category < y->category ? -1 : 1;
	if (x->bits != y->bits)
		return x->bits > y->bits ? -1 : 1;
	return memcmp(x->address.at, y->address.at, 16);
}

void
rule_reputation_sort(struct rule_reputations *r)
{
	if (!r->is_sorted && r->count > 1)
		qsort(r->all, r->count, sizeof(*r->all), compare);
	r->is_sorted = true;
}

unsigned
rule_reputation_category(const struct rule_reputations *r, struct bytes name)
{
	for (unsigned i = 1; i <= RULE_REPUTATION_CATEGORIES; i++)
		if (r->names[i].len > 0 && bytes_eq(r->names[i], name))
			return i;
	return 0;
}

/* The first entry that is not before this key. */
static size_t
lower(const struct rule_reputations *r, const struct rule_reputation *key)
{
	size_t low = 0, high = r->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare(&r->all[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
rule_reputation_of(const struct rule_reputations *r, unsigned category, const struct addr *address)
{
	struct rule_reputation key = {.category = (uint8_t)category, .bits = 128};
	size_t at = lower(r, &key); /* where this category begins: an address of zeroes is before all others */
	while (at < r->count && r->all[at].category == category) {
		key.bits = r->all[at].bits;
		key.address = *address;
		clear_behind(&key.address, key.bits);
		size_t hit = lower(r, &key);
		if (hit < r->count && compare(&r->all[hit], &key) == 0)
			return r->all[hit].value;
		if (key.bits == 0)
			break;
		memset(key.address.at, 0, 16); /* on to the next shorter prefix that there is */
		key.bits--;
		at = lower(r, &key);
	}
	return -1;
}

static bool
one_holds(const struct rule_word *w, const struct addr *address)
{
	int value = rule_reputation_of(w->reputations, (unsigned)w->high, address);
	if (w->number < 0) /* isset, isnotset */
		return (value >= 0) != w->negated;
	return value >= 0 && rule_eval_compare(w->compare, value, w->number, 0);
}

bool
rule_reputation_holds(const struct rule_word *w, const struct addr *source, const struct addr *target)
{
	switch (w->side) {
	case RULE_SIDE_SOURCE: return one_holds(w, source);
	case RULE_SIDE_TARGET: return one_holds(w, target);
	case RULE_SIDE_BOTH: return one_holds(w, source) && one_holds(w, target);
	case RULE_SIDE_ANY: return one_holds(w, source) || one_holds(w, target);
	}
	return false;
}
