/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"

#include "core/utf8.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>

struct json
json_of(char *buffer, size_t size)
{
	return (struct json){.at = buffer, .start = buffer, .end = buffer + size};
}

static void
put(struct json *j, struct bytes b)
{
	char *at = json_room(j, b.len);
	if (at != NULL && b.len > 0) {
		memcpy(at, b.at, b.len);
		j->at += b.len;
	}
}

/* 1 where a byte may stand in a JSON string as it is. */
static const uint8_t plain[256] = {[' '] = 1, [33] = 1, [35 ... 91] = 1, [93 ... 126] = 1};

/* Has a byte of the word to be escaped, or looked at? The high bit of a byte of the sum is set where the byte is below
 * 0x20, '"', '\\', 0x7f or above (a carry may set a higher one too: never too few). */
static inline bool
is_plain_word(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);
	uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\', del = word ^ ones * 0x7f;
	uint64_t bad = (word - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones) | word;
	return (bad & highs) == 0;
}

static inline uint64_t
load_word(const void *from)
{
	uint64_t word;
	memcpy(&word, from, sizeof(word));
	return word;
}

/* Copies the plain bytes at the front and returns how many; `at` has room for all of b. */
static size_t
copy_plain(char *at, struct bytes b)
{
	size_t n = 0;
	for (; b.len - n >= 8; n += 8) {
		uint64_t word = load_word(b.at + n);
		if (!is_plain_word(word))
			break;
		memcpy(at + n, &word, 8);
	}
	for (; n < b.len && plain[b.at[n]]; n++)
		at[n] = (char)b.at[n];
	return n;
}

static void
put_escaped_byte(struct json *j, uint8_t c)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
	switch (c) {
	case '"': put(j, BYTES("\\\"")); return;
	case '\\': put(j, BYTES("\\\\")); return;
	case '\n': put(j, BYTES("\\n")); return;
	case '\r': put(j, BYTES("\\r")); return;
	case '\t': put(j, BYTES("\\t")); return;
	case '\b': put(j, BYTES("\\b")); return;
	case '\f': put(j, BYTES("\\f")); return;
	default: put(j, (struct bytes){(const uint8_t *)text, sizeof(text)}); return;
	}
}

static void
put_escaped(struct json *j, struct bytes b)
{
	while (b.len > 0) {
		char *at = json_room(j, b.len); /* each byte takes one at least */
		if (at == NULL)
			return;
		size_t n = copy_plain(at, b);
		j->at += n;
		b = bytes_after(b, n);
		size_t wide = b.len == 0 ? 0 : utf8_length(b);
		if (wide > 0) {
			put(j, bytes_first(b, wide));
			b = bytes_after(b, wide);
		} else if (b.len > 0) {
			put_escaped_byte(j, b.at[0]);
			b = bytes_after(b, 1);
		}
	}
}

void
json_put_text(struct json *j, struct bytes value)
{
	char *at = json_room(j, value.len + 2);
	if (UNLIKELY(at == NULL))
		return;
	*at++ = '"';
	size_t n = copy_plain(at, value);
	j->at = at + n;
	if (UNLIKELY(n < value.len))
		put_escaped(j, bytes_after(value, n));
	json_mark(j, '"');
}

void
json_raw(struct json *j, struct bytes key, struct bytes value)
{
	json_begin(j, key);
	put(j, value);
}

static const char two_digits[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                 "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                 "8081828384858687888990919293949596979899";

static inline char *
put_two(char *at, unsigned value)
{
	memcpy(at, two_digits + value * 2, 2);
	return at + 2;
}

/* The eight decimal digits of a value below 10^8, the first in the lowest byte: halves, quarters, then digits, each step on
 * all parts at once. The factors are 1/100 and 1/10 in fixed point, exact for four and for two digits. */
static inline uint64_t
eight_digits(uint32_t value)
{
	uint64_t x = value / 10000 | (uint64_t)(value % 10000) << 32;
	uint64_t hundreds = (x * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
	x = hundreds | (x - hundreds * 100) << 16;
	uint64_t tens = (x * 103 >> 10) & UINT64_C(0x000f000f000f000f);
	return tens | (x - tens * 10) << 8;
}

static inline char *
put_eight(char *at, uint32_t value)
{
	uint64_t text = htole64(eight_digits(value) | UINT64_C(0x3030303030303030));
	memcpy(at, &text, 8);
	return at + 8;
}

/* Below 10^8, without zeros in front. */
static inline char *
put_front(char *at, uint32_t value)
{
	if (value < 100) {
		if (value >= 10)
			return put_two(at, value);
		*at = (char)('0' + value);
		return at + 1;
	}
	uint64_t digits = eight_digits(value);
	unsigned zeros = (unsigned)__builtin_ctzll(digits) / 8;
	uint64_t text = htole64((digits | UINT64_C(0x3030303030303030)) >> zeros * 8);
	memcpy(at, &text, 8);
	return at + 8 - zeros;
}

char *
json_at_u64(char *at, uint64_t value)
{
	enum { E8 = 100000000 };
	if (value < E8)
		return put_front(at, (uint32_t)value);
	uint64_t high = value / E8;
	if (high < E8)
		at = put_front(at, (uint32_t)high);
	else
		at = put_eight(put_front(at, (uint32_t)(high / E8)), (uint32_t)(high % E8));
	return put_eight(at, (uint32_t)(value % E8));
}

void
json_put_u64(struct json *j, uint64_t value)
{
	char *at = json_room(j, JSON_AT_U64_MAX);
	if (LIKELY(at != NULL))
		j->at = json_at_u64(at, value);
}

void
json_i64(struct json *j, struct bytes key, int64_t value)
{
	json_begin(j, key);
	if (value < 0)
		json_mark(j, '-');
	json_put_u64(j, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void
json_double(struct json *j, struct bytes key, double value, unsigned decimals)
{
	char text[64];
	json_begin(j, key);
	if (!isfinite(value)) { /* RFC 8259 6: not representable */
		put(j, BYTES("null"));
		return;
	}
	int n = snprintf(text, sizeof(text), "%.*f", (int)decimals, value);
	if (n > 0 && (size_t)n < sizeof(text))
		put(j, (struct bytes){(const uint8_t *)text, (size_t)n});
	else
		put(j, BYTES("null"));
}

void
json_bool(struct json *j, struct bytes key, bool value)
{
	json_begin(j, key);
	put(j, value ? BYTES("true") : BYTES("false"));
}

void
json_none(struct json *j, struct bytes key)
{
	json_begin(j, key);
	put(j, BYTES("null"));
}

void
json_hex(struct json *j, struct bytes key, struct bytes value, char separator)
{
	static const char hex[] = "0123456789abcdef";
	json_begin(j, key);
	char *at = json_room(j, value.len * 3 + 2);
	if (UNLIKELY(at == NULL))
		return;
	*at++ = '"';
	for (size_t i = 0; i < value.len; i++) {
		if (separator != '\0' && i > 0)
			*at++ = separator;
		*at++ = hex[value.at[i] >> 4];
		*at++ = hex[value.at[i] & 15];
	}
	*at++ = '"';
	j->at = at;
}

char *
json_at_addr(char *at, const struct addr *value)
{
	*at++ = '"';
	at += addr_write(value, at);
	*at++ = '"';
	return at;
}

char *
json_at_addr_full(char *at, const struct addr *value)
{
	*at++ = '"';
	at += addr_write_full(value, at);
	*at++ = '"';
	return at;
}

void
json_addr_full(struct json *j, struct bytes key, const struct addr *value)
{
	json_begin(j, key);
	char *at = json_room(j, JSON_AT_ADDR_MAX);
	if (LIKELY(at != NULL))
		j->at = json_at_addr_full(at, value);
}

void
json_put_addr(struct json *j, const struct addr *value)
{
	char *at = json_room(j, JSON_AT_ADDR_MAX);
	if (LIKELY(at != NULL))
		j->at = json_at_addr(at, value);
}

void
json_base64(struct json *j, struct bytes key, struct bytes value)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	json_begin(j, key);
	char *at = value.len > SIZE_MAX / 2 ? NULL : json_room(j, (value.len + 2) / 3 * 4 + 2);
	if (at == NULL)
		return;
	*at++ = '"';
	for (size_t i = 0; i < value.len; i += 3) {
		size_t left = value.len - i;
		uint32_t three = (uint32_t)value.at[i] << 16 | (left > 1 ? (uint32_t)value.at[i + 1] << 8 : 0) |
		    (left > 2 ? value.at[i + 2] : 0);
		*at++ = letters[three >> 18];
		*at++ = letters[three >> 12 & 63];
		*at++ = left > 1 ? letters[three >> 6 & 63] : '=';
		*at++ = left > 2 ? letters[three & 63] : '=';
	}
	*at++ = '"';
	j->at = at;
}

/* Days since 1970 to a civil date: Howard Hinnant, "chrono-compatible low-level date
 * algorithms", civil_from_days. */
static void
civil_of_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	unsigned day_of_era = (unsigned)(days - era * 146097);
	unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned shifted_month = (5 * day_of_year + 2) / 153;
	*day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
	*month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
	*year = (int64_t)year_of_era + era * 400 + (*month <= 2);
}

/* 1970-01-01T00:00:00 */
static void
write_second(char *at, int64_t seconds)
{
	int64_t days = seconds / 86400, of_day = seconds % 86400, year;
	if (of_day < 0) {
		of_day += 86400;
		days--;
	}
	unsigned clock = (unsigned)of_day, month, day;
	civil_of_days(days, &year, &month, &day);
	unsigned y = year < 0 || year > 9999 ? 0 : (unsigned)year;
	put_two(put_two(at, y / 100), y % 100);
	put_two(at + 5, month);
	put_two(at + 8, day);
	put_two(at + 11, clock / 3600);
	put_two(at + 14, clock / 60 % 60);
	put_two(at + 17, clock % 60);
}

char *
json_at_time(char *at, int64_t time_ns)
{
	int64_t seconds = time_ns / 1000000000, rest = time_ns % 1000000000;
	if (rest < 0) {
		rest += 1000000000;
		seconds--;
	}
	/* Events follow each other: what they share is written once, down to the second. */
	static _Thread_local char text[] = "\"1970-01-01T00:00:00";
	static _Thread_local int64_t text_seconds;
	if (seconds != text_seconds) {
		write_second(text + 1, seconds);
		text_seconds = seconds;
	}
	memcpy(at, text, sizeof(text) - 1);
	put_eight(at + sizeof(text) - 2, (uint32_t)(rest / 1000)); /* two zeros, then microseconds */
	at[sizeof(text) - 2] = text[sizeof(text) - 2];
	at[sizeof(text) - 1] = '.';
	memcpy(at + sizeof(text) + 6, "+0000\"", 6);
	return at + JSON_AT_TIME_MAX;
}

void
json_time(struct json *j, struct bytes key, int64_t time_ns)
{
	json_begin(j, key);
	char *at = json_room(j, JSON_AT_TIME_MAX);
	if (LIKELY(at != NULL))
		j->at = json_at_time(at, time_ns);
}

void
json_newline(struct json *j)
{
	json_mark(j, '\n');
	j->comma = false;
}
