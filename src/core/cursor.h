/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/cursor.h - read hostile bytes without ever leaving them.
 *
 * A read past the end returns zero, empties the cursor and marks it SHORT; every
 * later read then fails the same way. A parser therefore reads a message in
 * straight lines and asks cursor_ok() once, before it believes any value.
 */
#ifndef CORE_CURSOR_H
#define CORE_CURSOR_H

#include "core/bytes.h"

enum parse {
	PARSE_OK,    /* the message was understood */
	PARSE_SHORT, /* bytes are missing: wait for more, or call it truncated */
	PARSE_BAD,   /* no further byte can make this a valid message */
};

struct cursor {
	const uint8_t *at;
	size_t left;
	enum parse state;
};

static inline struct cursor
cursor_of(struct bytes b)
{
	return (struct cursor){.at = b.at, .left = b.len, .state = PARSE_OK};
}

static inline bool
cursor_ok(const struct cursor *c)
{
	return c->state == PARSE_OK;
}

/* The first complaint wins: SHORT does not hide an earlier BAD. */
static inline void
cursor_stop(struct cursor *c, enum parse why)
{
	if (c->state == PARSE_OK)
		c->state = why;
	c->left = 0;
}

/* Every other read is built on this one: the only place where bounds are decided. */
static inline struct bytes
cursor_take(struct cursor *c, size_t n)
{
	if (UNLIKELY(n > c->left)) {
		cursor_stop(c, PARSE_SHORT);
		return (struct bytes){0};
	}
	struct bytes taken = {c->at, n};
	if (n > 0)
		c->at += n;
	c->left -= n;
	return taken;
}

/* What is left, without taking it. */
static inline struct bytes
cursor_rest(const struct cursor *c)
{
	return (struct bytes){c->at, c->left};
}

static inline uint8_t
cursor_u8(struct cursor *c)
{
	struct bytes b = cursor_take(c, 1);
	if (b.len == 0)
		return 0;
	return b.at[0];
}

static inline uint16_t
cursor_be16(struct cursor *c)
{
	struct bytes b = cursor_take(c, 2);
	if (b.len == 0)
		return 0;
	return (uint16_t)(b.at[0] << 8 | b.at[1]);
}

static inline uint32_t
cursor_be24(struct cursor *c)
{
	struct bytes b = cursor_take(c, 3);
	if (b.len == 0)
		return 0;
	return (uint32_t)b.at[0] << 16 | (uint32_t)b.at[1] << 8 | b.at[2];
}

static inline uint32_t
cursor_be32(struct cursor *c)
{
	struct bytes b = cursor_take(c, 4);
	if (b.len == 0)
		return 0;
	return (uint32_t)b.at[0] << 24 | (uint32_t)b.at[1] << 16 | (uint32_t)b.at[2] << 8 | b.at[3];
}

static inline uint64_t
cursor_be64(struct cursor *c)
{
	uint64_t high = cursor_be32(c);
	uint64_t low = cursor_be32(c);
	return cursor_ok(c) ? high << 32 | low : 0;
}

static inline uint16_t
cursor_le16(struct cursor *c)
{
	struct bytes b = cursor_take(c, 2);
	if (b.len == 0)
		return 0;
	return (uint16_t)(b.at[1] << 8 | b.at[0]);
}

static inline uint32_t
cursor_le32(struct cursor *c)
{
	struct bytes b = cursor_take(c, 4);
	if (b.len == 0)
		return 0;
	return (uint32_t)b.at[3] << 24 | (uint32_t)b.at[2] << 16 | (uint32_t)b.at[1] << 8 | b.at[0];
}

static inline uint64_t
cursor_le64(struct cursor *c)
{
	uint64_t low = cursor_le32(c);
	uint64_t high = cursor_le32(c);
	return cursor_ok(c) ? high << 32 | low : 0;
}

/* A length-prefixed field: what is read from the result cannot leave the field. */
static inline struct cursor
cursor_sub(struct cursor *c, size_t n)
{
	struct bytes field = cursor_take(c, n);
	struct cursor sub = cursor_of(field);
	sub.state = c->state;
	return sub;
}

/* What a complete field lacks can never arrive: SHORT inside it is BAD outside. */
static inline void
cursor_join(struct cursor *c, const struct cursor *sub)
{
	if (!cursor_ok(sub) && cursor_ok(c))
		cursor_stop(c, PARSE_BAD);
}

#endif
