/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_transform.h"

#include "core/text.h"
#include "detect/rules/rule_base64.h"
#include "detect/rules/rule_unpack.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <errno.h>
#include <openssl/evp.h>
#include <pcre2.h>
#include <stdlib.h>

/* An expression of pcrexform, known by where its text is in memory. */
struct form {
	const uint8_t *at;
	pcre2_code *code;
};

struct rule_transforms {
	uint8_t room[2][RULE_TRANSFORM_MAX];
	unsigned turn; /* which room is written next */
	size_t form_count, form_room;
	struct form *forms; /* by `at`, rising, once sorted */
	bool sorted;
	struct rule_unpack *unpack;
	pcre2_match_data *found;
	pcre2_match_context *limits;
};

struct rule_transforms *
rule_transform_new(void)
{
	struct rule_transforms *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	t->found = pcre2_match_data_create(8, NULL);
	t->limits = pcre2_match_context_create(NULL);
	t->unpack = rule_unpack_new();
	if (t->found == NULL || t->limits == NULL || t->unpack == NULL) {
		rule_transform_free(t);
		return NULL;
	}
	(void)pcre2_set_match_limit(t->limits, 3500);
	return t;
}

void
rule_transform_free(struct rule_transforms *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->form_count; i++)
		pcre2_code_free(t->forms[i].code);
	free(t->forms);
	rule_unpack_free(t->unpack);
	pcre2_match_data_free(t->found);
	pcre2_match_context_free(t->limits);
	free(t);
}

/* ---- Expressions ---- */

static int
compile(struct bytes expression, pcre2_code **out, struct diag *diag)
{
	int error = 0;
	PCRE2_SIZE at = 0;
	*out = pcre2_compile(expression.at, expression.len, 0, &error, &at, NULL);
	if (*out != NULL)
		return 0;
	PCRE2_UCHAR text[160] = "";
	(void)pcre2_get_error_message(error, text, sizeof(text));
	return diag_say(diag, -EINVAL, _("pcre: byte %zu of the expression: %s"), (size_t)at, (const char *)text);
}

static int
by_place(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct form *)a)->at, y = (uintptr_t)((const struct form *)b)->at;
	return x < y ? -1 : x > y;
}

static int
add_form(struct rule_transforms *t, struct bytes expression, struct diag *diag)
{
	if (t->form_count == t->form_room) {
		size_t room = t->form_room == 0 ? 16 : 2 * t->form_room;
		struct form *more = realloc(t->forms, room * sizeof(*more));
		if (more == NULL)
			return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
		t->forms = more;
		t->form_room = room;
	}
	int e = compile(expression, &t->forms[t->form_count].code, diag);
	if (e < 0)
		return e;
	t->forms[t->form_count++].at = expression.at;
	t->sorted = false;
	return 0;
}

int
rule_transform_prepare(struct rule_transforms *t, const struct rule_buffer *buffer, struct diag *diag)
{
	int e = 0;
	for (size_t i = 0; i < buffer->transform_count && e == 0; i++)
		if (buffer->transforms[i].kind == RULE_PCREXFORM)
			e = add_form(t, buffer->transforms[i].text, diag);
	return e;
}

int
rule_transform_check(const struct rule_buffer *buffer, struct diag *diag)
{
	int e = 0;
	for (size_t i = 0; i < buffer->transform_count && e == 0; i++) {
		pcre2_code *code = NULL;
		if (buffer->transforms[i].kind == RULE_PCREXFORM)
			e = compile(buffer->transforms[i].text, &code, diag);
		pcre2_code_free(code);
	}
	return e;
}

/* ---- What they do ---- */

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t
url_decode(struct bytes in, uint8_t *out)
{
	size_t len = 0;
	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = in.at[i];
		if (c == '+') {
			c = ' ';
		} else if (c == '%' && i + 2 < in.len && bytes_hex_digit(in.at[i + 1]) >= 0 &&
		    bytes_hex_digit(in.at[i + 2]) >= 0) {
			c = (uint8_t)(bytes_hex_digit(in.at[i + 1]) << 4 | bytes_hex_digit(in.at[i + 2]));
			i += 2;
		}
		out[len++] = c;
	}
	return len;
}

static size_t
digest(struct bytes in, const EVP_MD *how, uint8_t *out)
{
	unsigned len = 0;
	return EVP_Digest(in.at, in.len, out, &len, how, NULL) == 1 ? len : 0;
}

/* Names of header lines in lower case: up to the colon of each line. */
static size_t
header_lowercase(struct bytes in, uint8_t *out)
{
	bool in_name = true;
	for (size_t i = 0; i < in.len; i++) {
		out[i] = in_name ? bytes_lower(in.at[i]) : in.at[i];
		if (in.at[i] == ':')
			in_name = false;
		else if (in.at[i] == '\n')
			in_name = true;
	}
	return in.len;
}

/* Without the lines that begin with a colon (RFC 9113 8.3). */
static size_t
strip_pseudo_headers(struct bytes in, uint8_t *out)
{
	size_t len = 0;
	while (in.len > 0) {
		size_t line = bytes_find(in, '\n');
		line += line < in.len;
		if (in.at[0] != ':') {
			memcpy(out + len, in.at, line);
			len += line;
		}
		in = bytes_after(in, line);
	}
	return len;
}

/* The last label, or the last two: what a name belongs to, where no list of public suffixes says otherwise. */
static struct bytes
last_labels(struct bytes name, unsigned labels)
{
	size_t at = name.len;
	while (at > 0 && labels > 0)
		if (name.at[--at] == '.')
			labels--;
	if (labels > 0)
		return name;
	return bytes_after(name, at + 1);
}

static struct bytes
pcrexform(struct rule_transforms *t, struct bytes expression, struct bytes in)
{
	struct form key = {.at = expression.at};
	if (!t->sorted) {
		if (t->form_count > 0)
			qsort(t->forms, t->form_count, sizeof(key), by_place);
		t->sorted = true;
	}
	const struct form *form = t->form_count == 0 ? NULL : bsearch(&key, t->forms, t->form_count, sizeof(key), by_place);
	if (form == NULL || in.len == 0 || pcre2_match(form->code, in.at, in.len, 0, 0, t->found, t->limits) < 2)
		return in;
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(t->found);
	return ends[2] > ends[3] || ends[3] > in.len ? in : (struct bytes){in.at + ends[2], ends[3] - ends[2]};
}

/* Bytes before the offset stay as they are; a key that is not there changes nothing. */
static size_t xor
    (const struct rule_transform *t, struct bytes in, uint8_t *out) {
	    struct bytes key = t->key_bytes == 0 ? t->text : bytes_first(bytes_after(in, t->key_at), t->key_bytes);
	    size_t from = (size_t)t->offset.number;
	    bool whole = key.len > 0 && (t->key_bytes == 0 || key.len == t->key_bytes);
	    for (size_t i = 0; i < in.len; i++)
		    out[i] = i < from || !whole ? in.at[i] : in.at[i] ^ key.at[(i - from) % key.len];
	    return in.len;
    }

    static struct bytes apply_one(struct rule_transforms *t, const struct rule_transform *transform, struct bytes in)
{
	uint8_t *out = t->room[t->turn];
	size_t len = 0;
	in = bytes_first(in, RULE_TRANSFORM_MAX - 1);
	switch (transform->kind) {
	case RULE_STRIP_WHITESPACE:
		for (size_t i = 0; i < in.len; i++)
			if (!is_space(in.at[i]))
				out[len++] = in.at[i];
		break;
	case RULE_COMPRESS_WHITESPACE:
		for (size_t i = 0; i < in.len; i++)
			if (!is_space(in.at[i]) || i == 0 || !is_space(in.at[i - 1]))
				out[len++] = in.at[i];
		break;
	case RULE_TO_LOWERCASE:
		for (; len < in.len; len++)
			out[len] = bytes_lower(in.at[len]);
		break;
	case RULE_TO_UPPERCASE:
		for (; len < in.len; len++)
			out[len] = in.at[len] >= 'a' && in.at[len] <= 'z' ? (uint8_t)(in.at[len] - 32) : in.at[len];
		break;
	case RULE_TO_MD5: len = digest(in, EVP_md5(), out); break;
	case RULE_TO_SHA1: len = digest(in, EVP_sha1(), out); break;
	case RULE_TO_SHA256: len = digest(in, EVP_sha256(), out); break;
	case RULE_DOTPREFIX:
		out[0] = '.';
		if (in.len > 0)
			memcpy(out + 1, in.at, in.len);
		len = in.len + 1;
		break;
	case RULE_URL_DECODE: len = url_decode(in, out); break;
	case RULE_XOR_KEY: len = xor(transform, in, out); break;
	case RULE_GUNZIP:
	case RULE_ZLIB_DEFLATE:
		len = rule_unpack_run(t->unpack, transform->kind == RULE_GUNZIP, in, out, transform->max);
		break;
	case RULE_PCREXFORM: return pcrexform(t, transform->text, in);
	case RULE_CASEFOLD_HEADER: len = header_lowercase(in, out); break;
	case RULE_STRIP_PSEUDO_HEADERS: len = strip_pseudo_headers(in, out); break;
	case RULE_FROM_BASE64:
		in = bytes_after(in, (size_t)transform->offset.number);
		if (transform->has_bytes)
			in = bytes_first(in, (size_t)transform->bytes.number);
		len = rule_base64_decode(in, (enum rule_base64)transform->mode, out, RULE_TRANSFORM_MAX);
		break;
	case RULE_DOMAIN: return last_labels(in, 2);
	case RULE_TLD: return last_labels(in, 1);
	}
	t->turn ^= 1;
	return (struct bytes){out, len};
}

struct bytes
rule_transform_apply(struct rule_transforms *transforms, const struct rule_buffer *buffer, struct bytes data)
{
	for (size_t i = 0; i < buffer->transform_count; i++)
		data = apply_one(transforms, &buffer->transforms[i], data);
	return data;
}
