/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/http1_line.h"

/* Where a line ends, and where the next one starts. */
struct ending {
	size_t at, next;
	bool is_lf, is_reversed; /* LF alone; LF CR */
};

static enum parse
find_lf(struct bytes rest, const struct http1_line_rules *rules, struct ending *out)
{
	size_t lf = bytes_find(rest, '\n');
	if (lf == rest.len && !rules->ends)
		return PARSE_SHORT;
	*out = (struct ending){.at = lf, .next = lf < rest.len ? lf + 1 : lf};
	if (lf > 0 && rest.at[lf - 1] == '\r')
		out->at--;
	else
		out->is_lf = true;
	return PARSE_OK;
}

/* LF at `lf`: does CR belong to it? */
static enum parse
after_lf(struct bytes rest, size_t lf, const struct http1_line_rules *rules, struct ending *out)
{
	*out = (struct ending){.at = lf, .next = lf + 1, .is_lf = true};
	if (lf == 0 || rules->is_first) /* an empty line: nothing is waited for */
		return PARSE_OK;
	if (lf + 1 == rest.len)
		return rules->ends ? PARSE_OK : PARSE_SHORT;
	if (rest.at[lf + 1] == '\r') {
		out->next++;
		out->is_lf = false;
		out->is_reversed = true;
	}
	return PARSE_OK;
}

static enum parse
find_any(struct bytes rest, const struct http1_line_rules *rules, struct ending *out)
{
	size_t lf = bytes_find(rest, '\n');
	size_t cr = bytes_find(bytes_first(rest, lf), '\r');
	while (cr < lf) {
		if (cr + 1 == rest.len && !rules->ends)
			return PARSE_SHORT;
		uint8_t next = cr + 1 < rest.len ? rest.at[cr + 1] : 0;
		if (next == '\n') {
			*out = (struct ending){.at = cr, .next = cr + 2};
			return PARSE_OK;
		}
		if (rules->is_first || (next != '\r' && cr > 0)) {
			*out = (struct ending){.at = cr, .next = cr + 1};
			return PARSE_OK;
		}
		cr++; /* one of several, or the first byte of its line */
		cr += bytes_find((struct bytes){rest.at + cr, lf - cr}, '\r');
	}
	if (lf < rest.len)
		return after_lf(rest, lf, rules, out);
	*out = (struct ending){.at = lf, .next = lf};
	return rules->ends ? PARSE_OK : PARSE_SHORT;
}

/* Only a blank in the line: the last one, unless another empty line follows. */
static enum parse
is_blank_last(struct bytes rest, struct ending e, const struct http1_line_rules *rules, bool *is_last)
{
	bool blank = e.at == 1 && (rest.at[0] == ' ' || rest.at[0] == '\t') && e.is_lf && rules->from == HTTP1_FROM_SERVER;
	if (!blank)
		return PARSE_OK;
	if (e.next == rest.len && !rules->ends)
		return PARSE_SHORT;
	*is_last = e.next < rest.len && rest.at[e.next] != '\n';
	return PARSE_OK;
}

/* The line ends of one who writes LF CR, mixed with CR LF: the second of two belongs to the end of the head too. */
static size_t
mixed_end(struct bytes rest)
{
	if (rest.len == 0 || rest.at[0] != '\r')
		return 0;
	return rest.len > 1 && rest.at[1] == '\n' ? 2 : 1;
}

/* As nearly all lines are: some bytes without CR, and CR LF. */
static bool
take_usual(struct cursor *c, struct http1_line_rules *rules, struct http1_line *out)
{
	struct bytes rest = cursor_rest(c);
	size_t lf = bytes_find(rest, '\n');
	if (lf < 2 || lf == rest.len || rest.at[lf - 1] != '\r' || bytes_find(bytes_first(rest, lf - 1), '\r') < lf - 1)
		return false;
	*out = (struct http1_line){.text = bytes_first(rest, lf - 1)};
	rules->is_reversed = false;
	cursor_take(c, lf + 1);
	return true;
}

enum parse
http1_line_take(struct cursor *c, struct http1_line_rules *rules, struct http1_line *out)
{
	struct bytes rest = cursor_rest(c);
	struct ending e;
	if (rest.len == 0)
		return PARSE_SHORT;
	if (take_usual(c, rules, out))
		return PARSE_OK;
	enum parse found = rules->from == HTTP1_FROM_CLIENT ? find_lf(rest, rules, &e) : find_any(rest, rules, &e);
	if (found != PARSE_OK)
		return found;
	bool is_last = e.at == 0 && e.next > 0 && !rules->is_first;
	found = is_blank_last(rest, e, rules, &is_last);
	if (found != PARSE_OK)
		return found;
	if (is_last && rules->is_reversed && e.next == 2)
		e.next += mixed_end(bytes_after(rest, e.next));
	rules->bare_ends += e.is_lf;
	rules->is_reversed = e.is_reversed;
	struct bytes text = bytes_first(rest, e.at);
	while (text.len > 0 && (text.at[text.len - 1] == '\r' || text.at[text.len - 1] == '\n'))
		text.len--;
	*out = (struct http1_line){.text = text, .is_last = is_last};
	cursor_take(c, e.next);
	return PARSE_OK;
}
