/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/tzif.h"

#include "core/civil.h"

enum { OFFSET_MAX_S = 26 * 3600, RULE_HOURS_MAX = 167 };

struct counts {
	uint32_t is_ut, is_standard, leaps, times, types, letters;
};

/* RFC 9636 3.1 */
static uint8_t
read_header(struct cursor *c, struct counts *out)
{
	struct bytes magic = cursor_take(c, 4);
	if (cursor_ok(c) && !bytes_eq(magic, BYTES("TZif")))
		cursor_stop(c, PARSE_BAD);
	uint8_t version = cursor_u8(c);
	cursor_take(c, 15);
	out->is_ut = cursor_be32(c);
	out->is_standard = cursor_be32(c);
	out->leaps = cursor_be32(c);
	out->times = cursor_be32(c);
	out->types = cursor_be32(c);
	out->letters = cursor_be32(c);
	return version;
}

static int64_t
read_time(struct cursor *c, size_t size)
{
	if (size == 4)
		return (int32_t)cursor_be32(c);
	uint64_t high = cursor_be32(c);
	return (int64_t)(high << 32 | cursor_be32(c));
}

/* RFC 9636 3.2; what neither offsets nor their times need is passed over. */
static void
read_block(struct cursor *c, const struct counts *n, size_t time_size, struct tzif *out)
{
	if (n->times > TZIF_TRANSITIONS_MAX || n->types > TZIF_TYPES_MAX || n->types == 0) {
		cursor_stop(c, PARSE_BAD);
		return;
	}
	out->transition_count = n->times;
	out->type_count = n->types;
	for (size_t i = 0; i < n->times; i++) {
		out->at_s[i] = read_time(c, time_size);
		if (cursor_ok(c) && i > 0 && out->at_s[i] <= out->at_s[i - 1])
			cursor_stop(c, PARSE_BAD);
	}
	for (size_t i = 0; i < n->times; i++) {
		out->type[i] = cursor_u8(c);
		if (out->type[i] >= n->types)
			cursor_stop(c, PARSE_BAD);
	}
	for (size_t i = 0; i < n->types; i++) {
		out->offset_s[i] = (int32_t)cursor_be32(c);
		if (out->offset_s[i] < -OFFSET_MAX_S || out->offset_s[i] > OFFSET_MAX_S)
			cursor_stop(c, PARSE_BAD);
		cursor_take(c, 2); /* whether it is summer, and its letters */
	}
	cursor_take(c, n->letters);
	cursor_take(c, (size_t)n->leaps * (time_size + 4));
	cursor_take(c, n->is_standard);
	cursor_take(c, n->is_ut);
}

/* The text of a rule is read a byte at a time; past its end a byte is NUL, which nothing wants. */
static uint8_t
peek(const struct cursor *c)
{
	return c->left > 0 ? *c->at : 0;
}

static void
expect(struct cursor *c, uint8_t wanted)
{
	if (cursor_u8(c) != wanted)
		cursor_stop(c, PARSE_BAD);
}

static int
read_number(struct cursor *c, int max)
{
	int value = 0;
	if (peek(c) < '0' || peek(c) > '9')
		cursor_stop(c, PARSE_BAD);
	while (peek(c) >= '0' && peek(c) <= '9') {
		value = value * 10 + cursor_u8(c) - '0';
		if (value > max)
			cursor_stop(c, PARSE_BAD);
	}
	return value;
}

/* "CET", or "<+03>" */
static void
skip_name(struct cursor *c)
{
	size_t letters = 0;
	if (peek(c) == '<') {
		while (peek(c) != '>' && c->left > 0)
			cursor_u8(c);
		expect(c, '>');
		return;
	}
	while ((peek(c) | 0x20) >= 'a' && (peek(c) | 0x20) <= 'z') {
		cursor_u8(c);
		letters++;
	}
	if (letters < 3)
		cursor_stop(c, PARSE_BAD);
}

/* [+-]hh[:mm[:ss]] */
static int32_t
read_clock(struct cursor *c)
{
	int sign = 1;
	if (peek(c) == '-' || peek(c) == '+')
		sign = cursor_u8(c) == '-' ? -1 : 1;
	int32_t seconds = read_number(c, RULE_HOURS_MAX) * 3600;
	for (int unit = 60; unit >= 1 && peek(c) == ':'; unit /= 60) {
		cursor_u8(c);
		seconds += read_number(c, 59) * unit;
	}
	return sign * seconds;
}

static struct tzif_change
read_change(struct cursor *c)
{
	struct tzif_change change = {.how = TZIF_ORDINAL, .second = 2 * 3600};
	if (peek(c) == 'M') {
		cursor_u8(c);
		change.how = TZIF_MONTH_WEEK_DAY;
		change.month = read_number(c, 12);
		expect(c, '.');
		change.week = read_number(c, 5);
		expect(c, '.');
		change.day = read_number(c, 6);
		if (change.month < 1 || change.week < 1)
			cursor_stop(c, PARSE_BAD);
	} else {
		if (peek(c) == 'J') {
			cursor_u8(c);
			change.how = TZIF_JULIAN;
		}
		change.day = read_number(c, 365);
		if (change.how == TZIF_JULIAN && change.day < 1)
			cursor_stop(c, PARSE_BAD);
	}
	if (peek(c) == '/') {
		cursor_u8(c);
		change.second = read_clock(c);
	}
	return change;
}

/* POSIX 8.3 as RFC 9636 3.3 extends it. Offsets there are west of Greenwich. */
enum parse
tzif_parse_rule(struct bytes text, struct tzif_rule *out)
{
	struct cursor c = cursor_of(text);
	struct tzif_rule rule = {.present = text.len > 0};
	if (rule.present) {
		skip_name(&c);
		rule.standard_s = rule.summer_s = -read_clock(&c);
	}
	if (c.left > 0) {
		skip_name(&c);
		rule.has_summer = true;
		rule.summer_s = peek(&c) == ',' ? rule.standard_s + 3600 : -read_clock(&c);
		expect(&c, ',');
		rule.start = read_change(&c);
		expect(&c, ',');
		rule.end = read_change(&c);
	}
	if (c.left > 0 || rule.standard_s < -OFFSET_MAX_S || rule.standard_s > OFFSET_MAX_S ||
	    rule.summer_s < -OFFSET_MAX_S || rule.summer_s > OFFSET_MAX_S)
		cursor_stop(&c, PARSE_BAD);
	if (cursor_ok(&c))
		*out = rule;
	return c.state == PARSE_OK ? PARSE_OK : PARSE_BAD;
}

enum parse
tzif_parse(struct bytes file, struct tzif *out)
{
	static const size_t version_2 = 2;
	struct cursor c = cursor_of(file);
	struct counts n = {0};
	bool wide = read_header(&c, &n) >= '0' + version_2;
	if (wide) { /* what 32 bits can say is passed over */
		size_t size = (size_t)n.times * 5 + (size_t)n.types * 6 + n.letters + (size_t)n.leaps * 8 + n.is_standard +
		    n.is_ut;
		cursor_take(&c, size);
		read_header(&c, &n);
	}
	struct tzif_rule rule = {0};
	if (cursor_ok(&c))
		read_block(&c, &n, wide ? 8 : 4, out);
	if (wide && cursor_ok(&c)) {
		expect(&c, '\n');
		struct bytes rest = {c.at, c.left};
		size_t end = bytes_find(rest, '\n');
		struct bytes text = cursor_take(&c, end);
		expect(&c, '\n');
		if (cursor_ok(&c) && tzif_parse_rule(text, &rule) != PARSE_OK)
			cursor_stop(&c, PARSE_BAD);
	}
	out->rule = rule;
	return c.state;
}

/* The moment of a change in seconds of the wall clock's own time. */
static int64_t
change_in(const struct tzif_change *change, int year)
{
	int64_t first = civil_days(year, 1, 1), day;
	if (change->how == TZIF_MONTH_WEEK_DAY) {
		int64_t month = civil_days(year, change->month, 1);
		int sunday_first = (civil_weekday(month) + 1) % 7; /* 0 is Sunday, as the rule counts */
		int within = (change->day - sunday_first + 7) % 7 + (change->week - 1) * 7;
		if (within >= civil_month_days(year, change->month))
			within -= 7; /* week 5 is the last one */
		day = month + within;
	} else if (change->how == TZIF_JULIAN) { /* 29 February is never counted */
		bool leap = civil_month_days(year, 2) == 29;
		day = first + change->day - 1 + (leap && change->day >= 60);
	} else {
		day = first + change->day;
	}
	return day * CIVIL_DAY_SECONDS + change->second;
}

static int32_t
rule_offset(const struct tzif_rule *rule, int64_t utc_s)
{
	if (!rule->has_summer)
		return rule->standard_s;
	int year = civil_of(utc_s + rule->standard_s).year;
	int64_t start = change_in(&rule->start, year) - rule->standard_s, end = change_in(&rule->end, year) - rule->summer_s;
	bool summer = start < end ? utc_s >= start && utc_s < end : utc_s >= start || utc_s < end;
	return summer ? rule->summer_s : rule->standard_s;
}

int32_t
tzif_offset(const struct tzif *z, int64_t utc_s)
{
	size_t low = 0, high = z->transition_count; /* the number of transitions at or before utc_s */
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (z->at_s[middle] <= utc_s)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == z->transition_count && z->rule.present)
		return rule_offset(&z->rule, utc_s);
	return z->offset_s[low == 0 ? 0 : z->type[low - 1]];
}
