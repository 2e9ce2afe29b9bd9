/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/dhcp.h - a DHCP message (RFC 2131 2, RFC 2132): bytes in, a value out.
 *
 * Nothing is copied: texts and lists are borrowed from the datagram. Options may go on in the fields for the
 * server's and the file's name (RFC 2132 9.3); of an option given twice the first one is kept.
 */
#ifndef PROTO_DHCP_H
#define PROTO_DHCP_H

#include "core/bytes.h"
#include "core/cursor.h"

enum { DHCP_FIXED_SIZE = 236, DHCP_HARDWARE_MAX = 16 };

enum dhcp_op { DHCP_OP_REQUEST = 1, DHCP_OP_REPLY = 2 };

enum dhcp_type { /* RFC 2132 9.6 */
	DHCP_DISCOVER = 1,
	DHCP_OFFER,
	DHCP_REQUEST,
	DHCP_DECLINE,
	DHCP_ACK,
	DHCP_NAK,
	DHCP_RELEASE,
	DHCP_INFORM
};

struct dhcp {
	uint8_t op, hardware_type, hardware_len, hops;
	uint32_t id;
	uint16_t seconds, flags;
	uint8_t client_ip[4], assigned_ip[4], next_server_ip[4], relay_ip[4];
	uint8_t hardware[DHCP_HARDWARE_MAX];
	/* Of the options: PARSE_OK when their end was seen, SHORT when the datagram stops before, BAD when one
	 * is not what it should be. What could be read is below in all cases. */
	enum parse options;
	uint8_t type; /* enum dhcp_type; 0: none, plain BOOTP */
	bool has_lease, has_renewal, has_rebinding;
	uint32_t lease_s, renewal_s, rebinding_s;
	struct bytes subnet_mask;          /* four bytes or none */
	struct bytes requested_ip;         /* four bytes or none */
	struct bytes server_ip;            /* option 54: four bytes or none */
	struct bytes routers, dns_servers; /* lists of four bytes each */
	struct bytes hostname, domain, client_id, vendor_class, parameters, message, relay_information, fqdn;
};

/* BAD: not a DHCP message. SHORT: the fixed part is not whole. */
MUST_USE enum parse dhcp_parse(struct bytes datagram, struct dhcp *out);

/* "discover"; NULL when it has no name. */
const char *dhcp_type_name(uint8_t type);

#endif
