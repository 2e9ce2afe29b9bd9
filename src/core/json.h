/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/json.h - the one writer of JSON: into a buffer of the caller, keys in the order written.
 *
 * What does not fit marks the writer full and is not written; the caller asks json_ok() once,
 * at the end. Bytes from outside leave as valid UTF-8: every byte that is not part of a valid
 * UTF-8 sequence leaves as \u00xx, so nothing is lost and nothing raw gets out (RFC 8259).
 * Key names are ours and need no escaping: string literals only.
 *
 * A literal key costs one memcpy: KEY("name") is `,"name":` at compile time.
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

/* Structure. `key` is JSON_KEY("name"), or an empty struct bytes inside an array or at the top. */
void json_open_object(struct json *j, struct bytes key);
void json_close_object(struct json *j);
void json_open_array(struct json *j, struct bytes key);
void json_close_array(struct json *j);

/* Values. */
void json_text(struct json *j, struct bytes key, struct bytes value);     /* escaped */
void json_cstr(struct json *j, struct bytes key, const char *value_cstr); /* escaped; NULL writes nothing */
void json_raw(struct json *j, struct bytes key, struct bytes value);      /* already JSON, ours */
void json_u64(struct json *j, struct bytes key, uint64_t value);
void json_i64(struct json *j, struct bytes key, int64_t value);
void json_double(struct json *j, struct bytes key, double value, unsigned decimals);
void json_bool(struct json *j, struct bytes key, bool value);
void json_none(struct json *j, struct bytes key);                                    /* null; Jansson has the other name */
void json_hex(struct json *j, struct bytes key, struct bytes value, char separator); /* 0: none */
void json_addr(struct json *j, struct bytes key, const struct addr *value);
/* EVE's form: 2024-01-31T12:00:00.123456+0000, UTC. */
void json_time(struct json *j, struct bytes key, int64_t time_ns);
/* For what every event has, where one check of the room pays for many fields: json_reserve() gives at least n bytes (NULL
 * when they are not there: the writer is then full), the caller writes whole `,"key":value` pairs of its own without
 * escaping, each with json_at_...() or a copy of a literal, and json_commit() says where it stopped. The level must
 * not be empty: the first byte is a comma. */
char *json_reserve(struct json *j, size_t n);
void json_commit(struct json *j, char *end);
enum { JSON_AT_U64_MAX = 20, JSON_AT_TIME_MAX = 33 };
char *json_at_u64(char *at, uint64_t value);
char *json_at_time(char *at, int64_t time_ns); /* with its quotes */
#define json_at_literal(at, literal) ((char *)memcpy((at), (literal), sizeof(literal) - 1) + sizeof(literal) - 1)

/* End of a line of JSON Lines. */
void json_newline(struct json *j);

#endif
