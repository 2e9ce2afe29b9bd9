/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/order.h"

/* A field that is longer than it may be makes the whole message bad: nobody of ours writes one. */
static struct bytes
get_field(struct cursor *c, size_t max)
{
	struct bytes b = cursor_take(c, cursor_be16(c));
	if (b.len > max)
		cursor_stop(c, PARSE_BAD);
	return b;
}

static void
put_body(struct writer *w, struct bytes body, uint32_t body_len)
{
	bool is_inline = body_len <= ORDER_INLINE_MAX;
	writer_be32(w, body_len);
	if (is_inline)
		writer_put(w, body);
}

/* What follows must be exactly the body, or nothing when it comes apart. */
static struct bytes
get_body(struct cursor *c, size_t max, uint32_t *len)
{
	struct bytes body = {0};
	*len = cursor_be32(c);
	if (*len > max)
		cursor_stop(c, PARSE_BAD);
	else if (*len <= ORDER_INLINE_MAX)
		body = cursor_take(c, *len);
	if (cursor_ok(c) && c->left > 0)
		cursor_stop(c, PARSE_BAD);
	return body;
}

struct bytes
order_parameter(const struct order *order, const char *name_cstr, bool *found)
{
	struct bytes name = bytes_of_cstr(name_cstr);
	for (size_t i = 0; i < order->parameter_count; i++) {
		if (!bytes_eq(order->parameters[i].name, name))
			continue;
		if (found != NULL)
			*found = true;
		return order->parameters[i].value;
	}
	if (found != NULL)
		*found = false;
	return (struct bytes){0};
}

void
order_put(struct writer *w, const struct order *o)
{
	writer_be32(w, o->id);
	writer_be16(w, o->operation);
	writer_field(w, o->session);
	writer_field(w, o->token);
	writer_field(w, o->csrf);
	writer_put(w, (struct bytes){o->client.at, sizeof(o->client.at)});
	writer_u8(w, (uint8_t)o->language);
	writer_u8(w, (uint8_t)o->parameter_count);
	for (size_t i = 0; i < o->parameter_count; i++) {
		writer_field(w, o->parameters[i].name);
		writer_field(w, o->parameters[i].value);
	}
	put_body(w, o->body, o->body_len);
}

enum parse
order_get(struct bytes message, struct order *out)
{
	struct cursor c = cursor_of(message);
	struct order o = {.id = cursor_be32(&c)};
	o.operation = cursor_be16(&c);
	o.session = get_field(&c, ORDER_SECRET_MAX);
	o.token = get_field(&c, ORDER_SECRET_MAX);
	o.csrf = get_field(&c, ORDER_SECRET_MAX);
	struct bytes client = cursor_take(&c, sizeof(o.client.at));
	if (client.len == sizeof(o.client.at))
		memcpy(o.client.at, client.at, client.len);
	o.language = cursor_u8(&c) == LANGUAGE_FR ? LANGUAGE_FR : LANGUAGE_EN;
	o.parameter_count = cursor_u8(&c);
	if (o.parameter_count > ORDER_PARAMETERS_MAX)
		cursor_stop(&c, PARSE_BAD);
	for (size_t i = 0; i < o.parameter_count && cursor_ok(&c); i++) {
		o.parameters[i].name = get_field(&c, ORDER_QUERY_MAX);
		o.parameters[i].value = get_field(&c, ORDER_QUERY_MAX);
	}
	o.body = get_body(&c, ORDER_BODY_MAX, &o.body_len);
	if (cursor_ok(&c))
		*out = o;
	return c.state;
}

void
order_put_conversion(struct writer *w, const struct conversion *conversion)
{
	writer_u8(w, (uint8_t)conversion->to);
	if (conversion->to == ORDER_CONVERT_NOT)
		return;
	writer_u8(w, (uint8_t)conversion->language);
	writer_field(w, conversion->left);
	writer_field(w, conversion->marking);
	writer_field(w, conversion->foot);
}

void
order_get_conversion(struct cursor *c, struct conversion *out)
{
	struct conversion conversion = {.to = ORDER_CONVERT_NOT};
	uint8_t to = cursor_u8(c);
	if (to > ORDER_CONVERT_PDF)
		cursor_stop(c, PARSE_BAD);
	if (cursor_ok(c) && to != ORDER_CONVERT_NOT) {
		conversion.to = (enum order_conversion)to;
		conversion.language = cursor_u8(c) == LANGUAGE_FR ? LANGUAGE_FR : LANGUAGE_EN;
		conversion.left = get_field(c, ORDER_MARGIN_MAX);
		conversion.marking = get_field(c, ORDER_MARGIN_MAX);
		conversion.foot = get_field(c, ORDER_MARGIN_MAX);
	}
	*out = conversion;
}

void
order_put_answer(struct writer *w, const struct answer *a)
{
	writer_be32(w, a->id);
	writer_be16(w, a->status);
	writer_field(w, a->type);
	writer_field(w, a->file_name);
	writer_u8(w, (uint8_t)a->cookie);
	writer_field(w, a->session);
	writer_be32(w, a->session_s);
	writer_be32(w, a->retry_after_s);
	order_put_conversion(w, &a->conversion);
	put_body(w, a->body, a->body_len);
}

enum parse
order_get_answer(struct bytes message, struct answer *out)
{
	struct cursor c = cursor_of(message);
	struct answer a = {.id = cursor_be32(&c)};
	a.status = cursor_be16(&c);
	a.type = get_field(&c, ORDER_NAME_MAX);
	a.file_name = get_field(&c, ORDER_NAME_MAX);
	uint8_t cookie = cursor_u8(&c);
	a.cookie = cookie == ORDER_COOKIE_SET || cookie == ORDER_COOKIE_CLEAR ? (enum order_cookie)cookie
	                                                                      : ORDER_COOKIE_KEEP;
	a.session = get_field(&c, ORDER_SECRET_MAX);
	a.session_s = cursor_be32(&c);
	a.retry_after_s = cursor_be32(&c);
	order_get_conversion(&c, &a.conversion);
	a.body = get_body(&c, ORDER_ANSWER_MAX, &a.body_len);
	if (cursor_ok(&c) && (a.status < 200 || a.status > 599))
		cursor_stop(&c, PARSE_BAD);
	if (cursor_ok(&c))
		*out = a;
	return c.state;
}
