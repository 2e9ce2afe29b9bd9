/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/asset_collector.h"

#include "detect/behaviour/keyed_table.h"

#include <stdlib.h>

struct asset_collector {
	struct keyed_table *assets; /* by address */
};

struct asset_collector *
asset_collector_new(size_t memory_bytes)
{
	struct asset_collector *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->assets = keyed_table_new(sizeof(struct addr), sizeof(struct asset), memory_bytes);
	if (c->assets == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
asset_collector_free(struct asset_collector *c)
{
	if (c == NULL)
		return;
	keyed_table_free(c->assets);
	free(c);
}

static struct asset *
note(struct asset_collector *c, const struct addr *address, int64_t first_ns, int64_t last_ns)
{
	if (!addr_is_private(address) || addr_is_group(address) || addr_is_zero(address))
		return NULL;
	bool is_new;
	struct asset *asset = keyed_table_get(c->assets, address, &is_new);
	if (is_new) {
		asset->address = *address;
		asset->is_private = true;
		asset->first_ns = first_ns;
	}
	if (first_ns < asset->first_ns)
		asset->first_ns = first_ns;
	if (last_ns > asset->last_ns)
		asset->last_ns = last_ns;
	return asset;
}

static void
note_mac(struct asset *asset, const uint8_t mac[static 6])
{
	static const uint8_t none[6];
	if (asset == NULL || asset->has_mac || memcmp(mac, none, sizeof(none)) == 0)
		return;
	memcpy(asset->mac, mac, sizeof(asset->mac));
	asset->has_mac = true;
}

/* Sorted insertion; a full list keeps what it has. */
static void
note_service(struct asset *asset, uint16_t port, uint8_t ip_proto, uint8_t app)
{
	size_t at = 0;
	while (at < asset->service_count &&
	    (asset->services[at].port < port ||
	        (asset->services[at].port == port && asset->services[at].ip_proto < ip_proto)))
		at++;
	if (at < asset->service_count && asset->services[at].port == port && asset->services[at].ip_proto == ip_proto) {
		if (app > APP_NONE)
			asset->services[at].app = app;
		return;
	}
	if (asset->service_count == ASSET_SERVICES_MAX)
		return;
	memmove(&asset->services[at + 1], &asset->services[at],
	    (size_t)(asset->service_count - at) * sizeof(asset->services[0]));
	asset->services[at] = (struct asset_service){.port = port, .ip_proto = ip_proto, .app = app};
	asset->service_count++;
}

static void
note_flow(struct asset_collector *c, const struct observation *o)
{
	const struct observed_flow *f = &o->flow;
	struct asset *client = note(c, &o->src, f->first_ns, f->last_ns);
	if (client != NULL) {
		client->packets += f->packets[0];
		client->bytes += f->bytes[0];
	}
	if (f->packets[1] == 0 || f->state == FLOW_STATE_REFUSED)
		return; /* nobody answered: the address may not exist */
	struct asset *server = note(c, &o->dst, f->first_ns, f->last_ns);
	if (server == NULL)
		return;
	server->packets += f->packets[1];
	server->bytes += f->bytes[1];
	bool serves = (o->ip_proto == 6 && f->state != FLOW_STATE_NEW) || (o->ip_proto == 17 && f->app > APP_NONE);
	if (serves && f->midstream == 0 && o->dst_port != 0)
		note_service(server, o->dst_port, o->ip_proto, f->app);
}

static void
note_lease(struct asset_collector *c, const struct observation *o)
{
	struct asset *asset = note(c, &o->dhcp.assigned, o->time_ns, o->time_ns);
	if (asset == NULL)
		return;
	note_mac(asset, o->dhcp.client_mac);
	if (o->dhcp.host_len > 0) {
		size_t len = o->dhcp.host_len < sizeof(asset->name) ? o->dhcp.host_len : sizeof(asset->name);
		memcpy(asset->name, o->dhcp.host, len);
		asset->name_len = (uint8_t)len;
	}
}

void
asset_collector_observe(struct asset_collector *c, const struct observation *o)
{
	if (o->kind == OBSERVATION_FLOW_END)
		note_flow(c, o);
	else if (o->kind == OBSERVATION_ARP)
		note_mac(note(c, &o->arp.sender_ip, o->time_ns, o->time_ns), o->arp.sender_mac);
	else if (o->kind == OBSERVATION_DHCP)
		note_lease(c, o);
}

void
asset_collector_prefetch(const struct asset_collector *c, const struct observation *o, unsigned stage)
{
	const struct addr *ends[2] = {&o->src, &o->dst};
	if (o->kind != OBSERVATION_FLOW_END)
		return;
	for (size_t i = 0; i < 2; i++) {
		if (!addr_is_private(ends[i]))
			continue;
		if (stage == 0)
			keyed_table_prefetch_bucket(c->assets, ends[i]);
		else
			keyed_table_prefetch_entry(c->assets, ends[i]);
	}
}

void
asset_collector_each(struct asset_collector *c, void (*each)(void *context, const struct asset *asset), void *context)
{
	uint32_t at = KEYED_TABLE_START;
	for (const struct asset *asset; (asset = keyed_table_next(c->assets, &at, NULL)) != NULL;)
		each(context, asset);
}
