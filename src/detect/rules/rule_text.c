/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_text.h"

#include "core/ckd.h"

struct rule_text_reader
rule_text_of(struct bytes file)
{
	if (bytes_start_with(file, BYTES("\xef\xbb\xbf")))
		file = bytes_after(file, 3);
	return (struct rule_text_reader){.left = file, .line = 1};
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/* A backslash that joins two lines, with the end of the line behind it. */
static size_t
joint_length(struct bytes text)
{
	return bytes_start_with(text, BYTES("\\\n")) ? 2 : bytes_start_with(text, BYTES("\\\r\n")) ? 3 : 0;
}

struct bytes
rule_text_trim(struct bytes text)
{
	for (;;) {
		size_t joint = joint_length(text);
		if (joint == 0 && (text.len == 0 || !is_space(text.at[0])))
			break;
		text = bytes_after(text, joint == 0 ? 1 : joint);
	}
	size_t whole = text.len;
	while (text.len > 0 &&
	    (is_space(text.at[text.len - 1]) ||
	        joint_length((struct bytes){text.at + text.len - 1, whole - (text.len - 1)}) > 0))
		text.len--;
	return text;
}

/* The length of a logical line, its end included: it goes on while a line ends in a backslash. */
static size_t
line_length(struct bytes left, unsigned *lines)
{
	size_t at = 0;
	*lines = 0;
	while (at < left.len) {
		size_t end = at + bytes_find(bytes_after(left, at), '\n');
		size_t last = end;
		if (last > at && last <= left.len && left.at[last - 1] == '\r')
			last--;
		bool goes_on = last > at && left.at[last - 1] == '\\';
		at = end < left.len ? end + 1 : end;
		(*lines)++;
		if (!goes_on)
			break;
	}
	return at;
}

static bool
is_action(struct bytes text)
{
	static const char *const actions[] = {
	    "alert", "pass", "drop", "reject", "rejectsrc", "rejectdst", "rejectboth", "config", "accept"};
	size_t n = 0;
	while (n < text.len && ((text.at[n] >= 'a' && text.at[n] <= 'z')))
		n++;
	for (size_t i = 0; i < LENGTH_OF(actions); i++)
		if (bytes_eq(bytes_first(text, n), bytes_of_cstr(actions[i])))
			return n < text.len && is_space(text.at[n]) && bytes_find(text, '(') < text.len;
	return false;
}

bool
rule_text_next(struct rule_text_reader *reader, struct rule_text *out)
{
	while (reader->left.len > 0) {
		unsigned lines, line = reader->line;
		size_t len = line_length(reader->left, &lines);
		struct bytes whole = bytes_first(reader->left, len);
		reader->left = bytes_after(reader->left, len);
		reader->line += lines;
		struct bytes text = rule_text_trim(whole);
		bool is_off = text.len > 0 && text.at[0] == '#';
		while (text.len > 0 && text.at[0] == '#')
			text = rule_text_trim(bytes_after(text, 1));
		if (text.len == 0 || (is_off && !is_action(text)))
			continue;
		*out = (struct rule_text){
		    .text = text, .line = line, .column = (unsigned)(text.at - whole.at) + 1, .is_off = is_off};
		return true;
	}
	return false;
}

void
rule_text_place(const struct rule_text *rule, size_t offset, unsigned *line, unsigned *column)
{
	*line = rule->line;
	*column = rule->column;
	for (size_t i = 0; i < offset && i < rule->text.len; i++) {
		bool ends = rule->text.at[i] == '\n';
		*line += ends;
		*column = ends ? 1 : *column + 1;
	}
}

bool
rule_text_split(struct bytes *left, char separator, struct bytes *out)
{
	if (left->len == 0)
		return false;
	size_t depth = 0, at = 0;
	bool quoted = false;
	for (; at < left->len; at++) {
		uint8_t c = left->at[at];
		if (c == '\\' && at + 1 < left->len)
			at++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == '[')
			depth++;
		else if (!quoted && c == ']' && depth > 0)
			depth--;
		else if (!quoted && depth == 0 && c == (uint8_t)separator)
			break;
	}
	*out = rule_text_trim(bytes_first(*left, at));
	*left = bytes_after(*left, at + 1);
	return true;
}

bool
rule_text_word(struct bytes *left, struct bytes *out)
{
	*left = rule_text_trim(*left);
	size_t n = 0;
	while (n < left->len && !is_space(left->at[n]))
		n++;
	*out = bytes_first(*left, n);
	*left = rule_text_trim(bytes_after(*left, n));
	return n > 0;
}

bool
rule_text_number(struct bytes text, int64_t *out)
{
	bool negative = text.len > 0 && text.at[0] == '-';
	if (text.len > 0 && (text.at[0] == '-' || text.at[0] == '+'))
		text = bytes_after(text, 1);
	int base = 10;
	if (text.len > 2 && text.at[0] == '0' && (text.at[1] | 0x20) == 'x') {
		base = 16;
		text = bytes_after(text, 2);
	}
	int64_t value = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = bytes_lower(text.at[i]);
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
		if (digit >= base || ckd_mul(&value, value, (int64_t)base) || ckd_add(&value, value, (int64_t)digit))
			return false;
	}
	if (text.len == 0)
		return false;
	*out = negative ? -value : value;
	return true;
}
