/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/asset.h - a machine seen on the network, with the services it answered on. */
#ifndef RECORD_ASSET_H
#define RECORD_ASSET_H

#include "core/addr.h"
#include "core/bytes.h"

enum { ASSET_NAME_MAX = 64, ASSET_SERVICES_MAX = 16 };

struct asset_service {
	uint16_t port;
	uint8_t ip_proto;
	uint8_t app; /* enum app_proto */
};

struct asset {
	struct addr address;
	uint8_t mac[6];
	bool has_mac;    /* seen on the same link, not behind a router */
	bool is_private; /* an address of the site, not of the Internet */
	int64_t first_ns, last_ns;
	uint64_t packets, bytes; /* sent by it */
	uint8_t name_len;
	char name[ASSET_NAME_MAX]; /* from DHCP, hostile text */
	uint8_t service_count;
	struct asset_service services[ASSET_SERVICES_MAX]; /* answered on; sorted by port, then protocol */
};

#endif
