/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/case_json.h"

#include "core/text.h"
#include "incident/case_check.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

enum { VERSION = 1 };

/* Names of fields are words of ours, or were checked on the way in: nothing in them needs escaping. */
static void
named_text(struct json *j, const char *name_cstr, const char *value_cstr)
{
	char key[CASE_NAME_MAX + 8];
	int n = snprintf(key, sizeof(key), ",\"%s\":", name_cstr);
	if (n > 0 && (size_t)n < sizeof(key))
		json_cstr(j, (struct bytes){(const uint8_t *)key, (size_t)n}, value_cstr);
}

void
case_json_item(struct json *j, struct bytes key, const struct case_item *item)
{
	json_open_object(j, key);
	json_cstr(j, JSON_KEY("id"), item->id_cstr);
	json_cstr(j, JSON_KEY("kind"), item->kind_cstr);
	json_cstr(j, JSON_KEY("incident"), item->incident_cstr);
	json_i64(j, JSON_KEY("at_ns"), item->at_ns);
	json_cstr(j, JSON_KEY("by"), item->by_cstr);
	json_open_object(j, JSON_KEY("fields"));
	for (size_t i = 0; i < item->field_count; i++)
		named_text(j, item->fields[i].name_cstr, item->fields[i].value_cstr);
	json_close_object(j);
	json_close_object(j);
}

void
case_json_write(struct json *j, const struct case_file *file)
{
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("format"), "beffroi-case");
	json_u64(j, JSON_KEY("version"), VERSION);
	json_open_array(j, JSON_KEY("items"));
	case_json_item(j, (struct bytes){0}, &file->incident);
	for (size_t i = 0; i < file->item_count; i++)
		case_json_item(j, (struct bytes){0}, &file->items[i]);
	json_close_array(j);
	json_close_object(j);
}

/* A copy in the arena: what jansson holds goes with its document. NULL: no text, or no memory. */
static const char *
text_of_json(struct arena *arena, const json_t *value)
{
	if (!json_is_string(value))
		return NULL;
	return (const char *)arena_dup(
	    arena, (struct bytes){(const uint8_t *)json_string_value(value), json_string_length(value)})
	    .at;
}

static void
read_item(struct case_read *out, unsigned number, const json_t *value)
{
	struct case_field fields[CASE_FIELDS_MAX];
	const char *name_cstr;
	json_t *at = json_object_get(value, "at_ns"), *list = json_object_get(value, "fields"), *field;
	struct case_item item = {.id_cstr = text_of_json(out->arena, json_object_get(value, "id")),
	    .kind_cstr = text_of_json(out->arena, json_object_get(value, "kind")),
	    .incident_cstr = text_of_json(out->arena, json_object_get(value, "incident")),
	    .by_cstr = text_of_json(out->arena, json_object_get(value, "by")),
	    .at_ns = (int64_t)json_integer_value(at),
	    .fields = fields};
	if (item.id_cstr == NULL || item.kind_cstr == NULL || item.incident_cstr == NULL || item.by_cstr == NULL ||
	    !json_is_integer(at) || !json_is_object(list) || json_object_size(list) > CASE_FIELDS_MAX) {
		case_check_refuse(out, number, _("id, kind, incident, at_ns, by and fields were expected in each item"));
		return;
	}
	json_object_foreach(list, name_cstr, field)
	{
		struct case_field *f = &fields[item.field_count];
		f->name_cstr = (const char *)arena_dup(out->arena, bytes_of_cstr(name_cstr)).at;
		f->value_cstr = text_of_json(out->arena, field);
		if (f->name_cstr == NULL || f->value_cstr == NULL) {
			case_check_refuse(out, number, _("the value of a field must be a text"));
			return;
		}
		item.field_count++;
	}
	case_check_take(out, number, &item);
}

int
case_json_read(struct bytes text, struct case_read *out, struct diag *diag)
{
	unsigned number = 0;
	size_t used = 0;
	while (used < text.len) {
		json_error_t error;
		json_t *document = json_loadb(
		    (const char *)text.at + used, text.len - used, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error);
		if (document == NULL)
			return diag_say(
			    diag, -EINVAL, _("this is not JSON, from line %d on: %.100s"), error.line, error.text);
		used += (size_t)error.position;
		const char *format_cstr = json_string_value(json_object_get(document, "format"));
		json_t *items = json_object_get(document, "items");
		bool known = format_cstr != NULL && strcmp(format_cstr, "beffroi-case") == 0 &&
		    json_integer_value(json_object_get(document, "version")) == VERSION && json_is_array(items);
		for (size_t i = 0; known && i < json_array_size(items); i++)
			read_item(out, ++number, json_array_get(items, i));
		json_decref(document);
		if (!known)
			return diag_say(diag, -EINVAL, "%s",
			    _("this is no file of an incident (beffroi-case, version 1): beffroi incident export writes one"));
		while (used < text.len && strchr(" \t\r\n", text.at[used]) != NULL && text.at[used] != 0)
			used++;
	}
	return number > 0 ? 0 : diag_say(diag, -EINVAL, "%s", _("the file is empty"));
}
