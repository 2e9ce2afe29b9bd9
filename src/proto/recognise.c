/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/recognise.h"

#include "core/cursor.h"

/* A test that goes along the bytes: false sticks, and running out of bytes is MAYBE as long as all fitted. */
struct probe {
	struct cursor c;
	bool no;
};

static struct probe
probe_of(struct bytes b)
{
	return (struct probe){.c = cursor_of(b)};
}

static enum recognise_look
verdict(const struct probe *p)
{
	if (p->no)
		return RECOGNISE_NO;
	return cursor_ok(&p->c) ? RECOGNISE_YES : RECOGNISE_MAYBE;
}

/* What was read means nothing once the bytes have run out. */
static void
want(struct probe *p, bool fits)
{
	if (cursor_ok(&p->c) && !fits)
		p->no = true;
}

static void
want_bytes(struct probe *p, struct bytes text)
{
	struct bytes rest = cursor_rest(&p->c);
	size_t n = rest.len < text.len ? rest.len : text.len;
	if (cursor_ok(&p->c) && !bytes_eq(bytes_first(rest, n), bytes_first(text, n)))
		p->no = true;
	cursor_take(&p->c, text.len);
}

static void
want_u8(struct probe *p, uint8_t low, uint8_t high)
{
	uint8_t value = cursor_u8(&p->c);
	want(p, value >= low && value <= high);
}

static enum recognise_look
starts_with(struct bytes b, struct bytes text)
{
	struct probe p = probe_of(b);
	want_bytes(&p, text);
	return verdict(&p);
}

/* RFC 9113 3.4 */
enum recognise_look
recognise_http2(struct bytes first, enum recognise_side side)
{
	return side == RECOGNISE_CLIENT ? starts_with(first, BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) : RECOGNISE_NO;
}

/* TPKT (RFC 1006) with X.224 CR or CC, and MS-RDPBCGR 2.2.1.1: a cookie, a negotiation, or nothing; S7 and
 * other users of ISO transport send parameters there. */
enum recognise_look
recognise_rdp(struct bytes first, enum recognise_side side)
{
	enum { NEGOTIATION = 8, FIXED = 11 };
	struct probe p = probe_of(first);
	want_bytes(&p, BYTES("\x03\x00"));
	uint16_t length = cursor_be16(&p.c);
	want(&p, length >= FIXED && length <= 512);
	uint8_t indicator = cursor_u8(&p.c);
	want(&p, indicator == length - 5);
	uint8_t code = side == RECOGNISE_CLIENT ? 0xe0 : 0xd0;
	want_u8(&p, code, code);
	cursor_take(&p.c, 4); /* references */
	want_u8(&p, 0, 0);    /* class */
	if (length == FIXED)
		return side == RECOGNISE_CLIENT ? verdict(&p) : RECOGNISE_NO;
	if (side == RECOGNISE_CLIENT && length > FIXED + NEGOTIATION) {
		struct probe cookie = p;
		want_bytes(&cookie, BYTES("Cookie: "));
		return verdict(&cookie);
	}
	want_u8(&p, side == RECOGNISE_CLIENT ? 1 : 2, side == RECOGNISE_CLIENT ? 1 : 3);
	cursor_u8(&p.c); /* flags */
	want_bytes(&p, BYTES("\x08\x00"));
	return verdict(&p);
}

struct bytes
recognise_rdp_user(struct bytes first)
{
	struct bytes mark = BYTES("mstshash=");
	first = bytes_first(first, 512);
	struct bytes user = bytes_after(first, bytes_find_all(first, mark) + mark.len);
	size_t end = bytes_find(user, '\r');
	return end < user.len ? bytes_first(user, end) : (struct bytes){0};
}

enum recognise_look
recognise_bittorrent(struct bytes first, enum recognise_side side)
{
	(void)side;
	return starts_with(first,
	    BYTES("\x13"
	          "BitTorrent protocol"));
}

/* RFC 6143 7.1.1 */
enum recognise_look
recognise_vnc(struct bytes first, enum recognise_side side)
{
	(void)side;
	struct probe p = probe_of(first);
	want_bytes(&p, BYTES("RFB 00"));
	want_u8(&p, '3', '5');
	want_bytes(&p, BYTES(".0"));
	want_u8(&p, '0', '9');
	want_u8(&p, '0', '9');
	want_bytes(&p, BYTES("\n"));
	return verdict(&p);
}

/* MQTT 3.1.1 3.1: CONNECT */
enum recognise_look
recognise_mqtt(struct bytes first, enum recognise_side side)
{
	struct probe p = probe_of(first);
	want_u8(&p, 0x10, 0x10);
	uint8_t digit = cursor_u8(&p.c);
	for (size_t i = 0; i < 3 && (digit & 0x80) != 0; i++)
		digit = cursor_u8(&p.c);
	want(&p, (digit & 0x80) == 0);
	struct probe old = p;
	want_bytes(&p, BYTES("\x00\x04MQTT"));
	want_u8(&p, 4, 5);
	want_bytes(&old, BYTES("\x00\x06MQIsdp\x03"));
	if (side == RECOGNISE_SERVER)
		return RECOGNISE_NO;
	return verdict(&p) != RECOGNISE_NO ? verdict(&p) : verdict(&old);
}

/* Protocol::HandshakeV10: the server speaks first, and says its version; or why it will not talk. */
enum recognise_look
recognise_mysql(struct bytes first, enum recognise_side side)
{
	enum { TOO_MANY_CONNECTIONS = 1040, HOST_BLOCKED = 1129, HOST_REFUSED = 1130, ERROR = 0xff };
	struct probe p = probe_of(first);
	uint16_t length = cursor_le16(&p.c);
	want(&p, length > 12 && length < 512);
	want_u8(&p, 0, 0); /* high byte of the length */
	want_u8(&p, 0, 0); /* first packet */
	uint8_t kind = cursor_u8(&p.c);
	want(&p, kind == 10 || kind == ERROR);
	if (kind == ERROR) {
		uint16_t code = cursor_le16(&p.c);
		want(&p, code == TOO_MANY_CONNECTIONS || code == HOST_BLOCKED || code == HOST_REFUSED);
	} else {
		want_u8(&p, '1', '9');
		uint8_t next = cursor_u8(&p.c);
		want(&p, next == '.' || (next >= '0' && next <= '9'));
	}
	return side == RECOGNISE_SERVER ? verdict(&p) : RECOGNISE_NO;
}

/* StartupMessage 3.0, SSLRequest, GSSENCRequest, CancelRequest */
enum recognise_look
recognise_postgresql(struct bytes first, enum recognise_side side)
{
	struct probe p = probe_of(first);
	uint32_t length = cursor_be32(&p.c);
	want(&p, length >= 8 && length <= 10000);
	uint32_t code = cursor_be32(&p.c);
	bool request = (length == 8 && (code == 80877103 || code == 80877104)) || (length == 16 && code == 80877102);
	want(&p, request || code == 0x00030000);
	if (!request)
		want_u8(&p, 'a', 'z'); /* the first parameter's name */
	return side == RECOGNISE_CLIENT ? verdict(&p) : RECOGNISE_NO;
}

/* A number of one to five digits and CR LF. */
static void
want_count(struct probe *p)
{
	want_u8(p, '1', '9');
	uint8_t byte = cursor_u8(&p->c);
	for (size_t i = 0; i < 4 && byte >= '0' && byte <= '9'; i++)
		byte = cursor_u8(&p->c);
	want(p, byte == '\r');
	want_bytes(p, BYTES("\n"));
}

/* RESP: a command is an array of bulk strings. */
enum recognise_look
recognise_redis(struct bytes first, enum recognise_side side)
{
	struct probe p = probe_of(first);
	want_bytes(&p, BYTES("*"));
	want_count(&p);
	want_bytes(&p, BYTES("$"));
	want_count(&p);
	return side == RECOGNISE_CLIENT ? verdict(&p) : RECOGNISE_NO;
}

/* MS-TDS 2.2.6.5: PRELOGIN, whose first option is the version, of six bytes. */
enum recognise_look
recognise_mssql(struct bytes first, enum recognise_side side)
{
	struct probe p = probe_of(first);
	uint8_t type = side == RECOGNISE_CLIENT ? 0x12 : 0x04;
	want_u8(&p, type, type);
	want_u8(&p, 1, 1);
	uint16_t length = cursor_be16(&p.c);
	want(&p, length >= 20 && length <= 512);
	cursor_take(&p.c, 4); /* SPID, packet, window */
	want_u8(&p, 0, 0);
	uint16_t offset = cursor_be16(&p.c);
	want(&p, offset >= 6 && offset < length);
	want_bytes(&p, BYTES("\x00\x06"));
	return verdict(&p);
}

/* RFC 3261 7 */
enum recognise_look
recognise_sip(struct bytes first, enum recognise_side side)
{
	static const struct bytes starts[] = {{(const uint8_t *)"INVITE sip", 10}, {(const uint8_t *)"REGISTER sip", 12},
	    {(const uint8_t *)"OPTIONS sip", 11}, {(const uint8_t *)"ACK sip", 7}, {(const uint8_t *)"BYE sip", 7},
	    {(const uint8_t *)"CANCEL sip", 10}, {(const uint8_t *)"SUBSCRIBE sip", 13}, {(const uint8_t *)"NOTIFY sip", 10},
	    {(const uint8_t *)"MESSAGE sip", 11}, {(const uint8_t *)"PUBLISH sip", 11}, {(const uint8_t *)"REFER sip", 9},
	    {(const uint8_t *)"UPDATE sip", 10}, {(const uint8_t *)"INVITE tel:", 11}, {(const uint8_t *)"SIP/2.0 ", 8}};
	(void)side; /* either may open a dialogue */
	enum recognise_look best = RECOGNISE_NO;
	for (size_t i = 0; i < LENGTH_OF(starts) && best != RECOGNISE_YES; i++) {
		enum recognise_look look = starts_with(first, starts[i]);
		best = look > best ? look : best;
	}
	return best;
}

/* A BER length (X.690 8.1.3), at most four bytes long. */
static uint32_t
ber_length(struct probe *p)
{
	uint8_t first = cursor_u8(&p->c);
	if (first < 0x80)
		return first;
	want(p, first >= 0x81 && first <= 0x84);
	uint32_t length = 0;
	for (size_t i = 0; i < (size_t)(first & 7u) && cursor_ok(&p->c) && !p->no; i++)
		length = length << 8 | cursor_u8(&p->c);
	return length;
}

/* RFC 4120 5.4: KDC-REQ has its version in [1], KDC-REP and KRB-ERROR in [0]. */
enum recognise_look
recognise_kerberos(struct bytes first, enum recognise_side side)
{
	struct probe p = probe_of(first);
	uint8_t tag = cursor_u8(&p.c);
	bool request = tag == 0x6a || tag == 0x6c, reply = tag == 0x6b || tag == 0x6d || tag == 0x7e;
	want(&p, side == RECOGNISE_CLIENT ? request : reply);
	ber_length(&p);
	want_u8(&p, 0x30, 0x30);
	ber_length(&p);
	want_u8(&p, request ? 0xa1 : 0xa0, request ? 0xa1 : 0xa0);
	want_bytes(&p, BYTES("\x03\x02\x01\x05"));
	return verdict(&p);
}

/* RFC 4120 7.2.2: its length before it. */
enum recognise_look
recognise_kerberos_tcp(struct bytes first, enum recognise_side side)
{
	struct probe p = probe_of(first);
	want_bytes(&p, BYTES("\x00\x00"));
	uint16_t length = cursor_be16(&p.c);
	want(&p, length > 30);
	enum recognise_look look = verdict(&p);
	return look == RECOGNISE_YES ? recognise_kerberos(cursor_rest(&p.c), side) : look;
}

/* What an operation of LDAP begins with (RFC 4511 4.2 to 4.13); 0: nothing that is always the same; -1: no operation of
 * this side. */
static int
ldap_content(uint8_t operation, enum recognise_side side)
{
	bool client = side == RECOGNISE_CLIENT;
	switch (operation) {
	case 0x60: return client ? 0x02 : -1;
	case 0x63:
	case 0x66:
	case 0x68:
	case 0x6c:
	case 0x6e: return client ? 0x04 : -1;
	case 0x77: return client ? 0x80 : -1;
	case 0x42:
	case 0x4a:
	case 0x50: return client ? 0 : -1;
	case 0x64:
	case 0x73: return client ? -1 : 0x04;
	case 0x61:
	case 0x65:
	case 0x67:
	case 0x69:
	case 0x6b:
	case 0x6d:
	case 0x6f:
	case 0x78: return client ? -1 : 0x0a;
	default: return -1;
	}
}

/* RFC 4511 4.1.1: a message number, and an operation that fits into its message. */
enum recognise_look
recognise_ldap(struct bytes first, enum recognise_side side)
{
	struct probe p = probe_of(first);
	want_u8(&p, 0x30, 0x30);
	uint32_t length = ber_length(&p);
	want(&p, length >= 5 && length < 65536);
	size_t start = p.c.left;
	want_u8(&p, 2, 2);
	uint8_t number_len = cursor_u8(&p.c);
	want(&p, number_len >= 1 && number_len <= 4);
	if (!p.no)
		cursor_take(&p.c, number_len);
	uint8_t operation = cursor_u8(&p.c);
	int content = ldap_content(operation, side);
	want(&p, content >= 0);
	uint32_t operation_length = ber_length(&p);
	size_t before = start - p.c.left;
	want(&p, before <= length && operation_length <= length - before);
	want(&p, (operation_length == 0) == (operation == 0x42));
	if (content > 0)
		want_u8(&p, (uint8_t)content, (uint8_t)content);
	if (operation == 0x60) {
		want_bytes(&p, BYTES("\x01"));
		want_u8(&p, 2, 3); /* version */
	}
	return verdict(&p);
}

/* P_CONTROL_HARD_RESET_CLIENT_V2 or its answer, first packet of its session, with or without --tls-auth. */
enum recognise_look
recognise_openvpn(struct bytes first, enum recognise_side side)
{
	enum { PLAIN = 14, PLAIN_ANSWER = 26, AUTHENTICATED = 42, AUTHENTICATED_ANSWER = 54 };
	bool client = side == RECOGNISE_CLIENT;
	if (first.len != (client ? PLAIN : PLAIN_ANSWER) && first.len != (client ? AUTHENTICATED : AUTHENTICATED_ANSWER))
		return RECOGNISE_NO;
	struct probe p = probe_of(first);
	uint8_t opcode = client ? 7 << 3 : 8 << 3;
	want_u8(&p, opcode, opcode);
	cursor_take(&p.c, 8); /* session */
	if (first.len >= AUTHENTICATED) {
		cursor_take(&p.c, 20); /* HMAC-SHA-1 */
		want_bytes(&p, BYTES("\x00\x00\x00\x01"));
		cursor_take(&p.c, 4); /* time */
	}
	want_u8(&p, client ? 0 : 1, client ? 0 : 1); /* acknowledgements */
	if (!client)
		cursor_take(&p.c, 12);
	want_bytes(&p, BYTES("\x00\x00\x00\x00"));
	return verdict(&p);
}

enum recognise_look
recognise_openvpn_tcp(struct bytes first, enum recognise_side side)
{
	struct probe p = probe_of(first);
	uint16_t length = cursor_be16(&p.c);
	want(&p, length == 14 || length == 26 || length == 42 || length == 54);
	want_u8(&p, side == RECOGNISE_CLIENT ? 7 << 3 : 8 << 3, side == RECOGNISE_CLIENT ? 7 << 3 : 8 << 3);
	struct bytes packet = bytes_after(first, 2);
	enum recognise_look look = verdict(&p);
	if (look != RECOGNISE_YES)
		return look;
	return packet.len < length ? RECOGNISE_MAYBE : recognise_openvpn(bytes_first(packet, length), side);
}

/* MODBUS Messaging on TCP/IP 3.1.3: a whole first message, with a public function of the specification. */
enum recognise_look
recognise_modbus(struct bytes first, enum recognise_side side)
{
	struct probe p = probe_of(first);
	cursor_take(&p.c, 2); /* transaction */
	want_bytes(&p, BYTES("\x00\x00"));
	uint16_t length = cursor_be16(&p.c);
	want(&p, length >= 2 && length <= 254);
	cursor_u8(&p.c); /* unit */
	uint8_t function = cursor_u8(&p.c);
	if (side == RECOGNISE_SERVER)
		function &= 0x7f;
	bool public = (function >= 1 && function <= 8) || function == 11 || function == 12 ||
	    (function >= 15 && function <= 17) || (function >= 20 && function <= 24) || function == 43;
	want(&p, public);
	if (side == RECOGNISE_CLIENT && function <= 6)
		want(&p, length == 6);
	if (length >= 2 && !p.no)
		cursor_take(&p.c, (size_t)length - 2);
	return verdict(&p);
}

/* UPnP Device Architecture 1.1: HTTP over UDP. */
enum recognise_look
recognise_ssdp(struct bytes first, enum recognise_side side)
{
	(void)side;
	if (bytes_start_with(first, BYTES("M-SEARCH * HTTP/1.")) || bytes_start_with(first, BYTES("NOTIFY * HTTP/1.")))
		return RECOGNISE_YES;
	return bytes_start_with(first, BYTES("HTTP/1.")) ? RECOGNISE_YES : RECOGNISE_NO;
}

/* RFC 1002 4.2 and RFC 1001 14.1: one name of 32 letters from A to P. */
enum recognise_look
recognise_nbns(struct bytes first, enum recognise_side side)
{
	(void)side;
	struct probe p = probe_of(first);
	cursor_take(&p.c, 4);
	uint16_t questions = cursor_be16(&p.c), answers = cursor_be16(&p.c);
	want(&p, questions + answers >= 1 && questions <= 1 && answers <= 1);
	cursor_take(&p.c, 4);
	want_u8(&p, 32, 32);
	for (size_t i = 0; i < 32; i++)
		want_u8(&p, 'A', 'P');
	uint8_t scope = cursor_u8(&p.c);
	want(&p, scope == 0);
	uint16_t type = cursor_be16(&p.c);
	want(&p, type == 0x20 || type == 0x21 || type == 1 || type == 10);
	return verdict(&p) == RECOGNISE_YES ? RECOGNISE_YES : RECOGNISE_NO;
}

/* RFC 1157 4, RFC 3416, RFC 3412 6: a version, then a community or the header of version 3. */
enum recognise_look
recognise_snmp(struct bytes first, enum recognise_side side)
{
	(void)side; /* traps come from agents */
	struct probe p = probe_of(first);
	want_u8(&p, 0x30, 0x30);
	uint32_t length = ber_length(&p);
	want(&p, length == p.c.left);
	want_bytes(&p, BYTES("\x02\x01"));
	uint8_t version = cursor_u8(&p.c);
	want(&p, version <= 1 || version == 3);
	want_u8(&p, version == 3 ? 0x30 : 0x04, version == 3 ? 0x30 : 0x04);
	if (version != 3) {
		uint32_t community = ber_length(&p);
		want(&p, community <= p.c.left);
		if (!p.no)
			cursor_take(&p.c, community);
		want_u8(&p, 0xa0, 0xa8);
	}
	return verdict(&p) == RECOGNISE_YES ? RECOGNISE_YES : RECOGNISE_NO;
}
