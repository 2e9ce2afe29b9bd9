/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "connect/courier_wire.h"

#include <stdio.h>

enum { TIMEOUT_MAX = 120, ATTEMPTS_MAX = 5, ERROR_MAX = 4095 };

static void
put_cstr(struct writer *w, const char *text_cstr)
{
	writer_field(w, bytes_of_cstr(text_cstr));
}

/* Without a NUL inside, so that both ends read the same. */
static const char *
take_cstr(struct cursor *c, struct arena *arena)
{
	struct bytes text = cursor_take(c, cursor_be16(c));
	const char *kept = cursor_ok(c) ? (const char *)arena_dup(arena, text).at : "";
	if (kept == NULL || bytes_find(text, '\0') != text.len) {
		cursor_stop(c, PARSE_BAD);
		return "";
	}
	return kept;
}

static void
take_text(struct cursor *c, char *out, size_t size)
{
	struct bytes text = cursor_take(c, cursor_be16(c));
	if (text.len >= size || bytes_find(text, '\0') != text.len) {
		cursor_stop(c, PARSE_BAD);
		return;
	}
	if (text.len > 0)
		memcpy(out, text.at, text.len);
	out[text.len] = '\0';
}

void
courier_wire_put_order(struct writer *w, const struct courier_order *o)
{
	writer_u8(w, (uint8_t)o->language);
	writer_u8(w, (uint8_t)o->connector.kind);
	writer_be16(w, (uint16_t)o->connector.timeout_s);
	writer_u8(w, (uint8_t)o->connector.attempts);
	put_cstr(w, o->connector.url_cstr);
	put_cstr(w, o->connector.app_token_cstr);
	put_cstr(w, o->connector.user_token_cstr);
	put_cstr(w, o->connector.secret_cstr);
	put_cstr(w, o->connector.ca_cstr);
	put_cstr(w, o->parcel.id_cstr);
	put_cstr(w, o->parcel.known_cstr);
	writer_be64(w, (uint64_t)o->parcel.now_s);
	writer_be32(w, (uint32_t)o->parcel.body.len);
	writer_put(w, o->parcel.body);
}

enum parse
courier_wire_get_order(struct bytes body, struct arena *arena, struct courier_order *out)
{
	struct cursor c = cursor_of(body);
	struct courier_order o = {0};
	uint8_t language = cursor_u8(&c), kind = cursor_u8(&c);
	o.connector.timeout_s = cursor_be16(&c);
	o.connector.attempts = cursor_u8(&c);
	o.connector.url_cstr = take_cstr(&c, arena);
	o.connector.app_token_cstr = take_cstr(&c, arena);
	o.connector.user_token_cstr = take_cstr(&c, arena);
	o.connector.secret_cstr = take_cstr(&c, arena);
	o.connector.ca_cstr = take_cstr(&c, arena);
	o.parcel.id_cstr = take_cstr(&c, arena);
	o.parcel.known_cstr = take_cstr(&c, arena);
	o.parcel.now_s = (int64_t)cursor_be64(&c);
	o.parcel.body = cursor_take(&c, cursor_be32(&c));
	if (!cursor_ok(&c) || c.left > 0)
		return c.left > 0 ? PARSE_BAD : c.state;
	o.language = language == LANGUAGE_FR ? LANGUAGE_FR : LANGUAGE_EN;
	o.connector.kind = (enum connector_kind)kind;
	if (kind >= CONNECTOR_KINDS || o.connector.timeout_s < 1 || o.connector.timeout_s > TIMEOUT_MAX ||
	    o.connector.attempts < 1 || o.connector.attempts > ATTEMPTS_MAX || strlen(o.parcel.id_cstr) >= DELIVERY_ID_MAX ||
	    strlen(o.parcel.known_cstr) >= DELIVERY_REFERENCE_MAX || !connectors_url(o.connector.url_cstr, &o.connector))
		return PARSE_BAD;
	*out = o;
	return PARSE_OK;
}

void
courier_wire_put_receipt(struct writer *w, const struct delivery_receipt *r)
{
	put_cstr(w, r->reference_cstr);
	writer_u8(w, (uint8_t)(r->attempts < UINT8_MAX ? r->attempts : UINT8_MAX));
	writer_u8(w, r->is_new);
}

enum parse
courier_wire_get_receipt(struct bytes body, struct delivery_receipt *out)
{
	struct cursor c = cursor_of(body);
	struct delivery_receipt r = {0};
	take_text(&c, r.reference_cstr, sizeof(r.reference_cstr));
	r.attempts = cursor_u8(&c);
	uint8_t is_new = cursor_u8(&c);
	r.is_new = is_new == 1;
	for (const char *t = r.reference_cstr; *t != '\0'; t++) /* it is written down: plain characters only */
		if (*t < ' ' || *t >= 127)
			cursor_stop(&c, PARSE_BAD);
	if (!cursor_ok(&c) || c.left > 0 || is_new > 1)
		return cursor_ok(&c) ? PARSE_BAD : c.state;
	*out = r;
	return PARSE_OK;
}

void
courier_wire_put_errand(struct writer *w, const struct courier_errand *e)
{
	writer_u8(w, (uint8_t)e->language);
	writer_be16(w, (uint16_t)e->from.timeout_s);
	put_cstr(w, e->from.url_cstr);
	put_cstr(w, e->from.ca_cstr);
	writer_be64(w, e->bytes_max);
}

enum parse
courier_wire_get_errand(struct bytes body, struct arena *arena, struct courier_errand *out)
{
	struct cursor c = cursor_of(body);
	struct courier_errand e = {.language = cursor_u8(&c) == LANGUAGE_FR ? LANGUAGE_FR : LANGUAGE_EN};
	e.from.timeout_s = cursor_be16(&c);
	e.from.url_cstr = take_cstr(&c, arena);
	e.from.ca_cstr = take_cstr(&c, arena);
	e.bytes_max = cursor_be64(&c);
	if (!cursor_ok(&c) || c.left > 0)
		return c.left > 0 ? PARSE_BAD : c.state;
	if (e.from.timeout_s < 1 || e.from.timeout_s > TIMEOUT_MAX || e.bytes_max > INT64_MAX ||
	    !connectors_url(e.from.url_cstr, &e.from))
		return PARSE_BAD;
	*out = e;
	return PARSE_OK;
}

void
courier_wire_put_catch(struct writer *w, const struct courier_catch *got)
{
	writer_be16(w, (uint16_t)got->status);
	writer_be64(w, got->bytes);
	put_cstr(w, got->elsewhere_cstr);
}

enum parse
courier_wire_get_catch(struct bytes body, struct courier_catch *out)
{
	struct cursor c = cursor_of(body);
	struct courier_catch got = {.status = cursor_be16(&c), .bytes = cursor_be64(&c)};
	take_text(&c, got.elsewhere_cstr, sizeof(got.elsewhere_cstr));
	for (const char *t = got.elsewhere_cstr; *t != '\0'; t++) /* it is shown: plain characters only */
		if (*t <= ' ' || *t >= 127)
			cursor_stop(&c, PARSE_BAD);
	if (!cursor_ok(&c) || c.left > 0)
		return cursor_ok(&c) ? PARSE_BAD : c.state;
	*out = got;
	return PARSE_OK;
}

void
courier_wire_put_fault(struct writer *w, int error, const struct diag *diag)
{
	writer_be16(w, (uint16_t)-error);
	put_cstr(w, diag->file_cstr);
	put_cstr(w, diag->text_cstr);
}

enum parse
courier_wire_get_fault(struct bytes body, int *error, struct diag *out)
{
	struct cursor c = cursor_of(body);
	struct diag d = {.offset = UINT64_MAX};
	uint16_t number = cursor_be16(&c);
	take_text(&c, d.file_cstr, sizeof(d.file_cstr));
	take_text(&c, d.text_cstr, sizeof(d.text_cstr));
	if (!cursor_ok(&c) || c.left > 0 || number == 0 || number > ERROR_MAX)
		return cursor_ok(&c) ? PARSE_BAD : c.state;
	*error = -(int)number;
	*out = d;
	return PARSE_OK;
}
