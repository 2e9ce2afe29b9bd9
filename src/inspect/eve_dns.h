/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_dns.h - a DNS message as EVE says it (Suricata 8, DNS version 3; mDNS and LLMNR have their own form). */
#ifndef INSPECT_EVE_DNS_H
#define INSPECT_EVE_DNS_H

#include "core/json.h"
#include "proto/dns.h"

struct eve_dns {
	uint64_t tx_id;
	bool grouped, detailed; /* the answers by type; one by one */
};

/* "dns":{"version":3,...}. */
void eve_dns_write(struct json *j, struct bytes message, const struct dns *m, const struct eve_dns *e);
/* The older version 2: one of the questions, or the answers. */
void eve_dns_write_query(struct json *j, struct bytes message, const struct dns *m, size_t index, const struct eve_dns *e);
void eve_dns_write_answer(struct json *j, struct bytes message, const struct dns *m, const struct eve_dns *e);

/* The object of an "mdns" or "llmnr" event: key is JSON_KEY("mdns") or JSON_KEY("llmnr"). */
void eve_dns_write_multicast(struct json *j, struct bytes key, struct bytes message, const struct dns *m);

#endif
