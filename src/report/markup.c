/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/markup.h"

#include "core/ensure.h"
#include "core/utf8.h"
#include "report/typography.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_ROOM = 16384, NUMBER_MAX = 64 };

static void
put(struct markup *m, const char *at, size_t len)
{
	if (m->full || len > MARKUP_BYTES_MAX - m->len) {
		m->full = true;
		return;
	}
	if (len > m->size - m->len) {
		size_t size = m->size == 0 ? FIRST_ROOM : m->size;
		while (size - m->len < len)
			size *= 2;
		char *more = realloc(m->at, size);
		if (more == NULL) {
			m->full = true;
			return;
		}
		m->at = more;
		m->size = size;
	}
	if (len > 0)
		memcpy(m->at + m->len, at, len);
	m->len += len;
}

static void
put_cstr(struct markup *m, const char *text_cstr)
{
	put(m, text_cstr, strlen(text_cstr));
}

static void
end_tag(struct markup *m)
{
	if (m->in_tag)
		put(m, ">", 1);
	m->in_tag = false;
}

/* LRE to RLO, LRI to PDI, LRM, RLM, ALM: they show a text in another order than it has. */
static bool
turns_around(struct bytes c)
{
	return (c.len == 3 && c.at[0] == 0xe2 && c.at[1] == 0x80 &&
	           ((c.at[2] >= 0xaa && c.at[2] <= 0xae) || c.at[2] == 0x8e || c.at[2] == 0x8f)) ||
	    (c.len == 3 && c.at[0] == 0xe2 && c.at[1] == 0x81 && c.at[2] >= 0xa6 && c.at[2] <= 0xa9) ||
	    (c.len == 2 && c.at[0] == 0xd8 && c.at[1] == 0x9c);
}

static uint32_t
code_point(struct bytes c)
{
	uint32_t code = c.at[0] & (c.len == 2 ? 0x1f : c.len == 3 ? 0x0f : 0x07);
	for (size_t i = 1; i < c.len; i++)
		code = code << 6 | (c.at[i] & 0x3f);
	return c.len == 1 ? c.at[0] : code;
}

/* U+FFFE and U+FFFF are no characters of XML (XML 1.0, 2.2). */
static bool
is_no_character(struct bytes c)
{
	return c.len == 3 && c.at[0] == 0xef && c.at[1] == 0xbf && c.at[2] >= 0xbe;
}

struct bytes
markup_plain(struct bytes text, char out[static 8], size_t *out_len)
{
	uint8_t c = text.at[0];
	bool plain = (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t';
	size_t n = plain ? 1 : utf8_length(text);
	struct bytes whole = {text.at, n};
	if (n == 0)
		*out_len = (size_t)snprintf(out, 8, "\\x%02x", c);
	else if (turns_around(whole) || is_no_character(whole))
		*out_len = (size_t)snprintf(out, 8, "\\u%04x", (unsigned)code_point(whole));
	else
		memcpy(out, text.at, *out_len = n);
	return bytes_after(text, n == 0 ? 1 : n);
}

static void
escape(struct markup *m, struct bytes text)
{
	bool opened = false; /* a guillemet just before */
	while (text.len > 0) {
		char out[8];
		size_t n;
		bool binds = m->is_french && text.at[0] == ' ' && (opened || typography_binds(bytes_after(text, 1)));
		text = markup_plain(text, out, &n);
		opened = n == 2 && memcmp(out, "«", 2) == 0;
		switch (out[0]) {
		case '<': put(m, "&lt;", 4); break;
		case '>': put(m, "&gt;", 4); break;
		case '&': put(m, "&amp;", 5); break;
		case '"': put(m, "&quot;", 6); break;
		case '\'': put(m, "&#39;", 5); break;
		case ' ': put(m, binds ? "\xc2\xa0" : " ", binds ? 2 : 1); break;
		default: put(m, out, n); break;
		}
	}
}

void
markup_open(struct markup *m, const char *name_cstr)
{
	ENSURE(m->depth < MARKUP_DEPTH_MAX);
	end_tag(m);
	put(m, "<", 1);
	put_cstr(m, name_cstr);
	m->open[m->depth++] = name_cstr;
	m->in_tag = true;
}

void
markup_attr_start(struct markup *m, const char *name_cstr)
{
	ENSURE(m->in_tag);
	put(m, " ", 1);
	put_cstr(m, name_cstr);
	put(m, "=\"", 2);
}

void
markup_attr_more(struct markup *m, struct bytes value)
{
	escape(m, value);
}

void
markup_attr_end(struct markup *m)
{
	put(m, "\"", 1);
}

void
markup_attr(struct markup *m, const char *name_cstr, const char *value_cstr)
{
	markup_attr_start(m, name_cstr);
	escape(m, bytes_of_cstr(value_cstr));
	markup_attr_end(m);
}

void
markup_attr_f(struct markup *m, const char *name_cstr, const char *format, ...)
{
	char value[512];
	va_list list;
	va_start(list, format);
	int n = vsnprintf(value, sizeof(value), format, list);
	va_end(list);
	ENSURE(n >= 0 && (size_t)n < sizeof(value));
	markup_attr(m, name_cstr, value);
}

void
markup_bytes(struct markup *m, struct bytes text)
{
	end_tag(m);
	escape(m, text);
}

void
markup_text(struct markup *m, const char *text_cstr)
{
	markup_bytes(m, bytes_of_cstr(text_cstr));
}

/* Elements of HTML that have no end, and those of SVG that have no content. */
static bool
has_no_content(const char *name_cstr)
{
	static const char *const names[] = {
	    "meta", "br", "img", "col", "hr", "line", "rect", "circle", "path", "polygon", "polyline"};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (strcmp(names[i], name_cstr) == 0)
			return true;
	return false;
}

void
markup_close(struct markup *m)
{
	ENSURE(m->depth > 0);
	const char *name_cstr = m->open[--m->depth];
	if (m->in_tag && has_no_content(name_cstr)) {
		put(m, "/>", 2);
		m->in_tag = false;
		return;
	}
	end_tag(m);
	put(m, "</", 2);
	put_cstr(m, name_cstr);
	put(m, ">", 1);
}

void
markup_leaf(struct markup *m, const char *name_cstr, const char *text_cstr)
{
	markup_open(m, name_cstr);
	markup_text(m, text_cstr);
	markup_close(m);
}

void
markup_raw(struct markup *m, struct bytes ours)
{
	end_tag(m);
	put(m, (const char *)ours.at, ours.len);
}

/* CSS Syntax 4.3.7: a backslash, hexadecimal digits, a space that ends them. */
void
markup_css_string(struct markup *m, const char *text_cstr)
{
	struct bytes text = bytes_of_cstr(text_cstr);
	end_tag(m);
	put(m, "\"", 1);
	while (text.len > 0) {
		char out[8], number[NUMBER_MAX];
		size_t n;
		text = markup_plain(text, out, &n);
		for (struct bytes left = {(const uint8_t *)out, n}; left.len > 0;) {
			size_t wide = left.at[0] < 0x80 ? 1 : left.len;
			int digits = snprintf(
			    number, sizeof(number), "\\%x ", (unsigned)code_point((struct bytes){left.at, wide}));
			put(m, number, (size_t)digits);
			left = bytes_after(left, wide);
		}
	}
	put(m, "\"", 1);
}

void
markup_free(struct markup *m)
{
	free(m->at);
	*m = (struct markup){0};
}
