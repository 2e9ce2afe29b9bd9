/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/markup.h - the one writer of HTML and SVG: every text and every value of an attribute leaves escaped, every element
 * that was opened is closed. What is written is well-formed XML, and HTML of the same meaning.
 *
 * Names of elements and attributes are ours: literals. Bytes that are no valid UTF-8 text leave as \xNN, and characters that
 * turn the direction of writing around as \uNNNN, so that nothing is lost and nothing can look like what it is not.
 * Grows up to MARKUP_BYTES_MAX; beyond that, or without memory, it is full: ask markup_ok() once, at the end.
 */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include "core/bytes.h"

enum { MARKUP_DEPTH_MAX = 32, MARKUP_BYTES_MAX = 64 << 20 };

struct markup {
	char *at; /* owned; freed by markup_free() */
	size_t len, size;
	bool full;
	bool in_tag;    /* the start tag still takes attributes */
	bool is_french; /* spaces before : ; ? ! % » and behind « do not break (report/typography.h) */
	size_t depth;
	const char *open[MARKUP_DEPTH_MAX];
};

void markup_open(struct markup *m, const char *name_cstr);
/* Of the element that was just opened. */
void markup_attr(struct markup *m, const char *name_cstr, const char *value_cstr);
void markup_attr_f(struct markup *m, const char *name_cstr, const char *format, ...) PRINTF_LIKE(3, 4);
/* A long one, piece by piece. */
void markup_attr_start(struct markup *m, const char *name_cstr);
void markup_attr_more(struct markup *m, struct bytes value);
void markup_attr_end(struct markup *m);
void markup_text(struct markup *m, const char *text_cstr);
void markup_bytes(struct markup *m, struct bytes text);
void markup_close(struct markup *m);
/* An element with a text, and no attribute. */
void markup_leaf(struct markup *m, const char *name_cstr, const char *text_cstr);
/* What is markup or CSS already, and ours. */
void markup_raw(struct markup *m, struct bytes ours);
/* A string of CSS, with its quotes, in which every character of the text is a number. */
void markup_css_string(struct markup *m, const char *text_cstr);
/* Where a text is written as it may leave: what is left of it behind the first character, which is escaped into out. */
struct bytes markup_plain(struct bytes text, char out[static 8], size_t *out_len);

static inline bool
markup_ok(const struct markup *m)
{
	return !m->full && m->depth == 0;
}
static inline struct bytes
markup_written(const struct markup *m)
{
	return (struct bytes){(const uint8_t *)m->at, m->len};
}
void markup_free(struct markup *m);

#endif
