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
#define OPERATION(number, name)                                   \
	{RULE_FIELD_LDAP_REQUEST_OPERATION, number, name},        \
	{                                                         \
		RULE_FIELD_LDAP_RESPONSES_OPERATION, number, name \
	}
    OPERATION(0, "bind_request"),
    OPERATION(1, "bind_response"),
    OPERATION(2, "unbind_request"),
    OPERATION(3, "search_request"),
    OPERATION(4, "search_result_entry"),
    OPERATION(5, "search_result_done"),
    OPERATION(19, "search_result_reference"),
    OPERATION(6, "modify_request"),
    OPERATION(7, "modify_response"),
    OPERATION(8, "add_request"),
    OPERATION(9, "add_response"),
    OPERATION(10, "del_request"),
    OPERATION(11, "del_response"),
    OPERATION(12, "mod_dn_request"),
    OPERATION(13, "mod_dn_response"),
    OPERATION(14, "compare_request"),
    OPERATION(15, "compare_response"),
    OPERATION(16, "abandon_request"),
    OPERATION(23, "extended_request"),
    OPERATION(24, "extended_response"),
    OPERATION(25, "intermediate_response"),
#define RESULT(number, name)                              \
	{                                                 \
		RULE_FIELD_LDAP_RESULT_CODE, number, name \
	}
    RESULT(0, "success"),
    RESULT(1, "operations_error"),
    RESULT(2, "protocol_error"),
    RESULT(3, "time_limit_exceeded"),
    RESULT(4, "size_limit_exceeded"),
    RESULT(5, "compare_false"),
    RESULT(6, "compare_true"),
    RESULT(7, "auth_method_not_supported"),
    RESULT(8, "stronger_auth_required"),
    RESULT(10, "referral"),
    RESULT(11, "admin_limit_exceeded"),
    RESULT(12, "unavailable_critical_extension"),
    RESULT(13, "confidentiality_required"),
    RESULT(14, "sasl_bind_in_progress"),
    RESULT(16, "no_such_attribute"),
    RESULT(17, "undefined_attribute_type"),
    RESULT(18, "inappropriate_matching"),
    RESULT(19, "constraint_violation"),
    RESULT(20, "attribute_or_value_exists"),
    RESULT(21, "invalid_attribute_syntax"),
    RESULT(32, "no_such_object"),
    RESULT(33, "alias_problem"),
    RESULT(34, "invalid_dns_syntax"),
    RESULT(35, "is_leaf"),
    RESULT(36, "alias_dereferencing_problem"),
    RESULT(48, "inappropriate_authentication"),
    RESULT(49, "invalid_credentials"),
    RESULT(50, "insufficient_access_rights"),
    RESULT(51, "busy"),
    RESULT(52, "unavailable"),
    RESULT(53, "unwilling_to_perform"),
    RESULT(54, "loop_detect"),
    RESULT(60, "sort_control_missing"),
    RESULT(61, "offset_range_error"),
    RESULT(64, "naming_violation"),
    RESULT(65, "object_class_violation"),
    RESULT(66, "not_allowed_on_non_leaf"),
    RESULT(67, "not_allowed_on_rdn"),
    RESULT(68, "entry_already_exists"),
    RESULT(69, "object_class_mods_prohibited"),
    RESULT(70, "results_too_large"),
    RESULT(71, "affects_multiple_dsas"),
    RESULT(76, "control_error"),
    RESULT(80, "other"),
    RESULT(118, "canceled"),
    RESULT(119, "no_such_operation"),
    RESULT(120, "too_late"),
    RESULT(121, "cannot_cancel"),
    RESULT(122, "assertion_failed"),
    RESULT(123, "authorization_denied"),
    RESULT(4096, "e_sync_refresh_required"),
    RESULT(16654, "no_operation"),
#define MODE(number, name)                        \
	{                                         \
		RULE_FIELD_NTP_MODE, number, name \
	}
    MODE(0, "reserved"),
    MODE(1, "symmetric_active"),
    MODE(2, "symmetric_passive"),
    MODE(3, "client"),
    MODE(4, "server"),
    MODE(5, "broadcast"),
    MODE(6, "control"),
    MODE(7, "private"),
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
