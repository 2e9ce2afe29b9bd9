/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_ubjson.h"

#include "core/cursor.h"
#include "core/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_ROOM = 40, COUNTED = 1, OBJECT = 2 };

struct level {
	uint64_t left; /* values to come, where they are counted */
	uint8_t kind;  /* COUNTED | OBJECT */
	uint8_t type;  /* of all values; 0: each says its own */
	bool first;
};

struct reading {
	struct cursor c;
	char *text;
	size_t len, room;
	int error; /* -EFBIG or -ENOMEM */
	unsigned depth;
	struct level level[LEARN_UBJSON_DEPTH_MAX];
};

static void
put(struct reading *r, const char *bytes, size_t len)
{
	if (len > r->room - r->len) {
		size_t room = r->room * 2 + len;
		char *larger = room > LEARN_UBJSON_TEXT_MAX ? NULL : realloc(r->text, room);
		if (larger == NULL) {
			r->error = room > LEARN_UBJSON_TEXT_MAX ? -EFBIG : -ENOMEM;
			cursor_stop(&r->c, PARSE_BAD);
			return;
		}
		r->text = larger;
		r->room = room;
	}
	memcpy(r->text + r->len, bytes, len);
	r->len += len;
}

static int64_t
integer(struct cursor *c, uint8_t type)
{
	switch (type) {
	case 'i': return (int8_t)cursor_u8(c);
	case 'U': return cursor_u8(c);
	case 'I': return (int16_t)cursor_be16(c);
	case 'l': return (int32_t)cursor_be32(c);
	case 'L': return (int64_t)cursor_be64(c);
	default: cursor_stop(c, PARSE_BAD); return 0;
	}
}

static size_t
length(struct cursor *c)
{
	int64_t n = integer(c, cursor_u8(c));
	if (n < 0 || n > LEARN_UBJSON_TEXT_MAX)
		cursor_stop(c, PARSE_BAD);
	return cursor_ok(c) ? (size_t)n : 0;
}

static void
put_string(struct reading *r)
{
	struct bytes s = cursor_take(&r->c, length(&r->c));
	put(r, "\"", 1);
	for (size_t i = 0; i < s.len && cursor_ok(&r->c); i++) {
		char escaped[8];
		if (s.at[i] < ' ' || s.at[i] == '"' || s.at[i] == '\\')
			put(r, escaped, (size_t)snprintf(escaped, sizeof(escaped), "\\u%04x", s.at[i]));
		else
			put(r, (const char *)&s.at[i], 1);
	}
	put(r, "\"", 1);
}

static void
put_real(struct reading *r, double value, int digits)
{
	char number[NUMBER_ROOM];
	if (!isfinite(value)) { /* JSON has no such number; no model needs it */
		cursor_stop(&r->c, PARSE_BAD);
		return;
	}
	put(r, number, (size_t)snprintf(number, sizeof(number), "%.*g", digits, value));
}

/* [ or {, with what may follow it: $ type, # count. */
static void
open_level(struct reading *r, bool object)
{
	if (r->depth == LEARN_UBJSON_DEPTH_MAX) {
		cursor_stop(&r->c, PARSE_BAD);
		return;
	}
	struct level *l = &r->level[r->depth++];
	*l = (struct level){.kind = object ? OBJECT : 0, .first = true};
	struct bytes rest = cursor_rest(&r->c);
	if (bytes_start_with(rest, BYTES("$"))) {
		cursor_u8(&r->c);
		l->type = cursor_u8(&r->c);
		rest = cursor_rest(&r->c);
		if (!bytes_start_with(rest, BYTES("#")))
			cursor_stop(&r->c, PARSE_BAD);
	}
	if (bytes_start_with(rest, BYTES("#"))) {
		cursor_u8(&r->c);
		l->kind |= COUNTED;
		l->left = length(&r->c);
	}
	put(r, object ? "{" : "[", 1);
}

static void
put_value(struct reading *r, uint8_t type)
{
	char number[NUMBER_ROOM];
	switch (type) {
	case 'Z': put(r, "null", 4); break;
	case 'T': put(r, "true", 4); break;
	case 'F': put(r, "false", 5); break;
	case 'S': put_string(r); break;
	case '[': open_level(r, false); break;
	case '{': open_level(r, true); break;
	case 'd': {
		uint32_t bits = cursor_be32(&r->c);
		float value;
		memcpy(&value, &bits, sizeof(value));
		put_real(r, (double)value, 9);
		break;
	}
	case 'D': {
		uint64_t bits = cursor_be64(&r->c);
		double value;
		memcpy(&value, &bits, sizeof(value));
		put_real(r, value, 17);
		break;
	}
	default: {
		int64_t value = integer(&r->c, type);
		put(r, number, (size_t)snprintf(number, sizeof(number), "%lld", (long long)value));
	}
	}
}

/* Whether the innermost level ends here; its closing mark, where there is one, is taken. */
static bool
ends(struct reading *r, const struct level *l)
{
	if (l->kind & COUNTED)
		return l->left == 0;
	struct bytes rest = cursor_rest(&r->c);
	if (!bytes_start_with(rest, l->kind & OBJECT ? BYTES("}") : BYTES("]")))
		return false;
	cursor_u8(&r->c);
	return true;
}

int
learn_ubjson_text(struct bytes file, char **out, size_t *len, struct diag *diag)
{
	struct reading r = {.c = cursor_of(file)};
	if (cursor_u8(&r.c) != '{')
		return diag_say(diag, -EINVAL, "%s", _("UBJSON begins with {"));
	size_t at = 0;
	open_level(&r, true);
	while (cursor_ok(&r.c) && r.depth > 0) {
		at = file.len - r.c.left;
		struct level *l = &r.level[r.depth - 1];
		if (ends(&r, l)) {
			put(&r, l->kind & OBJECT ? "}" : "]", 1);
			r.depth--;
			continue;
		}
		if (!l->first)
			put(&r, ",", 1);
		l->first = false;
		l->left--;
		if (l->kind & OBJECT) {
			put_string(&r);
			put(&r, ":", 1);
		}
		uint8_t type = l->type != 0 ? l->type : cursor_u8(&r.c);
		if (cursor_ok(&r.c))
			put_value(&r, type);
	}
	if (cursor_ok(&r.c)) {
		*out = r.text;
		*len = r.len;
		return 0;
	}
	free(r.text);
	if (r.error != 0)
		return diag_say(
		    diag, r.error, "%s", r.error == -EFBIG ? _("the model is too large") : _("not enough memory"));
	return diag_say(
	    diag, -EINVAL, r.c.state == PARSE_SHORT ? _("the model is cut off") : _("this is not UBJSON (byte %zu)"), at);
}
