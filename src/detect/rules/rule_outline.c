/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_outline.h"

#include "detect/rules/rule_text.h"

/* The next word of a header; lists in brackets may have spaces. */
static bool
next_word(struct bytes *left, struct bytes *out)
{
	while (rule_text_split(left, ' ', out))
		if (out->len > 0)
			return true;
	return false;
}

bool
rule_outline_of(struct bytes text, struct rule_outline *out)
{
	struct rule_outline o = {0};
	size_t open = bytes_find(text, '(');
	struct bytes head = rule_text_trim(bytes_first(text, open)), rest = rule_text_trim(bytes_after(text, open + 1));
	struct bytes *const words[] = {
	    &o.action, &o.protocol, &o.source, &o.source_port, &o.direction, &o.target, &o.target_port};
	if (open == text.len || rest.len == 0 || rest.at[rest.len - 1] != ')')
		return false;
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (!next_word(&head, words[i]))
			return false;
	o.options = bytes_first(rest, rest.len - 1);
	*out = o;
	return true;
}

/* Its semicolon, unless a backslash stands before it: expressions have quotes of their own, which do not count. */
static size_t
option_end(struct bytes left)
{
	size_t i = 0;
	while (i < left.len && (left.at[i] != ';' || (i > 0 && left.at[i - 1] == '\\')))
		i++;
	return i;
}

bool
rule_outline_next(struct bytes *options, struct bytes *name, struct bytes *value, bool *negated)
{
	for (;;) {
		if (options->len == 0)
			return false;
		size_t end = option_end(*options);
		struct bytes option = rule_text_trim(bytes_first(*options, end));
		*options = bytes_after(*options, end + 1);
		size_t colon = bytes_find(option, ':');
		*name = rule_text_trim(bytes_first(option, colon));
		struct bytes v = rule_text_trim(bytes_after(option, colon + 1));
		*negated = v.len > 1 && v.at[0] == '!' && v.at[1] == '"';
		if (*negated)
			v = bytes_after(v, 1);
		if (v.len >= 2 && v.at[0] == '"' && v.at[v.len - 1] == '"')
			v = (struct bytes){v.at + 1, v.len - 2};
		*value = v;
		if (name->len > 0)
			return true;
	}
}

struct bytes
rule_outline_value(const struct rule_outline *outline, const char *name_cstr)
{
	struct bytes left = outline->options, name, value;
	bool negated;
	while (rule_outline_next(&left, &name, &value, &negated))
		if (bytes_eq(name, bytes_of_cstr(name_cstr)))
			return value;
	return (struct bytes){0};
}

uint32_t
rule_outline_sid(const struct rule_outline *outline)
{
	int64_t sid;
	bool ok = rule_text_number(rule_outline_value(outline, "sid"), &sid) && sid > 0 && sid <= UINT32_MAX;
	return ok ? (uint32_t)sid : 0;
}

uint32_t
rule_outline_sid_said(struct bytes text)
{
	struct rule_outline all = {.options = bytes_after(text, bytes_find(text, '(') + 1)};
	return rule_outline_sid(&all);
}
