/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_number.h"

enum { EXACT_DIGITS = 18, EXPONENT_MAX = 308, POWERS = 23 };

/* 10^0 to 10^22 are exact doubles. */
static const double powers[POWERS] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double
scale(double value, int exponent)
{
	for (; exponent >= POWERS; exponent -= POWERS - 1)
		value *= powers[POWERS - 1];
	for (; exponent <= -POWERS; exponent += POWERS - 1)
		value /= powers[POWERS - 1];
	return exponent >= 0 ? value * powers[exponent] : value / powers[-exponent];
}

static bool
is_digit(struct bytes b)
{
	return b.len > 0 && b.at[0] >= '0' && b.at[0] <= '9';
}

static bool
is_one_of(struct bytes cell, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_eq_nocase(cell, bytes_of_cstr(words[i])))
			return true;
	return false;
}

static enum lesson_number_said
read_hex(struct bytes digits, double *out)
{
	uint64_t value = 0;
	if (digits.len == 0 || digits.len > 16)
		return LESSON_NUMBER_TEXT;
	for (size_t i = 0; i < digits.len; i++) {
		int digit = bytes_hex_digit(digits.at[i]);
		if (digit < 0)
			return LESSON_NUMBER_TEXT;
		value = value << 4 | (unsigned)digit;
	}
	*out = (double)value;
	return LESSON_NUMBER_OK;
}

/* "e-5", or nothing. False: something else follows the digits. */
static bool
read_exponent(struct bytes rest, int *exponent)
{
	if (rest.len == 0)
		return true;
	if (bytes_lower(rest.at[0]) != 'e')
		return false;
	rest = bytes_after(rest, 1);
	bool down = rest.len > 0 && rest.at[0] == '-';
	if (rest.len > 0 && (rest.at[0] == '-' || rest.at[0] == '+'))
		rest = bytes_after(rest, 1);
	int value = 0;
	if (!is_digit(rest))
		return false;
	for (; is_digit(rest); rest = bytes_after(rest, 1))
		value = value > 9999 ? value : value * 10 + (rest.at[0] - '0');
	*exponent += down ? -value : value;
	return rest.len == 0;
}

static enum lesson_number_said
read_word(struct bytes cell)
{
	static const char *const empties[] = {"-", "?", "null", "none", "(empty)"};
	static const char *const endless[] = {"nan", "inf", "infinity", "-inf", "-infinity", "+inf", "-nan"};
	if (is_one_of(cell, empties, LENGTH_OF(empties)))
		return LESSON_NUMBER_EMPTY;
	return is_one_of(cell, endless, LENGTH_OF(endless)) ? LESSON_NUMBER_NOT_FINITE : LESSON_NUMBER_TEXT;
}

enum lesson_number_said
lesson_number_read(struct bytes cell, double *out)
{
	struct bytes rest = cell;
	uint64_t digits = 0;
	int exponent = 0;
	unsigned taken = 0;
	bool any = false;
	if (cell.len == 0)
		return LESSON_NUMBER_EMPTY;
	if (cell.len > 2 && cell.at[0] == '0' && bytes_lower(cell.at[1]) == 'x')
		return read_hex(bytes_after(cell, 2), out);
	bool negative = rest.at[0] == '-';
	if (negative || rest.at[0] == '+')
		rest = bytes_after(rest, 1);
	for (bool fraction = false; is_digit(rest) || (!fraction && rest.len > 0 && rest.at[0] == '.');
	     rest = bytes_after(rest, 1)) {
		if (rest.at[0] == '.') {
			fraction = true;
			continue;
		}
		any = true;
		if (taken < EXACT_DIGITS) {
			digits = digits * 10 + (uint64_t)(rest.at[0] - '0');
			taken += digits > 0;
			exponent -= fraction;
		} else
			exponent += !fraction;
	}
	if (!any || !read_exponent(rest, &exponent))
		return read_word(cell);
	if (digits == 0 || exponent < -EXPONENT_MAX - EXACT_DIGITS)
		*out = 0;
	else if (exponent + (int)taken > EXPONENT_MAX)
		return LESSON_NUMBER_NOT_FINITE;
	else
		*out = negative ? -scale((double)digits, exponent) : scale((double)digits, exponent);
	return LESSON_NUMBER_OK;
}
