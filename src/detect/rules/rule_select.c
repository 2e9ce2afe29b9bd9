/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_select.h"

#include "core/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <errno.h>
#include <fnmatch.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHOICES_MAX = 20000, GROUP_MAX = 128, MATCH_LIMIT = 100000, DEPTH_LIMIT = 250 };

enum by { BY_SID, BY_GROUP, BY_EXPRESSION };

struct choice {
	uint8_t what, by; /* enum rule_select_what, enum by */
	uint32_t sid;
	char group_cstr[GROUP_MAX];
	pcre2_code *expression;
	pcre2_code *from; /* of modify */
	char *to_cstr;
};

struct rule_select {
	struct choice *choices;
	size_t count, room;
	pcre2_match_data *match;
	pcre2_match_context *limits;
	uint8_t *room_of_line; /* RULE_SELECT_LINE_MAX */
};

struct rule_select *
rule_select_new(void)
{
	struct rule_select *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->match = pcre2_match_data_create(16, NULL);
	s->limits = pcre2_match_context_create(NULL);
	s->room_of_line = malloc(RULE_SELECT_LINE_MAX);
	if (s->match == NULL || s->limits == NULL || s->room_of_line == NULL) {
		rule_select_free(s);
		return NULL;
	}
	pcre2_set_match_limit(s->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(s->limits, DEPTH_LIMIT);
	return s;
}

static void
release(struct choice *c)
{
	pcre2_code_free(c->expression);
	pcre2_code_free(c->from);
	free(c->to_cstr);
}

void
rule_select_free(struct rule_select *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++)
		release(&s->choices[i]);
	pcre2_match_data_free(s->match);
	pcre2_match_context_free(s->limits);
	free(s->room_of_line);
	free(s->choices);
	free(s);
}

/* ---- Reading ---- */

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct bytes
trim(struct bytes text)
{
	while (text.len > 0 && is_blank(text.at[0]))
		text = bytes_after(text, 1);
	while (text.len > 0 && is_blank(text.at[text.len - 1]))
		text.len--;
	return text;
}

static bool
read_sid(struct bytes text, uint32_t *out)
{
	uint64_t value = 0;
	size_t colon = bytes_find(text, ':');
	if (colon < text.len) /* "1:2019401" */
		text = bytes_after(text, colon + 1);
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9' || value > UINT32_MAX)
			return false;
		value = value * 10 + (uint64_t)(text.at[i] - '0');
	}
	*out = (uint32_t)value;
	return text.len > 0 && value > 0 && value <= UINT32_MAX;
}

/* 0, -EINVAL with diag, -ENOMEM. */
static int
compile(struct bytes text, uint32_t options, pcre2_code **out, struct diag *diag)
{
	int error;
	PCRE2_SIZE at;
	*out = pcre2_compile(text.at, text.len, options, &error, &at, NULL);
	if (*out != NULL)
		return 0;
	PCRE2_UCHAR words[120];
	(void)pcre2_get_error_message(error, words, sizeof(words));
	return diag_say(
	    diag, -EINVAL, _("the expression is wrong at character %zu: %s"), (size_t)at + 1, (const char *)words);
}

/* A text between quotes, at the front of *rest. */
static bool
take_quoted(struct bytes *rest, struct bytes *out)
{
	*rest = trim(*rest);
	if (rest->len < 2 || rest->at[0] != '"')
		return false;
	size_t end = 1;
	while (end < rest->len && rest->at[end] != '"')
		end += rest->at[end] == '\\' && end + 1 < rest->len ? 2 : 1;
	if (end >= rest->len)
		return false;
	*out = (struct bytes){rest->at + 1, end - 1};
	*rest = bytes_after(*rest, end + 1);
	return true;
}

static int
read_who(struct bytes word, struct choice *c, struct diag *diag)
{
	struct bytes rest;
	if (bytes_start_with(word, BYTES("re:"))) {
		c->by = BY_EXPRESSION;
		return compile(trim(bytes_after(word, 3)), PCRE2_CASELESS, &c->expression, diag);
	}
	bool group = bytes_start_with(word, BYTES("group:"));
	if (group || bytes_start_with(word, BYTES("filename:"))) {
		c->by = BY_GROUP;
		rest = trim(bytes_after(word, bytes_find(word, ':') + 1));
		if (rest.len == 0 || rest.len >= GROUP_MAX || bytes_find(rest, '\0') < rest.len)
			return diag_say(diag, -EINVAL, "%s", _("the name of a file of rules was expected after group:"));
		memcpy(c->group_cstr, rest.at, rest.len);
		return 0;
	}
	c->by = BY_SID;
	return read_sid(word, &c->sid)
	    ? 0
	    : diag_say(diag, -EINVAL, "%s", _("a number of a rule, group:FILE or re:EXPRESSION was expected"));
}

static int
read_choice(struct choice *c, struct bytes line, struct diag *diag)
{
	if (c->what != RULE_SELECT_MODIFY)
		return read_who(line, c, diag);
	size_t quote = bytes_find(line, '"');
	struct bytes rest = bytes_after(line, quote), from, to;
	if (quote == line.len || !take_quoted(&rest, &from) || !take_quoted(&rest, &to))
		return diag_say(
		    diag, -EINVAL, "%s", _("which rules, \"what is there\" \"what takes its place\" was expected"));
	int r = read_who(trim(bytes_first(line, quote)), c, diag);
	if (r == 0)
		r = compile(from, 0, &c->from, diag);
	if (r < 0)
		return r;
	c->to_cstr = calloc(to.len + 1, 1);
	if (c->to_cstr == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (to.len > 0)
		memcpy(c->to_cstr, to.at, to.len);
	return 0;
}

static int
add(struct rule_select *s, const struct choice *c, struct diag *diag)
{
	if (s->count == CHOICES_MAX)
		return diag_say(diag, -E2BIG, _("more than %d choices: say them by group or expression"), CHOICES_MAX);
	if (s->count == s->room) {
		size_t room = s->room == 0 ? 64 : s->room * 2;
		struct choice *more = reallocarray(s->choices, room, sizeof(*more));
		if (more == NULL)
			return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
		s->choices = more;
		s->room = room;
	}
	s->choices[s->count++] = *c;
	return 0;
}

int
rule_select_read(
    struct rule_select *s, enum rule_select_what what, const char *file_cstr, struct bytes text, struct diag *diag)
{
	unsigned number = 0;
	while (text.len > 0) {
		struct bytes line = bytes_first(text, bytes_find(text, '\n'));
		text = bytes_after(text, line.len + 1);
		number++;
		line = trim(line);
		if (line.len == 0 || line.at[0] == '#')
			continue;
		struct choice c = {.what = (uint8_t)what};
		int r = read_choice(&c, line, diag);
		if (r == 0)
			r = add(s, &c, diag);
		if (r < 0) {
			release(&c);
			diag->line = number;
			(void)snprintf(diag->file_cstr, sizeof(diag->file_cstr), "%s", file_cstr);
			return r;
		}
	}
	return 0;
}

/* ---- Lines ---- */

static uint32_t
find_sid(struct bytes line)
{
	for (size_t at = 0; at + 4 < line.len; at++) {
		bool starts = at == 0 || is_blank(line.at[at - 1]) || line.at[at - 1] == ';' || line.at[at - 1] == '(';
		if (!starts || !bytes_start_with(bytes_after(line, at), BYTES("sid:")))
			continue;
		struct bytes rest = trim(bytes_after(line, at + 4));
		uint32_t sid;
		struct bytes number = trim(bytes_first(rest, bytes_find(rest, ';')));
		return read_sid(number, &sid) ? sid : 0;
	}
	return 0;
}

bool
rule_select_is_rule(struct bytes line, struct rule_select_line *out)
{
	static const char *const actions[] = {
	    "alert", "pass", "drop", "reject", "rejectsrc", "rejectdst", "rejectboth", "config"};
	bool is_on = true;
	line = trim(line);
	while (line.len > 0 && (line.at[0] == '#' || is_blank(line.at[0]))) {
		is_on = is_on && line.at[0] != '#';
		line = bytes_after(line, 1);
	}
	struct bytes word = bytes_first(line, bytes_find(line, ' '));
	bool known = false;
	for (size_t i = 0; i < LENGTH_OF(actions); i++)
		known = known || bytes_eq(word, bytes_of_cstr(actions[i]));
	if (!known || bytes_find(line, '(') == line.len)
		return false;
	*out = (struct rule_select_line){.text = line, .sid = find_sid(line), .is_on = is_on};
	return out->sid != 0;
}

static bool
group_fits(const char *wanted_cstr, struct bytes group)
{
	char name[GROUP_MAX];
	struct bytes stem = group;
	if (group.len >= sizeof(name))
		return false;
	for (unsigned i = 0; i < 2; i++) { /* with .rules, and without */
		if (stem.len > 0)
			memcpy(name, stem.at, stem.len);
		name[stem.len] = '\0';
		if (fnmatch(wanted_cstr, name, 0) == 0)
			return true;
		if (group.len < 6 || !bytes_eq(bytes_after(group, group.len - 6), BYTES(".rules")))
			return false;
		stem = bytes_first(group, group.len - 6);
	}
	return false;
}

static bool
is_meant(const struct rule_select *s, const struct choice *c, struct bytes group, const struct rule_select_line *line)
{
	switch ((enum by)c->by) {
	case BY_SID: return c->sid == line->sid;
	case BY_GROUP: return group_fits(c->group_cstr, group);
	case BY_EXPRESSION: return pcre2_match(c->expression, line->text.at, line->text.len, 0, 0, s->match, s->limits) >= 0;
	}
	return false;
}

/* "\1" as suricata-update spells it, "$1" as PCRE2 does; its own $ are texts. */
static size_t
replacement(const char *to_cstr, char *out, size_t size)
{
	size_t len = 0;
	for (const char *c = to_cstr; *c != '\0' && len + 5 < size; c++) {
		if (c[0] == '\\' && c[1] >= '0' && c[1] <= '9') {
			len += (size_t)snprintf(out + len, size - len, "${%c}", *++c);
		} else if (c[0] == '\\' && c[1] == '"') {
			out[len++] = *++c;
		} else {
			if (*c == '$')
				out[len++] = '$';
			out[len++] = *c;
		}
	}
	return len;
}

static int
modify(const struct rule_select *s, const struct choice *c, struct arena *arena, struct rule_select_line *line)
{
	enum { TO_MAX = 4096 };
	char to[TO_MAX];
	PCRE2_SIZE len = RULE_SELECT_LINE_MAX;
	size_t to_len = replacement(c->to_cstr, to, sizeof(to));
	int r = pcre2_substitute(c->from, line->text.at, line->text.len, 0, PCRE2_SUBSTITUTE_GLOBAL, s->match, s->limits,
	    (PCRE2_SPTR)to, to_len, s->room_of_line, &len);
	struct bytes text = {s->room_of_line, r > 0 ? (size_t)len : 0};
	bool broken = r > 0 && (bytes_find(text, '\n') < text.len || bytes_find(text, '\0') < text.len);
	if (r <= 0 || broken)
		return 0;
	line->text = arena_dup(arena, text);
	line->is_changed = true;
	return line->text.at == NULL ? -ENOMEM : 0;
}

int
rule_select_apply(const struct rule_select *s, struct arena *arena, struct bytes group, struct rule_select_line *line)
{
	static const enum rule_select_what order[] = {RULE_SELECT_DISABLE, RULE_SELECT_ENABLE, RULE_SELECT_MODIFY};
	for (size_t k = 0; k < LENGTH_OF(order); k++)
		for (size_t i = 0; i < s->count; i++) {
			const struct choice *c = &s->choices[i];
			if (c->what != (uint8_t)order[k] || !is_meant(s, c, group, line))
				continue;
			if (order[k] != RULE_SELECT_MODIFY)
				line->is_on = order[k] == RULE_SELECT_ENABLE;
			else if (modify(s, c, arena, line) < 0)
				return -ENOMEM;
		}
	return 0;
}
