/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/dns_rdata.h - what the data of a DNS record says, by type.
 *
 * Each reader takes the whole message, since names may point back into it, and a record of it.
 * False: the data is not what its type says; out is then untouched. Names are offsets
 * for dns_name_write(); bytes are borrowed from the message.
 */
#ifndef PROTO_DNS_RDATA_H
#define PROTO_DNS_RDATA_H

#include "core/addr.h"
#include "proto/dns.h"

struct dns_rdata_soa { /* RFC 1035 3.3.13 */
	uint16_t mname, rname;
	uint32_t serial, refresh, retry, expire, minimum;
};

struct dns_rdata_srv { /* RFC 2782 */
	uint16_t priority, weight, port, target;
};

struct dns_rdata_sshfp { /* RFC 4255 3.1 */
	uint8_t algorithm, type;
	struct bytes fingerprint;
};

struct dns_rdata_caa { /* RFC 8659 4.1 */
	uint8_t flags;
	struct bytes tag, value;
};

struct dns_rdata_naptr { /* RFC 3403 4.1 */
	uint16_t order, preference, replacement;
	struct bytes flags, services, regexp;
};

struct dns_rdata_svcb { /* RFC 9460 2.2 */
	uint16_t priority, target;
	struct bytes parameters;
};

/* The bytes of the record's data. */
struct bytes dns_rdata_bytes(struct bytes message, const struct dns_record *r);

/* A, AAAA. */
MUST_USE bool dns_rdata_address(struct bytes message, const struct dns_record *r, struct addr *out);
/* CNAME, NS, PTR, DNAME; MX, of which only the name is given here. */
MUST_USE bool dns_rdata_name(struct bytes message, const struct dns_record *r, uint16_t *out_name);
MUST_USE bool dns_rdata_soa(struct bytes message, const struct dns_record *r, struct dns_rdata_soa *out);
MUST_USE bool dns_rdata_srv(struct bytes message, const struct dns_record *r, struct dns_rdata_srv *out);
MUST_USE bool dns_rdata_sshfp(struct bytes message, const struct dns_record *r, struct dns_rdata_sshfp *out);
MUST_USE bool dns_rdata_caa(struct bytes message, const struct dns_record *r, struct dns_rdata_caa *out);
MUST_USE bool dns_rdata_naptr(struct bytes message, const struct dns_record *r, struct dns_rdata_naptr *out);
MUST_USE bool dns_rdata_svcb(struct bytes message, const struct dns_record *r, struct dns_rdata_svcb *out);

/* The next character-string of a TXT record; false at the end or when it does not fit.
 *	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
 *	while (dns_rdata_next_string(&c, &text)) ... */
MUST_USE bool dns_rdata_next_string(struct cursor *c, struct bytes *out);
/* The next option of an OPT record, RFC 6891 6.1.2; false at the end. */
MUST_USE bool dns_rdata_next_option(struct cursor *c, uint16_t *out_code, struct bytes *out);
/* The next parameter of SVCB or HTTPS. */
MUST_USE bool dns_rdata_next_parameter(struct cursor *c, uint16_t *out_key, struct bytes *out);

/* Is the data what the type says? True for types we do not know, and for empty data (RFC 2136 2.4). */
bool dns_rdata_check(struct bytes message, const struct dns_record *r);

#endif
