/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keywords that reckon with bytes: byte_test, byte_jump, byte_extract, byte_math, isdataat, bsize, urilen, base64_decode. User
 * guide: "Payload Keywords". */
#include "detect/rules/rule_keywords.h"

#include <errno.h>

static int
endian_or_base(struct rule_bytes *b, struct bytes word)
{
	if (bytes_eq(word, BYTES("relative")))
		b->flags |= RULE_RELATIVE;
	else if (bytes_eq(word, BYTES("big")))
		b->flags &= (uint8_t)~RULE_LITTLE;
	else if (bytes_eq(word, BYTES("little")))
		b->flags |= RULE_LITTLE;
	else if (bytes_eq(word, BYTES("dce")))
		b->flags |= RULE_DCE;
	else if (bytes_eq(word, BYTES("string")))
		b->flags |= RULE_STRING;
	else if (bytes_eq(word, BYTES("dec")))
		b->base = 10;
	else if (bytes_eq(word, BYTES("hex")))
		b->base = 16;
	else if (bytes_eq(word, BYTES("oct")))
		b->base = 8;
	else
		return -ENOENT;
	return 0;
}

/* What all four share behind their own arguments. 0; -ENOENT: another word; -EINVAL with diag. */
static int
option(struct rule_parser *p, struct rule_bytes *b, struct bytes part)
{
	struct bytes word, rest = part;
	int64_t number;
	(void)rule_text_word(&rest, &word);
	if (rest.len == 0)
		return endian_or_base(b, word);
	int r = -ENOENT;
	if (bytes_eq(word, BYTES("bitmask"))) {
		r = rule_parser_number(p, rest, 1, UINT32_MAX, &number);
		b->mask = r == 0 ? (uint32_t)number : 0;
	} else if (bytes_eq(word, BYTES("multiplier"))) {
		r = rule_parser_number(p, rest, 1, 65535, &b->multiplier);
	} else if (bytes_eq(word, BYTES("align"))) {
		r = rule_parser_number(p, rest, 2, 4, &number);
		b->align = r == 0 ? (uint8_t)number : 0;
	} else if (bytes_eq(word, BYTES("endian"))) {
		r = endian_or_base(b, rest);
	} else if (bytes_eq(word, BYTES("string"))) {
		b->flags |= RULE_STRING;
		r = endian_or_base(b, rest);
	}
	return r;
}

static int
option_or_refuse(struct rule_parser *p, struct rule_bytes *b, struct bytes part)
{
	int r = option(p, b, part);
	return r != -ENOENT ? r
	                    : rule_parser_refuse(p, _("\"%.*s\" is not known here"), part.len > 40 ? 40 : (int)part.len,
	                          (const char *)part.at);
}

static int
finish(struct rule_parser *p, enum rule_match_kind kind, struct rule_bytes *b)
{
	if ((b->flags & RULE_STRING) != 0 && b->base == 0)
		b->base = 10;
	if ((b->flags & RULE_STRING) == 0 && b->base != 0)
		b->flags |= RULE_STRING;
	int64_t max = (b->flags & RULE_STRING) != 0 ? 23 : 8;
	if (b->count.variable < 0 && (b->count.number > max || (b->count.number == 0 && (b->flags & RULE_STRING) == 0)))
		return rule_parser_refuse(p, _("from 1 to %lld bytes can make a number"), (long long)max);
	struct rule_match *m = rule_parser_match(p, kind);
	if (m == NULL)
		return -EINVAL;
	m->u.bytes = *b;
	if ((b->flags & RULE_RELATIVE) != 0)
		rule_parser_follow(p, m);
	return 0;
}

static struct rule_bytes
fresh(void)
{
	struct rule_value none = {.variable = -1};
	return (struct rule_bytes){
	    .count = none, .offset = none, .value = none, .post_offset = none, .multiplier = 1, .result = -1};
}

RULE_KEYWORD(rule_keyword_bytes_byte_test)
{
	static const struct {
		const char *sign_cstr;
		enum rule_compare compare;
	} signs[] = {{"<", RULE_LESS}, {">", RULE_GREATER}, {"=", RULE_EQUAL}, {"==", RULE_EQUAL}, {"<=", RULE_LESS_EQUAL},
	    {">=", RULE_GREATER_EQUAL}, {"&", RULE_AND}, {"^", RULE_XOR}};
	struct rule_bytes b = fresh();
	struct bytes part[4], more;
	for (size_t i = 0; i < LENGTH_OF(part); i++)
		if (!rule_text_split(&value, ',', &part[i]) || part[i].len == 0)
			return rule_parser_refuse(p, "%s", _("at least COUNT, OPERATOR, VALUE, OFFSET was expected"));
	int r = rule_parser_value(p, part[0], 0, 23, &b.count);
	if (r < 0)
		return r;
	struct bytes sign = part[1];
	if (sign.len > 0 && sign.at[0] == '!') {
		b.flags |= RULE_NEGATED;
		sign = rule_text_trim(bytes_after(sign, 1));
		if (sign.len == 0)
			sign = BYTES("=");
	}
	size_t at = 0;
	while (at < LENGTH_OF(signs) && !bytes_eq(sign, bytes_of_cstr(signs[at].sign_cstr)))
		at++;
	if (at == LENGTH_OF(signs))
		return rule_parser_refuse(p, "%s", _("the operator is one of < > = <= >= & ^, perhaps behind !"));
	b.compare = signs[at].compare;
	r = rule_parser_value(p, part[2], INT64_MIN, INT64_MAX, &b.value);
	if (r == 0)
		r = rule_parser_value(p, part[3], -65535, 65535, &b.offset);
	while (r == 0 && rule_text_split(&value, ',', &more)) {
		r = option_or_refuse(p, &b, more);
	}
	return r < 0 ? r : finish(p, RULE_BYTE_TEST, &b);
}

RULE_KEYWORD(rule_keyword_bytes_byte_jump)
{
	struct rule_bytes b = fresh();
	struct bytes part[2], more;
	for (size_t i = 0; i < LENGTH_OF(part); i++)
		if (!rule_text_split(&value, ',', &part[i]) || part[i].len == 0)
			return rule_parser_refuse(p, "%s", _("at least COUNT, OFFSET was expected"));
	int r = rule_parser_value(p, part[0], 0, 23, &b.count);
	if (r == 0)
		r = rule_parser_value(p, part[1], -65535, 65535, &b.offset);
	while (r == 0 && rule_text_split(&value, ',', &more)) {
		struct bytes word, rest = more;
		(void)rule_text_word(&rest, &word);
		if (bytes_eq(more, BYTES("align"))) {
			b.align = 4;
		} else if (bytes_eq(more, BYTES("from_beginning"))) {
			b.flags |= RULE_FROM_BEGINNING;
		} else if (bytes_eq(more, BYTES("from_end"))) {
			b.flags |= RULE_FROM_END;
		} else if (bytes_eq(word, BYTES("post_offset"))) {
			r = rule_parser_value(p, rest, -65535, 65535, &b.post_offset);
		} else {
			r = option_or_refuse(p, &b, more);
		}
	}
	if (r < 0)
		return r;
	/* No bytes to read: the jump is the post_offset alone. */
	if (b.count.variable < 0 && b.count.number == 0 && (b.flags & RULE_STRING) == 0) {
		struct rule_match *m = rule_parser_match(p, RULE_BYTE_JUMP);
		if (m == NULL)
			return -EINVAL;
		m->u.bytes = b;
		if ((b.flags & RULE_RELATIVE) != 0)
			rule_parser_follow(p, m);
		return 0;
	}
	return finish(p, RULE_BYTE_JUMP, &b);
}

RULE_KEYWORD(rule_keyword_bytes_byte_extract)
{
	struct rule_bytes b = fresh();
	struct bytes part[3], more;
	for (size_t i = 0; i < LENGTH_OF(part); i++)
		if (!rule_text_split(&value, ',', &part[i]) || part[i].len == 0)
			return rule_parser_refuse(p, "%s", _("at least COUNT, OFFSET, NAME was expected"));
	int r = rule_parser_value(p, part[0], 1, 23, &b.count);
	if (r == 0)
		r = rule_parser_value(p, part[1], -65535, 65535, &b.offset);
	while (r == 0 && rule_text_split(&value, ',', &more)) {
		r = option_or_refuse(p, &b, more);
	}
	if (r < 0)
		return r;
	int at = rule_parser_variable(p, part[2], true);
	if (at < 0)
		return at;
	b.result = (int8_t)at;
	return finish(p, RULE_BYTE_EXTRACT, &b);
}

/* byte_math: bytes N, offset N, oper +, rvalue N, result NAME [, ...], in any order. */
RULE_KEYWORD(rule_keyword_bytes_byte_math)
{
	static const char *const operators[] = {"+", "-", "*", "/", "<<", ">>", NULL};
	struct rule_bytes b = fresh();
	struct bytes part, word, result = {0};
	bool has_offset = false, has_operation = false, has_value = false;
	int r = 0;
	while (r == 0 && rule_text_split(&value, ',', &part)) {
		struct bytes rest = part;
		(void)rule_text_word(&rest, &word);
		if (bytes_eq(word, BYTES("bytes"))) {
			r = rule_parser_value(p, rest, 1, 10, &b.count);
		} else if (bytes_eq(word, BYTES("offset"))) {
			r = rule_parser_value(p, rest, -65535, 65535, &b.offset);
			has_offset = true;
		} else if (bytes_eq(word, BYTES("oper"))) {
			int at = rule_parser_word(rest, operators);
			if (at < 0)
				return rule_parser_refuse(p, "%s", _("the operator is one of + - * / << >>"));
			b.operation = operators[at][0];
			has_operation = true;
		} else if (bytes_eq(word, BYTES("rvalue"))) {
			r = rule_parser_value(p, rest, 0, UINT32_MAX, &b.value);
			has_value = true;
		} else if (bytes_eq(word, BYTES("result"))) {
			result = rest;
		} else {
			r = option_or_refuse(p, &b, part);
		}
	}
	if (r < 0)
		return r;
	if (!has_offset || !has_operation || !has_value || result.len == 0)
		return rule_parser_refuse(p, "%s", _("bytes, offset, oper, rvalue and result are all needed"));
	int at = rule_parser_variable(p, result, true);
	if (at < 0)
		return at;
	b.result = (int8_t)at;
	return finish(p, RULE_BYTE_MATH, &b);
}

RULE_KEYWORD(rule_keyword_bytes_isdataat)
{
	struct rule_bytes b = fresh();
	struct bytes part;
	if (value.len > 0 && value.at[0] == '!') {
		b.flags |= RULE_NEGATED;
		value = rule_text_trim(bytes_after(value, 1));
	}
	if (!rule_text_split(&value, ',', &part))
		return rule_parser_refuse(p, "%s", _("a number of bytes was expected"));
	int r = rule_parser_value(p, part, 0, 65535, &b.offset);
	while (r == 0 && rule_text_split(&value, ',', &part)) {
		if (bytes_eq(part, BYTES("relative")))
			b.flags |= RULE_RELATIVE;
		else if (!bytes_eq(part, BYTES("rawbytes")))
			r = rule_parser_refuse(p, "%s", _("relative or rawbytes was expected behind the number"));
	}
	if (r < 0)
		return r;
	struct rule_match *m = rule_parser_match(p, RULE_IS_DATA_AT);
	if (m == NULL)
		return -EINVAL;
	m->u.bytes = b;
	if ((b.flags & RULE_RELATIVE) != 0)
		rule_parser_follow(p, m);
	return 0;
}

RULE_KEYWORD(rule_keyword_bytes_bsize)
{
	enum rule_compare compare;
	struct rule_value low, high;
	if (!p->is_sticky)
		return rule_parser_refuse(p, "%s", _("it is the size of a buffer: name one before it"));
	int r = rule_parser_comparison(p, value, INT64_MAX - 1, &compare, &low, &high);
	if (r < 0)
		return r;
	struct rule_match *m = rule_parser_match(p, RULE_SIZE);
	if (m == NULL)
		return -EINVAL;
	m->u.size.compare = compare;
	m->u.size.low = low;
	m->u.size.high = high;
	return 0;
}

/* urilen:[<>]N[<>N][,norm|raw]: the size of http.uri. */
RULE_KEYWORD(rule_keyword_bytes_urilen)
{
	struct bytes size, which;
	enum rule_compare compare;
	struct rule_value low, high;
	if (!rule_text_split(&value, ',', &size))
		return rule_parser_refuse(p, "%s", _("a number was expected"));
	which = rule_text_trim(value);
	if (which.len > 0 && !bytes_eq_nocase(which, BYTES("norm")) && !bytes_eq_nocase(which, BYTES("raw")))
		return rule_parser_refuse(p, "%s", _("norm or raw was expected behind the number"));
	int r = rule_parser_comparison(p, size, INT64_MAX - 1, &compare, &low, &high);
	if (r < 0)
		return r;
	struct rule_match *m = rule_parser_match(p, RULE_SIZE);
	if (m == NULL)
		return -EINVAL;
	m->u.size.compare = compare;
	m->u.size.low = low;
	m->u.size.high = high;
	int current = p->current, last = p->last_content;
	r = rule_parser_enter(p, bytes_eq_nocase(which, BYTES("raw")) ? VIEW_HTTP_URI_RAW : VIEW_HTTP_URI);
	if (r < 0)
		return r;
	m->buffer = (uint8_t)p->current;
	p->current = current;
	p->last_content = last;
	return 0;
}

/* base64_decode[: bytes N][, offset N][, relative] */
RULE_KEYWORD(rule_keyword_bytes_base64_decode)
{
	struct bytes part, word;
	struct rule_value none = {.variable = -1}, bytes = none, offset = none;
	bool relative = false, has_bytes = false;
	int r = 0;
	while (r == 0 && rule_text_split(&value, ',', &part)) {
		(void)rule_text_word(&part, &word);
		if (bytes_eq(word, BYTES("bytes"))) {
			r = rule_parser_value(p, part, 1, 65535, &bytes);
			has_bytes = true;
		} else if (bytes_eq(word, BYTES("offset"))) {
			r = rule_parser_value(p, part, 0, 65535, &offset);
		} else if (bytes_eq(word, BYTES("relative"))) {
			relative = true;
		} else {
			r = rule_parser_refuse(p, "%s", _("bytes N, offset N or relative was expected"));
		}
	}
	if (r < 0)
		return r;
	struct rule_match *m = rule_parser_match(p, RULE_BASE64_DECODE);
	if (m == NULL)
		return -EINVAL;
	m->u.base64.bytes = bytes;
	m->u.base64.offset = offset;
	m->u.base64.relative = relative;
	m->u.base64.has_bytes = has_bytes;
	if (relative)
		rule_parser_follow(p, m);
	return 0;
}

/* absent, absent: or_else */
RULE_KEYWORD(rule_keyword_bytes_absent)
{
	if (!p->is_sticky)
		return rule_parser_refuse(p, "%s", _("it tells that a buffer is not there: name one before it"));
	if (value.len > 0 && !bytes_eq(value, BYTES("or_else")))
		return rule_parser_refuse(p, "%s", _("or_else, or nothing, was expected"));
	struct rule_match *m = rule_parser_match(p, RULE_ABSENT);
	if (m == NULL)
		return -EINVAL;
	m->u.absent.only_absent = value.len == 0;
	return 0;
}

/* 4, 3.75, 0.5: in thousandths. */
static bool
read_thousandths(struct bytes text, int64_t *out)
{
	size_t dot = bytes_find(text, '.');
	struct bytes whole = bytes_first(text, dot), part = bytes_after(text, dot + 1);
	int64_t n = 0;
	if (!rule_text_number(whole, &n) || n < 0 || n > 8 || (dot < text.len && part.len == 0))
		return false;
	*out = n * 1000;
	for (int64_t i = 0, worth = 100; i < (int64_t)part.len; i++, worth /= 10) {
		if (part.at[i] < '0' || part.at[i] > '9')
			return false;
		*out += (part.at[i] - '0') * worth;
	}
	return true;
}

static int
read_entropy(struct rule_parser *p, struct bytes text, struct rule_entropy *e)
{
	static const struct {
		struct bytes sign;
		enum rule_compare compare;
	} signs[] = {{BYTES("<="), RULE_LESS_EQUAL}, {BYTES(">="), RULE_GREATER_EQUAL}, {BYTES("!="), RULE_NOT_EQUAL},
	    {BYTES("<"), RULE_LESS}, {BYTES(">"), RULE_GREATER}, {BYTES("!"), RULE_NOT_EQUAL}, {BYTES("="), RULE_EQUAL}};
	size_t dash = bytes_find(text, '-');
	e->compare = RULE_EQUAL;
	for (size_t i = 0; i < LENGTH_OF(signs); i++)
		if (bytes_start_with(text, signs[i].sign)) {
			e->compare = signs[i].compare;
			text = rule_text_trim(bytes_after(text, signs[i].sign.len));
			break;
		}
	if (dash < text.len && e->compare == RULE_EQUAL) {
		e->compare = RULE_BETWEEN;
		if (read_thousandths(rule_text_trim(bytes_first(text, dash)), &e->low) &&
		    read_thousandths(rule_text_trim(bytes_after(text, dash + 1)), &e->high) && e->low < e->high)
			return 0;
	} else if (read_thousandths(text, &e->low)) {
		return 0;
	}
	return rule_parser_refuse(p, "%s", _("the value is a number of bits per byte from 0 to 8, such as >=4.5 or 3-5"));
}

/* entropy:[bytes N][, offset N], value >=4.5 */
RULE_KEYWORD(rule_keyword_bytes_entropy)
{
	struct rule_entropy e = {.bytes = {.variable = -1}, .offset = {.variable = -1}};
	struct bytes part, word;
	bool has_value = false;
	int r = 0;
	if (!p->is_sticky)
		return rule_parser_refuse(p, "%s", _("it is of a buffer: name one before it"));
	while (r == 0 && rule_text_split(&value, ',', &part)) {
		(void)rule_text_word(&part, &word);
		part = rule_text_trim(part);
		if (bytes_eq(word, BYTES("bytes"))) {
			r = rule_parser_value(p, part, 0, 65535, &e.bytes);
		} else if (bytes_eq(word, BYTES("offset"))) {
			r = rule_parser_value(p, part, 0, 65535, &e.offset);
		} else if (bytes_eq(word, BYTES("value"))) {
			r = read_entropy(p, part, &e);
			has_value = true;
		} else {
			r = rule_parser_refuse(p, "%s", _("bytes N, offset N and value were expected"));
		}
	}
	if (r == 0 && !has_value)
		r = rule_parser_refuse(p, "%s", _("bytes N, offset N and value were expected"));
	struct rule_match *m = r < 0 ? NULL : rule_parser_match(p, RULE_ENTROPY);
	if (m == NULL)
		return r < 0 ? r : -EINVAL;
	m->u.entropy = e;
	return 0;
}

/* asn1:bitstring_overflow, double_overflow, oversize_length N, absolute_offset N | relative_offset N */
RULE_KEYWORD(rule_keyword_bytes_asn1)
{
	struct rule_asn1 a = {.offset = {.variable = -1}};
	struct bytes part, word;
	int64_t n;
	int r = 0;
	while (r == 0 && rule_text_split(&value, ',', &part)) {
		(void)rule_text_word(&part, &word);
		part = rule_text_trim(part);
		if (bytes_eq(word, BYTES("bitstring_overflow"))) {
			a.bit_strings = true;
		} else if (bytes_eq(word, BYTES("double_overflow"))) {
			a.doubles = true;
		} else if (bytes_eq(word, BYTES("oversize_length"))) {
			r = rule_parser_number(p, part, 0, UINT32_MAX, &n);
			a.has_oversize = true;
			a.oversize = r < 0 ? 0 : (uint32_t)n;
		} else if (bytes_eq(word, BYTES("absolute_offset"))) {
			r = rule_parser_number(p, part, 0, 65535, &a.offset.number);
		} else if (bytes_eq(word, BYTES("relative_offset"))) {
			r = rule_parser_number(p, part, -65535, 65535, &a.offset.number);
			a.relative = true;
		} else {
			r = rule_parser_refuse(p, "%s",
			    _("bitstring_overflow, double_overflow, oversize_length N, absolute_offset N or relative_offset N was expected"));
		}
	}
	if (r < 0)
		return r;
	if (!a.bit_strings && !a.doubles && !a.has_oversize)
		return rule_parser_refuse(
		    p, "%s", _("it looks for nothing: bitstring_overflow, double_overflow or oversize_length N"));
	struct rule_match *m = rule_parser_match(p, RULE_ASN1);
	if (m == NULL)
		return -EINVAL;
	m->u.asn1 = a;
	if (a.relative)
		rule_parser_follow(p, m);
	return 0;
}
