/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/json_value.h - a stranger's JSON text (RFC 8259) as a flat list of its values, in the order of the text.
 *
 * Strict, and bounded by the text: no text makes more values than it has bytes. Nothing is copied but strings with escapes. Of
 * members with the same name the last one counts. Every getter takes NULL, and answers as for a member that is absent.
 */
#ifndef CORE_JSON_VALUE_H
#define CORE_JSON_VALUE_H

#include "core/bytes.h"

enum { JSON_VALUE_DEPTH_MAX = 2048 };

enum json_value_kind {
	JSON_VALUE_NULL,
	JSON_VALUE_FALSE,
	JSON_VALUE_TRUE,
	JSON_VALUE_INTEGER,
	JSON_VALUE_REAL,
	JSON_VALUE_STRING,
	JSON_VALUE_ARRAY,
	JSON_VALUE_OBJECT,
};

struct json_value {
	struct bytes key;  /* empty in an array and at the top; without escapes */
	struct bytes text; /* of a string, without escapes; of a number, as written */
	int64_t integer;
	uint32_t span; /* values, with those inside: v + v->span is the next one beside it */
	enum json_value_kind kind;
};

/* Memory for one text at a time, used again for the next one. Zeroed is empty. */
struct json_value_list {
	struct json_value *values;
	uint32_t count, room;
	uint8_t *plain; /* strings whose escapes were replaced */
	size_t plain_used, plain_room;
};

void json_value_list_done(struct json_value_list *list);
/* 0, -ENOMEM, or -EINVAL: no JSON, *wrong_at is how many bytes of it are right. *out and all that it refers to borrow text and
 * list, until the next text is read into it. */
MUST_USE int
json_value_read(struct json_value_list *list, struct bytes text, const struct json_value **out, size_t *wrong_at);

static inline bool
json_value_is(const struct json_value *v, enum json_value_kind kind)
{
	return v != NULL && v->kind == kind;
}

const struct json_value *json_value_get(const struct json_value *object, struct bytes key);
const struct json_value *json_value_at(const struct json_value *array, size_t index);
size_t json_value_length(const struct json_value *array); /* 0 when it is no array */
/* Of a string; empty otherwise. */
struct bytes json_value_text(const struct json_value *v);

#endif
