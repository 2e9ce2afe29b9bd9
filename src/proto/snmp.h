/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/snmp.h - one message of SNMP: RFC 1157 (version 1), RFC 3416 (2c), RFC 3412 and 3414 (3). */
#ifndef PROTO_SNMP_H
#define PROTO_SNMP_H

#include "core/cursor.h"

enum snmp_pdu {
	SNMP_GET,
	SNMP_GET_NEXT,
	SNMP_RESPONSE,
	SNMP_SET,
	SNMP_TRAP_V1,
	SNMP_GET_BULK,
	SNMP_INFORM,
	SNMP_TRAP_V2,
	SNMP_REPORT,
};

enum { SNMP_OID_TEXT = 256 };

struct snmp {
	uint8_t version; /* 1, 2, 3 */
	bool encrypted;  /* the rest is not known */
	bool has_community, has_user;
	struct bytes community, user;
	uint8_t pdu; /* enum snmp_pdu */
	uint32_t error;
	struct bytes trap_oid; /* of a trap of version 1 */
	uint8_t trap_address[4];
	uint32_t trap_type;
	struct bytes variables; /* snmp_next_variable() */
};

enum parse snmp_parse(struct bytes datagram, struct snmp *out);
/* The identifier of each, as its bytes; false at the end. */
bool snmp_next_variable(struct cursor *variables, struct bytes *out_oid);
/* "1.3.6.1.2.1", as long as there is room. The length of the text. */
size_t snmp_write_oid(struct bytes oid, char out[SNMP_OID_TEXT]);

const char *snmp_pdu_name(uint8_t pdu);      /* "get_request" */
const char *snmp_error_name(uint32_t error); /* "TooBig"; NULL */
const char *snmp_trap_name(uint32_t type);   /* "ColdStart"; NULL */

#endif
