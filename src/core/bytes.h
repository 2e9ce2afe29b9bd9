/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/bytes.h - borrowed bytes with their length, and the few words every file needs.
 *
 * Bytes from outside keep their length until the edge where they are escaped; a NUL
 * inside hides nothing. `char *` ending in NUL exists only at the border with libraries.
 */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((__format__(__printf__, text, first)))
#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

struct bytes {
	const uint8_t *at;
	size_t len;
};

/* The bytes of a string literal, without its NUL. */
#define BYTES(literal) ((struct bytes){(const uint8_t *)("" literal ""), sizeof(literal) - 1})

static inline struct bytes
bytes_of_cstr(const char *text)
{
	return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static inline bool
bytes_eq(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline uint8_t
bytes_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* The value of a hexadecimal digit of either case, 0 to 15; -1 when it is none. */
static inline int
bytes_hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = bytes_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value of a base64 digit (RFC 4648 4), 0 to 63; -1 when it is none, as padding. */
static inline int
bytes_base64_digit(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* ASCII case only: header names, schemes, host names. */
static inline bool
bytes_eq_nocase(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (bytes_lower(a.at[i]) != bytes_lower(b.at[i]))
			return false;
	return true;
}

static inline bool
bytes_start_with(struct bytes b, struct bytes prefix)
{
	return b.len >= prefix.len && (prefix.len == 0 || memcmp(b.at, prefix.at, prefix.len) == 0);
}

/* The first n bytes, or all when there are fewer. */
static inline struct bytes
bytes_first(struct bytes b, size_t n)
{
	return (struct bytes){b.at, b.len < n ? b.len : n};
}

/* What follows the first n bytes; empty when there are fewer. */
static inline struct bytes
bytes_after(struct bytes b, size_t n)
{
	if (n >= b.len)
		return (struct bytes){0};
	return (struct bytes){b.at + n, b.len - n};
}

/* Position of a byte, or b.len when it does not occur. */
static inline size_t
bytes_find(struct bytes b, uint8_t wanted)
{
	const uint8_t *hit = b.len == 0 ? NULL : memchr(b.at, wanted, b.len);
	return hit == NULL ? b.len : (size_t)(hit - b.at);
}

/* Position of a sequence, or b.len when it does not occur. */
static inline size_t
bytes_find_all(struct bytes b, struct bytes wanted)
{
	const uint8_t *hit = b.len == 0 ? NULL : memmem(b.at, b.len, wanted.at, wanted.len);
	return hit == NULL ? b.len : (size_t)(hit - b.at);
}

/* Without the spaces and tabs around it. */
static inline struct bytes
bytes_trim(struct bytes b)
{
	while (b.len > 0 && (b.at[0] == ' ' || b.at[0] == '\t'))
		b = bytes_after(b, 1);
	while (b.len > 0 && (b.at[b.len - 1] == ' ' || b.at[b.len - 1] == '\t'))
		b.len--;
	return b;
}

#endif
