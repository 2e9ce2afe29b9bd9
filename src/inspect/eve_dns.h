/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_dns.h - a DNS message as EVE says it (Suricata 8, DNS version 3; mDNS and LLMNR have their own form). */
#ifndef INSPECT_EVE_DNS_H
#define INSPECT_EVE_DNS_H

#include "core/json.h"
#include "proto/dns.h"

/* "dns":{"version":3,...}. */
void eve_dns_write(struct json *j, struct bytes message, const struct dns *m, uint64_t tx_id);

/* The object of an "mdns" or "llmnr" event: key is JSON_KEY("mdns") or JSON_KEY("llmnr"). */
void eve_dns_write_multicast(struct json *j, struct bytes key, struct bytes message, const struct dns *m);

#endif
