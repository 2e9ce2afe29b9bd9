/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/json_check.h - is this one line of JSON, as RFC 8259 has it and as our events must be: valid UTF-8 without control
 * characters, no key twice in one object, depth bounded? It shares no code with the writer. Aborts when not.
 */
#ifndef FUZZ_JSON_CHECK_H
#define FUZZ_JSON_CHECK_H

#include "core/bytes.h"

#include <stdio.h>
#include <stdlib.h>

enum { JSON_CHECK_DEPTH = 16, JSON_CHECK_KEYS = 128 };

struct json_check {
	struct bytes line;
	size_t at;
};

__attribute__((noreturn)) static inline void
json_check_fail(const struct json_check *c, const char *why_cstr)
{
	fprintf(
	    stderr, "not an event: %s at byte %zu of: %.*s\n", why_cstr, c->at, (int)c->line.len, (const char *)c->line.at);
	abort();
}

static inline unsigned
json_check_peek(const struct json_check *c)
{
	return c->at < c->line.len ? c->line.at[c->at] : 0;
}

static inline void
json_check_literal(struct json_check *c, const char *text_cstr)
{
	for (; *text_cstr != '\0'; text_cstr++, c->at++)
		if (json_check_peek(c) != (unsigned char)*text_cstr)
			json_check_fail(c, "unknown word");
}

/* Unicode 15, table 3-7, without the C1 controls. */
static inline void
json_check_wide(struct json_check *c)
{
	unsigned first = json_check_peek(c), low = 0x80, high = 0xbf, more;
	if (first >= 0xc2 && first <= 0xdf) {
		more = 1;
		low = first == 0xc2 ? 0xa0 : low;
	} else if (first >= 0xe0 && first <= 0xef) {
		more = 2;
		low = first == 0xe0 ? 0xa0 : low;
		high = first == 0xed ? 0x9f : high;
	} else if (first >= 0xf0 && first <= 0xf4) {
		more = 3;
		low = first == 0xf0 ? 0x90 : low;
		high = first == 0xf4 ? 0x8f : high;
	} else {
		json_check_fail(c, "not UTF-8");
	}
	c->at++;
	for (; more > 0; more--, c->at++, low = 0x80, high = 0xbf)
		if (json_check_peek(c) < low || json_check_peek(c) > high)
			json_check_fail(c, "not UTF-8");
}

static inline struct bytes
json_check_string(struct json_check *c)
{
	json_check_literal(c, "\"");
	size_t start = c->at;
	for (;;) {
		unsigned b = json_check_peek(c);
		if (b == '"')
			break;
		if (b < 0x20 || b == 0x7f)
			json_check_fail(c, "control character or no end in a string");
		if (b >= 0x80) {
			json_check_wide(c);
			continue;
		}
		c->at++;
		if (b != '\\')
			continue;
		unsigned escaped = json_check_peek(c);
		c->at++;
		if (escaped == 0 || strchr("\"\\/bfnrtu", (int)escaped) == NULL)
			json_check_fail(c, "unknown escape");
		for (size_t i = 0; escaped == 'u' && i < 4; i++, c->at++)
			if (json_check_peek(c) == 0 || strchr("0123456789abcdefABCDEF", (int)json_check_peek(c)) == NULL)
				json_check_fail(c, "escape without four digits");
	}
	struct bytes text = {c->line.at + start, c->at - start};
	c->at++;
	return text;
}

static inline void
json_check_digits(struct json_check *c)
{
	size_t start = c->at;
	while (json_check_peek(c) >= '0' && json_check_peek(c) <= '9')
		c->at++;
	if (c->at == start)
		json_check_fail(c, "number without digits");
}

static inline void
json_check_number(struct json_check *c)
{
	c->at += json_check_peek(c) == '-';
	if (json_check_peek(c) == '0')
		c->at++;
	else
		json_check_digits(c);
	if (json_check_peek(c) == '.') {
		c->at++;
		json_check_digits(c);
	}
}

struct json_check_level {
	bool in_object;
	size_t keys, count;
	struct bytes key[JSON_CHECK_KEYS];
};

static inline void
json_check_key(struct json_check *c, struct json_check_level *level)
{
	struct bytes key = json_check_string(c);
	json_check_literal(c, ":");
	for (size_t i = 0; i < level->keys; i++)
		if (bytes_eq(level->key[i], key))
			json_check_fail(c, "a key twice");
	if (level->keys == JSON_CHECK_KEYS)
		json_check_fail(c, "too many keys");
	level->key[level->keys++] = key;
}

/* One object, and nothing after it. */
static inline void
json_check_line(struct bytes line)
{
	static struct json_check_level levels[JSON_CHECK_DEPTH];
	struct json_check check = {.line = line}, *c = &check;
	size_t depth = 0;
	if (json_check_peek(c) != '{')
		json_check_fail(c, "not an object");
	do {
		struct json_check_level *level = depth > 0 ? &levels[depth - 1] : NULL;
		unsigned b = json_check_peek(c);
		if (level != NULL && b == (level->in_object ? '}' : ']')) {
			c->at++;
			depth--;
			continue;
		}
		if (level != NULL && level->count++ > 0)
			json_check_literal(c, ",");
		if (level != NULL && level->in_object)
			json_check_key(c, level);
		b = json_check_peek(c);
		if (b == '{' || b == '[') {
			if (depth == JSON_CHECK_DEPTH)
				json_check_fail(c, "too deep");
			levels[depth].in_object = b == '{';
			levels[depth].keys = levels[depth].count = 0;
			depth++;
			c->at++;
		} else if (b == '"') {
			(void)json_check_string(c);
		} else if (b == 't') {
			json_check_literal(c, "true");
		} else if (b == 'f') {
			json_check_literal(c, "false");
		} else if (b == 'n') {
			json_check_literal(c, "null");
		} else {
			json_check_number(c);
		}
	} while (depth > 0);
	if (c->at != line.len)
		json_check_fail(c, "something after the object");
}

#endif
