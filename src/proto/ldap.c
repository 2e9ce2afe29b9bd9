/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/ldap.h"

enum { SEQUENCE = 0x30, SET = 0x31, BOOLEAN = 0x01, INTEGER = 0x02, OCTETS = 0x04, ENUMERATED = 0x0a };
#define CONTEXT(number) (0x80 | (number))
#define CONTEXT_CONSTRUCTED(number) (0xa0 | (number))

/* X.690 8.1.3, definite form alone (RFC 4511 5.1), of at most four bytes. */
static uint32_t
take_length(struct cursor *c)
{
	uint8_t first = cursor_u8(c);
	if (first < 0x80)
		return first;
	uint32_t length = 0;
	if (first < 0x81 || first > 0x84)
		cursor_stop(c, PARSE_BAD);
	for (size_t i = 0; i < (size_t)(first & 7u) && cursor_ok(c); i++)
		length = length << 8 | cursor_u8(c);
	return length;
}

struct element {
	uint8_t tag;
	struct bytes value;
};

static struct element
take_element(struct cursor *c)
{
	struct element e = {.tag = cursor_u8(c)};
	uint32_t length = take_length(c);
	e.value = cursor_take(c, length);
	return e;
}

static struct bytes
take_tagged(struct cursor *c, uint8_t tag)
{
	struct element e = take_element(c);
	if (cursor_ok(c) && e.tag != tag)
		cursor_stop(c, PARSE_BAD);
	return cursor_ok(c) ? e.value : (struct bytes){0};
}

/* Of RFC 4511's integers none is above 2^31 - 1; one with a leading zero has five bytes. */
static uint32_t
number_of(struct bytes value)
{
	struct cursor c = cursor_of(value);
	uint64_t number = 0;
	if (value.len > 5)
		return UINT32_MAX;
	while (c.left > 0)
		number = number << 8 | cursor_u8(&c);
	return number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

static uint32_t
take_number(struct cursor *c, uint8_t tag)
{
	return number_of(take_tagged(c, tag));
}

/* The content of a list; where it is cut, what is there. */
static struct bytes
take_list(struct cursor *c, uint8_t tag)
{
	uint8_t seen = cursor_u8(c);
	uint32_t length = take_length(c);
	if (cursor_ok(c) && seen != tag)
		cursor_stop(c, PARSE_BAD);
	if (!cursor_ok(c))
		return (struct bytes){0};
	struct bytes content = bytes_first(cursor_rest(c), length);
	cursor_take(c, length);
	return content;
}

/* The element at hand, when it has this tag; else nothing is read. */
static bool
take_optional(struct cursor *c, uint8_t tag, struct bytes *out)
{
	struct cursor ahead = *c;
	if (c->left == 0 || cursor_u8(&ahead) != tag)
		return false;
	*out = take_element(c).value;
	return cursor_ok(c);
}

static bool
is_operation(uint8_t tag)
{
	switch ((enum ldap_operation)tag) {
	case LDAP_BIND_REQUEST:
	case LDAP_BIND_RESPONSE:
	case LDAP_UNBIND_REQUEST:
	case LDAP_SEARCH_REQUEST:
	case LDAP_SEARCH_ENTRY:
	case LDAP_SEARCH_DONE:
	case LDAP_SEARCH_REFERENCE:
	case LDAP_MODIFY_REQUEST:
	case LDAP_MODIFY_RESPONSE:
	case LDAP_ADD_REQUEST:
	case LDAP_ADD_RESPONSE:
	case LDAP_DEL_REQUEST:
	case LDAP_DEL_RESPONSE:
	case LDAP_MOD_DN_REQUEST:
	case LDAP_MOD_DN_RESPONSE:
	case LDAP_COMPARE_REQUEST:
	case LDAP_COMPARE_RESPONSE:
	case LDAP_ABANDON_REQUEST:
	case LDAP_EXTENDED_REQUEST:
	case LDAP_EXTENDED_RESPONSE:
	case LDAP_INTERMEDIATE_RESPONSE: return true;
	}
	return false;
}

bool
ldap_is_final(enum ldap_operation operation)
{
	return operation != LDAP_SEARCH_ENTRY && operation != LDAP_SEARCH_REFERENCE &&
	    operation != LDAP_INTERMEDIATE_RESPONSE;
}

bool
ldap_is_request(enum ldap_operation operation)
{
	switch (operation) {
	case LDAP_BIND_REQUEST:
	case LDAP_UNBIND_REQUEST:
	case LDAP_SEARCH_REQUEST:
	case LDAP_MODIFY_REQUEST:
	case LDAP_ADD_REQUEST:
	case LDAP_DEL_REQUEST:
	case LDAP_MOD_DN_REQUEST:
	case LDAP_COMPARE_REQUEST:
	case LDAP_ABANDON_REQUEST:
	case LDAP_EXTENDED_REQUEST: return true;
	case LDAP_BIND_RESPONSE:
	case LDAP_SEARCH_ENTRY:
	case LDAP_SEARCH_DONE:
	case LDAP_SEARCH_REFERENCE:
	case LDAP_MODIFY_RESPONSE:
	case LDAP_ADD_RESPONSE:
	case LDAP_DEL_RESPONSE:
	case LDAP_MOD_DN_RESPONSE:
	case LDAP_COMPARE_RESPONSE:
	case LDAP_EXTENDED_RESPONSE:
	case LDAP_INTERMEDIATE_RESPONSE: return false;
	}
	return false;
}

/* LDAPMessage (RFC 4511 4.1.1) up to its operation. */
static void
take_head(struct cursor *c, struct ldap_head *out)
{
	const uint8_t *start = c->at;
	uint8_t tag = cursor_u8(c);
	if (cursor_ok(c) && tag != SEQUENCE)
		cursor_stop(c, PARSE_BAD);
	uint32_t length = take_length(c);
	if (!cursor_ok(c))
		return;
	out->length = (uint64_t)(c->at - start) + length;
	struct cursor inside = *c;
	tag = cursor_u8(&inside);
	uint32_t id_length = take_length(&inside);
	if (cursor_ok(&inside) && (tag != INTEGER || id_length < 1 || id_length > 5 || length < id_length + 4))
		cursor_stop(&inside, PARSE_BAD);
	out->id = number_of(cursor_take(&inside, id_length));
	struct cursor ahead = inside;
	uint8_t operation = cursor_u8(&ahead);
	if (cursor_ok(&ahead) && !is_operation(operation))
		cursor_stop(&ahead, PARSE_BAD);
	out->operation = (enum ldap_operation)operation;
	if (!cursor_ok(&ahead))
		cursor_stop(&inside, ahead.state);
	*c = inside;
}

enum parse
ldap_parse_head(struct bytes stream, struct ldap_head *out)
{
	struct cursor c = cursor_of(stream);
	struct ldap_head head = {0};
	take_head(&c, &head);
	if (cursor_ok(&c))
		*out = head;
	return c.state;
}

/* RFC 4511 4.2 */
static void
read_bind(struct cursor *c, struct ldap_message *m)
{
	m->version = take_number(c, INTEGER);
	m->name = take_tagged(c, OCTETS);
	struct cursor ahead = *c;
	uint8_t tag = cursor_u8(&ahead);
	if (!cursor_ok(&ahead)) {
		cursor_stop(c, ahead.state);
		return;
	}
	if (tag == CONTEXT(0)) {
		m->authentication = LDAP_SIMPLE;
		m->password = take_element(c).value;
	} else if (tag == CONTEXT_CONSTRUCTED(3)) {
		m->authentication = LDAP_SASL;
		struct cursor sasl = cursor_of(take_list(c, CONTEXT_CONSTRUCTED(3)));
		m->mechanism = take_tagged(&sasl, OCTETS);
		(void)take_optional(&sasl, OCTETS, &m->credentials);
	} else {
		m->authentication = tag >= CONTEXT(9) && tag <= CONTEXT(11) ? LDAP_NTLM : LDAP_NO_AUTHENTICATION;
		(void)take_element(c);
	}
}

/* RFC 4511 4.5.1 */
static void
read_search(struct cursor *c, struct ldap_message *m)
{
	m->name = take_tagged(c, OCTETS);
	m->scope = take_number(c, ENUMERATED);
	m->deref_alias = take_number(c, ENUMERATED);
	m->size_limit = take_number(c, INTEGER);
	m->time_limit = take_number(c, INTEGER);
	m->types_only = number_of(take_tagged(c, BOOLEAN)) != 0;
	(void)take_element(c); /* the filter */
	m->list = take_list(c, SEQUENCE);
}

/* RFC 4511 4.10, 4.9 */
static void
read_compare(struct cursor *c, struct ldap_message *m)
{
	m->name = take_tagged(c, OCTETS);
	struct cursor pair = cursor_of(take_tagged(c, SEQUENCE));
	m->description = take_tagged(&pair, OCTETS);
	m->value = take_tagged(&pair, OCTETS);
	if (cursor_ok(c))
		cursor_join(c, &pair);
}

static void
read_new_name(struct cursor *c, struct ldap_message *m)
{
	m->name = take_tagged(c, OCTETS);
	m->new_name = take_tagged(c, OCTETS);
	m->delete_old = number_of(take_tagged(c, BOOLEAN)) != 0;
	(void)take_optional(c, CONTEXT(0), &m->new_parent);
}

/* RFC 4511 4.1.9, 4.12 */
static void
read_result(struct cursor *c, struct ldap_message *m)
{
	struct bytes unused;
	m->code = take_number(c, ENUMERATED);
	m->matched = take_tagged(c, OCTETS);
	m->text = take_tagged(c, OCTETS);
	m->has_result = cursor_ok(c);
	(void)take_optional(c, CONTEXT_CONSTRUCTED(3), &unused); /* referral */
	(void)take_optional(c, CONTEXT(7), &unused);             /* SASL */
	if (m->operation == LDAP_EXTENDED_RESPONSE)
		(void)take_optional(c, CONTEXT(10), &m->name);
}

/* `whole` is all of it; empty when it is cut. */
static void
read_operation(struct cursor *c, struct bytes whole, struct ldap_message *m)
{
	switch (m->operation) {
	case LDAP_BIND_REQUEST: read_bind(c, m); return;
	case LDAP_SEARCH_REQUEST: read_search(c, m); return;
	case LDAP_SEARCH_ENTRY:
	case LDAP_MODIFY_REQUEST:
	case LDAP_ADD_REQUEST:
		m->name = take_tagged(c, OCTETS);
		m->list = take_list(c, SEQUENCE);
		return;
	case LDAP_DEL_REQUEST: m->name = whole; return;
	case LDAP_MOD_DN_REQUEST: read_new_name(c, m); return;
	case LDAP_COMPARE_REQUEST: read_compare(c, m); return;
	case LDAP_ABANDON_REQUEST: m->abandoned = number_of(whole); return;
	case LDAP_EXTENDED_REQUEST:
	case LDAP_INTERMEDIATE_RESPONSE: (void)take_optional(c, CONTEXT(0), &m->name); return;
	case LDAP_BIND_RESPONSE:
	case LDAP_SEARCH_DONE:
	case LDAP_MODIFY_RESPONSE:
	case LDAP_ADD_RESPONSE:
	case LDAP_DEL_RESPONSE:
	case LDAP_MOD_DN_RESPONSE:
	case LDAP_COMPARE_RESPONSE:
	case LDAP_EXTENDED_RESPONSE: read_result(c, m); return;
	case LDAP_UNBIND_REQUEST:
	case LDAP_SEARCH_REFERENCE: return;
	}
}

enum parse
ldap_parse(struct bytes message, struct ldap_message *out)
{
	struct ldap_head head = {0};
	enum parse parsed = ldap_parse_head(message, &head);
	if (parsed != PARSE_OK)
		return parsed;
	struct ldap_message m = {.id = head.id, .operation = head.operation};
	bool cut = message.len < head.length;
	struct cursor c = cursor_of(cut ? message : bytes_first(message, (size_t)head.length));
	take_head(&c, &head);
	struct bytes all = take_list(&c, (uint8_t)head.operation);
	struct cursor inside = cursor_of(all);
	if (c.state != PARSE_OK && !cut)
		cursor_stop(&inside, PARSE_BAD);
	if (cursor_ok(&inside))
		read_operation(&inside, cursor_ok(&c) ? all : (struct bytes){0}, &m);
	/* Bytes that no length promised are missing for good. */
	if (!cut && inside.state == PARSE_SHORT)
		inside.state = PARSE_BAD;
	if (cut && inside.state == PARSE_OK)
		inside.state = PARSE_SHORT;
	if (inside.state != PARSE_BAD)
		*out = m;
	return inside.state;
}

bool
ldap_next_text(struct cursor *list, struct bytes *out)
{
	if (list->left == 0)
		return false;
	*out = take_tagged(list, OCTETS);
	return cursor_ok(list);
}

static bool
take_attribute(struct cursor *c, struct bytes *out_type, struct bytes *out_values)
{
	struct cursor one = cursor_of(take_tagged(c, SEQUENCE));
	*out_type = take_tagged(&one, OCTETS);
	*out_values = take_tagged(&one, SET);
	return cursor_ok(c) && cursor_ok(&one);
}

bool
ldap_next_attribute(struct cursor *list, struct bytes *out_type, struct bytes *out_values)
{
	return list->left > 0 && take_attribute(list, out_type, out_values);
}

bool
ldap_next_change(struct cursor *list, uint32_t *out_operation, struct bytes *out_type, struct bytes *out_values)
{
	if (list->left == 0)
		return false;
	struct cursor one = cursor_of(take_tagged(list, SEQUENCE));
	*out_operation = take_number(&one, ENUMERATED);
	return cursor_ok(list) && cursor_ok(&one) && take_attribute(&one, out_type, out_values);
}

struct bytes
ldap_plain_user(struct bytes credentials)
{
	struct bytes user = bytes_after(credentials, bytes_find(credentials, '\0') + 1);
	return bytes_first(user, bytes_find(user, '\0'));
}
