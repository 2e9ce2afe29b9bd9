/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/dns_samples.h - DNS messages made by hand, for the tests of its parser and of its glue. */
#ifndef TESTS_SUPPORT_DNS_SAMPLES_H
#define TESTS_SUPPORT_DNS_SAMPLES_H

/* clang-format off */

#include "core/bytes.h"

#define DNS_HEADER(id, flags, qd, an, ns, ar) id flags "\x00" qd "\x00" an "\x00" ns "\x00" ar

/* "www.example.com" at 12; "example.com" at 16. */
#define DNS_WWW "\x03" "www" "\x07" "example" "\x03" "com" "\x00"
#define DNS_IN_A "\x00\x01\x00\x01"
#define DNS_RR(type, ttl, len) "\x00" type "\x00\x01\x00\x00\x00" ttl "\x00" len

#define DNS_QUERY DNS_HEADER("\x12\x34", "\x01\x00", "\x01", "\x00", "\x00", "\x00") DNS_WWW DNS_IN_A

/* www CNAME example.com, example.com A 192.0.2.7 and A 192.0.2.8. */
#define DNS_ANSWER                                                                                     \
	DNS_HEADER("\x12\x34", "\x81\x80", "\x01", "\x03", "\x00", "\x00") DNS_WWW DNS_IN_A            \
	"\xc0\x0c" DNS_RR("\x05", "\x3c", "\x02") "\xc0\x10"                                           \
	"\xc0\x10" DNS_RR("\x01", "\x3d", "\x04") "\xc0\x00\x02\x07"                                   \
	"\xc0\x10" DNS_RR("\x01", "\x3e", "\x04") "\xc0\x00\x02\x08"

/* NXDOMAIN with SOA of example.com in the authorities and an OPT with a client subnet. */
#define DNS_NXDOMAIN                                                                                   \
	DNS_HEADER("\x12\x35", "\x81\x83", "\x01", "\x00", "\x01", "\x01") DNS_WWW DNS_IN_A            \
	"\xc0\x10" DNS_RR("\x06", "\x0a", "\x1b")                                                      \
	"\x02" "ns" "\xc0\x10" "\xc0\x0c"                                                              \
	"\x00\x00\x00\x01" "\x00\x00\x00\x02" "\x00\x00\x00\x03" "\x00\x00\x00\x04" "\x00\x00\x00\x05" \
	"\x00" "\x00\x29" "\x04\xd0" "\x01\x00\x80\x00" "\x00\x0b" "\x00\x08\x00\x07\x00\x01\x18\x00\xcb\x00\x71"

#endif
