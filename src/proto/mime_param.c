/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/mime_param.h"

#include "core/cursor.h"
#include "proto/base64.h"

enum { PARTS_MAX = 64 }; /* of one parameter (RFC 2231 3) */

struct out {
	uint8_t *at;
	size_t size, length; /* the length may be larger: so much there would have been */
};

static void
put(struct out *out, uint8_t byte)
{
	if (out->length < out->size)
		out->at[out->length] = byte;
	out->length++;
}

struct bytes
mime_param_main(struct bytes value)
{
	return bytes_trim(bytes_first(value, bytes_find(value, ';')));
}

/* One parameter: "name=value" or "name=\"value\"", taken from the front of *rest together with the ";" before it. */
struct param {
	struct bytes name, value; /* the value as it stands between the quotes, or up to the next ";" */
	bool quoted;
};

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
pass_blanks(struct cursor *c)
{
	while (c->left > 0 && (is_blank(c->at[0]) || c->at[0] == ';'))
		cursor_take(c, 1);
}

static struct bytes
take_quoted(struct cursor *c)
{
	struct bytes rest = cursor_rest(c);
	size_t n = 0;
	while (n < rest.len && rest.at[n] != '"')
		n += rest.at[n] == '\\' && n + 1 < rest.len ? 2 : 1;
	cursor_take(c, n < rest.len ? n + 1 : rest.len); /* an end that is missing is the end of the field */
	cursor_take(c, bytes_find(cursor_rest(c), ';'));
	return bytes_first(rest, n);
}

static bool
next_param(struct cursor *c, struct param *p)
{
	pass_blanks(c);
	if (c->left == 0)
		return false;
	struct bytes rest = cursor_rest(c);
	size_t equal = bytes_find(rest, '='), semicolon = bytes_find(rest, ';');
	*p = (struct param){.name = bytes_trim(cursor_take(c, equal < semicolon ? equal : semicolon))};
	if (equal >= semicolon)
		return true; /* a word alone: the main value, or damage */
	cursor_take(c, 1);
	while (c->left > 0 && is_blank(c->at[0]))
		cursor_take(c, 1);
	p->quoted = c->left > 0 && c->at[0] == '"';
	if (p->quoted)
		cursor_take(c, 1);
	p->value = p->quoted ? take_quoted(c) : bytes_trim(cursor_take(c, bytes_find(cursor_rest(c), ';')));
	return true;
}

static void
put_plain(struct out *out, const struct param *p)
{
	for (size_t i = 0; i < p->value.len; i++) {
		if (p->quoted && p->value.at[i] == '\\' && i + 1 < p->value.len)
			i++;
		put(out, p->value.at[i]);
	}
}

/* RFC 2231 4: percent signs, after the character set and the language where the value begins. */
static void
put_extended(struct out *out, struct bytes value, bool is_first)
{
	if (is_first) {
		struct bytes after = bytes_after(value, bytes_find(value, '\'') + 1);
		size_t second = bytes_find(after, '\'');
		if (second < after.len)
			value = bytes_after(after, second + 1);
	}
	for (size_t i = 0; i < value.len; i++) {
		int high = value.at[i] == '%' && i + 2 < value.len ? bytes_hex_digit(value.at[i + 1]) : -1;
		int low = high >= 0 ? bytes_hex_digit(value.at[i + 2]) : -1;
		if (low >= 0)
			i += 2;
		put(out, low >= 0 ? (uint8_t)(high << 4 | low) : value.at[i]);
	}
}

/* "filename*0*" is part 0 of "filename", extended; "filename" alone is no part. -1: another parameter. */
static int
part_number(struct bytes name, struct bytes wanted, bool *extended)
{
	enum { ALONE = PARTS_MAX };
	if (!bytes_eq_nocase(bytes_first(name, wanted.len), wanted))
		return -1;
	struct bytes rest = bytes_after(name, wanted.len);
	*extended = rest.len > 0 && rest.at[rest.len - 1] == '*';
	if (rest.len == 0 || bytes_eq(rest, BYTES("*")))
		return ALONE;
	if (rest.at[0] != '*')
		return -1;
	struct cursor c = cursor_of(bytes_after(rest, 1));
	int number = -1;
	while (c.left > 0 && c.at[0] >= '0' && c.at[0] <= '9' && number < PARTS_MAX)
		number = (number < 0 ? 0 : number * 10) + (cursor_u8(&c) - '0');
	return number >= PARTS_MAX || (c.left > 0 && !bytes_eq(cursor_rest(&c), BYTES("*"))) ? -1 : number;
}

static bool
put_parts(struct bytes value, struct bytes name, struct out *out)
{
	struct param parts[PARTS_MAX], p;
	bool extended[PARTS_MAX], have[PARTS_MAX] = {false}, is_extended;
	for (struct cursor c = cursor_of(value); next_param(&c, &p);) {
		int number = part_number(p.name, name, &is_extended);
		if (number < 0 || number >= PARTS_MAX || have[number])
			continue;
		have[number] = true;
		parts[number] = p;
		extended[number] = is_extended;
	}
	for (int i = 0; i < PARTS_MAX && have[i]; i++) {
		if (extended[i])
			put_extended(out, parts[i].value, i == 0);
		else
			put_plain(out, &parts[i]);
	}
	return have[0];
}

bool
mime_param_find(struct bytes value, struct bytes name, uint8_t *out, size_t size, size_t *length)
{
	struct out o = {out, size, 0};
	struct param p, alone = {0};
	bool extended, alone_extended = false, found = false;
	for (struct cursor c = cursor_of(value); next_param(&c, &p);) {
		if (part_number(p.name, name, &extended) != PARTS_MAX || p.value.at == NULL)
			continue;
		if (!found || (extended && !alone_extended)) { /* of both, readers believe the extended one (RFC 6266 4.3) */
			alone = p;
			alone_extended = extended;
		}
		found = true;
	}
	if (found && alone_extended)
		put_extended(&o, alone.value, true);
	else if (found)
		put_plain(&o, &alone);
	else
		found = put_parts(value, name, &o);
	if (found)
		*length = o.length;
	return found;
}

/* ---- Encoded words ---- */

static void
put_q(struct out *out, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		int high = text.at[i] == '=' && i + 2 < text.len ? bytes_hex_digit(text.at[i + 1]) : -1;
		int low = high >= 0 ? bytes_hex_digit(text.at[i + 2]) : -1;
		if (low >= 0)
			i += 2;
		put(out, low >= 0 ? (uint8_t)(high << 4 | low) : text.at[i] == '_' ? ' ' : text.at[i]);
	}
}

/* "=?charset?B?text?=": its length with all signs, 0 when there is none here. */
static size_t
word_at(struct bytes text, bool *is_base64, struct bytes *inner)
{
	if (!bytes_start_with(text, BYTES("=?")))
		return 0;
	size_t charset = bytes_find(bytes_after(text, 2), '?');
	struct bytes rest = bytes_after(text, 2 + charset + 1);
	if (rest.len < 2 || rest.at[1] != '?' || charset > 64)
		return 0;
	uint8_t how = bytes_lower(rest.at[0]);
	struct bytes body = bytes_after(rest, 2);
	size_t end = bytes_find_all(body, BYTES("?="));
	if ((how != 'b' && how != 'q') || end == body.len)
		return 0;
	*is_base64 = how == 'b';
	*inner = bytes_first(body, end);
	return 2 + charset + 1 + 2 + end + 2;
}

size_t
mime_param_words(struct bytes text, uint8_t *out, size_t size)
{
	struct out o = {out, size, 0};
	bool after_word = false;
	while (text.len > 0 && o.length < size) {
		bool is_base64;
		struct bytes inner;
		size_t blanks = 0;
		while (after_word && blanks < text.len && is_blank(text.at[blanks]))
			blanks++;
		size_t n = word_at(bytes_after(text, blanks), &is_base64, &inner);
		after_word = n > 0;
		if (n == 0) {
			put(&o, text.at[0]);
			text = bytes_after(text, 1);
			continue;
		}
		text = bytes_after(text, blanks + n); /* blanks between two words are not shown (RFC 2047 6.2) */
		if (is_base64)
			o.length += base64_decode(o.at + o.length, o.size - o.length, inner);
		else
			put_q(&o, inner);
	}
	return o.length < size ? o.length : size;
}
