/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_dhcp.h"

#include <stdio.h>

static const struct bytes no_key = {0};

static void
write_ip(struct json *j, struct bytes key, const uint8_t ip[static 4])
{
	struct addr address = addr_v4(ip);
	json_addr(j, key, &address);
}

static void
write_ips(struct json *j, struct bytes key, struct bytes list)
{
	if (list.len < 4)
		return;
	json_open_array(j, key);
	for (; list.len >= 4; list = bytes_after(list, 4))
		write_ip(j, no_key, list.at);
	json_close_array(j);
}

static void
write_text(struct json *j, struct bytes key, struct bytes text)
{
	if (text.len > 0)
		json_text(j, key, text);
}

/* The names that EVE has; the number for the others: the list and its order tell the client's system. */
static const char *
parameter_name(uint8_t code)
{
	switch (code) {
	case 1: return "subnet_mask";
	case 3: return "router";
	case 6: return "dns_server";
	case 15: return "domain";
	case 33: return "static_route";
	case 35: return "arp_timeout";
	case 42: return "ntp_servers";
	case 66: return "tftp_server_name";
	case 150: return "tftp_server_ip";
	default: return NULL;
	}
}

static void
write_parameters(struct json *j, struct bytes parameters)
{
	struct cursor c = cursor_of(parameters);
	if (c.left == 0)
		return;
	json_open_array(j, JSON_KEY("params"));
	while (c.left > 0) {
		char text[8];
		uint8_t code = cursor_u8(&c);
		const char *name_cstr = parameter_name(code);
		if (name_cstr == NULL) {
			snprintf(text, sizeof(text), "%u", code);
			name_cstr = text;
		}
		json_cstr(j, no_key, name_cstr);
	}
	json_close_array(j);
}

void
eve_dhcp_write(struct json *j, const struct dhcp *m, bool extended)
{
	const char *type_cstr = dhcp_type_name(m->type);
	json_open_object(j, JSON_KEY("dhcp"));
	json_text(j, JSON_KEY("type"), m->op == DHCP_OP_REQUEST ? BYTES("request") : BYTES("reply"));
	json_u64(j, JSON_KEY("id"), m->id);
	json_hex(j, JSON_KEY("client_mac"), (struct bytes){m->hardware, m->hardware_len}, ':');
	write_ip(j, JSON_KEY("assigned_ip"), m->assigned_ip);
	write_ip(j, JSON_KEY("client_ip"), m->client_ip);
	if (m->op == DHCP_OP_REPLY) {
		write_ip(j, JSON_KEY("relay_ip"), m->relay_ip);
		write_ip(j, JSON_KEY("next_server_ip"), m->next_server_ip);
	}
	if (m->type != 0)
		json_cstr(j, JSON_KEY("dhcp_type"), type_cstr != NULL ? type_cstr : "unknown");
	if (!extended) {
		if (m->has_lease)
			json_u64(j, JSON_KEY("lease_time"), m->lease_s);
		json_close_object(j);
		return;
	}
	if (m->client_id.len > 0)
		json_hex(j, JSON_KEY("client_id"), m->client_id, ':');
	write_text(j, JSON_KEY("hostname"), m->hostname);
	write_text(j, JSON_KEY("vendor_class_identifier"), m->vendor_class);
	if (m->has_lease)
		json_u64(j, JSON_KEY("lease_time"), m->lease_s);
	if (m->has_renewal)
		json_u64(j, JSON_KEY("renewal_time"), m->renewal_s);
	if (m->has_rebinding)
		json_u64(j, JSON_KEY("rebinding_time"), m->rebinding_s);
	if (m->subnet_mask.len == 4)
		write_ip(j, JSON_KEY("subnet_mask"), m->subnet_mask.at);
	if (m->requested_ip.len == 4)
		write_ip(j, JSON_KEY("requested_ip"), m->requested_ip.at);
	write_ips(j, JSON_KEY("routers"), m->routers);
	write_ips(j, JSON_KEY("dns_servers"), m->dns_servers);
	write_parameters(j, m->parameters);
	json_close_object(j);
}
