/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/json.h"

#include "core/utf8.h"

#include <math.h>
#include <stdio.h>

struct json
json_of(char *buffer, size_t size)
{
	return (struct json){.at = buffer, .start = buffer, .end = buffer + size};
}

static inline char *
reserve(struct json *j, size_t n)
{
	if (UNLIKELY(j->full || n > (size_t)(j->end - j->at))) {
		j->full = true;
		return NULL;
	}
	char *out = j->at;
	j->at += n;
	return out;
}

/* Most pieces of an event are a few bytes long: two moves that may overlap cost less than a call. */
static inline void
copy_short(char *out, const uint8_t *from, size_t n)
{
	if (n >= 8 && n <= 16) {
		uint64_t head, tail;
		memcpy(&head, from, 8);
		memcpy(&tail, from + n - 8, 8);
		memcpy(out, &head, 8);
		memcpy(out + n - 8, &tail, 8);
	} else if (n >= 4 && n < 8) {
		uint32_t head, tail;
		memcpy(&head, from, 4);
		memcpy(&tail, from + n - 4, 4);
		memcpy(out, &head, 4);
		memcpy(out + n - 4, &tail, 4);
	} else if (n < 4) {
		for (size_t i = 0; i < n; i++)
			out[i] = (char)from[i];
	} else {
		memcpy(out, from, n);
	}
}

static inline void
put(struct json *j, struct bytes b)
{
	char *out = reserve(j, b.len);
	if (LIKELY(out != NULL))
		copy_short(out, b.at, b.len);
}

/* Before every value: its key, and the comma where one is due. */
static inline void
begin(struct json *j, struct bytes key)
{
	if (key.len == 0) {
		if (j->comma)
			put(j, BYTES(","));
	} else {
		put(j, j->comma ? key : bytes_after(key, 1));
	}
	j->comma = true;
}

void
json_open_object(struct json *j, struct bytes key)
{
	begin(j, key);
	put(j, BYTES("{"));
	j->comma = false;
}

void
json_close_object(struct json *j)
{
	put(j, BYTES("}"));
	j->comma = true;
}

void
json_open_array(struct json *j, struct bytes key)
{
	begin(j, key);
	put(j, BYTES("["));
	j->comma = false;
}

void
json_close_array(struct json *j)
{
	put(j, BYTES("]"));
	j->comma = true;
}

/* 1 where a byte may stand in a JSON string as it is. */
static const uint8_t plain[256] = {[' '] = 1, [33] = 1, [35 ... 91] = 1, [93 ... 126] = 1};

/* Bytes of whole 8-byte words at the front in which nothing needs escaping. Per word, the high bit of a byte of `bad` is
 * set where the byte is below 0x20, '"', '\\', 0x7f or above (a carry may set a higher one too: never too few). */
static inline size_t
plain_words(struct bytes b)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);
	size_t n = 0;
	for (; n + 8 <= b.len; n += 8) {
		uint64_t word;
		memcpy(&word, b.at + n, 8);
		uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\', del = word ^ ones * 0x7f;
		uint64_t bad = (word - ones * 0x20) | (quote - ones) | (slash - ones) | (del - ones) | word;
		if ((bad & highs) != 0)
			break;
	}
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
		size_t n = plain_words(b);
		while (n < b.len && plain[b.at[n]])
			n++;
		put(j, bytes_first(b, n));
		b = bytes_after(b, n);
		if (b.len == 0)
			return;
		size_t wide = utf8_length(b);
		if (wide > 0) {
			put(j, bytes_first(b, wide));
			b = bytes_after(b, wide);
		} else {
			put_escaped_byte(j, b.at[0]);
			b = bytes_after(b, 1);
		}
	}
}

void
json_text(struct json *j, struct bytes key, struct bytes value)
{
	begin(j, key);
	put(j, BYTES("\""));
	put_escaped(j, value);
	put(j, BYTES("\""));
}

void
json_cstr(struct json *j, struct bytes key, const char *value_cstr)
{
	if (value_cstr != NULL)
		json_text(j, key, bytes_of_cstr(value_cstr));
}

void
json_raw(struct json *j, struct bytes key, struct bytes value)
{
	begin(j, key);
	put(j, value);
}

static const char two_digits[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                 "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                 "8081828384858687888990919293949596979899";

char *
json_at_u64(char *at, uint64_t value)
{
	char text[JSON_AT_U64_MAX];
	size_t from = sizeof(text);
	while (value >= 100) {
		from -= 2;
		memcpy(text + from, two_digits + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10) {
		from -= 2;
		memcpy(text + from, two_digits + value * 2, 2);
	} else {
		text[--from] = (char)('0' + value);
	}
	copy_short(at, (const uint8_t *)text + from, sizeof(text) - from);
	return at + (sizeof(text) - from);
}

static void
put_u64(struct json *j, uint64_t value)
{
	char text[JSON_AT_U64_MAX];
	char *end = json_at_u64(text, value);
	put(j, (struct bytes){(const uint8_t *)text, (size_t)(end - text)});
}

char *
json_reserve(struct json *j, size_t n)
{
	if (UNLIKELY(j->full || n > (size_t)(j->end - j->at))) {
		j->full = true;
		return NULL;
	}
	return j->at;
}

void
json_commit(struct json *j, char *end)
{
	j->at = end;
	j->comma = true;
}

void
json_u64(struct json *j, struct bytes key, uint64_t value)
{
	begin(j, key);
	put_u64(j, value);
}

void
json_i64(struct json *j, struct bytes key, int64_t value)
{
	begin(j, key);
	if (value < 0)
		put(j, BYTES("-"));
	put_u64(j, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void
json_double(struct json *j, struct bytes key, double value, unsigned decimals)
{
	char text[64];
	begin(j, key);
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
	begin(j, key);
	put(j, value ? BYTES("true") : BYTES("false"));
}

void
json_none(struct json *j, struct bytes key)
{
	begin(j, key);
	put(j, BYTES("null"));
}

void
json_hex(struct json *j, struct bytes key, struct bytes value, char separator)
{
	static const char hex[] = "0123456789abcdef";
	begin(j, key);
	put(j, BYTES("\""));
	for (size_t i = 0; i < value.len; i++) {
		char text[3] = {separator, hex[value.at[i] >> 4], hex[value.at[i] & 15]};
		bool with_separator = separator != '\0' && i > 0;
		put(j, (struct bytes){(const uint8_t *)text + !with_separator, with_separator ? 3 : 2});
	}
	put(j, BYTES("\""));
}

void
json_addr(struct json *j, struct bytes key, const struct addr *value)
{
	char text[ADDR_TEXT_MAX];
	begin(j, key);
	size_t n = addr_write(value, text);
	char *out = reserve(j, n + 2);
	if (out == NULL)
		return;
	out[0] = '"';
	memcpy(out + 1, text, n);
	out[n + 1] = '"';
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

static void
put_two(char *out, unsigned value)
{
	memcpy(out, two_digits + value % 100 * 2, 2);
}

char *
json_at_time(char *at, int64_t time_ns)
{
	int64_t seconds = time_ns / 1000000000, rest = time_ns % 1000000000;
	if (rest < 0) {
		rest += 1000000000;
		seconds--;
	}
	int64_t days = seconds / 86400, of_day = seconds % 86400;
	if (of_day < 0) {
		of_day += 86400;
		days--;
	}
	/* Events of one day follow each other: its date is written once. */
	static _Thread_local char text[] = "\"1970-01-01T00:00:00.000000+0000\"";
	static _Thread_local int64_t text_days;
	unsigned clock = (unsigned)of_day, micros = (unsigned)(rest / 1000);
	if (days != text_days) {
		int64_t year;
		unsigned month, day;
		civil_of_days(days, &year, &month, &day);
		unsigned y = year < 0 || year > 9999 ? 0 : (unsigned)year;
		put_two(text + 1, y / 100);
		put_two(text + 3, y % 100);
		put_two(text + 6, month);
		put_two(text + 9, day);
		text_days = days;
	}
	put_two(text + 12, clock / 3600);
	put_two(text + 15, clock / 60 % 60);
	put_two(text + 18, clock % 60);
	put_two(text + 21, micros / 10000);
	put_two(text + 23, micros / 100 % 100);
	put_two(text + 25, micros % 100);
	memcpy(at, text, sizeof(text) - 1);
	return at + sizeof(text) - 1;
}

void
json_time(struct json *j, struct bytes key, int64_t time_ns)
{
	char text[JSON_AT_TIME_MAX + 1];
	char *end = json_at_time(text, time_ns);
	begin(j, key);
	put(j, (struct bytes){(const uint8_t *)text, (size_t)(end - text)});
}

void
json_newline(struct json *j)
{
	put(j, BYTES("\n"));
	j->comma = false;
}
