/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/snmp.h"

#include "proto/ber.h"

#include <inttypes.h>
#include <stdio.h>

enum { IP_ADDRESS = 0x40, FIRST_PDU = 0xa0, LAST_PDU = 0xa8 };

static uint32_t
take_number(struct cursor *c)
{
	uint64_t number = ber_number(ber_take_tagged(c, BER_INTEGER));
	return number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

/* RFC 1157 4.1.6 */
static void
read_trap(struct cursor *c, struct snmp *s)
{
	s->trap_oid = ber_take_tagged(c, BER_OID);
	struct bytes address = ber_take_tagged(c, IP_ADDRESS);
	if (address.len == sizeof(s->trap_address))
		memcpy(s->trap_address, address.at, sizeof(s->trap_address));
	s->trap_type = take_number(c);
	(void)take_number(c);
	uint8_t tag;
	(void)ber_take(c, &tag); /* TimeTicks */
}

/* RFC 3416 3: numbers, then the list of variables */
static void
read_pdu(struct cursor *outer, struct snmp *s)
{
	uint8_t tag;
	struct cursor c = cursor_of(ber_take(outer, &tag));
	if (cursor_ok(outer) && (tag < FIRST_PDU || tag > LAST_PDU))
		cursor_stop(outer, PARSE_BAD);
	s->pdu = (uint8_t)(tag - FIRST_PDU);
	if (s->pdu == SNMP_TRAP_V1) {
		read_trap(&c, s);
	} else {
		(void)take_number(&c);
		uint32_t first = take_number(&c);
		(void)take_number(&c);
		s->error = s->pdu == SNMP_GET_BULK ? 0 : first; /* there it says how many do not repeat */
	}
	s->variables = ber_take_tagged(&c, BER_SEQUENCE);
	cursor_join(outer, &c);
}

/* RFC 3412 6, RFC 3414 2.4 */
static void
read_version3(struct cursor *c, struct snmp *s)
{
	enum { PRIVATE = 2, USER_SECURITY = 3 };
	struct cursor header = cursor_of(ber_take_tagged(c, BER_SEQUENCE));
	(void)take_number(&header);
	(void)take_number(&header);
	struct bytes flags = ber_take_tagged(&header, BER_OCTETS);
	uint32_t model = take_number(&header);
	struct cursor security = cursor_of(ber_take_tagged(c, BER_OCTETS));
	s->encrypted = flags.len == 1 && (flags.at[0] & PRIVATE) != 0;
	if (model == USER_SECURITY) {
		struct cursor usm = cursor_of(ber_take_tagged(&security, BER_SEQUENCE));
		(void)ber_take_tagged(&usm, BER_OCTETS); /* engine, how often it started, since when */
		(void)take_number(&usm);
		(void)take_number(&usm);
		s->user = ber_take_tagged(&usm, BER_OCTETS);
		s->has_user = true;
		cursor_join(c, &usm);
	}
	cursor_join(c, &header);
	cursor_join(c, &security);
	if (s->encrypted)
		return;
	struct cursor scoped = cursor_of(ber_take_tagged(c, BER_SEQUENCE));
	(void)ber_take_tagged(&scoped, BER_OCTETS);
	(void)ber_take_tagged(&scoped, BER_OCTETS);
	read_pdu(&scoped, s);
	cursor_join(c, &scoped);
}

enum parse
snmp_parse(struct bytes datagram, struct snmp *out)
{
	struct cursor outer = cursor_of(datagram);
	struct cursor c = cursor_of(ber_take_tagged(&outer, BER_SEQUENCE));
	struct snmp s = {0};
	uint32_t version = take_number(&c);
	s.version = version == 0 ? 1 : version == 1 ? 2 : 3;
	if (cursor_ok(&c) && version != 0 && version != 1 && version != 3)
		cursor_stop(&c, PARSE_BAD);
	if (s.version == 3) {
		read_version3(&c, &s);
	} else {
		s.community = ber_take_tagged(&c, BER_OCTETS);
		s.has_community = true;
		read_pdu(&c, &s);
	}
	cursor_join(&outer, &c);
	if (cursor_ok(&outer))
		*out = s;
	return outer.state;
}

bool
snmp_next_variable(struct cursor *variables, struct bytes *out_oid)
{
	if (variables->left == 0)
		return false;
	struct cursor one = cursor_of(ber_take_tagged(variables, BER_SEQUENCE));
	*out_oid = ber_take_tagged(&one, BER_OID);
	return cursor_ok(variables) && cursor_ok(&one);
}

/* X.690 8.19 */
size_t
snmp_write_oid(struct bytes oid, char out[SNMP_OID_TEXT])
{
	size_t len = 0;
	uint64_t arc = 0;
	bool first = true;
	for (size_t i = 0; i < oid.len; i++) {
		arc = arc << 7 | (oid.at[i] & 0x7f);
		if ((oid.at[i] & 0x80) != 0)
			continue;
		uint64_t top = arc < 80 ? arc / 40 : 2;
		int n = first ? snprintf(out + len, SNMP_OID_TEXT - len, "%" PRIu64 ".%" PRIu64, top, arc - top * 40)
		              : snprintf(out + len, SNMP_OID_TEXT - len, ".%" PRIu64, arc);
		if (n < 0 || (size_t)n >= SNMP_OID_TEXT - len)
			break;
		len += (size_t)n;
		first = false;
		arc = 0;
	}
	return len;
}

const char *
snmp_pdu_name(uint8_t pdu)
{
	static const char *const names[] = {"get_request", "get_next_request", "response", "set_request", "trap_v1",
	    "get_bulk_request", "inform_request", "trap_v2", "report"};
	return pdu < LENGTH_OF(names) ? names[pdu] : "unknown";
}

/* RFC 3416 3 */
const char *
snmp_error_name(uint32_t error)
{
	static const char *const names[] = {"NoError", "TooBig", "NoSuchName", "BadValue", "ReadOnly", "GenErr", "NoAccess",
	    "WrongType", "WrongLength", "WrongEncoding", "WrongValue", "NoCreation", "InconsistentValue",
	    "ResourceUnavailable", "CommitFailed", "UndoFailed", "AuthorizationError", "NotWritable", "InconsistentName"};
	return error < LENGTH_OF(names) ? names[error] : NULL;
}

const char *
snmp_trap_name(uint32_t type)
{
	static const char *const names[] = {"ColdStart", "WarmStart", "LinkDown", "LinkUp", "AuthenticationFailure",
	    "EgpNeighborLoss", "EnterpriseSpecific"};
	return type < LENGTH_OF(names) ? names[type] : NULL;
}
