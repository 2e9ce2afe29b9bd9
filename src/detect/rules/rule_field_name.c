/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_field_name.h"

#include "detect/rules/rule_text.h"

/* RFC 1035, 2136, 6895; RFC 4511 4.1.9, 4.2 ... with the spelling of Suricata's events. */
static const struct {
	enum rule_field field;
	uint32_t number;
	const char *name_cstr;
} names[] = {
#define RCODE(number, name)                        \
	{                                          \
		RULE_FIELD_DNS_RCODE, number, name \
	}
    RCODE(0, "noerror"),
    RCODE(1, "formerr"),
    RCODE(2, "servfail"),
    RCODE(3, "nxdomain"),
    RCODE(4, "notimp"),
    RCODE(5, "refused"),
    RCODE(6, "yxdomain"),
    RCODE(7, "yxrrset"),
    RCODE(8, "nxrrset"),
    RCODE(9, "notauth"),
    RCODE(10, "notzone"),
    RCODE(16, "badvers"),
    RCODE(17, "badkey"),
    RCODE(18, "badtime"),
    RCODE(19, "badmode"),
    RCODE(20, "badname"),
    RCODE(21, "badalg"),
    RCODE(22, "badtrunc"),
#define RRTYPE(number, name)                        \
	{                                           \
		RULE_FIELD_DNS_RRTYPE, number, name \
	}
    RRTYPE(1, "a"),
    RRTYPE(2, "ns"),
    RRTYPE(3, "md"),
    RRTYPE(4, "mf"),
    RRTYPE(5, "cname"),
    RRTYPE(6, "soa"),
    RRTYPE(7, "mb"),
    RRTYPE(8, "mg"),
    RRTYPE(9, "mr"),
    RRTYPE(10, "null"),
    RRTYPE(11, "wks"),
    RRTYPE(12, "ptr"),
    RRTYPE(13, "hinfo"),
    RRTYPE(14, "minfo"),
    RRTYPE(15, "mx"),
    RRTYPE(16, "txt"),
    RRTYPE(17, "rp"),
    RRTYPE(18, "afsdb"),
    RRTYPE(24, "sig"),
    RRTYPE(25, "key"),
    RRTYPE(28, "aaaa"),
    RRTYPE(29, "loc"),
    RRTYPE(33, "srv"),
    RRTYPE(35, "naptr"),
    RRTYPE(36, "kx"),
    RRTYPE(37, "cert"),
    RRTYPE(39, "dname"),
    RRTYPE(41, "opt"),
    RRTYPE(43, "ds"),
    RRTYPE(44, "sshfp"),
    RRTYPE(46, "rrsig"),
    RRTYPE(47, "nsec"),
    RRTYPE(48, "dnskey"),
    RRTYPE(50, "nsec3"),
    RRTYPE(51, "nsec3param"),
    RRTYPE(52, "tlsa"),
    RRTYPE(64, "svcb"),
    RRTYPE(65, "https"),
    RRTYPE(99, "spf"),
    RRTYPE(249, "tkey"),
    RRTYPE(250, "tsig"),
    RRTYPE(251, "ixfr"),
    RRTYPE(252, "axfr"),
    RRTYPE(255, "any"),
    RRTYPE(256, "uri"),
    RRTYPE(257, "caa"),
};

bool
rule_field_name_find(enum rule_field field, struct bytes text, enum rule_compare *compare, int64_t *number)
{
	bool negated = text.len > 0 && text.at[0] == '!';
	if (negated)
		text = rule_text_trim(bytes_after(text, 1));
	for (size_t i = 0; i < LENGTH_OF(names); i++) {
		if (names[i].field != field || !bytes_eq_nocase(text, bytes_of_cstr(names[i].name_cstr)))
			continue;
		*compare = negated ? RULE_NOT_EQUAL : RULE_EQUAL;
		*number = names[i].number;
		return true;
	}
	return false;
}
