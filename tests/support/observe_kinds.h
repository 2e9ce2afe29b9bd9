/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/observe_kinds.h - observations of names, certificates, neighbours and leases, beside those of observe.h. */
#ifndef TESTS_SUPPORT_OBSERVE_KINDS_H
#define TESTS_SUPPORT_OBSERVE_KINDS_H

#include "observe.h"

enum { OBSERVE_A = 1, OBSERVE_TXT = 16, OBSERVE_NXDOMAIN = 3, OBSERVE_ARP_ASKS = 1, OBSERVE_ARP_ANSWERS = 2 };

static inline uint16_t
observe_kinds_copy(char *out, size_t size, const char *text_cstr)
{
	size_t len = strlen(text_cstr);
	len = len < size ? len : size;
	memcpy(out, text_cstr, len);
	return (uint16_t)len;
}

/* A name asked by src of dst, and answered. */
static inline struct observation
observe_name(
    const char *src_cstr, const char *dst_cstr, const char *name_cstr, uint16_t type, uint8_t rcode, int64_t time_ns)
{
	struct observation o = {.kind = OBSERVATION_DNS,
	    .ip_proto = 17,
	    .time_ns = time_ns,
	    .src_port = 40000,
	    .dst_port = 53,
	    .src = observe_addr(src_cstr),
	    .dst = observe_addr(dst_cstr),
	    .dns = {.type = type, .rcode = rcode, .answered = true, .query_bytes = 60, .answer_bytes = 120}};
	o.dns.name_len = observe_kinds_copy(o.dns.name, sizeof(o.dns.name), name_cstr);
	return o;
}

/* A handshake in which dst showed a certificate. */
static inline struct observation
observe_certificate(const char *src_cstr, const char *dst_cstr, bool self_signed, int64_t not_after_s, int64_t time_ns)
{
	struct observation o = {.kind = OBSERVATION_TLS,
	    .ip_proto = 6,
	    .time_ns = time_ns,
	    .src_port = 40000,
	    .dst_port = 443,
	    .src = observe_addr(src_cstr),
	    .dst = observe_addr(dst_cstr),
	    .tls = {.has_certificate = true, .self_signed = self_signed, .not_after_s = not_after_s}};
	o.tls.subject_len = observe_kinds_copy(o.tls.subject, sizeof(o.tls.subject), "CN=a.example");
	return o;
}

/* The card 00:01:02:03:04:<card> says that sender is its address, to or about target. */
static inline struct observation
observe_arp(uint16_t operation, uint8_t card, const char *sender_cstr, const char *target_cstr, int64_t time_ns)
{
	struct observation o = {.kind = OBSERVATION_ARP,
	    .time_ns = time_ns,
	    .has_mac = true,
	    .src = observe_addr(sender_cstr),
	    .dst = observe_addr(target_cstr),
	    .src_mac = {0, 1, 2, 3, 4, card},
	    .arp = {.operation = operation, .sender_mac = {0, 1, 2, 3, 4, card}}};
	o.arp.sender_ip = o.src;
	o.arp.target_ip = o.dst;
	return o;
}

/* A lease given (type 5), offered (2), or asked for (1, 3) by the card. */
static inline struct observation
observe_dhcp(uint8_t type, const char *server_cstr, uint8_t card, const char *assigned_cstr, int64_t time_ns)
{
	struct observation o = {.kind = OBSERVATION_DHCP,
	    .ip_proto = 17,
	    .time_ns = time_ns,
	    .src_port = 68,
	    .dst_port = 67,
	    .src = observe_addr("0.0.0.0"),
	    .dst = observe_addr("255.255.255.255"),
	    .dhcp = {.type = type, .client_mac = {0, 1, 2, 3, 4, card}}};
	if (server_cstr != NULL)
		o.dhcp.server = observe_addr(server_cstr);
	if (assigned_cstr != NULL)
		o.dhcp.assigned = observe_addr(assigned_cstr);
	return o;
}

#endif
