/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/dcerpc.h"

static uint16_t
take_16(struct cursor *c, bool little)
{
	return little ? cursor_le16(c) : cursor_be16(c);
}

static uint32_t
take_32(struct cursor *c, bool little)
{
	return little ? cursor_le32(c) : cursor_be32(c);
}

/* C706 appendix A: three numbers, then eight bytes. */
static void
take_uuid(struct cursor *c, bool little, uint8_t out[16])
{
	uint32_t low = take_32(c, little);
	uint16_t middle = take_16(c, little), high = take_16(c, little);
	struct bytes rest = cursor_take(c, 8);
	for (size_t i = 0; i < 4; i++)
		out[i] = (uint8_t)(low >> (24 - 8 * i));
	for (size_t i = 0; i < 2; i++) {
		out[4 + i] = (uint8_t)(middle >> (8 - 8 * i));
		out[6 + i] = (uint8_t)(high >> (8 - 8 * i));
	}
	if (rest.len > 0)
		memcpy(out + 8, rest.at, rest.len);
}

/* C706 14.1: integers big or little, characters ASCII or EBCDIC, four floating formats. */
static bool
is_data_representation(uint8_t first, uint8_t second)
{
	return (first & 0xee) == 0 && second <= 3;
}

/* C706 12.6.3.1 */
enum parse
dcerpc_parse_fragment(struct bytes stream, struct dcerpc_fragment *out)
{
	struct cursor c = cursor_of(stream);
	struct dcerpc_fragment f = {0};
	f.version = cursor_u8(&c);
	if (cursor_ok(&c) && f.version != 5)
		cursor_stop(&c, PARSE_BAD);
	f.minor = cursor_u8(&c);
	f.type = cursor_u8(&c);
	f.flags = cursor_u8(&c);
	uint8_t first = cursor_u8(&c), second = cursor_u8(&c);
	f.little = (first & 0x10) != 0;
	cursor_take(&c, 2);
	f.length = take_16(&c, f.little);
	f.auth_length = take_16(&c, f.little);
	f.call_id = take_32(&c, f.little);
	if (cursor_ok(&c) &&
	    (f.minor > 1 || !is_data_representation(first, second) || f.length < DCERPC_HEADER_SIZE ||
	        f.auth_length > f.length - DCERPC_HEADER_SIZE))
		cursor_stop(&c, PARSE_BAD);
	if (cursor_ok(&c))
		*out = f;
	return c.state;
}

/* C706 12.6.4.9 */
enum parse
dcerpc_parse_request(struct bytes body, bool little, struct dcerpc_request *out)
{
	struct cursor c = cursor_of(body);
	struct dcerpc_request r;
	(void)take_32(&c, little); /* how much the server may reserve */
	r.context = take_16(&c, little);
	r.opnum = take_16(&c, little);
	r.stub = cursor_rest(&c);
	if (cursor_ok(&c))
		*out = r;
	return c.state;
}

/* C706 12.6.4.10 */
enum parse
dcerpc_parse_response(struct bytes body, bool little, struct dcerpc_request *out)
{
	struct cursor c = cursor_of(body);
	struct dcerpc_request r = {0};
	(void)take_32(&c, little);
	r.context = take_16(&c, little);
	cursor_take(&c, 2); /* how often it was cancelled */
	r.stub = body;
	if (cursor_ok(&c))
		*out = r;
	return c.state;
}

/* C706 12.6.4.3 */
enum parse
dcerpc_parse_bind(struct bytes body, struct cursor *items, uint8_t *count)
{
	struct cursor c = cursor_of(body);
	cursor_take(&c, 8); /* sizes, association */
	uint8_t n = cursor_u8(&c);
	cursor_take(&c, 3);
	if (cursor_ok(&c)) {
		*items = c;
		*count = n;
	}
	return c.state;
}

bool
dcerpc_next_interface(struct cursor *items, bool little, struct dcerpc_interface *out)
{
	enum { SYNTAX_SIZE = 20 };
	struct dcerpc_interface i;
	i.context = take_16(items, little);
	uint8_t syntaxes = cursor_u8(items);
	cursor_u8(items);
	take_uuid(items, little, i.uuid);
	/* One number of four bytes: the major version is its low half. */
	uint32_t version = take_32(items, little);
	i.version = (uint16_t)version;
	i.minor = (uint16_t)(version >> 16);
	cursor_take(items, (size_t)syntaxes * SYNTAX_SIZE);
	if (cursor_ok(items))
		*out = i;
	return cursor_ok(items);
}

/* C706 12.6.4.4: after the port's name, which ends on a multiple of four bytes of the message. */
enum parse
dcerpc_parse_bind_ack(struct bytes body, bool little, struct cursor *items, uint8_t *count)
{
	struct cursor c = cursor_of(body);
	cursor_take(&c, 8);
	uint16_t length = take_16(&c, little);
	cursor_take(&c, length);
	cursor_take(&c, (4 - (2u + length) % 4) % 4);
	uint8_t n = cursor_u8(&c);
	cursor_take(&c, 3);
	if (cursor_ok(&c)) {
		*items = c;
		*count = n;
	}
	return c.state;
}

bool
dcerpc_next_result(struct cursor *items, bool little, struct dcerpc_result *out)
{
	struct dcerpc_result r;
	r.result = take_16(items, little);
	r.reason = take_16(items, little);
	cursor_take(items, 20); /* the transfer syntax */
	if (cursor_ok(items))
		*out = r;
	return cursor_ok(items);
}

/* C706 12.5.1 */
enum parse
dcerpc_parse_datagram(struct bytes datagram, struct dcerpc_datagram *out)
{
	enum { LAST = 2, FRAGMENT = 4 };
	struct cursor c = cursor_of(datagram);
	struct dcerpc_datagram d = {0};
	d.version = cursor_u8(&c);
	d.type = cursor_u8(&c);
	d.flags = cursor_u8(&c);
	d.flags2 = cursor_u8(&c);
	uint8_t first = cursor_u8(&c), second = cursor_u8(&c);
	d.little = (first & 0x10) != 0;
	cursor_take(&c, 2); /* reserved, serial number */
	take_uuid(&c, d.little, d.object);
	take_uuid(&c, d.little, d.interface);
	take_uuid(&c, d.little, d.activity);
	cursor_take(&c, 4); /* when the server started */
	d.interface_version = take_32(&c, d.little);
	d.sequence = take_32(&c, d.little);
	d.opnum = take_16(&c, d.little);
	cursor_take(&c, 4); /* hints */
	uint16_t length = take_16(&c, d.little);
	d.fragment = take_16(&c, d.little);
	cursor_take(&c, 2); /* authentication, serial number */
	if (cursor_ok(&c) && (d.version != 4 || !is_data_representation(first, second)))
		cursor_stop(&c, PARSE_BAD);
	d.stub = cursor_take(&c, length);
	d.is_fragment = (d.flags & FRAGMENT) != 0;
	d.is_last = (d.flags & LAST) != 0;
	if (cursor_ok(&c))
		*out = d;
	return c.state;
}

static bool
is_sent_by(uint8_t type, bool from_client)
{
	switch (type) {
	case DCERPC_REQUEST:
	case DCERPC_BIND:
	case DCERPC_ALTER_CONTEXT:
	case DCERPC_AUTH3:
	case DCERPC_CANCEL:
	case DCERPC_ORPHANED: return from_client;
	case DCERPC_RESPONSE:
	case DCERPC_FAULT:
	case DCERPC_BIND_ACK:
	case DCERPC_BIND_NAK:
	case DCERPC_ALTER_CONTEXT_RESPONSE:
	case DCERPC_SHUTDOWN: return !from_client;
	default: return false;
	}
}

enum parse
dcerpc_recognise(struct bytes stream, bool from_client)
{
	struct dcerpc_fragment f;
	struct cursor c = cursor_of(stream);
	uint8_t version = cursor_u8(&c), minor = cursor_u8(&c), type = cursor_u8(&c);
	if ((stream.len > 0 && version != 5) || (stream.len > 1 && minor > 1) ||
	    (stream.len > 2 && !is_sent_by(type, from_client)))
		return PARSE_BAD;
	return dcerpc_parse_fragment(stream, &f);
}

bool
dcerpc_recognise_datagram(struct bytes datagram)
{
	struct dcerpc_datagram d;
	return dcerpc_parse_datagram(datagram, &d) == PARSE_OK && d.type <= 10 && (d.flags2 & 0xfc) == 0;
}

const char *
dcerpc_type_name(uint8_t type)
{
	static const char *const names[] = {"REQUEST", "PING", "RESPONSE", "FAULT", "WORKING", "NOCALL", "REJECT", "ACK",
	    "CL_CANCEL", "FACK", "CANCEL_ACK", "BIND", "BINDACK", "BINDNAK", "ALTER_CONTEXT", "ALTER_CONTEXT_RESP", "AUTH3",
	    "SHUTDOWN", "CO_CANCEL", "ORPHANED", "RTS"};
	return type < LENGTH_OF(names) ? names[type] : NULL;
}

void
dcerpc_write_uuid(const uint8_t uuid[16], char out[DCERPC_UUID_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	size_t at = 0;
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		out[at++] = digits[uuid[i] >> 4];
		out[at++] = digits[uuid[i] & 15];
	}
}
