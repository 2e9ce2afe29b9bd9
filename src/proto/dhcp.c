/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/dhcp.h"

enum option {
	OPTION_PAD = 0,
	OPTION_SUBNET_MASK = 1,
	OPTION_ROUTERS = 3,
	OPTION_DNS_SERVERS = 6,
	OPTION_HOSTNAME = 12,
	OPTION_DOMAIN = 15,
	OPTION_REQUESTED_IP = 50,
	OPTION_LEASE = 51,
	OPTION_OVERLOAD = 52,
	OPTION_TYPE = 53,
	OPTION_SERVER = 54,
	OPTION_PARAMETERS = 55,
	OPTION_MESSAGE = 56,
	OPTION_RENEWAL = 58,
	OPTION_REBINDING = 59,
	OPTION_VENDOR_CLASS = 60,
	OPTION_CLIENT_ID = 61,
	OPTION_FQDN = 81,
	OPTION_RELAY = 82,
	OPTION_END = 255,
};

enum { OVERLOAD_FILE = 1, OVERLOAD_SERVER_NAME = 2 };

static bool
keep_bytes(struct bytes *field, struct bytes value)
{
	if (field->len == 0)
		*field = value;
	return true;
}

static bool
keep_address(struct bytes *field, struct bytes value)
{
	return value.len == 4 && keep_bytes(field, value);
}

static bool
keep_addresses(struct bytes *field, struct bytes value)
{
	return value.len > 0 && value.len % 4 == 0 && keep_bytes(field, value);
}

static bool
keep_u8(uint8_t *field, struct bytes value)
{
	struct cursor c = cursor_of(value);
	uint8_t number = cursor_u8(&c);
	if (*field == 0)
		*field = number;
	return value.len == 1;
}

static bool
keep_u32(bool *has, uint32_t *field, struct bytes value)
{
	struct cursor c = cursor_of(value);
	uint32_t number = cursor_be32(&c);
	if (value.len != 4)
		return false;
	if (!*has)
		*field = number;
	*has = true;
	return true;
}

/* False: the value cannot be that of the option. */
static bool
keep_option(struct dhcp *m, uint8_t *overload, uint8_t code, struct bytes value)
{
	switch (code) {
	case OPTION_SUBNET_MASK: return keep_address(&m->subnet_mask, value);
	case OPTION_ROUTERS: return keep_addresses(&m->routers, value);
	case OPTION_DNS_SERVERS: return keep_addresses(&m->dns_servers, value);
	case OPTION_HOSTNAME: return keep_bytes(&m->hostname, value);
	case OPTION_DOMAIN: return keep_bytes(&m->domain, value);
	case OPTION_REQUESTED_IP: return keep_address(&m->requested_ip, value);
	case OPTION_LEASE: return keep_u32(&m->has_lease, &m->lease_s, value);
	case OPTION_OVERLOAD: return keep_u8(overload, value) && *overload <= (OVERLOAD_FILE | OVERLOAD_SERVER_NAME);
	case OPTION_TYPE: return keep_u8(&m->type, value);
	case OPTION_SERVER: return keep_address(&m->server_ip, value);
	case OPTION_PARAMETERS: return keep_bytes(&m->parameters, value);
	case OPTION_MESSAGE: return keep_bytes(&m->message, value);
	case OPTION_RENEWAL: return keep_u32(&m->has_renewal, &m->renewal_s, value);
	case OPTION_REBINDING: return keep_u32(&m->has_rebinding, &m->rebinding_s, value);
	case OPTION_VENDOR_CLASS: return keep_bytes(&m->vendor_class, value);
	case OPTION_CLIENT_ID: return keep_bytes(&m->client_id, value);
	case OPTION_FQDN: return keep_bytes(&m->fqdn, value);
	case OPTION_RELAY: return keep_bytes(&m->relay_information, value);
	default: return true;
	}
}

/* RFC 2132 2. True when the end option was met. */
static bool
read_options(struct cursor *c, struct dhcp *m, uint8_t *overload, bool *malformed)
{
	while (c->left > 0) {
		uint8_t code = cursor_u8(c);
		if (code == OPTION_END)
			return true;
		if (code == OPTION_PAD)
			continue;
		struct bytes value = cursor_take(c, cursor_u8(c));
		if (cursor_ok(c) && !keep_option(m, overload, code, value))
			*malformed = true;
	}
	return false;
}

static void
take_into(struct cursor *c, uint8_t *out, size_t size)
{
	struct bytes field = cursor_take(c, size);
	if (field.len > 0)
		memcpy(out, field.at, field.len);
}

enum parse
dhcp_parse(struct bytes datagram, struct dhcp *out)
{
	struct cursor c = cursor_of(datagram);
	struct dhcp m = {0};
	m.op = cursor_u8(&c);
	m.hardware_type = cursor_u8(&c);
	m.hardware_len = cursor_u8(&c);
	m.hops = cursor_u8(&c);
	m.id = cursor_be32(&c);
	m.seconds = cursor_be16(&c);
	m.flags = cursor_be16(&c);
	take_into(&c, m.client_ip, sizeof(m.client_ip));
	take_into(&c, m.assigned_ip, sizeof(m.assigned_ip));
	take_into(&c, m.next_server_ip, sizeof(m.next_server_ip));
	take_into(&c, m.relay_ip, sizeof(m.relay_ip));
	take_into(&c, m.hardware, sizeof(m.hardware));
	struct cursor server_name = cursor_sub(&c, 64), file = cursor_sub(&c, 128);
	uint32_t magic = cursor_be32(&c);
	if (!cursor_ok(&c))
		return c.state;
	if ((m.op != DHCP_OP_REQUEST && m.op != DHCP_OP_REPLY) || m.hardware_len > DHCP_HARDWARE_MAX || magic != 0x63825363)
		return PARSE_BAD; /* RFC 2131 3: the magic cookie is required */

	uint8_t overload = 0, again = 0; /* again: an overload inside an overloaded field means nothing */
	bool malformed = false;
	bool ended = read_options(&c, &m, &overload, &malformed);
	if (ended && (overload & OVERLOAD_FILE) != 0) /* RFC 2131 4.1: the file's name first */
		read_options(&file, &m, &again, &malformed);
	if (ended && (overload & OVERLOAD_SERVER_NAME) != 0)
		read_options(&server_name, &m, &again, &malformed);
	malformed = malformed || !cursor_ok(&file) || !cursor_ok(&server_name);
	m.options = malformed ? PARSE_BAD : ended ? PARSE_OK : PARSE_SHORT;
	*out = m;
	return PARSE_OK;
}

const char *
dhcp_type_name(uint8_t type)
{
	static const char *const names[] = {
	    NULL, "discover", "offer", "request", "decline", "ack", "nak", "release", "inform"};
	return type < LENGTH_OF(names) ? names[type] : NULL;
}
