/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/dcerpc.h - remote procedure calls of the DCE and of Windows: C706 chapter 12, MS-RPCE 2.2.
 *
 * Over a connection (TCP, a named pipe of SMB) messages are fragments of 16 bytes of header and more; over UDP their header has 80.
 */
#ifndef PROTO_DCERPC_H
#define PROTO_DCERPC_H

#include "core/cursor.h"

enum dcerpc_type {
	DCERPC_REQUEST = 0,
	DCERPC_PING = 1,
	DCERPC_RESPONSE = 2,
	DCERPC_FAULT = 3,
	DCERPC_BIND = 11,
	DCERPC_BIND_ACK = 12,
	DCERPC_BIND_NAK = 13,
	DCERPC_ALTER_CONTEXT = 14,
	DCERPC_ALTER_CONTEXT_RESPONSE = 15,
	DCERPC_AUTH3 = 16,
	DCERPC_SHUTDOWN = 17,
	DCERPC_CANCEL = 18,
	DCERPC_ORPHANED = 19,
	DCERPC_RTS = 20,
	DCERPC_TYPES
};

enum { DCERPC_HEADER_SIZE = 16, DCERPC_UDP_HEADER_SIZE = 80, DCERPC_UUID_TEXT = 36 };
enum { DCERPC_FIRST_FRAGMENT = 1, DCERPC_LAST_FRAGMENT = 2 };

/* Of a fragment over a connection. */
struct dcerpc_fragment {
	uint8_t version, minor, type, flags;
	bool little; /* byte order of all its numbers */
	uint16_t length, auth_length;
	uint32_t call_id;
};

/* PARSE_OK: `length` bytes make the fragment, at least DCERPC_HEADER_SIZE. */
enum parse dcerpc_parse_fragment(struct bytes stream, struct dcerpc_fragment *out);

/* A call or its answer. Where `stub` begins is where offsets of public rules count from: in a request behind the opnum (an object's
 * number is part of it), in a response behind the header. What authentication adds at the end is part of it too. */
struct dcerpc_request {
	uint16_t context, opnum;
	struct bytes stub;
};
/* `body`: all of a fragment behind its header. */
enum parse dcerpc_parse_request(struct bytes body, bool little, struct dcerpc_request *out);
/* opnum: 0 */
enum parse dcerpc_parse_response(struct bytes body, bool little, struct dcerpc_request *out);

/* An interface that a bind (or alter context) asks for. */
struct dcerpc_interface {
	uint8_t uuid[16]; /* in the order in which it is written */
	uint16_t version, minor, context;
};
struct dcerpc_result {
	uint16_t result, reason;
};
/* Lists of a bind and of its answer: a cursor over the items, and how many are promised. */
enum parse dcerpc_parse_bind(struct bytes body, struct cursor *items, uint8_t *count);
bool dcerpc_next_interface(struct cursor *items, bool little, struct dcerpc_interface *out);
enum parse dcerpc_parse_bind_ack(struct bytes body, bool little, struct cursor *items, uint8_t *count);
bool dcerpc_next_result(struct cursor *items, bool little, struct dcerpc_result *out);

struct dcerpc_datagram {
	uint8_t version, type, flags, flags2;
	bool little, is_fragment, is_last;
	uint8_t object[16], interface[16], activity[16];
	uint32_t interface_version, sequence;
	uint16_t opnum, fragment;
	struct bytes stub;
};
enum parse dcerpc_parse_datagram(struct bytes datagram, struct dcerpc_datagram *out);

/* Whether these are the first bytes of a connection that speaks it, and who sends them. PARSE_SHORT: more bytes would tell. */
enum parse dcerpc_recognise(struct bytes stream, bool from_client);
bool dcerpc_recognise_datagram(struct bytes datagram);

/* "REQUEST", "BINDACK"; NULL: there is none. */
const char *dcerpc_type_name(uint8_t type);
/* "367abb81-9844-35f1-ad32-98f038001003", without a NUL. */
void dcerpc_write_uuid(const uint8_t uuid[16], char out[DCERPC_UUID_TEXT]);

#endif
