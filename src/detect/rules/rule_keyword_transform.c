/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Transforms: they stand right behind the name of a buffer. */
#include "detect/rules/rule_keywords.h"

#include <errno.h>

enum { XOR_KEY_MAX = 256, UNPACKED_USUAL = 1024 /* as the user guide says */ };

static struct rule_transform *
transform(struct rule_parser *p, enum rule_transform_kind kind)
{
	if (!p->is_sticky) {
		(void)rule_parser_refuse(p, "%s", _("a transform stands behind the name of a buffer"));
		return NULL;
	}
	/* What was looked for before it was looked for without it: from here on it is another buffer of the same view. */
	bool used = false;
	for (size_t i = 0; i < p->rule.match_count; i++)
		used |= p->matches[i].buffer == p->current;
	if (used && p->rule.buffer_count < RULE_BUFFERS_MAX) {
		p->buffers[p->rule.buffer_count] = (struct rule_buffer){.view = p->buffers[p->current].view};
		p->current = p->rule.buffer_count++;
		p->last_content = RULE_NO_MATCH;
	}
	struct rule_buffer *b = &p->buffers[p->current];
	if (b->transform_count == RULE_TRANSFORMS_MAX) {
		(void)rule_parser_refuse(p, _("a buffer may have %d transforms at most"), RULE_TRANSFORMS_MAX);
		return NULL;
	}
	struct rule_transform *t = &b->transforms[b->transform_count++];
	*t = (struct rule_transform){.kind = kind, .offset = {.variable = -1}, .bytes = {.variable = -1}};
	return t;
}

#define PLAIN_TRANSFORM(function, kind)                          \
	RULE_KEYWORD(function)                                   \
	{                                                        \
		(void)value;                                     \
		return transform(p, kind) == NULL ? -EINVAL : 0; \
	}

PLAIN_TRANSFORM(rule_keyword_transform_strip_whitespace, RULE_STRIP_WHITESPACE)
PLAIN_TRANSFORM(rule_keyword_transform_compress_whitespace, RULE_COMPRESS_WHITESPACE)
PLAIN_TRANSFORM(rule_keyword_transform_to_lowercase, RULE_TO_LOWERCASE)
PLAIN_TRANSFORM(rule_keyword_transform_to_uppercase, RULE_TO_UPPERCASE)
PLAIN_TRANSFORM(rule_keyword_transform_to_md5, RULE_TO_MD5)
PLAIN_TRANSFORM(rule_keyword_transform_to_sha1, RULE_TO_SHA1)
PLAIN_TRANSFORM(rule_keyword_transform_to_sha256, RULE_TO_SHA256)
PLAIN_TRANSFORM(rule_keyword_transform_dotprefix, RULE_DOTPREFIX)
PLAIN_TRANSFORM(rule_keyword_transform_url_decode, RULE_URL_DECODE)
PLAIN_TRANSFORM(rule_keyword_transform_header_lowercase, RULE_CASEFOLD_HEADER)
PLAIN_TRANSFORM(rule_keyword_transform_strip_pseudo_headers, RULE_STRIP_PSEUDO_HEADERS)
PLAIN_TRANSFORM(rule_keyword_transform_domain, RULE_DOMAIN)
PLAIN_TRANSFORM(rule_keyword_transform_tld, RULE_TLD)

static int
unhex(struct rule_parser *p, struct bytes digits, struct bytes *out)
{
	uint8_t *room = arena_take(p->arena, digits.len / 2 + 1, 1);
	if (room == NULL)
		return diag_say(p->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	if (digits.len == 0 || digits.len % 2 != 0)
		return rule_parser_refuse(p, "%s", _("pairs of hexadecimal digits were expected"));
	for (size_t i = 0; i < digits.len / 2; i++) {
		uint8_t pair[4] = {'0', 'x', digits.at[2 * i], digits.at[2 * i + 1]};
		int64_t byte;
		if (!rule_text_number((struct bytes){pair, 4}, &byte))
			return rule_parser_refuse(p, "%s", _("pairs of hexadecimal digits were expected"));
		room[i] = (uint8_t)byte;
	}
	*out = (struct bytes){room, digits.len / 2};
	return 0;
}

/* xor:[offset N,]"HEX"|extract BYTES OFFSET */
RULE_KEYWORD(rule_keyword_transform_xor)
{
	struct rule_transform *t = transform(p, RULE_XOR_KEY);
	struct bytes digits;
	if (t == NULL)
		return -EINVAL;
	struct bytes part = bytes_first(value, bytes_find(value, ',')), word, rest = part;
	int64_t n;
	if (rule_text_word(&rest, &word) && bytes_eq(word, BYTES("offset"))) {
		int r = rule_parser_number(p, rule_text_trim(rest), 0, 65535, &t->offset.number);
		if (r < 0)
			return r;
		value = rule_text_trim(bytes_after(value, part.len + 1));
	}
	rest = value;
	if (rule_text_word(&rest, &word) && bytes_eq(word, BYTES("extract"))) {
		struct bytes count = {0};
		int r = rule_text_word(&rest, &count) ? rule_parser_number(p, count, 1, XOR_KEY_MAX, &n) : -EINVAL;
		if (r == 0) {
			t->key_bytes = (uint16_t)n;
			r = rule_parser_number(p, rule_text_trim(rest), 0, 65535, &n);
		}
		if (r < 0)
			return rule_parser_refuse(
			    p, "%s", _("extract BYTES OFFSET was expected: where in the buffer the key is"));
		t->key_at = (uint16_t)n;
		return 0;
	}
	int r = rule_parser_unquote(p, value, NULL, &digits);
	return r < 0 ? r : unhex(p, digits, &t->text);
}

/* gunzip[: max-size BYTES] */
static int
unpacks(struct rule_parser *p, struct bytes value, enum rule_transform_kind kind)
{
	struct rule_transform *t = transform(p, kind);
	struct bytes word;
	int64_t n = UNPACKED_USUAL;
	int r = t == NULL ? -EINVAL : 0;
	if (r == 0 && value.len > 0) {
		if (!rule_text_word(&value, &word) || !bytes_eq(word, BYTES("max-size")))
			return rule_parser_refuse(p, "%s", _("max-size and a number of bytes were expected"));
		r = rule_parser_number(p, rule_text_trim(value), 1, 65535, &n);
	}
	if (r == 0)
		t->max = (uint16_t)n;
	return r;
}

RULE_KEYWORD(rule_keyword_transform_gunzip)
{
	return unpacks(p, value, RULE_GUNZIP);
}

RULE_KEYWORD(rule_keyword_transform_zlib_deflate)
{
	return unpacks(p, value, RULE_ZLIB_DEFLATE);
}

RULE_KEYWORD(rule_keyword_transform_pcrexform)
{
	struct rule_transform *t = transform(p, RULE_PCREXFORM);
	return t == NULL ? -EINVAL : rule_parser_unquote(p, value, NULL, &t->text);
}

/* from_base64: [bytes N][, offset N][, mode rfc4648|rfc2045|strict] */
RULE_KEYWORD(rule_keyword_transform_from_base64)
{
	static const char *const modes[] = {"rfc4648", "rfc2045", "strict", NULL};
	struct rule_transform *t = transform(p, RULE_FROM_BASE64);
	struct bytes part, word;
	int r = t == NULL ? -EINVAL : 0;
	while (r == 0 && rule_text_split(&value, ',', &part)) {
		(void)rule_text_word(&part, &word);
		if (bytes_eq(word, BYTES("bytes"))) {
			r = rule_parser_value(p, part, 1, 65535, &t->bytes);
			t->has_bytes = true;
		} else if (bytes_eq(word, BYTES("offset"))) {
			r = rule_parser_value(p, part, 0, 65535, &t->offset);
		} else if (bytes_eq(word, BYTES("mode"))) {
			int mode = rule_parser_word(part, modes);
			if (mode < 0)
				return rule_parser_refuse(p, "%s", _("the mode is one of rfc4648, rfc2045, strict"));
			t->mode = (uint8_t)mode;
		} else {
			r = rule_parser_refuse(p, "%s", _("bytes N, offset N or mode NAME was expected"));
		}
	}
	return r;
}
