/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/ntlmssp.h - who logs in, in the security blob of a session setup: NTLM (MS-NLMP), or the ticket of Kerberos (RFC 4120 5.5.1) in
 * GSS-API (RFC 4178).
 */
#ifndef PROTO_NTLMSSP_H
#define PROTO_NTLMSSP_H

#include "core/cursor.h"

enum ntlmssp_type { NTLMSSP_NEGOTIATE = 1, NTLMSSP_CHALLENGE = 2, NTLMSSP_AUTHENTICATE = 3 };

/* MS-NLMP 2.2.1.3. Texts are UTF-16 when `wide`. */
struct ntlmssp {
	uint32_t type;
	bool wide, has_version;
	struct bytes domain, user, host;
	uint8_t major, minor, revision;
	uint16_t build;
};

/* Finds the message in a blob, with or without GSS-API around it. */
enum parse ntlmssp_parse(struct bytes blob, struct ntlmssp *out);

enum { NTLMSSP_NAMES_MAX = 4 };
struct ntlmssp_ticket {
	struct bytes realm;
	size_t name_count;
	struct bytes names[NTLMSSP_NAMES_MAX]; /* of the service: "cifs", "server.example" */
};
enum parse ntlmssp_parse_ticket(struct bytes blob, struct ntlmssp_ticket *out);

#endif
