/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_parser.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static int
say(struct rule_parser *p, int error, const char *format, va_list list)
{
	char text[DIAG_TEXT_MAX - 64];
	(void)vsnprintf(text, sizeof(text), format, list);
	if (p->keyword_cstr == NULL)
		return diag_say(p->diag, error, "%s", text);
	return diag_say(p->diag, error, "%s: %s", p->keyword_cstr, text);
}

int
rule_parser_refuse(struct rule_parser *p, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	int r = say(p, -EINVAL, format, list);
	va_end(list);
	return r;
}

int
rule_parser_cannot(struct rule_parser *p, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	int r = say(p, -ENOTSUP, format, list);
	va_end(list);
	return r;
}

struct rule_match *
rule_parser_match(struct rule_parser *p, enum rule_match_kind kind)
{
	if (p->rule.match_count == RULE_MATCHES_MAX) {
		(void)rule_parser_refuse(p, _("a rule may have %d tests of bytes at most"), RULE_MATCHES_MAX);
		return NULL;
	}
	if (p->rule.buffer_count == 0 && rule_parser_enter(p, VIEW_PAYLOAD) < 0)
		return NULL;
	struct rule_match *m = &p->matches[p->rule.match_count++];
	*m = (struct rule_match){.kind = kind, .buffer = (uint8_t)p->current, .at = (uint32_t)p->at};
	return m;
}

void
rule_parser_follow(struct rule_parser *p, struct rule_match *match)
{
	if (!p->is_sticky && p->rule.match_count >= 2)
		match->buffer = (match - 1)->buffer;
}

struct rule_content *
rule_parser_last(struct rule_parser *p)
{
	if (p->last_content == RULE_NO_MATCH) {
		(void)rule_parser_refuse(p, "%s", _("it changes the content before it, and there is none"));
		return NULL;
	}
	return &p->matches[p->last_content].u.content;
}

struct rule_number *
rule_parser_add_number(struct rule_parser *p, enum rule_field field)
{
	if (p->rule.number_count == RULE_NUMBERS_MAX) {
		(void)rule_parser_refuse(p, _("%d of them are allowed in a rule"), RULE_NUMBERS_MAX);
		return NULL;
	}
	struct rule_number *n = &p->numbers[p->rule.number_count++];
	*n = (struct rule_number){.field = field};
	return n;
}

struct rule_word *
rule_parser_add_word(struct rule_parser *p, enum rule_word_kind kind)
{
	if (p->rule.word_count == RULE_NUMBERS_MAX) {
		(void)rule_parser_refuse(p, _("%d of them are allowed in a rule"), RULE_NUMBERS_MAX);
		return NULL;
	}
	struct rule_word *w = &p->words[p->rule.word_count++];
	*w = (struct rule_word){.kind = kind};
	return w;
}

static int
find_buffer(struct rule_parser *p, enum view view)
{
	for (int i = 0; i < p->rule.buffer_count; i++)
		if (p->buffers[i].view == view && p->buffers[i].transform_count == 0 && p->buffers[i].sides == 0)
			return i;
	if (p->rule.buffer_count == RULE_BUFFERS_MAX)
		return rule_parser_refuse(p, _("a rule may look into %d buffers at most"), RULE_BUFFERS_MAX);
	p->buffers[p->rule.buffer_count] = (struct rule_buffer){.view = view};
	return p->rule.buffer_count++;
}

int
rule_parser_enter(struct rule_parser *p, enum view view)
{
	int at = find_buffer(p, view);
	if (at < 0)
		return at;
	/* Each time that a buffer which exists several times is named, another one is meant. */
	bool used = false;
	for (size_t i = 0; i < p->rule.match_count; i++)
		used |= p->matches[i].buffer == at;
	if (used && view_of(view)->many) {
		if (p->rule.buffer_count == RULE_BUFFERS_MAX)
			return rule_parser_refuse(p, _("a rule may look into %d buffers at most"), RULE_BUFFERS_MAX);
		p->buffers[p->rule.buffer_count] = (struct rule_buffer){.view = view};
		at = p->rule.buffer_count++;
		used = false;
	}
	p->current = at;
	p->last_content = RULE_NO_MATCH;
	return 0;
}

int
rule_parser_enter_side(struct rule_parser *p, enum view view, uint8_t sides)
{
	if ((view_of(view)->sides & sides) == 0)
		return rule_parser_refuse(p, "%s", _("the other side sends it"));
	if (p->rule.buffer_count == RULE_BUFFERS_MAX)
		return rule_parser_refuse(p, _("a rule may look into %d buffers at most"), RULE_BUFFERS_MAX);
	p->buffers[p->rule.buffer_count] = (struct rule_buffer){.view = view, .sides = sides};
	p->current = p->rule.buffer_count++;
	p->last_content = RULE_NO_MATCH;
	return 0;
}

struct rule_content
rule_parser_content(struct bytes bytes, bool negated)
{
	struct rule_value none = {.variable = -1};
	return (struct rule_content){
	    .bytes = bytes, .negated = negated, .depth = none, .offset = none, .distance = none, .within = none};
}

struct rule_match *
rule_parser_match_in(struct rule_parser *p, enum view view, enum rule_match_kind kind)
{
	/* A rule whose first test it is goes on in the payload. */
	if (p->rule.buffer_count == 0 && rule_parser_enter(p, VIEW_PAYLOAD) < 0)
		return NULL;
	int current = p->current, last = p->last_content;
	bool sticky = p->is_sticky;
	int r = rule_parser_enter(p, view);
	struct rule_match *m = r < 0 ? NULL : rule_parser_match(p, kind);
	p->current = current;
	p->is_sticky = sticky;
	p->last_content = last;
	return m;
}

int
rule_parser_add_content(struct rule_parser *p, enum view view, const struct rule_content *content)
{
	struct rule_match *m = rule_parser_match_in(p, view, RULE_CONTENT);
	if (m == NULL)
		return -EINVAL;
	m->u.content = *content;
	p->last_content = RULE_NO_MATCH;
	return 0;
}

int
rule_parser_move_last(struct rule_parser *p, enum view view)
{
	if (p->is_sticky)
		return rule_parser_refuse(
		    p, "%s", _("it cannot be mixed with buffers that are named before their contents"));
	if (rule_parser_last(p) == NULL)
		return -EINVAL;
	int at = find_buffer(p, view);
	if (at < 0)
		return at;
	p->matches[p->last_content].buffer = (uint8_t)at;
	return 0;
}

int
rule_parser_unquote(struct rule_parser *p, struct bytes value, bool *negated, struct bytes *out)
{
	bool not = value.len > 0 && value.at[0] == '!';
	if (not )
		value = rule_text_trim(bytes_after(value, 1));
	if (not &&negated == NULL)
		return rule_parser_refuse(p, "%s", _("\"!\" has no meaning here"));
	if (value.len < 2 || value.at[0] != '"' || value.at[value.len - 1] != '"')
		return rule_parser_refuse(p, "%s", _("a text between quotes was expected"));
	if (negated != NULL)
		*negated = not ;
	*out = (struct bytes){value.at + 1, value.len - 2};
	return 0;
}

int
rule_parser_content_bytes(struct rule_parser *p, struct bytes text, struct bytes *out)
{
	uint8_t *room = arena_take(p->arena, text.len + 1, 1);
	size_t len = 0;
	bool hex = false;
	int high = -1;
	if (room == NULL)
		return diag_say(p->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		if (c == '|') {
			if (hex && high >= 0)
				return rule_parser_refuse(p, "%s", _("a hexadecimal digit is alone: they come in pairs"));
			hex = !hex;
		} else if (hex) {
			int digit = bytes_hex_digit(c);
			if (digit < 0 && c != ' ')
				return rule_parser_refuse(
				    p, _("\"%c\" between bars is no hexadecimal digit"), c >= 0x20 && c < 0x7f ? c : '?');
			if (digit < 0)
				continue;
			if (high < 0) {
				high = digit;
			} else {
				room[len++] = (uint8_t)(high << 4 | digit);
				high = -1;
			}
		} else if (c == '\\') {
			if (i + 1 == text.len)
				return rule_parser_refuse(p, "%s", _("a backslash at the end escapes nothing"));
			c = text.at[++i];
			if (c != '\\' && c != '"' && c != ';' && c != ':')
				return rule_parser_refuse(p,
				    _("\"\\%c\" is no escape: write \\\\ \\\" \\; \\: or bytes between bars, such as |0a|"),
				    c >= 0x20 && c < 0x7f ? c : '?');
			room[len++] = c;
		} else {
			room[len++] = c;
		}
	}
	if (hex)
		return rule_parser_refuse(p, "%s", _("the closing bar of hexadecimal digits is missing"));
	*out = (struct bytes){room, len};
	return 0;
}

int
rule_parser_variable(struct rule_parser *p, struct bytes name, bool may_make)
{
	for (int i = 0; i < p->rule.variable_count; i++)
		if (bytes_eq(p->rule.variables[i], name))
			return i;
	if (!may_make)
		return rule_parser_refuse(p,
		    _("\"%.*s\" is neither a number nor a name that byte_extract or byte_math before it sets"),
		    name.len > 60 ? 60 : (int)name.len, (const char *)name.at);
	if (p->rule.variable_count == RULE_VARIABLES_MAX)
		return rule_parser_refuse(p, _("a rule may have %d names at most"), RULE_VARIABLES_MAX);
	p->rule.variables[p->rule.variable_count] = name;
	return p->rule.variable_count++;
}

int
rule_parser_number(struct rule_parser *p, struct bytes text, int64_t low, int64_t high, int64_t *out)
{
	int64_t value;
	if (!rule_text_number(text, &value) || value < low || value > high)
		return rule_parser_refuse(p, _("\"%.*s\" was given, a number from %lld to %lld was expected"),
		    text.len > 60 ? 60 : (int)text.len, (const char *)text.at, (long long)low, (long long)high);
	*out = value;
	return 0;
}

int
rule_parser_value(struct rule_parser *p, struct bytes text, int64_t low, int64_t high, struct rule_value *out)
{
	uint8_t first = text.len > 0 ? text.at[0] : '0';
	if ((first >= '0' && first <= '9') || first == '-' || first == '+') {
		*out = (struct rule_value){.variable = -1};
		return rule_parser_number(p, text, low, high, &out->number);
	}
	int at = rule_parser_variable(p, text, false);
	if (at < 0)
		return at;
	*out = (struct rule_value){.variable = (int8_t)at};
	return 0;
}

/* Between two numbers: at "<>" or "-", with a number before it. */
static bool
split_range(struct bytes text, struct bytes *low, struct bytes *high, bool *excludes)
{
	size_t angle = bytes_find_all(text, BYTES("<>"));
	*excludes = angle < text.len;
	size_t at = *excludes ? angle : 1 + bytes_find(bytes_after(text, 1), '-');
	if (at >= text.len || at == 0)
		return false;
	*low = rule_text_trim(bytes_first(text, at));
	*high = rule_text_trim(bytes_after(text, at + (*excludes ? 2 : 1)));
	return true;
}

int
rule_parser_comparison(struct rule_parser *p, struct bytes text, int64_t max, enum rule_compare *compare,
    struct rule_value *low, struct rule_value *high)
{
	static const struct {
		struct bytes sign;
		enum rule_compare compare;
	} signs[] = {
	    {BYTES("<="), RULE_LESS_EQUAL},
	    {BYTES(">="), RULE_GREATER_EQUAL},
	    {BYTES("!="), RULE_NOT_EQUAL},
	    {BYTES("<"), RULE_LESS},
	    {BYTES(">"), RULE_GREATER},
	    {BYTES("!"), RULE_NOT_EQUAL},
	    {BYTES("="), RULE_EQUAL},
	};
	struct bytes first, second;
	bool excludes;
	text = rule_text_trim(text);
	*high = (struct rule_value){.variable = -1};
	if (text.len > 1 && split_range(text, &first, &second, &excludes)) {
		*compare = RULE_BETWEEN;
		int r = rule_parser_value(p, first, 0, max, low);
		if (r == 0)
			r = rule_parser_value(p, second, 0, max, high);
		if (r == 0 && low->variable < 0 && high->variable < 0 && low->number >= high->number)
			r = rule_parser_refuse(p, "%s", _("a range goes from a smaller number to a larger one"));
		/* Kept with both ends excluded. */
		if (r == 0 && !excludes) {
			low->number--;
			high->number++;
		}
		return r;
	}
	*compare = RULE_EQUAL;
	for (size_t i = 0; i < LENGTH_OF(signs); i++)
		if (bytes_start_with(text, signs[i].sign)) {
			*compare = signs[i].compare;
			text = rule_text_trim(bytes_after(text, signs[i].sign.len));
			break;
		}
	return rule_parser_value(p, text, 0, max, low);
}

int
rule_parser_word(struct bytes word, const char *const *words)
{
	for (int i = 0; words[i] != NULL; i++)
		if (bytes_eq_nocase(word, bytes_of_cstr(words[i])))
			return i;
	return -1;
}
