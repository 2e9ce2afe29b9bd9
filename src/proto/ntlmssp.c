/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/ntlmssp.h"

#include "proto/ber.h"

/* MS-NLMP 2.2.1: length, room, offset from the message's first byte. What lies outside is nothing. */
static struct bytes
take_field(struct cursor *c, struct bytes message)
{
	uint16_t length = cursor_le16(c);
	cursor_le16(c);
	uint32_t offset = cursor_le32(c);
	if (!cursor_ok(c) || offset > message.len || length > message.len - offset)
		return (struct bytes){0};
	return bytes_first(bytes_after(message, offset), length);
}

enum parse
ntlmssp_parse(struct bytes blob, struct ntlmssp *out)
{
	enum { UNICODE = 1, VERSION = 0x02000000, WITHOUT_VERSION = 64 };
	size_t at = bytes_find_all(blob, BYTES("NTLMSSP\0"));
	if (at == blob.len)
		return PARSE_BAD;
	struct bytes message = bytes_after(blob, at);
	struct cursor c = cursor_of(message);
	struct ntlmssp n = {0};
	cursor_take(&c, 8);
	n.type = cursor_le32(&c);
	if (cursor_ok(&c) && n.type == NTLMSSP_AUTHENTICATE) {
		(void)take_field(&c, message); /* answers to the challenge */
		(void)take_field(&c, message);
		n.domain = take_field(&c, message);
		n.user = take_field(&c, message);
		n.host = take_field(&c, message);
		(void)take_field(&c, message); /* session key */
		uint32_t flags = cursor_le32(&c);
		n.wide = (flags & UNICODE) != 0;
		struct cursor version = c;
		n.major = cursor_u8(&version);
		n.minor = cursor_u8(&version);
		n.build = cursor_le16(&version);
		cursor_take(&version, 3);
		n.revision = cursor_u8(&version);
		n.has_version = (flags & VERSION) != 0 && cursor_ok(&version);
	}
	if (cursor_ok(&c))
		*out = n;
	return c.state;
}

/* RFC 4120 5.3: Ticket, inside AP-REQ. */
static void
read_ticket(struct bytes request, struct ntlmssp_ticket *t, struct cursor *outer)
{
	struct cursor c = cursor_of(request);
	struct cursor inside = cursor_of(ber_take_tagged(&c, BER_SEQUENCE));
	(void)ber_take_tagged(&inside, BER_CONTEXT(0));
	(void)ber_take_tagged(&inside, BER_CONTEXT(1));
	(void)ber_take_tagged(&inside, BER_CONTEXT(2));
	struct cursor third = cursor_of(ber_take_tagged(&inside, BER_CONTEXT(3)));
	struct cursor application = cursor_of(ber_take_tagged(&third, BER_APPLICATION(1)));
	struct cursor ticket = cursor_of(ber_take_tagged(&application, BER_SEQUENCE));
	(void)ber_take_tagged(&ticket, BER_CONTEXT(0));
	struct cursor realm = cursor_of(ber_take_tagged(&ticket, BER_CONTEXT(1)));
	t->realm = ber_take_tagged(&realm, BER_GENERAL_STRING);
	struct cursor second = cursor_of(ber_take_tagged(&ticket, BER_CONTEXT(2)));
	struct cursor principal = cursor_of(ber_take_tagged(&second, BER_SEQUENCE));
	(void)ber_take_tagged(&principal, BER_CONTEXT(0));
	struct cursor first = cursor_of(ber_take_tagged(&principal, BER_CONTEXT(1)));
	struct cursor names = cursor_of(ber_take_tagged(&first, BER_SEQUENCE));
	while (names.left > 0 && t->name_count < NTLMSSP_NAMES_MAX)
		t->names[t->name_count++] = ber_take_tagged(&names, BER_GENERAL_STRING);
	if (!cursor_ok(&names) || !cursor_ok(&realm) || t->name_count == 0)
		cursor_stop(outer, PARSE_BAD);
}

enum parse
ntlmssp_parse_ticket(struct bytes blob, struct ntlmssp_ticket *out)
{
	/* RFC 4121 4.1: the mechanism's number, then 01 00 before an AP-REQ, which is [APPLICATION 14]. */
	struct bytes mark = BYTES("\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\x00");
	size_t at = bytes_find_all(blob, mark);
	struct cursor c = cursor_of(bytes_after(blob, at + mark.len));
	struct ntlmssp_ticket t = {0};
	if (at == blob.len)
		return PARSE_BAD;
	struct bytes request = ber_take_tagged(&c, BER_APPLICATION(14));
	if (cursor_ok(&c))
		read_ticket(request, &t, &c);
	if (cursor_ok(&c))
		*out = t;
	return c.state;
}
