/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/decimal.h"

#include "core/ensure.h"

#include <stdio.h>

enum { DIGITS = 4, WHOLE_DIGITS = 14 };

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool
decimal_read(struct bytes text, int64_t *out)
{
	bool negative = text.len > 0 && text.at[0] == '-';
	size_t at = negative || (text.len > 0 && text.at[0] == '+') ? 1 : 0, whole = 0, behind = 0;
	int64_t value = 0;
	for (; at < text.len && is_digit(text.at[at]) && whole < WHOLE_DIGITS; at++, whole++)
		value = value * 10 + (text.at[at] - '0');
	if (whole > 0 && at + 1 < text.len && (text.at[at] == '.' || text.at[at] == ','))
		for (at++; at < text.len && is_digit(text.at[at]) && (behind < DIGITS || text.at[at] == '0'); at++, behind++)
			if (behind < DIGITS)
				value = value * 10 + (text.at[at] - '0');
	if (whole == 0 || at != text.len)
		return false;
	for (; behind < DIGITS; behind++)
		value *= 10;
	*out = negative ? -value : value;
	return true;
}

const char *
decimal_round(enum language language, int64_t value, unsigned digits, char out[static DECIMAL_TEXT_MAX])
{
	uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value, step = 1;
	for (unsigned i = digits; i < DIGITS; i++)
		step *= 10;
	size = (size + step / 2) / step;
	uint64_t one = DECIMAL_ONE / step;
	const char *sign_cstr = value < 0 && size > 0 ? "-" : "";
	if (digits == 0)
		(void)snprintf(out, DECIMAL_TEXT_MAX, "%s%llu", sign_cstr, (unsigned long long)size);
	else
		(void)snprintf(out, DECIMAL_TEXT_MAX, "%s%llu%c%0*llu", sign_cstr, (unsigned long long)(size / one),
		    language == LANGUAGE_FR ? ',' : '.', (int)digits, (unsigned long long)(size % one));
	return out;
}

const char *
decimal_write(enum language language, int64_t value, char out[static DECIMAL_TEXT_MAX])
{
	unsigned digits = DIGITS;
	for (int64_t v = value; digits > 0 && v % 10 == 0; v /= 10)
		digits--;
	return decimal_round(language, value, digits, out);
}

int64_t
decimal_ratio(__int128 numerator, __int128 denominator)
{
	ENSURE(denominator != 0);
	if (denominator < 0) {
		numerator = -numerator;
		denominator = -denominator;
	}
	__int128 doubled = numerator * 2 * DECIMAL_ONE;
	return (int64_t)((numerator < 0 ? doubled - denominator : doubled + denominator) / (denominator * 2));
}
