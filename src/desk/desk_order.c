/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_order.h"

#include "core/json_value.h"
#include "core/text.h"
#include "core/utf8.h"

#include <errno.h>

const char *
desk_order_value(const struct desk_order *order, const char *name_cstr)
{
	size_t at = 0;
	const char *value_cstr = desk_order_next(order, name_cstr, &at);
	return value_cstr == NULL ? "" : value_cstr;
}

bool
desk_order_has(const struct desk_order *order, const char *name_cstr)
{
	size_t at = 0;
	return desk_order_next(order, name_cstr, &at) != NULL;
}

const char *
desk_order_next(const struct desk_order *order, const char *name_cstr, size_t *at)
{
	while (*at < order->input_count) {
		const struct desk_input *input = &order->inputs[(*at)++];
		if (strcmp(input->name_cstr, name_cstr) == 0)
			return input->value_cstr;
	}
	return NULL;
}

bool
desk_order_add(struct desk_order *order, const char *name_cstr, const char *value_cstr)
{
	if (order->input_count == DESK_ORDER_INPUTS_MAX)
		return false;
	order->inputs[order->input_count++] = (struct desk_input){name_cstr, value_cstr};
	return true;
}

bool
desk_order_init(struct desk_order *order, enum operation_name operation, struct arena *arena)
{
	*order = (struct desk_order){.operation = operation,
	    .inputs = arena_new(arena, struct desk_input, DESK_ORDER_INPUTS_MAX),
	    .fields = arena_new(arena, struct desk_input, DESK_ORDER_FIELDS_MAX)};
	return order->inputs != NULL && order->fields != NULL;
}

struct reading {
	struct desk_order *out;
	const struct operation *operation;
	struct arena *arena;
	const char **refused;
	struct diag *diag;
};

static int
no_memory(struct diag *diag)
{
	return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
}

static int
too_many(struct diag *diag)
{
	return diag_say(diag, -E2BIG, "%s", _("there is too much in this request: do it in several"));
}

/* What nobody has to fear further on: UTF-8 without NUL. */
static bool
is_clean(struct bytes text)
{
	while (text.len > 0) {
		size_t n = text.at[0] == 0 ? 0 : text.at[0] < 0x80 ? 1 : utf8_length(text);
		if (n == 0)
			return false;
		text = bytes_after(text, n);
	}
	return true;
}

static int
keep(const struct reading *r, struct bytes text, const char **out)
{
	if (!is_clean(text))
		return diag_say(r->diag, -EPROTO, "%s", _("a text of this request is not in UTF-8"));
	*out = (const char *)arena_dup(r->arena, text).at;
	return *out == NULL ? no_memory(r->diag) : 0;
}

static int
unknown(const struct reading *r, struct bytes name)
{
	int error = keep(r, name, r->refused);
	return error < 0
	    ? error
	    : diag_say(r->diag, -EINVAL, _("\"%.60s\" means nothing here: look at /api/openapi.json"), *r->refused);
}

static int
add(const struct reading *r, struct bytes name, struct bytes value)
{
	const char *name_cstr = NULL, *value_cstr = NULL;
	int error = keep(r, name, &name_cstr);
	if (error == 0)
		error = keep(r, value, &value_cstr);
	if (error == 0 && !desk_order_add(r->out, name_cstr, value_cstr))
		error = too_many(r->diag);
	return error;
}

/* The text that a JSON value is. False: a list, an object, a fraction. */
static bool
text_of_value(const struct json_value *value, struct bytes *out)
{
	switch (value->kind) {
	case JSON_VALUE_STRING:
	case JSON_VALUE_INTEGER: *out = value->text; return true;
	case JSON_VALUE_TRUE: *out = BYTES("yes"); return true;
	case JSON_VALUE_FALSE: *out = BYTES("no"); return true;
	case JSON_VALUE_NULL: *out = (struct bytes){0}; return true;
	case JSON_VALUE_REAL:
	case JSON_VALUE_OBJECT:
	case JSON_VALUE_ARRAY: return false;
	}
	return false;
}

static int
wrong_form(const struct reading *r, struct bytes name, const char *sentence_cstr)
{
	int error = keep(r, name, r->refused);
	return error < 0 ? error : diag_say(r->diag, -EINVAL, "%.60s: %s", *r->refused, sentence_cstr);
}

static int
read_fields(const struct reading *r, const struct json_value *object)
{
	const struct json_value *end = object + object->span;
	for (const struct json_value *v = object + 1; v < end; v += v->span) {
		struct bytes text;
		if (r->out->field_count == DESK_ORDER_FIELDS_MAX)
			return too_many(r->diag);
		struct desk_input *f = &r->out->fields[r->out->field_count];
		if (!text_of_value(v, &text))
			return wrong_form(r, v->key, _("a text was expected"));
		int error = keep(r, v->key, &f->name_cstr);
		if (error == 0)
			error = keep(r, text, &f->value_cstr);
		if (error < 0)
			return error;
		r->out->field_count++;
	}
	return 0;
}

static int
read_list(const struct reading *r, const struct json_value *list)
{
	const struct json_value *end = list + list->span;
	for (const struct json_value *v = list + 1; v < end; v += v->span) {
		struct bytes text;
		int error = text_of_value(v, &text) ? add(r, list->key, text)
		                                    : wrong_form(r, list->key, _("a list of texts was expected"));
		if (error < 0)
			return error;
	}
	return 0;
}

static int
read_member(const struct reading *r, const struct json_value *v)
{
	struct bytes text;
	switch (operation_takes(r->operation, v->key)) {
	case 't': return text_of_value(v, &text) ? add(r, v->key, text) : wrong_form(r, v->key, _("a text was expected"));
	case 'o':
		return v->kind == JSON_VALUE_OBJECT ? read_fields(r, v) : wrong_form(r, v->key, _("an object was expected"));
	case 'l':
		return v->kind == JSON_VALUE_ARRAY ? read_list(r, v)
		                                   : wrong_form(r, v->key, _("a list of texts was expected"));
	default: return unknown(r, v->key);
	}
}

static int
read_body(const struct reading *r, struct bytes body)
{
	struct json_value_list list = {0};
	const struct json_value *document = NULL;
	size_t wrong_at = 0;
	int result = json_value_read(&list, body, &document, &wrong_at);
	if (result == -EINVAL || (result == 0 && document->kind != JSON_VALUE_OBJECT))
		result = diag_say(
		    r->diag, -EPROTO, _("the body of this request is no JSON object (wrong after %zu bytes)"), wrong_at);
	else if (result < 0)
		result = no_memory(r->diag);
	const struct json_value *end = result < 0 ? NULL : document + document->span;
	for (const struct json_value *v = document + 1; result == 0 && v < end; v += v->span)
		result = read_member(r, v);
	json_value_list_done(&list);
	return result;
}

/* A part of the path, "{id}". */
static bool
is_part(const struct operation *o, struct bytes name)
{
	for (const char *brace = strchr(o->path_cstr, '{'); brace != NULL; brace = strchr(brace + 1, '{')) {
		struct bytes rest = bytes_of_cstr(brace + 1);
		if (bytes_eq(bytes_first(rest, bytes_find(rest, '}')), name))
			return true;
	}
	return false;
}

int
desk_order_read(
    struct desk_order *out, const struct order *order, struct arena *arena, const char **refused, struct diag *diag)
{
	struct reading r = {.out = out,
	    .operation = operation_of((enum operation_name)order->operation),
	    .arena = arena,
	    .refused = refused,
	    .diag = diag};
	if (r.operation == NULL)
		return diag_say(diag, -EPROTO, "%s", _("there is no such operation"));
	if (!desk_order_init(out, (enum operation_name)order->operation, arena))
		return no_memory(diag);
	for (size_t i = 0; i < order->parameter_count; i++) {
		const struct order_parameter *input = &order->parameters[i];
		bool takes = is_part(r.operation, input->name) ||
		    (r.operation->method == OPERATION_GET && operation_takes(r.operation, input->name) == 't');
		int error = takes ? add(&r, input->name, input->value) : unknown(&r, input->name);
		if (error < 0)
			return error;
	}
	if (order->body.len > ORDER_BODY_MAX)
		return too_many(diag);
	return order->body.len > 0 ? read_body(&r, order->body) : 0;
}
