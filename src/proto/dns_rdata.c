/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/dns_rdata.h"

struct bytes
dns_rdata_bytes(struct bytes message, const struct dns_record *r)
{
	return bytes_first(bytes_after(message, r->rdata), r->rdata_len);
}

/* A name inside the data: its labels may lead back into the message, but where it stands it must not
 * leave the data. */
static uint16_t
take_name(struct cursor *c, struct bytes message, const struct dns_record *r)
{
	size_t limit = (size_t)r->rdata + r->rdata_len;
	size_t at = limit - c->left, end = at;
	uint16_t flaws = 0;
	if (!cursor_ok(c))
		return 0;
	if (dns_name_skip(message, at, &end, &flaws) != PARSE_OK)
		cursor_stop(c, PARSE_BAD);
	else
		cursor_take(c, end - at);
	return (uint16_t)at;
}

static struct bytes
take_string(struct cursor *c)
{
	return cursor_take(c, cursor_u8(c));
}

static bool
finished(const struct cursor *c)
{
	return cursor_ok(c) && c->left == 0;
}

bool
dns_rdata_address(struct bytes message, const struct dns_record *r, struct addr *out)
{
	struct bytes data = dns_rdata_bytes(message, r);
	if (r->type == DNS_A && data.len == 4)
		*out = addr_v4(data.at);
	else if (r->type == DNS_AAAA && data.len == 16)
		*out = addr_v6(data.at);
	else
		return false;
	return true;
}

bool
dns_rdata_name(struct bytes message, const struct dns_record *r, uint16_t *out_name)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	if (r->type == DNS_MX)
		cursor_be16(&c); /* preference, RFC 1035 3.3.9 */
	uint16_t name = take_name(&c, message, r);
	if (!finished(&c))
		return false;
	*out_name = name;
	return true;
}

bool
dns_rdata_soa(struct bytes message, const struct dns_record *r, struct dns_rdata_soa *out)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	struct dns_rdata_soa soa;
	soa.mname = take_name(&c, message, r);
	soa.rname = take_name(&c, message, r);
	soa.serial = cursor_be32(&c);
	soa.refresh = cursor_be32(&c);
	soa.retry = cursor_be32(&c);
	soa.expire = cursor_be32(&c);
	soa.minimum = cursor_be32(&c);
	if (!finished(&c))
		return false;
	*out = soa;
	return true;
}

bool
dns_rdata_srv(struct bytes message, const struct dns_record *r, struct dns_rdata_srv *out)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	struct dns_rdata_srv srv;
	srv.priority = cursor_be16(&c);
	srv.weight = cursor_be16(&c);
	srv.port = cursor_be16(&c);
	srv.target = take_name(&c, message, r);
	if (!finished(&c))
		return false;
	*out = srv;
	return true;
}

bool
dns_rdata_sshfp(struct bytes message, const struct dns_record *r, struct dns_rdata_sshfp *out)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	struct dns_rdata_sshfp sshfp;
	sshfp.algorithm = cursor_u8(&c);
	sshfp.type = cursor_u8(&c);
	sshfp.fingerprint = cursor_take(&c, c.left);
	if (!cursor_ok(&c))
		return false;
	*out = sshfp;
	return true;
}

bool
dns_rdata_caa(struct bytes message, const struct dns_record *r, struct dns_rdata_caa *out)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	struct dns_rdata_caa caa;
	caa.flags = cursor_u8(&c);
	caa.tag = take_string(&c);
	caa.value = cursor_take(&c, c.left);
	if (!cursor_ok(&c) || caa.tag.len == 0)
		return false;
	*out = caa;
	return true;
}

bool
dns_rdata_naptr(struct bytes message, const struct dns_record *r, struct dns_rdata_naptr *out)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	struct dns_rdata_naptr naptr;
	naptr.order = cursor_be16(&c);
	naptr.preference = cursor_be16(&c);
	naptr.flags = take_string(&c);
	naptr.services = take_string(&c);
	naptr.regexp = take_string(&c);
	naptr.replacement = take_name(&c, message, r);
	if (!finished(&c))
		return false;
	*out = naptr;
	return true;
}

bool
dns_rdata_svcb(struct bytes message, const struct dns_record *r, struct dns_rdata_svcb *out)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	struct dns_rdata_svcb svcb;
	svcb.priority = cursor_be16(&c);
	svcb.target = take_name(&c, message, r);
	svcb.parameters = cursor_take(&c, c.left);
	struct cursor parameters = cursor_of(svcb.parameters);
	uint16_t key;
	struct bytes value;
	while (dns_rdata_next_parameter(&parameters, &key, &value))
		continue;
	if (!cursor_ok(&c) || !finished(&parameters))
		return false;
	*out = svcb;
	return true;
}

bool
dns_rdata_next_string(struct cursor *c, struct bytes *out)
{
	if (c->left == 0)
		return false;
	struct bytes text = take_string(c);
	if (!cursor_ok(c))
		return false;
	*out = text;
	return true;
}

/* Options and parameters have one shape: number, length, value. */
bool
dns_rdata_next_option(struct cursor *c, uint16_t *out_code, struct bytes *out)
{
	if (c->left == 0)
		return false;
	uint16_t code = cursor_be16(c);
	struct bytes data = cursor_take(c, cursor_be16(c));
	if (!cursor_ok(c))
		return false;
	*out_code = code;
	*out = data;
	return true;
}

bool
dns_rdata_next_parameter(struct cursor *c, uint16_t *out_key, struct bytes *out)
{
	return dns_rdata_next_option(c, out_key, out);
}

static bool
strings_fit(struct bytes data)
{
	struct cursor c = cursor_of(data);
	struct bytes text;
	while (dns_rdata_next_string(&c, &text))
		continue;
	return finished(&c);
}

static bool
options_fit(struct bytes data)
{
	struct cursor c = cursor_of(data);
	uint16_t code;
	struct bytes value;
	while (dns_rdata_next_option(&c, &code, &value))
		continue;
	return finished(&c);
}

/* A fixed part, then a name, then anything: RRSIG (RFC 4034 3.1), NSEC (4.1). */
static bool
fixed_then_name(struct bytes message, const struct dns_record *r, size_t fixed)
{
	struct cursor c = cursor_of(dns_rdata_bytes(message, r));
	cursor_take(&c, fixed);
	take_name(&c, message, r);
	return cursor_ok(&c);
}

bool
dns_rdata_check(struct bytes message, const struct dns_record *r)
{
	struct addr address;
	uint16_t name;
	struct dns_rdata_soa soa;
	struct dns_rdata_srv srv;
	struct dns_rdata_sshfp sshfp;
	struct dns_rdata_caa caa;
	struct dns_rdata_naptr naptr;
	struct dns_rdata_svcb svcb;
	if (r->rdata_len == 0)
		return true;
	switch (r->type) {
	case DNS_A: /* of other classes than IN, an address is something else */
	case DNS_AAAA: return (r->class & 0x7fff) != 1 || dns_rdata_address(message, r, &address);
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
	case DNS_DNAME:
	case DNS_MX: return dns_rdata_name(message, r, &name);
	case DNS_SOA: return dns_rdata_soa(message, r, &soa);
	case DNS_SRV: return dns_rdata_srv(message, r, &srv);
	case DNS_SSHFP: return dns_rdata_sshfp(message, r, &sshfp);
	case DNS_CAA: return dns_rdata_caa(message, r, &caa);
	case DNS_NAPTR: return dns_rdata_naptr(message, r, &naptr);
	case DNS_SVCB:
	case DNS_HTTPS: return dns_rdata_svcb(message, r, &svcb);
	case DNS_TXT:
	case DNS_SPF: return strings_fit(dns_rdata_bytes(message, r));
	case DNS_OPT: return options_fit(dns_rdata_bytes(message, r));
	case DNS_DS:
	case DNS_DNSKEY: return r->rdata_len >= 4;
	case DNS_RRSIG: return fixed_then_name(message, r, 18);
	case DNS_NSEC: return fixed_then_name(message, r, 0);
	default: return true;
	}
}
