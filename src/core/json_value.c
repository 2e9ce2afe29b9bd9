/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json_value.h"

#include "core/ckd.h"
#include "core/cursor.h"
#include "core/utf8.h"

#include <errno.h>
#include <stdlib.h>

struct reading {
	struct json_value_list *list;
	struct cursor c;
	uint32_t open[JSON_VALUE_DEPTH_MAX]; /* arrays and objects around this place, by their index */
	uint32_t depth;
	bool out_of_memory;
};

void
json_value_list_done(struct json_value_list *list)
{
	free(list->values);
	free(list->plain);
	*list = (struct json_value_list){0};
}

static void
skip_space(struct cursor *c)
{
	struct bytes rest = cursor_rest(c);
	size_t n = 0;
	while (n < rest.len && (rest.at[n] == ' ' || rest.at[n] == '\t' || rest.at[n] == '\n' || rest.at[n] == '\r'))
		n++;
	(void)cursor_take(c, n);
}

/* Is one of the bytes of this word below n (at most 0x80), or above 0x7f? Exact for "none", which is all that is asked. */
#define ONES UINT64_C(0x0101010101010101)
#define HAS_BELOW(word, n) ((((word)-ONES * (n)) | (word)) & (ONES * 0x80))
#define HAS_BYTE(word, byte) HAS_BELOW((word) ^ (ONES * (byte)), 1)

/* How many bytes of a string stand for themselves: no quote, no escape, no control character, ASCII. */
static size_t
plain_run(struct bytes b)
{
	size_t n = 0;
	for (; b.len - n >= 8; n += 8) {
		uint64_t word;
		memcpy(&word, b.at + n, 8);
		if ((HAS_BELOW(word, 0x20) | HAS_BYTE(word, '"') | HAS_BYTE(word, '\\')) != 0)
			break;
	}
	while (n < b.len && b.at[n] >= 0x20 && b.at[n] < 0x80 && b.at[n] != '"' && b.at[n] != '\\')
		n++;
	return n;
}

static unsigned
take_hex4(struct cursor *c)
{
	unsigned value = 0;
	struct bytes digits = cursor_take(c, 4);
	for (size_t i = 0; i < digits.len; i++) {
		int digit = bytes_hex_digit(digits.at[i]);
		if (digit < 0)
			cursor_stop(c, PARSE_BAD);
		value = value << 4 | ((unsigned)digit & 15);
	}
	return value;
}

static size_t
put_utf8(uint8_t *out, unsigned code)
{
	if (code < 0x80) {
		out[0] = (uint8_t)code;
		return 1;
	}
	size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
	for (size_t i = more; i > 0; i--, code >>= 6)
		out[i] = (uint8_t)(0x80 | (code & 0x3f));
	out[0] = (uint8_t)(lead[more] | code);
	return more + 1;
}

/* Behind the backslash. RFC 8259 7: beyond U+FFFF two escapes make one character; half of one is none. */
static size_t
take_escape(struct cursor *c, uint8_t *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	uint8_t what = cursor_u8(c);
	if (what != 'u') {
		const char *hit = what == 0 ? NULL : strchr(from, what);
		if (hit == NULL) {
			cursor_stop(c, PARSE_BAD);
			return 0;
		}
		out[0] = (uint8_t)to[hit - from];
		return 1;
	}
	unsigned code = take_hex4(c);
	if (code >= 0xd800 && code <= 0xdbff) {
		bool paired = cursor_u8(c) == '\\' && cursor_u8(c) == 'u';
		unsigned low = take_hex4(c);
		if (!paired || low < 0xdc00 || low > 0xdfff)
			cursor_stop(c, PARSE_BAD);
		code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
	} else if (code >= 0xdc00 && code <= 0xdfff) {
		cursor_stop(c, PARSE_BAD);
	}
	return cursor_ok(c) ? put_utf8(out, code) : 0;
}

/* A sequence of UTF-8, also of those control characters that must not reach a terminal. */
static size_t
sequence(struct bytes b)
{
	size_t n = utf8_length(b);
	bool c1 = b.len >= 2 && b.at[0] == 0xc2 && b.at[1] >= 0x80 && b.at[1] < 0xa0;
	return n > 0 ? n : c1 ? 2 : 0;
}

/* The rest of a string that has an escape, behind what was plain so far. Its room was made for the whole text. */
static struct bytes
take_escaped(struct reading *r, struct bytes so_far)
{
	struct json_value_list *list = r->list;
	struct cursor *c = &r->c;
	uint8_t *start = list->plain + list->plain_used, *at = start;
	memcpy(at, so_far.at, so_far.len);
	at += so_far.len;
	while (cursor_ok(c)) {
		struct bytes run = cursor_take(c, plain_run(cursor_rest(c)));
		memcpy(at, run.at, run.len);
		at += run.len;
		struct bytes rest = cursor_rest(c);
		uint8_t next = rest.len > 0 ? rest.at[0] : 0;
		size_t n = next >= 0x80 ? sequence(rest) : 1;
		struct bytes taken = cursor_take(c, n);
		if (next == '"')
			break;
		if (next == '\\') {
			at += take_escape(c, at);
		} else if (next < 0x80 || n == 0) {
			cursor_stop(c, PARSE_BAD);
		} else {
			memcpy(at, taken.at, taken.len);
			at += taken.len;
		}
	}
	list->plain_used += (size_t)(at - start);
	return (struct bytes){start, (size_t)(at - start)};
}

/* A text never gets longer by reading its escapes: one reservation holds them all. */
static bool
make_plain_room(struct reading *r, size_t size)
{
	struct json_value_list *list = r->list;
	if (list->plain_room >= size)
		return true;
	uint8_t *more = list->plain_used == 0 ? malloc(size) : NULL; /* never moved while texts refer to it */
	if (more == NULL) {
		r->out_of_memory = true;
		cursor_stop(&r->c, PARSE_BAD);
		return false;
	}
	free(list->plain);
	list->plain = more;
	list->plain_room = size;
	return true;
}

/* Behind the opening quote. */
static struct bytes
take_string(struct reading *r, size_t text_len)
{
	struct cursor *c = &r->c;
	struct bytes rest = cursor_rest(c);
	size_t n = plain_run(rest);
	while (n < rest.len && rest.at[n] >= 0x80) {
		size_t more = sequence(bytes_after(rest, n));
		if (more == 0)
			break;
		n += more;
		n += plain_run(bytes_after(rest, n));
	}
	struct bytes text = cursor_take(c, n);
	if (n < rest.len && rest.at[n] == '\\')
		return make_plain_room(r, text_len) ? take_escaped(r, text) : (struct bytes){0};
	if (cursor_u8(c) != '"')
		cursor_stop(c, PARSE_BAD);
	return text;
}

static size_t
digits(struct bytes b)
{
	size_t n = 0;
	while (n < b.len && b.at[n] >= '0' && b.at[n] <= '9')
		n++;
	return n;
}

/* RFC 8259 6. An integer beyond 64 bits has no meaning that we could keep. */
static void
take_number(struct reading *r, struct json_value *v)
{
	struct cursor *c = &r->c;
	struct bytes rest = cursor_rest(c);
	size_t minus = rest.at[0] == '-', n = minus + digits(bytes_after(rest, minus));
	bool is_real = false, bad = n == minus || (n > minus + 1 && rest.at[minus] == '0');
	if (n < rest.len && rest.at[n] == '.') {
		size_t more = digits(bytes_after(rest, n + 1));
		is_real = true;
		bad |= more == 0;
		n += 1 + more;
	}
	if (n < rest.len && (rest.at[n] == 'e' || rest.at[n] == 'E')) {
		size_t sign = n + 1 < rest.len && (rest.at[n + 1] == '+' || rest.at[n + 1] == '-');
		size_t more = digits(bytes_after(rest, n + 1 + sign));
		is_real = true;
		bad |= more == 0;
		n += 1 + sign + more;
	}
	v->text = cursor_take(c, n);
	v->kind = is_real ? JSON_VALUE_REAL : JSON_VALUE_INTEGER;
	if (bad || !cursor_ok(c)) {
		cursor_stop(c, PARSE_BAD);
		return;
	}
	bool over = false;
	for (size_t i = minus; i < v->text.len && !is_real; i++) {
		int digit = v->text.at[i] - '0';
		over |= ckd_mul(&v->integer, v->integer, 10) | ckd_add(&v->integer, v->integer, minus ? -digit : digit);
	}
	if (over)
		cursor_stop(c, PARSE_BAD);
}

static struct json_value *
add_value(struct reading *r)
{
	struct json_value_list *list = r->list;
	if (UNLIKELY(list->count == list->room)) {
		uint32_t room = list->room == 0 ? 256 : 2 * list->room;
		struct json_value *more = room < list->room ? NULL : reallocarray(list->values, room, sizeof(*list->values));
		if (more == NULL) {
			r->out_of_memory = true;
			cursor_stop(&r->c, PARSE_BAD);
			return NULL;
		}
		list->values = more;
		list->room = room;
	}
	return &list->values[list->count++];
}

static void
take_word(struct reading *r, struct json_value *v)
{
	static const struct {
		struct bytes word;
		enum json_value_kind kind;
	} words[] = {{{(const uint8_t *)"true", 4}, JSON_VALUE_TRUE}, {{(const uint8_t *)"false", 5}, JSON_VALUE_FALSE},
	    {{(const uint8_t *)"null", 4}, JSON_VALUE_NULL}};
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (bytes_start_with(cursor_rest(&r->c), words[i].word)) {
			(void)cursor_take(&r->c, words[i].word.len);
			v->kind = words[i].kind;
			return;
		}
	cursor_stop(&r->c, PARSE_BAD);
}

/* The value itself; an array or object is only opened. */
static void
take_value(struct reading *r, struct bytes key, size_t text_len)
{
	struct json_value *v = add_value(r);
	if (v == NULL)
		return;
	*v = (struct json_value){.key = key, .span = 1};
	struct bytes rest = cursor_rest(&r->c);
	uint8_t next = rest.len > 0 ? rest.at[0] : 0;
	if (next == '"') {
		(void)cursor_u8(&r->c);
		v->kind = JSON_VALUE_STRING;
		v->text = take_string(r, text_len);
	} else if (next == '{' || next == '[') {
		(void)cursor_u8(&r->c);
		v->kind = next == '{' ? JSON_VALUE_OBJECT : JSON_VALUE_ARRAY;
		if (r->depth == JSON_VALUE_DEPTH_MAX)
			cursor_stop(&r->c, PARSE_BAD);
		else
			r->open[r->depth++] = r->list->count - 1;
	} else if (next == '-' || (next >= '0' && next <= '9')) {
		take_number(r, v);
	} else {
		take_word(r, v);
	}
}

/* A name, its colon. One with a NUL could not be asked for, and hides what follows it from others. */
static struct bytes
take_key(struct reading *r, size_t text_len)
{
	if (cursor_u8(&r->c) != '"')
		cursor_stop(&r->c, PARSE_BAD);
	struct bytes key = take_string(r, text_len);
	if (bytes_find(key, '\0') != key.len)
		cursor_stop(&r->c, PARSE_BAD);
	skip_space(&r->c);
	if (cursor_u8(&r->c) != ':')
		cursor_stop(&r->c, PARSE_BAD);
	skip_space(&r->c);
	return key;
}

static void
close_one(struct reading *r)
{
	uint32_t opened = r->open[--r->depth];
	r->list->values[opened].span = r->list->count - opened;
}

/* From one value to the next. `first`: the array or object around it has just been opened. */
static void
read_all(struct reading *r, size_t text_len)
{
	skip_space(&r->c);
	struct bytes rest = cursor_rest(&r->c);
	if (rest.len == 0 || (rest.at[0] != '{' && rest.at[0] != '[')) {
		cursor_stop(&r->c, PARSE_BAD);
		return;
	}
	take_value(r, (struct bytes){0}, text_len);
	bool first = true;
	while (r->depth > 0 && cursor_ok(&r->c)) {
		bool in_object = r->list->values[r->open[r->depth - 1]].kind == JSON_VALUE_OBJECT;
		skip_space(&r->c);
		rest = cursor_rest(&r->c);
		uint8_t next = rest.len > 0 ? rest.at[0] : 0;
		if (next == (in_object ? '}' : ']')) {
			(void)cursor_u8(&r->c);
			close_one(r);
			first = false;
			continue;
		}
		if (!first) {
			if (cursor_u8(&r->c) != ',')
				cursor_stop(&r->c, PARSE_BAD);
			skip_space(&r->c);
		}
		struct bytes key = in_object ? take_key(r, text_len) : (struct bytes){0};
		uint32_t depth = r->depth;
		if (cursor_ok(&r->c))
			take_value(r, key, text_len);
		first = r->depth > depth;
	}
	skip_space(&r->c);
	if (r->c.left > 0)
		cursor_stop(&r->c, PARSE_BAD);
}

int
json_value_read(struct json_value_list *list, struct bytes text, const struct json_value **out, size_t *wrong_at)
{
	struct reading r;
	r.list = list;
	r.c = cursor_of(text);
	r.depth = 0;
	r.out_of_memory = false;
	list->count = 0;
	list->plain_used = 0;
	read_all(&r, text.len);
	if (r.out_of_memory)
		return -ENOMEM;
	if (!cursor_ok(&r.c)) {
		*wrong_at = text.len == 0 ? 0 : (size_t)(r.c.at - text.at);
		return -EINVAL;
	}
	*out = list->values;
	return 0;
}

const struct json_value *
json_value_get(const struct json_value *object, struct bytes key)
{
	const struct json_value *found = NULL;
	if (!json_value_is(object, JSON_VALUE_OBJECT))
		return NULL;
	for (const struct json_value *v = object + 1, *end = object + object->span; v < end; v += v->span)
		if (v->key.len == key.len && memcmp(v->key.at, key.at, key.len) == 0)
			found = v;
	return found;
}

const struct json_value *
json_value_at(const struct json_value *array, size_t index)
{
	if (!json_value_is(array, JSON_VALUE_ARRAY))
		return NULL;
	for (const struct json_value *v = array + 1, *end = array + array->span; v < end; v += v->span)
		if (index-- == 0)
			return v;
	return NULL;
}

size_t
json_value_length(const struct json_value *array)
{
	size_t n = 0;
	if (!json_value_is(array, JSON_VALUE_ARRAY))
		return 0;
	for (const struct json_value *v = array + 1, *end = array + array->span; v < end; v += v->span)
		n++;
	return n;
}

struct bytes
json_value_text(const struct json_value *v)
{
	return json_value_is(v, JSON_VALUE_STRING) ? v->text : (struct bytes){0};
}
