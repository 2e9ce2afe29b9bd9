/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/timestamp.h"

#include "core/civil.h"
#include "core/cursor.h"

static const int64_t second_ns = INT64_C(1000000000);

static int
take_digits(struct cursor *c, size_t count)
{
	int value = 0;
	struct bytes digits = cursor_take(c, count);
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9')
			cursor_stop(c, PARSE_BAD);
		value = value * 10 + (digits.at[i] - '0');
	}
	return value;
}

static void
expect(struct cursor *c, uint8_t first, uint8_t second)
{
	uint8_t got = cursor_u8(c);
	if (got != first && got != second)
		cursor_stop(c, PARSE_BAD);
}

/* Digits beyond the ninth are dropped. */
static int64_t
take_fraction_ns(struct cursor *c)
{
	int64_t unit = second_ns / 10, ns = 0;
	struct bytes rest = cursor_rest(c);
	if (rest.len == 0 || rest.at[0] != '.')
		return 0;
	(void)cursor_u8(c);
	for (rest = cursor_rest(c); rest.len > 0 && rest.at[0] >= '0' && rest.at[0] <= '9'; rest = cursor_rest(c)) {
		ns += (rest.at[0] - '0') * unit;
		unit /= 10;
		(void)cursor_u8(c);
	}
	return ns;
}

/* RFC 3339 "+01:00" and Suricata's "+0100"; nothing is UTC. */
static int
take_offset_s(struct cursor *c)
{
	if (c->left == 0)
		return 0;
	uint8_t sign = cursor_u8(c);
	if (sign == 'Z')
		return 0;
	if (sign != '+' && sign != '-')
		cursor_stop(c, PARSE_BAD);
	int hours = take_digits(c, 2);
	if (c->left == 3)
		expect(c, ':', ':');
	int minutes = take_digits(c, 2);
	if (hours > 23 || minutes > 59)
		cursor_stop(c, PARSE_BAD);
	int offset = hours * 3600 + minutes * 60;
	return sign == '-' ? -offset : offset;
}

bool
timestamp_read(struct bytes text, int64_t *out_ns)
{
	struct cursor c = cursor_of(text);
	struct civil at = {0};
	at.year = take_digits(&c, 4);
	expect(&c, '-', '-');
	at.month = take_digits(&c, 2);
	expect(&c, '-', '-');
	at.day = take_digits(&c, 2);
	expect(&c, 'T', ' ');
	at.hour = take_digits(&c, 2);
	expect(&c, ':', ':');
	at.minute = take_digits(&c, 2);
	expect(&c, ':', ':');
	at.second = take_digits(&c, 2);
	int64_t fraction_ns = take_fraction_ns(&c);
	int offset_s = take_offset_s(&c);
	/* A 64-bit number of nanoseconds ends in 2262. */
	if (!cursor_ok(&c) || c.left > 0 || !civil_valid(&at) || at.year < 1970 || at.year > 2261)
		return false;
	*out_ns = (civil_seconds(&at) - offset_s) * second_ns + fraction_ns;
	return true;
}
