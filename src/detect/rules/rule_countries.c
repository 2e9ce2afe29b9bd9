/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_countries.h"

#include "detect/rules/rule_text.h"

enum {
	SEPARATOR = 16,        /* zeroes between tree and data */
	METADATA_MAX = 131072, /* the last bytes of the file, in which it begins */
	STEPS_MAX = 512,       /* values that are passed over in one look */
	POINTERS_MAX = 8,      /* from one to the next */
	V4_BITS_BEFORE = 96,
};

enum type {
	TYPE_EXTENDED,
	TYPE_POINTER,
	TYPE_TEXT,
	TYPE_DOUBLE,
	TYPE_BYTES,
	TYPE_U16,
	TYPE_U32,
	TYPE_MAP,
	TYPE_ARRAY = 11,
	TYPE_BOOL = 14
};

/* ---- Values ---- */

struct value {
	unsigned type;
	uint32_t size; /* of a pointer: where it leads */
};

/* What begins here; c then stands behind its head. */
static struct value
read_head(struct cursor *c)
{
	uint8_t head = cursor_u8(c);
	struct value v = {.type = head >> 5, .size = head & 31};
	if (v.type == TYPE_POINTER) {
		unsigned bytes = 1 + (head >> 3 & 3);
		static const uint32_t before[] = {0, 0, 2048, 526336, 0};
		uint32_t at = bytes == 4 ? 0 : head & 7;
		for (unsigned i = 0; i < bytes; i++)
			at = at << 8 | cursor_u8(c);
		v.size = at + before[bytes];
		return v;
	}
	if (v.type == TYPE_EXTENDED)
		v.type = 7u + cursor_u8(c);
	if (v.size == 29)
		v.size = 29 + (uint32_t)cursor_u8(c);
	else if (v.size == 30)
		v.size = 285 + (uint32_t)cursor_be16(c);
	else if (v.size == 31)
		v.size = 65821 + ((uint32_t)cursor_be16(c) << 8 | cursor_u8(c));
	return v;
}

/* The value that is meant: pointers are followed. c then stands in it, behind its head. */
static struct value
follow(struct bytes data, struct cursor *c)
{
	struct value v = read_head(c);
	for (int i = 0; v.type == TYPE_POINTER && cursor_ok(c); i++) {
		if (i == POINTERS_MAX || v.size >= data.len)
			cursor_stop(c, PARSE_BAD);
		else
			*c = cursor_of(bytes_after(data, v.size));
		v = read_head(c);
	}
	return v;
}

/* Behind the value whose head comes next, and all that it holds. */
static void
skip(struct cursor *c, unsigned *steps)
{
	for (uint64_t left = 1; left > 0 && cursor_ok(c); left--) {
		struct value v = read_head(c);
		if (*steps == 0 || left > UINT32_MAX)
			cursor_stop(c, PARSE_BAD);
		else
			--*steps;
		if (v.type == TYPE_MAP)
			left += 2 * (uint64_t)v.size;
		else if (v.type == TYPE_ARRAY)
			left += v.size;
		else if (v.type != TYPE_POINTER && v.type != TYPE_BOOL)
			cursor_take(c, v.size);
	}
}

/* c stands before a map; afterwards before the value of this key. False: there is none. */
static bool
enter(struct bytes data, struct cursor *c, struct bytes key, unsigned *steps)
{
	struct value map = follow(data, c);
	if (map.type != TYPE_MAP)
		return false;
	for (uint32_t i = 0; i < map.size && cursor_ok(c); i++) {
		struct cursor name = *c;
		struct value v = follow(data, &name);
		if (v.type == TYPE_TEXT && bytes_eq(cursor_take(&name, v.size), key) && cursor_ok(&name)) {
			skip(c, steps); /* the key: it may be a pointer */
			return cursor_ok(c);
		}
		skip(c, steps);
		skip(c, steps);
	}
	return false;
}

static bool
number_of(struct bytes data, const char *key_cstr, uint64_t *out)
{
	struct cursor c = cursor_of(data);
	unsigned steps = STEPS_MAX;
	if (!enter(data, &c, bytes_of_cstr(key_cstr), &steps))
		return false;
	struct value v = follow(data, &c);
	if ((v.type != TYPE_U16 && v.type != TYPE_U32 && v.type != 9) || v.size > 8)
		return false;
	*out = 0;
	for (uint32_t i = 0; i < v.size; i++)
		*out = *out << 8 | cursor_u8(&c);
	return cursor_ok(&c);
}

/* ---- The file ---- */

enum parse
rule_countries_open(struct bytes file, struct rule_countries *out)
{
	static const struct bytes mark = {(const uint8_t *)"\xab\xcd\xefMaxMind.com", 14};
	uint64_t nodes, bits, version;
	struct bytes tail = bytes_after(file, file.len > METADATA_MAX ? file.len - METADATA_MAX : 0), metadata = {0};
	for (size_t at; (at = bytes_find_all(tail, mark)) < tail.len;) /* the last one counts */
		metadata = tail = bytes_after(tail, at + mark.len);
	if (metadata.len == 0 || !number_of(metadata, "node_count", &nodes) || !number_of(metadata, "record_size", &bits) ||
	    !number_of(metadata, "ip_version", &version))
		return PARSE_BAD;
	if ((bits != 24 && bits != 28 && bits != 32) || (version != 4 && version != 6) || nodes == 0 || nodes > UINT32_MAX)
		return PARSE_BAD;
	uint64_t tree = nodes * (bits / 4);
	if (tree > file.len || file.len - tree < SEPARATOR)
		return PARSE_BAD;
	*out = (struct rule_countries){.tree = bytes_first(file, (size_t)tree),
	    .data = bytes_after(file, (size_t)tree + SEPARATOR),
	    .node_count = (uint32_t)nodes,
	    .record_bits = (uint16_t)bits,
	    .of_ipv6 = version == 6};
	return PARSE_OK;
}

/* The left (0) or right (1) record of a node. */
static uint32_t
record_of(const struct rule_countries *r, uint32_t node, unsigned right)
{
	size_t node_bytes = r->record_bits / 4u;
	struct cursor c = cursor_of(bytes_first(bytes_after(r->tree, node * node_bytes), node_bytes));
	uint32_t high, left, middle;
	switch (r->record_bits) {
	case 24: left = cursor_be24(&c); return right == 0 ? left : cursor_be24(&c);
	case 28:
		left = cursor_be24(&c);
		middle = cursor_u8(&c);
		high = right == 0 ? middle >> 4 : middle & 15;
		return high << 24 | (right == 0 ? left : cursor_be24(&c));
	default: left = cursor_be32(&c); return right == 0 ? left : cursor_be32(&c);
	}
}

struct bytes
rule_countries_find(const struct rule_countries *r, const struct addr *address)
{
	bool v4 = addr_is_v4(address);
	uint32_t at = 0;
	if (r->tree.len == 0 || (!v4 && !r->of_ipv6))
		return (struct bytes){0};
	/* An address of IPv4 is kept behind ::ffff:0:0/96 here, and behind ::/96 there. */
	unsigned from = v4 && !r->of_ipv6 ? V4_BITS_BEFORE : 0;
	for (unsigned i = from; i < 128 && at < r->node_count; i++) {
		unsigned bit = v4 && i < V4_BITS_BEFORE ? 0 : (unsigned)address->at[i / 8] >> (7 - i % 8) & 1;
		at = record_of(r, at, bit);
	}
	if (at <= r->node_count || at - r->node_count < SEPARATOR)
		return (struct bytes){0};
	unsigned steps = STEPS_MAX;
	struct cursor c = cursor_of(bytes_after(r->data, at - r->node_count - SEPARATOR));
	if (!enter(r->data, &c, BYTES("country"), &steps) || !enter(r->data, &c, BYTES("iso_code"), &steps))
		return (struct bytes){0};
	struct value v = follow(r->data, &c);
	struct bytes code = cursor_take(&c, v.size);
	return v.type == TYPE_TEXT && cursor_ok(&c) ? code : (struct bytes){0};
}

/* ---- Rules ---- */

static bool
one_holds(const struct rule_word *w, const struct addr *address)
{
	struct bytes code = rule_countries_find(w->countries, address), left = w->text, part;
	bool listed = false;
	if (code.len == 0)
		return false;
	while (!listed && rule_text_split(&left, ',', &part))
		listed = bytes_eq_nocase(part, code);
	return listed != w->negated;
}

bool
rule_countries_holds(const struct rule_word *w, const struct addr *source, const struct addr *target)
{
	switch (w->side) {
	case RULE_SIDE_SOURCE: return one_holds(w, source);
	case RULE_SIDE_TARGET: return one_holds(w, target);
	case RULE_SIDE_BOTH: return one_holds(w, source) && one_holds(w, target);
	case RULE_SIDE_ANY: return one_holds(w, source) || one_holds(w, target);
	}
	return false;
}
