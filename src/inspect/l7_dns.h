/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_dns.h - DNS over UDP and TCP, multicast DNS (RFC 6762) and LLMNR (RFC 4795).
 *
 * An event per message, as Suricata says it; an observation per query: with its answer, or at the
 * end of the flow without. Multicast questions are no observations: their answers come on other flows.
 */
#ifndef INSPECT_L7_DNS_H
#define INSPECT_L7_DNS_H

#include "inspect/l7.h"

extern const struct l7_parser l7_dns_udp_parser;
extern const struct l7_parser l7_dns_tcp_parser;
/* The same bytes over UDP, told apart by port 5353; the two never want the same flow. */
extern const struct l7_parser l7_dns_mdns_parser;

#endif
