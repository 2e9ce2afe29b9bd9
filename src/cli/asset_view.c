/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/asset_view.h"

#include "core/json.h"
#include "core/terminal.h"
#include "record/observation.h"

#include <netinet/in.h>

enum { NAME_TEXT_MAX = ASSET_NAME_MAX * 4 + 1, MAC_TEXT_MAX = 18, SERVICES_TEXT_MAX = 1024, SERVICE_COLUMN = 4 };

static const char *
transport(const struct asset_service *service, char room[static 8])
{
	if (service->ip_proto == IPPROTO_TCP)
		return "tcp";
	if (service->ip_proto == IPPROTO_UDP)
		return "udp";
	(void)snprintf(room, 8, "ip%u", service->ip_proto);
	return room;
}

static void
mac_text(const struct asset *asset, char out[static MAC_TEXT_MAX])
{
	const uint8_t *m = asset->mac;
	if (asset->has_mac)
		(void)snprintf(out, MAC_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	else
		(void)snprintf(out, MAC_TEXT_MAX, "-");
}

void
asset_view_head(const struct presenter *p)
{
	fprintf(p->out, "%s%-15s  %-17s  %-19s  %-19s  %s%s\n", p->color ? "\033[1m" : "",
	    text_in(p->language, N_("address")), "MAC", text_in(p->language, N_("first seen (UTC)")),
	    text_in(p->language, N_("last seen (UTC)")), text_in(p->language, N_("name")), p->color ? "\033[0m" : "");
}

/* "22/tcp ssh, 80/tcp http" */
static void
services_text(const struct asset *asset, char out[static SERVICES_TEXT_MAX])
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < asset->service_count; i++) {
		const struct asset_service *service = &asset->services[i];
		const char *app_cstr = observation_app_name((enum app_proto)service->app);
		char room[8];
		bool known = app_cstr != NULL && service->app != APP_UNKNOWN;
		int put = snprintf(out + n, SERVICES_TEXT_MAX - n, "%s%u/%s%s%s", i == 0 ? "" : ", ", service->port,
		    transport(service, room), known ? " " : "", known ? app_cstr : "");
		n += put > 0 && (size_t)put < SERVICES_TEXT_MAX - n ? (size_t)put : 0;
	}
}

void
asset_view_line(const struct presenter *p, const struct asset *asset)
{
	char address[ADDR_TEXT_MAX], mac[MAC_TEXT_MAX], first[24], last[24], name[NAME_TEXT_MAX],
	    services[SERVICES_TEXT_MAX];
	addr_write(&asset->address, address);
	mac_text(asset, mac);
	present_time(asset->first_ns, first);
	present_time(asset->last_ns, last);
	(void)terminal_escape((struct bytes){(const uint8_t *)asset->name, asset->name_len}, name, sizeof(name));
	fprintf(p->out, "%-15s  %-17s  %s  %s  %s\n", address, mac, first, last, name);
	if (asset->service_count == 0)
		return;
	services_text(asset, services);
	present_paragraph(p, "    ", SERVICE_COLUMN, services);
}

void
asset_view_json(struct json *j, struct bytes key, const struct asset *asset)
{
	json_open_object(j, key);
	json_addr(j, JSON_KEY("address"), &asset->address);
	if (asset->name_len > 0)
		json_text(j, JSON_KEY("name"), (struct bytes){(const uint8_t *)asset->name, asset->name_len});
	if (asset->has_mac)
		json_hex(j, JSON_KEY("mac"), (struct bytes){asset->mac, sizeof(asset->mac)}, ':');
	json_bool(j, JSON_KEY("private"), asset->is_private);
	json_time(j, JSON_KEY("first"), asset->first_ns);
	json_time(j, JSON_KEY("last"), asset->last_ns);
	json_u64(j, JSON_KEY("packets"), asset->packets);
	json_u64(j, JSON_KEY("bytes"), asset->bytes);
	json_open_array(j, JSON_KEY("services"));
	for (size_t i = 0; i < asset->service_count; i++) {
		char room[8];
		json_open_object(j, (struct bytes){0});
		json_u64(j, JSON_KEY("port"), asset->services[i].port);
		json_cstr(j, JSON_KEY("transport"), transport(&asset->services[i], room));
		json_cstr(j, JSON_KEY("app_proto"), observation_app_name((enum app_proto)asset->services[i].app));
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}
