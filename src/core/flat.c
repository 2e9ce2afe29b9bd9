/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/flat.h"

#include "core/ckd.h"

#include <errno.h>

int
flat_init(struct flat *flat, struct arena *arena)
{
	*flat = (struct flat){.arena = arena, .pairs = arena_new(arena, struct flat_pair, FLAT_PAIRS_MAX)};
	return flat->pairs == NULL ? -ENOMEM : 0;
}

int
flat_set(struct flat *flat, struct bytes key, struct bytes value)
{
	if (key.len == 0 || key.len > FLAT_KEY_MAX || bytes_find(key, '\0') < key.len || bytes_find(value, '\0') < value.len)
		return -EINVAL;
	struct flat_pair *pair = NULL;
	for (size_t i = 0; i < flat->count && pair == NULL; i++)
		if (bytes_eq(flat->pairs[i].key, key))
			pair = &flat->pairs[i];
	if (pair == NULL && flat->count == FLAT_PAIRS_MAX)
		return -E2BIG;
	struct bytes kept = arena_dup(flat->arena, value);
	struct bytes name = pair != NULL ? pair->key : arena_dup(flat->arena, key);
	if (kept.at == NULL || name.at == NULL)
		return -ENOMEM;
	if (pair == NULL)
		pair = &flat->pairs[flat->count++];
	*pair = (struct flat_pair){name, kept};
	return 0;
}

void
flat_drop(struct flat *flat, struct bytes key)
{
	size_t kept = 0;
	for (size_t i = 0; i < flat->count; i++) {
		struct bytes there = flat->pairs[i].key;
		bool is_below = bytes_start_with(there, key) && (there.len == key.len || there.at[key.len] == '.');
		if (!is_below)
			flat->pairs[kept++] = flat->pairs[i];
	}
	flat->count = kept;
}

bool
flat_get(const struct flat *flat, const char *key_cstr, struct bytes *value)
{
	struct bytes key = bytes_of_cstr(key_cstr);
	for (size_t i = 0; i < flat->count; i++) {
		if (!bytes_eq(flat->pairs[i].key, key))
			continue;
		*value = flat->pairs[i].value;
		return true;
	}
	return false;
}

bool
flat_matches(struct bytes key, const char *pattern_cstr)
{
	struct bytes pattern = bytes_of_cstr(pattern_cstr);
	while (key.len > 0 && pattern.len > 0) {
		size_t key_end = bytes_find(key, '.'), end = bytes_find(pattern, '.');
		struct bytes part = bytes_first(pattern, end);
		if (!bytes_eq(part, BYTES("*")) && !bytes_eq(part, bytes_first(key, key_end)))
			return false;
		if ((key_end == key.len) != (end == pattern.len))
			return false;
		key = bytes_after(key, key_end + 1);
		pattern = bytes_after(pattern, end + 1);
	}
	return key.len == 0 && pattern.len == 0;
}

struct bytes
flat_part(struct bytes key, unsigned at)
{
	for (; at > 0 && key.len > 0; at--)
		key = bytes_after(key, bytes_find(key, '.') + 1);
	return bytes_first(key, bytes_find(key, '.'));
}

bool
flat_bool(struct bytes value)
{
	static const char *const yes[] = {"yes", "true", "on", "1"};
	for (size_t i = 0; i < LENGTH_OF(yes); i++)
		if (bytes_eq_nocase(value, bytes_of_cstr(yes[i])))
			return true;
	return false;
}

/* Digits at the start; how many there were. */
static size_t
digits(struct bytes text, uint64_t *number)
{
	size_t n = 0;
	uint64_t value = 0;
	for (; n < text.len && text.at[n] >= '0' && text.at[n] <= '9'; n++)
		if (ckd_mul(&value, value, (uint64_t)10) || ckd_add(&value, value, (uint64_t)(text.at[n] - '0')))
			return 0;
	*number = value;
	return n;
}

bool
flat_number(struct bytes value, uint64_t *number)
{
	uint64_t n;
	value = bytes_trim(value);
	if (value.len == 0 || digits(value, &n) != value.len)
		return false;
	*number = n;
	return true;
}

static int
unit_of(struct bytes text)
{
	static const struct {
		const char *name_cstr;
		int shift;
	} units[] = {{"", 0}, {"b", 0}, {"kb", 10}, {"k", 10}, {"kib", 10}, {"mb", 20}, {"m", 20}, {"mib", 20}, {"gb", 30},
	    {"g", 30}, {"gib", 30}};
	for (size_t i = 0; i < LENGTH_OF(units); i++)
		if (bytes_eq_nocase(text, bytes_of_cstr(units[i].name_cstr)))
			return units[i].shift;
	return -1;
}

bool
flat_size(struct bytes value, uint64_t *bytes)
{
	uint64_t whole, tenths = 0, scale = 1;
	value = bytes_trim(value);
	size_t n = digits(value, &whole);
	if (n == 0)
		return false;
	value = bytes_after(value, n);
	if (value.len > 0 && value.at[0] == '.') {
		n = digits(bytes_first(bytes_after(value, 1), 6), &tenths);
		for (size_t i = 0; i < n; i++)
			scale *= 10;
		value = bytes_after(value, n + 1);
	}
	int shift = unit_of(bytes_trim(value));
	if (shift < 0 || whole > UINT64_MAX >> (shift + 1))
		return false;
	*bytes = (whole << shift) + (tenths << shift) / scale;
	return true;
}

size_t
flat_room(const struct flat *flat)
{
	size_t room = 4;
	for (size_t i = 0; i < flat->count; i++)
		room += 4 + flat->pairs[i].key.len + bytes_first(flat->pairs[i].value, UINT16_MAX).len;
	return room;
}

void
flat_put(struct writer *w, const struct flat *flat)
{
	writer_be32(w, (uint32_t)flat->count);
	for (size_t i = 0; i < flat->count; i++) {
		writer_field(w, flat->pairs[i].key);
		writer_field(w, flat->pairs[i].value);
	}
}

enum parse
flat_take(struct cursor *c, struct flat *flat)
{
	uint32_t count = cursor_be32(c);
	if (count > FLAT_PAIRS_MAX)
		cursor_stop(c, PARSE_BAD);
	for (uint32_t i = 0; i < count && cursor_ok(c); i++) {
		struct bytes key = cursor_take(c, cursor_be16(c)), value = cursor_take(c, cursor_be16(c));
		if (cursor_ok(c) && flat_set(flat, key, value) < 0)
			cursor_stop(c, PARSE_BAD);
	}
	return c->state;
}
