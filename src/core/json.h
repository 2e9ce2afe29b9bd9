/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/json.h - the one writer of JSON: into a buffer of the caller, keys in the order written.
 *
 * What does not fit marks the writer full and is not written; the caller asks json_ok() once,
 * at the end. A writer may be full up to JSON_SLACK bytes before the end of its buffer: most values are written in
 * moves of eight bytes, the last of which may reach over its value (never over the buffer). Bytes from outside leave as valid UTF-8: every byte that is not part of a valid
 * UTF-8 sequence leaves as \u00xx, so nothing is lost and nothing raw gets out (RFC 8259).
 * Key names are ours and need no escaping: string literals only.
 *
 * A literal key costs a few moves: JSON_KEY("name") is `,"name":` at compile time, and what writes a key is inline.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "core/addr.h"
#include "core/bytes.h"

struct json {
	char *at; /* where the next byte goes */
	char *start;
	char *end;  /* one past the last usable byte */
	bool full;  /* something did not fit: throw the document away */
	bool comma; /* the next value of this level needs a comma before it */
};

/* `,"name":`; the writer leaves the comma out where the level is still empty. */
#define JSON_KEY(name) BYTES(",\"" name "\":")

enum { JSON_SLACK = 24 };

struct json json_of(char *buffer, size_t size);
static inline bool
json_ok(const struct json *j)
{
	return !j->full;
}
static inline size_t
json_length(const struct json *j)
{
	return (size_t)(j->at - j->start);
}
static inline struct bytes
json_written(const struct json *j)
{
	return (struct bytes){(const uint8_t *)j->start, json_length(j)};
}

/* At least n bytes, or NULL: the writer is then full, and stays so. */
static inline char *
json_room(struct json *j, size_t n)
{
	if (UNLIKELY(n > (size_t)(j->end - j->at))) {
		j->full = true;
		j->end = j->at;
		return NULL;
	}
	return j->at;
}

/* What every value begins with: its key, and the comma where one is due. `key` is JSON_KEY("name"), or an empty struct
 * bytes inside an array or at the top. */
static inline void
json_begin(struct json *j, struct bytes key)
{
	bool bare = !j->comma;
	j->comma = true;
	char *at = json_room(j, key.len + 1);
	if (UNLIKELY(at == NULL))
		return;
	if (key.len == 0) {
		*at = ',';
		j->at += !bare;
	} else { /* without the comma the NUL of the literal is copied too, and written over */
		memcpy(at, key.at + bare, key.len);
		j->at += key.len - bare;
	}
}

/* One byte of ours. */
static inline void
json_mark(struct json *j, char mark)
{
	char *at = json_room(j, 1);
	if (LIKELY(at != NULL)) {
		*at = mark;
		j->at++;
	}
}

/* Structure. */
static inline void
json_open_object(struct json *j, struct bytes key)
{
	json_begin(j, key);
	json_mark(j, '{');
	j->comma = false;
}
static inline void
json_close_object(struct json *j)
{
	json_mark(j, '}');
	j->comma = true;
}
static inline void
json_open_array(struct json *j, struct bytes key)
{
	json_begin(j, key);
	json_mark(j, '[');
	j->comma = false;
}
static inline void
json_close_array(struct json *j)
{
	json_mark(j, ']');
	j->comma = true;
}

/* The bare values, after json_begin(). */
void json_put_text(struct json *j, struct bytes value); /* escaped, with its quotes */
void json_put_u64(struct json *j, uint64_t value);
void json_put_addr(struct json *j, const struct addr *value);

/* Values. */
static inline void
json_text(struct json *j, struct bytes key, struct bytes value) /* escaped */
{
	json_begin(j, key);
	json_put_text(j, value);
}
static inline void
json_cstr(struct json *j, struct bytes key, const char *value_cstr) /* escaped; NULL writes nothing */
{
	if (value_cstr != NULL)
		json_text(j, key, bytes_of_cstr(value_cstr));
}
static inline void
json_u64(struct json *j, struct bytes key, uint64_t value)
{
	json_begin(j, key);
	json_put_u64(j, value);
}
static inline void
json_addr(struct json *j, struct bytes key, const struct addr *value)
{
	json_begin(j, key);
	json_put_addr(j, value);
}
void json_addr_full(struct json *j, struct bytes key, const struct addr *value); /* see addr_write_full() */
void json_raw(struct json *j, struct bytes key, struct bytes value);             /* already JSON, ours */
void json_i64(struct json *j, struct bytes key, int64_t value);
void json_double(struct json *j, struct bytes key, double value, unsigned decimals);
void json_bool(struct json *j, struct bytes key, bool value);
void json_none(struct json *j, struct bytes key);                                    /* null; Jansson has the other name */
void json_hex(struct json *j, struct bytes key, struct bytes value, char separator); /* 0: none */
void json_base64(struct json *j, struct bytes key, struct bytes value);
/* EVE's form: 2024-01-31T12:00:00.123456+0000, UTC. */
void json_time(struct json *j, struct bytes key, int64_t time_ns);

/* For what every event has, where one check of the room pays for many fields: json_room() gives at least n bytes, the
 * caller writes whole `,"key":value` pairs of its own without escaping, each with json_at_...() or a copy of a literal,
 * and json_commit() says where it stopped. The level must not be empty: the first byte is a comma. Each json_at_...()
 * returns where its value ends, and may scribble up to its _MAX bytes from where it began. */
static inline void
json_commit(struct json *j, char *end)
{
	j->at = end;
	j->comma = true;
}
enum { JSON_AT_U64_MAX = 24, JSON_AT_TIME_MAX = 33, JSON_AT_ADDR_MAX = ADDR_TEXT_MAX + 2 };
char *json_at_u64(char *at, uint64_t value);
char *json_at_time(char *at, int64_t time_ns);          /* with its quotes */
char *json_at_addr(char *at, const struct addr *value); /* with its quotes */
char *json_at_addr_full(char *at, const struct addr *value);
#define json_at_literal(at, literal) ((char *)memcpy((at), (literal), sizeof(literal) - 1) + sizeof(literal) - 1)

/* End of a line of JSON Lines. */
void json_newline(struct json *j);

#endif
