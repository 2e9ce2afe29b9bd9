/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_json.h"

#include "core/json_value.h"
#include "lesson/lesson_columns.h"
#include "lesson/lesson_row.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_MAX_LEN = 48, CACHED = 256, DEPTH = 4 };

struct place {
	char path[PATH_MAX_LEN];
	uint8_t len;
	bool known;
	int8_t field;
};

struct lesson_json {
	struct json_value_list list;
	/* By the place of the value in the text: lines of a log have the same members in the same order, nearly always. */
	struct place places[CACHED];
};

void
lesson_json_free(struct lesson_json *json)
{
	if (json == NULL)
		return;
	json_value_list_done(&json->list);
	free(json);
}

static int
field_of(struct lesson *l, size_t index, struct bytes path)
{
	if (index >= CACHED)
		return lesson_columns_field(l, path);
	struct place *p = &l->json->places[index];
	if (p->known && bytes_eq((struct bytes){(const uint8_t *)p->path, p->len}, path))
		return p->field;
	p->known = true;
	p->len = (uint8_t)path.len;
	memcpy(p->path, path.at, path.len);
	p->field = (int8_t)lesson_columns_field(l, path);
	return p->field;
}

static struct bytes
text_of(const struct json_value *v)
{
	switch (v->kind) {
	case JSON_VALUE_INTEGER:
	case JSON_VALUE_REAL:
	case JSON_VALUE_STRING: return v->text;
	case JSON_VALUE_TRUE: return BYTES("true");
	case JSON_VALUE_FALSE: return BYTES("false");
	case JSON_VALUE_NULL:
	case JSON_VALUE_ARRAY:
	case JSON_VALUE_OBJECT: break;
	}
	return (struct bytes){0};
}

/* An object or array that is being walked. */
struct level {
	const struct json_value *end;
	size_t path_len;
	unsigned element; /* of an array, from 0 */
	bool is_array;
};

static void
walk(struct lesson *l, const struct json_value *root)
{
	char path[PATH_MAX_LEN];
	struct level levels[DEPTH] = {{.end = root + root->span}};
	size_t depth = 1;
	for (const struct json_value *v = root + 1; depth > 0;) {
		struct level *in = &levels[depth - 1];
		if (v >= in->end) {
			depth--;
			continue;
		}
		char element[12];
		struct bytes key = v->key;
		if (in->is_array) {
			int n = snprintf(element, sizeof(element), "%u", in->element++);
			key = (struct bytes){(const uint8_t *)element, (size_t)n};
		}
		size_t len = in->path_len + (in->path_len > 0) + key.len;
		bool opens = v->kind == JSON_VALUE_OBJECT || v->kind == JSON_VALUE_ARRAY;
		if (len > sizeof(path) || (opens && depth == DEPTH) || key.len == 0) {
			v += v->span;
			continue;
		}
		if (in->path_len > 0)
			path[in->path_len] = '.';
		memcpy(path + len - key.len, key.at, key.len);
		if (opens) {
			levels[depth++] = (struct level){
			    .end = v + v->span, .path_len = len, .is_array = v->kind == JSON_VALUE_ARRAY};
			v++;
			continue;
		}
		int field = field_of(l, (size_t)(v - root), (struct bytes){(const uint8_t *)path, len});
		if (field >= 0)
			l->values.value[field] = text_of(v);
		v += v->span;
	}
}

int
lesson_json_read(struct lesson *l, struct bytes line)
{
	const struct json_value *root;
	size_t wrong_at;
	if (l->json == NULL && (l->json = calloc(1, sizeof(*l->json))) == NULL)
		return -ENOMEM;
	int r = json_value_read(&l->json->list, line, &root, &wrong_at);
	if (r == -ENOMEM)
		return r;
	if (r < 0 || root->kind != JSON_VALUE_OBJECT)
		return lesson_row_wrong(l, LESSON_WRONG_JSON, -1, line);
	memset(l->values.value, 0, sizeof(l->values.value));
	walk(l, root);
	return 0;
}
