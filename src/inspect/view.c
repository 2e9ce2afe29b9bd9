/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/view.h"

static const struct view_kind kinds[VIEWS] = {
#define VIEW(identifier, name, older, protocol, sides, many) [VIEW_##identifier] = {name, older, protocol, sides, many},
#include "inspect/view_list.h"
#undef VIEW
};

/* Those that this folder puts: view_set_put holds the list to that. */
static const bool shown[VIEWS] = {
    [VIEW_PAYLOAD] = true,
    [VIEW_IPV4_HEADER] = true,
    [VIEW_IPV6_HEADER] = true,
    [VIEW_TCP_HEADER] = true,
    [VIEW_UDP_HEADER] = true,
    [VIEW_ICMPV4_HEADER] = true,
    [VIEW_ICMPV6_HEADER] = true,
    [VIEW_IGMP_HEADER] = true,
    [VIEW_SCTP_HEADER] = true,
    [VIEW_IP_SOURCE] = true,
    [VIEW_IP_TARGET] = true,
    [VIEW_FILE_DATA] = true,
    [VIEW_FILE_NAME] = true,
    [VIEW_FILE_MAGIC] = true,
    [VIEW_FILE] = true,
    [VIEW_HTTP_URI] = true,
    [VIEW_HTTP_URI_RAW] = true,
    [VIEW_HTTP_METHOD] = true,
    [VIEW_HTTP_REQUEST_LINE] = true,
    [VIEW_HTTP_REQUEST_BODY] = true,
    [VIEW_HTTP_HEADER] = true,
    [VIEW_HTTP_HEADER_RAW] = true,
    [VIEW_HTTP_HEADER_NAMES] = true,
    [VIEW_HTTP_START] = true,
    [VIEW_HTTP_PROTOCOL] = true,
    [VIEW_HTTP_HOST] = true,
    [VIEW_HTTP_HOST_RAW] = true,
    [VIEW_HTTP_USER_AGENT] = true,
    [VIEW_HTTP_REFERER] = true,
    [VIEW_HTTP_COOKIE] = true,
    [VIEW_HTTP_ACCEPT] = true,
    [VIEW_HTTP_ACCEPT_ENC] = true,
    [VIEW_HTTP_ACCEPT_LANG] = true,
    [VIEW_HTTP_CONNECTION] = true,
    [VIEW_HTTP_CONTENT_LEN] = true,
    [VIEW_HTTP_CONTENT_TYPE] = true,
    [VIEW_HTTP_REQUEST_HEADER] = true,
    [VIEW_HTTP_RESPONSE_HEADER] = true,
    [VIEW_HTTP_RESPONSE_LINE] = true,
    [VIEW_HTTP_RESPONSE_BODY] = true,
    [VIEW_HTTP_STAT_CODE] = true,
    [VIEW_HTTP_STAT_MSG] = true,
    [VIEW_HTTP_SERVER] = true,
    [VIEW_HTTP_LOCATION] = true,
    [VIEW_DNS_QUERY] = true,
    [VIEW_DNS_QUERIES_NAME] = true,
    [VIEW_DNS_ANSWERS_NAME] = true,
    [VIEW_DNS_AUTHORITIES_NAME] = true,
    [VIEW_DNS_ADDITIONALS_NAME] = true,
    [VIEW_DNS_RESPONSE_NAME] = true,
    [VIEW_MDNS_QUERIES_NAME] = true,
    [VIEW_MDNS_ANSWERS_NAME] = true,
    [VIEW_MDNS_AUTHORITIES_NAME] = true,
    [VIEW_MDNS_ADDITIONALS_NAME] = true,
    [VIEW_MDNS_RESPONSE_NAME] = true,
    [VIEW_LLMNR_QUERIES_NAME] = true,
    [VIEW_LLMNR_ANSWERS_NAME] = true,
    [VIEW_LLMNR_AUTHORITIES_NAME] = true,
    [VIEW_LLMNR_ADDITIONALS_NAME] = true,
    [VIEW_LLMNR_RESPONSE_NAME] = true,
    [VIEW_DNS_OPCODE] = true,
    [VIEW_TLS_SUBJECT_ALT_NAME] = true,
    [VIEW_TLS_RANDOM] = true,
    [VIEW_TLS_RANDOM_TIME] = true,
    [VIEW_TLS_RANDOM_BYTES] = true,
    [VIEW_JA3S_STRING] = true,
    [VIEW_TLS_VERSION] = true,
    [VIEW_TLS_STATE] = true,
    [VIEW_TLS_CHAIN_LENGTH] = true,
    [VIEW_TLS_NOT_BEFORE] = true,
    [VIEW_TLS_NOT_AFTER] = true,
    [VIEW_TLS_VALID_SINCE] = true,
    [VIEW_TLS_VALID_FOR] = true,
    [VIEW_NTP_VERSION] = true,
    [VIEW_NTP_MODE] = true,
    [VIEW_NTP_STRATUM] = true,
    [VIEW_NTP_REFERENCE_ID] = true,
    [VIEW_DHCP_LEASE_TIME] = true,
    [VIEW_DHCP_RENEWAL_TIME] = true,
    [VIEW_DHCP_REBINDING_TIME] = true,
    [VIEW_LDAP_REQUEST_OPERATION] = true,
    [VIEW_LDAP_RESPONSES_OPERATION] = true,
    [VIEW_LDAP_RESPONSES_COUNT] = true,
    [VIEW_LDAP_RESULT_CODE] = true,
    [VIEW_LDAP_DISTINGUISHED_NAME] = true,
    [VIEW_LDAP_RESPONSES_DN] = true,
    [VIEW_LDAP_RESPONSES_MESSAGE] = true,
    [VIEW_LDAP_REQUEST_ATTRIBUTE] = true,
    [VIEW_LDAP_RESPONSES_ATTRIBUTE] = true,
    [VIEW_QUIC_SNI] = true,
    [VIEW_QUIC_UA] = true,
    [VIEW_QUIC_VERSION] = true,
    [VIEW_QUIC_CYU_HASH] = true,
    [VIEW_QUIC_CYU_STRING] = true,
    [VIEW_DNS_RCODE] = true,
    [VIEW_DNS_RRTYPE] = true,
    [VIEW_TLS_SNI] = true,
    [VIEW_TLS_ALPN] = true,
    [VIEW_TLS_CERT_SUBJECT] = true,
    [VIEW_TLS_CERT_ISSUER] = true,
    [VIEW_TLS_CERT_SERIAL] = true,
    [VIEW_TLS_CERT_FINGERPRINT] = true,
    [VIEW_TLS_CERTS] = true,
    [VIEW_JA3_HASH] = true,
    [VIEW_JA3_STRING] = true,
    [VIEW_JA3S_HASH] = true,
    [VIEW_JA4_HASH] = true,
    [VIEW_SSH_PROTO] = true,
    [VIEW_SSH_SOFTWARE] = true,
    [VIEW_SSH_HASSH] = true,
    [VIEW_SSH_HASSH_STRING] = true,
    [VIEW_SSH_HASSH_SERVER] = true,
    [VIEW_SSH_HASSH_SERVER_STRING] = true,
    [VIEW_SMB_NAMED_PIPE] = true,
    [VIEW_SMB_SHARE] = true,
    [VIEW_SMB_NTLMSSP_USER] = true,
    [VIEW_SMB_NTLMSSP_DOMAIN] = true,
    [VIEW_SMB_VERSION] = true,
    [VIEW_SNMP_COMMUNITY] = true,
    [VIEW_SNMP_USM] = true,
    [VIEW_SNMP_TRAP_OID] = true,
    [VIEW_SNMP_TRAP_ADDRESS] = true,
    [VIEW_SNMP_VERSION] = true,
    [VIEW_SNMP_PDU_TYPE] = true,
    [VIEW_SNMP_TRAP_TYPE] = true,
    [VIEW_KRB5_CNAME] = true,
    [VIEW_KRB5_SNAME] = true,
    [VIEW_KRB5_MESSAGE_TYPE] = true,
    [VIEW_KRB5_ERROR_CODE] = true,
    [VIEW_DCERPC_STUB_DATA] = true,
    [VIEW_DCERPC_OPNUM] = true,
    [VIEW_DCERPC_INTERFACE] = true,
    [VIEW_FTP_COMMAND] = true,
    [VIEW_FTP_COMMAND_DATA] = true,
    [VIEW_FTP_REPLY] = true,
    [VIEW_FTP_COMPLETION_CODE] = true,
    [VIEW_FTP_MODE] = true,
    [VIEW_FTP_DYNAMIC_PORT] = true,
    [VIEW_FTP_REPLY_RECEIVED] = true,
    [VIEW_FTP_BOUNCE] = true,
    [VIEW_FTP_DATA_COMMAND] = true,
    [VIEW_SMTP_HELO] = true,
    [VIEW_SMTP_MAIL_FROM] = true,
    [VIEW_SMTP_RCPT_TO] = true,
    [VIEW_EMAIL_FROM] = true,
    [VIEW_EMAIL_TO] = true,
    [VIEW_EMAIL_CC] = true,
    [VIEW_EMAIL_SUBJECT] = true,
    [VIEW_EMAIL_DATE] = true,
    [VIEW_EMAIL_MESSAGE_ID] = true,
    [VIEW_EMAIL_X_MAILER] = true,
    [VIEW_EMAIL_URL] = true,
    [VIEW_EMAIL_RECEIVED] = true,
    [VIEW_EMAIL_BODY_MD5] = true,
};

bool
view_is_shown(enum view view)
{
	return shown[view];
}

const struct view_kind *
view_of(enum view view)
{
	return &kinds[view];
}

/* The first byte decides, as a rule. */
static bool
is_name(struct bytes name, const char *text_cstr)
{
	return name.len > 0 && (uint8_t)text_cstr[0] == name.at[0] && bytes_eq(name, bytes_of_cstr(text_cstr));
}

enum view
view_find(struct bytes name, bool *older)
{
	for (size_t i = 0; i < VIEWS && name.len > 0; i++) {
		bool is_older = kinds[i].older_cstr != NULL && is_name(name, kinds[i].older_cstr);
		if (!is_older && !is_name(name, kinds[i].name_cstr))
			continue;
		if (older != NULL)
			*older = is_older;
		return (enum view)i;
	}
	return VIEWS;
}
