/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_ranges.h"

#include "core/text.h"
#include "detect/rules/rule_text.h"

#include <errno.h>
#include <stdlib.h>

enum { ROOM_AT_FIRST = 16 };

/* Addresses and ports are reckoned as numbers of 128 bits, by the same code. */
__extension__ typedef unsigned __int128 number;

struct range {
	number low, high;
};

/* Sorted and disjoint after tidy(). */
struct ranges {
	size_t count, room;
	struct range *list;
};

struct reader {
	struct arena *arena;
	const struct rule_vars *vars;
	bool are_ports;
	number last; /* the largest value there is */
	struct diag *diag;
};

static int read_item(const struct reader *r, struct bytes text, unsigned depth, struct ranges *out);

static number
number_of(const struct addr *a)
{
	number n = 0;
	for (size_t i = 0; i < 16; i++)
		n = n << 8 | a->at[i];
	return n;
}

static struct addr
addr_of(number n)
{
	struct addr a;
	for (size_t i = 0; i < 16; i++)
		a.at[i] = (uint8_t)(n >> (8 * (15 - i)));
	return a;
}

static int
ranges_init(const struct reader *r, struct ranges *ranges)
{
	*ranges = (struct ranges){.room = ROOM_AT_FIRST, .list = malloc(ROOM_AT_FIRST * sizeof(*ranges->list))};
	return ranges->list == NULL ? diag_say(r->diag, -ENOMEM, "%s", _("not enough memory")) : 0;
}

static int
ranges_add(const struct reader *r, struct ranges *ranges, number low, number high)
{
	if (ranges->count == RULE_RANGES_MAX)
		return diag_say(r->diag, -E2BIG, _("too many addresses or ports in one list: %d at most"), RULE_RANGES_MAX);
	if (ranges->count == ranges->room) {
		struct range *more = realloc(ranges->list, 2 * ranges->room * sizeof(*more));
		if (more == NULL)
			return diag_say(r->diag, -ENOMEM, "%s", _("not enough memory"));
		ranges->list = more;
		ranges->room *= 2;
	}
	ranges->list[ranges->count++] = (struct range){low, high};
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct range *x = a, *y = b;
	return x->low < y->low ? -1 : x->low > y->low;
}

static void
tidy(struct ranges *ranges)
{
	qsort(ranges->list, ranges->count, sizeof(*ranges->list), compare);
	size_t kept = 0;
	for (size_t i = 0; i < ranges->count; i++) {
		struct range *last = kept == 0 ? NULL : &ranges->list[kept - 1], next = ranges->list[i];
		if (last != NULL && (next.low <= last->high || next.low - last->high == 1))
			last->high = next.high > last->high ? next.high : last->high;
		else
			ranges->list[kept++] = next;
	}
	ranges->count = kept;
}

/* All there is, but these. */
static int
complement(const struct reader *r, struct ranges *ranges)
{
	struct ranges out;
	int e = ranges_init(r, &out);
	number next = 0;
	bool full = false;
	for (size_t i = 0; i < ranges->count && e == 0; i++) {
		if (ranges->list[i].low > next)
			e = ranges_add(r, &out, next, ranges->list[i].low - 1);
		full = ranges->list[i].high >= r->last;
		next = ranges->list[i].high + 1;
	}
	if (e == 0 && !full)
		e = ranges_add(r, &out, next, r->last);
	free(ranges->list);
	*ranges = out;
	return e;
}

/* What is in both. */
static int
intersect(const struct reader *r, struct ranges *ranges, const struct ranges *with)
{
	struct ranges out;
	int e = ranges_init(r, &out);
	for (size_t i = 0, k = 0; i < ranges->count && k < with->count && e == 0;) {
		const struct range *a = &ranges->list[i], *b = &with->list[k];
		number low = a->low > b->low ? a->low : b->low, high = a->high < b->high ? a->high : b->high;
		if (low <= high)
			e = ranges_add(r, &out, low, high);
		if (a->high < b->high)
			i++;
		else
			k++;
	}
	free(ranges->list);
	*ranges = out;
	return e;
}

static int
append(const struct reader *r, struct ranges *to, const struct ranges *from)
{
	int e = 0;
	for (size_t i = 0; i < from->count && e == 0; i++)
		e = ranges_add(r, to, from->list[i].low, from->list[i].high);
	return e;
}

/* What stands between brackets: those named, without those behind "!"; when all are behind "!", all but these. */
static int
read_list(const struct reader *r, struct bytes text, unsigned depth, struct ranges *out)
{
	struct ranges in, not, one;
	bool has_in = false, has_not = false;
	int e = ranges_init(r, &in);
	if (e < 0)
		return e;
	e = ranges_init(r, &not );
	struct bytes part;
	while (e == 0 && rule_text_split(&text, ',', &part)) {
		bool negated = part.len > 0 && part.at[0] == '!';
		e = read_item(r, negated ? rule_text_trim(bytes_after(part, 1)) : part, depth + 1, &one);
		if (e < 0)
			break;
		e = append(r, negated ? &not : &in, &one);
		has_in |= !negated;
		has_not |= negated;
		free(one.list);
	}
	if (e == 0 && !has_in && !has_not)
		e = diag_say(r->diag, -EINVAL, "%s", _("an empty list: an address or a port was expected"));
	if (e == 0 && !has_in)
		e = ranges_add(r, &in, 0, r->last);
	tidy(&in);
	tidy(&not );
	if (e == 0 && has_not) {
		e = complement(r, &not );
		if (e == 0)
			e = intersect(r, &in, &not );
	}
	free(not .list);
	if (e < 0)
		free(in.list);
	else
		*out = in;
	return e;
}

static int
refuse(const struct reader *r, struct bytes text)
{
	return diag_say(r->diag, -EINVAL,
	    r->are_ports ? _("\"%.*s\" is no port: 80, 1024:65535, [80,443], !80, any or a $VARIABLE was expected")
	                 : _("\"%.*s\" is no address: 10.0.0.1, 10.0.0.0/8, [a,b], !a, any or a $VARIABLE was expected"),
	    text.len > 80 ? 80 : (int)text.len, (const char *)text.at);
}

static int
read_port(const struct reader *r, struct bytes text, struct ranges *out)
{
	size_t colon = bytes_find(text, ':');
	struct bytes first = rule_text_trim(bytes_first(text, colon)), second = rule_text_trim(bytes_after(text, colon + 1));
	int64_t low = 0, high = UINT16_MAX;
	bool ok = first.len + second.len > 0 && (first.len == 0 || rule_text_number(first, &low));
	if (colon == text.len)
		high = low;
	else
		ok = ok && (second.len == 0 || rule_text_number(second, &high));
	if (!ok || low < 0 || high > UINT16_MAX || low > high)
		return refuse(r, text);
	return ranges_add(r, out, (number)low, (number)high);
}

static int
read_address(const struct reader *r, struct bytes text, struct ranges *out)
{
	struct addr low, high;
	size_t slash = bytes_find(text, '/'), dash = bytes_find(text, '-');
	if (dash < text.len) {
		if (!addr_parse(rule_text_trim(bytes_first(text, dash)), &low) ||
		    !addr_parse(rule_text_trim(bytes_after(text, dash + 1)), &high) || addr_compare(&low, &high) > 0)
			return refuse(r, text);
		return ranges_add(r, out, number_of(&low), number_of(&high));
	}
	if (!addr_parse(bytes_first(text, slash), &low))
		return refuse(r, text);
	int64_t bits = addr_is_v4(&low) ? 32 : 128, width = bits;
	struct bytes length = bytes_after(text, slash + 1);
	struct addr mask;
	if (slash < text.len && !rule_text_number(length, &width)) {
		/* 10.0.0.0/255.0.0.0: a mask that is ones, then zeros. */
		number inverse;
		if (!addr_parse(length, &mask) || !addr_is_v4(&mask) || !addr_is_v4(&low))
			return refuse(r, text);
		inverse = ~number_of(&mask) & UINT32_MAX;
		if ((inverse & (inverse + 1)) != 0)
			return refuse(r, text);
		for (width = 32; inverse != 0; inverse >>= 1)
			width--;
	}
	if (width < 0 || width > bits)
		return refuse(r, text);
	number host = bits - width >= 128 ? ~(number)0 : ((number)1 << (bits - width)) - 1;
	number base = number_of(&low) & ~host;
	return ranges_add(r, out, base, base | host);
}

static int
read_variable(const struct reader *r, struct bytes name, unsigned depth, struct ranges *out)
{
	struct bytes value;
	if (!rule_vars_get(r->vars, name, &value))
		return diag_say(r->diag, -EINVAL,
		    _("the variable $%.*s is not known: set it under \"vars\" of the configuration"),
		    name.len > 60 ? 60 : (int)name.len, (const char *)name.at);
	return read_list(r, rule_text_trim(value), depth + 1, out);
}

static int
read_item(const struct reader *r, struct bytes text, unsigned depth, struct ranges *out)
{
	if (depth > RULE_RANGES_DEPTH_MAX)
		return diag_say(r->diag, -EINVAL, "%s", _("lists and variables are nested too deeply, or name themselves"));
	if (text.len >= 2 && text.at[0] == '[' && text.at[text.len - 1] == ']')
		return read_list(r, rule_text_trim((struct bytes){text.at + 1, text.len - 2}), depth + 1, out);
	if (text.len > 1 && text.at[0] == '!') { /* !![...] or a variable that begins with it */
		int e = read_item(r, rule_text_trim(bytes_after(text, 1)), depth + 1, out);
		return e < 0 ? e : complement(r, out);
	}
	if (text.len > 1 && text.at[0] == '$')
		return read_variable(r, bytes_after(text, 1), depth, out);
	int e = ranges_init(r, out);
	if (e < 0)
		return e;
	if (bytes_eq_nocase(text, BYTES("any")))
		e = ranges_add(r, out, 0, r->last);
	else
		e = r->are_ports ? read_port(r, text, out) : read_address(r, text, out);
	if (e < 0)
		free(out->list);
	return e;
}

static int
read_whole(const struct reader *r, struct bytes text, struct ranges *out)
{
	int e = read_list(r, rule_text_trim(text), 0, out);
	if (e == 0 && out->count == 0) {
		free(out->list);
		return diag_say(r->diag, -EINVAL, _("\"%.*s\" leaves nothing: what is named is all taken out again"),
		    text.len > 80 ? 80 : (int)text.len, (const char *)text.at);
	}
	return e;
}

static bool
is_all(const struct reader *r, const struct ranges *ranges)
{
	return ranges->count == 1 && ranges->list[0].low == 0 && ranges->list[0].high == r->last;
}

int
rule_ranges_nets(
    struct arena *arena, const struct rule_vars *vars, struct bytes text, struct rule_nets *out, struct diag *diag)
{
	struct reader r = {.arena = arena, .vars = vars, .last = ~(number)0, .diag = diag};
	struct ranges ranges;
	int e = read_whole(&r, text, &ranges);
	if (e < 0)
		return e;
	struct rule_nets nets = {.is_any = is_all(&r, &ranges)};
	struct rule_net *list = nets.is_any ? NULL : arena_new(arena, struct rule_net, ranges.count);
	if (!nets.is_any && list == NULL)
		e = diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	for (size_t i = 0; list != NULL && i < ranges.count; i++)
		list[i] = (struct rule_net){addr_of(ranges.list[i].low), addr_of(ranges.list[i].high)};
	nets.nets = list;
	nets.count = list == NULL ? 0 : (uint32_t)ranges.count;
	free(ranges.list);
	if (e == 0)
		*out = nets;
	return e;
}

int
rule_ranges_ports(
    struct arena *arena, const struct rule_vars *vars, struct bytes text, struct rule_ports *out, struct diag *diag)
{
	struct reader r = {.arena = arena, .vars = vars, .are_ports = true, .last = UINT16_MAX, .diag = diag};
	struct ranges ranges;
	int e = read_whole(&r, text, &ranges);
	if (e < 0)
		return e;
	struct rule_ports ports = {.is_any = is_all(&r, &ranges)};
	struct rule_port_range *list = ports.is_any ? NULL : arena_new(arena, struct rule_port_range, ranges.count);
	if (!ports.is_any && list == NULL)
		e = diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	for (size_t i = 0; list != NULL && i < ranges.count; i++)
		list[i] = (struct rule_port_range){(uint16_t)ranges.list[i].low, (uint16_t)ranges.list[i].high};
	ports.ranges = list;
	ports.count = list == NULL ? 0 : (uint32_t)ranges.count;
	free(ranges.list);
	if (e == 0)
		*out = ports;
	return e;
}

bool
rule_ranges_have_net(const struct rule_nets *nets, const struct addr *address)
{
	size_t low = 0, high = nets->count;
	while (low < high) { /* the first range that does not end before it */
		size_t middle = low + (high - low) / 2;
		if (addr_compare(&nets->nets[middle].high, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return nets->is_any || (low < nets->count && addr_compare(&nets->nets[low].low, address) <= 0);
}

bool
rule_ranges_have_port(const struct rule_ports *ports, uint16_t port)
{
	for (size_t i = 0; i < ports->count; i++)
		if (port >= ports->ranges[i].low && port <= ports->ranges[i].high)
			return true;
	return ports->is_any;
}
