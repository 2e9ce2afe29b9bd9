/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every keyword of the language but the buffers (inspect/view_list.h) and the plain numbers (rule_field_list.h). */
#include "detect/rules/rule_keywords.h"

#define NONE RULE_TAKES_NONE
#define ONE RULE_TAKES_ONE
#define MAY RULE_MAY_TAKE_ONE

static const struct rule_keyword keywords[] = {
    {"msg", ONE, rule_keyword_meta_msg},
    {"sid", ONE, rule_keyword_meta_sid},
    {"gid", ONE, rule_keyword_meta_gid},
    {"rev", ONE, rule_keyword_meta_rev},
    {"priority", ONE, rule_keyword_meta_priority},
    {"classtype", ONE, rule_keyword_meta_classtype},
    {"reference", ONE, rule_keyword_meta_reference},
    {"metadata", ONE, rule_keyword_meta_metadata},
    {"target", ONE, rule_keyword_meta_target},
    {"requires", ONE, rule_keyword_meta_requires},
    {"noalert", NONE, rule_keyword_meta_noalert},
    {"alert", NONE, rule_keyword_meta_alert},
    {"prefilter", NONE, rule_keyword_meta_prefilter},
    {"bypass", NONE, rule_keyword_meta_bypass},
    {"replace", ONE, rule_keyword_meta_ignored},
    {"nfq_set_mark", ONE, rule_keyword_meta_ignored},

    {"content", ONE, rule_keyword_content_content},
    {"uricontent", ONE, rule_keyword_content_uricontent},
    {"nocase", NONE, rule_keyword_content_nocase},
    {"rawbytes", NONE, rule_keyword_content_rawbytes},
    {"depth", ONE, rule_keyword_content_depth},
    {"offset", ONE, rule_keyword_content_offset},
    {"distance", ONE, rule_keyword_content_distance},
    {"within", ONE, rule_keyword_content_within},
    {"startswith", NONE, rule_keyword_content_startswith},
    {"endswith", NONE, rule_keyword_content_endswith},
    {"fast_pattern", MAY, rule_keyword_content_fast_pattern},
    {"pcre", ONE, rule_keyword_content_pcre},

    {"byte_test", ONE, rule_keyword_bytes_byte_test},
    {"byte_jump", ONE, rule_keyword_bytes_byte_jump},
    {"byte_extract", ONE, rule_keyword_bytes_byte_extract},
    {"byte_math", ONE, rule_keyword_bytes_byte_math},
    {"isdataat", ONE, rule_keyword_bytes_isdataat},
    {"bsize", ONE, rule_keyword_bytes_bsize},
    {"urilen", ONE, rule_keyword_bytes_urilen},
    {"base64_decode", MAY, rule_keyword_bytes_base64_decode},
    {"absent", MAY, rule_keyword_bytes_absent},
    {"entropy", ONE, rule_keyword_bytes_entropy},
    {"asn1", ONE, rule_keyword_bytes_asn1},

    {"strip_whitespace", NONE, rule_keyword_transform_strip_whitespace},
    {"compress_whitespace", NONE, rule_keyword_transform_compress_whitespace},
    {"to_lowercase", NONE, rule_keyword_transform_to_lowercase},
    {"to_uppercase", NONE, rule_keyword_transform_to_uppercase},
    {"to_md5", NONE, rule_keyword_transform_to_md5},
    {"to_sha1", NONE, rule_keyword_transform_to_sha1},
    {"to_sha256", NONE, rule_keyword_transform_to_sha256},
    {"dotprefix", NONE, rule_keyword_transform_dotprefix},
    {"url_decode", NONE, rule_keyword_transform_url_decode},
    {"xor", ONE, rule_keyword_transform_xor},
    {"pcrexform", ONE, rule_keyword_transform_pcrexform},
    {"header_lowercase", NONE, rule_keyword_transform_header_lowercase},
    {"strip_pseudo_headers", NONE, rule_keyword_transform_strip_pseudo_headers},
    {"from_base64", MAY, rule_keyword_transform_from_base64},
    {"domain", NONE, rule_keyword_transform_domain},
    {"tld", NONE, rule_keyword_transform_tld},
    {"gunzip", MAY, rule_keyword_transform_gunzip},
    {"zlib_deflate", MAY, rule_keyword_transform_zlib_deflate},
    {"luaxform", ONE, rule_keyword_app_lua},

    {"flow", ONE, rule_keyword_flow_flow},
    {"flowbits", ONE, rule_keyword_flow_flowbits},
    {"xbits", ONE, rule_keyword_flow_xbits},
    {"hostbits", ONE, rule_keyword_flow_hostbits},
    {"flowint", ONE, rule_keyword_flow_flowint},
    {"threshold", ONE, rule_keyword_flow_threshold},
    {"detection_filter", ONE, rule_keyword_flow_detection_filter},
    {"tag", ONE, rule_keyword_flow_tag},
    {"stream_size", ONE, rule_keyword_packet_stream_size},

    {"flags", ONE, rule_keyword_packet_flags},
    {"tcp.flags", ONE, rule_keyword_packet_flags},
    {"fragbits", ONE, rule_keyword_packet_fragbits},
    {"fragoffset", ONE, rule_keyword_packet_fragoffset},
    {"ipopts", ONE, rule_keyword_packet_ipopts},
    {"sameip", NONE, rule_keyword_packet_sameip},
    {"ip_proto", ONE, rule_keyword_packet_ip_proto},
    {"ipv4-csum", ONE, rule_keyword_packet_checksum},
    {"tcpv4-csum", ONE, rule_keyword_packet_checksum},
    {"tcpv6-csum", ONE, rule_keyword_packet_checksum},
    {"udpv4-csum", ONE, rule_keyword_packet_checksum},
    {"udpv6-csum", ONE, rule_keyword_packet_checksum},
    {"icmpv4-csum", ONE, rule_keyword_packet_checksum},
    {"icmpv6-csum", ONE, rule_keyword_packet_checksum},
    {"igmp-csum", ONE, rule_keyword_packet_checksum},
    {"vlan.id", ONE, rule_keyword_packet_vlan_id},
    {"geoip", ONE, rule_keyword_packet_geoip},
    {"iprep", ONE, rule_keyword_packet_iprep},

    {"app-layer-protocol", ONE, rule_keyword_app_app_layer_protocol},
    {"app-layer-event", ONE, rule_keyword_app_app_layer_event},
    {"decode-event", ONE, rule_keyword_app_decode_event},
    {"stream-event", ONE, rule_keyword_app_stream_event},
    {"engine-event", ONE, rule_keyword_app_engine_event},
    {"app-layer-state", ONE, rule_keyword_app_later},
    {"frame", ONE, rule_keyword_app_later},
    {"filename", ONE, rule_keyword_file_filename},
    {"fileext", ONE, rule_keyword_file_fileext},
    {"filemagic", ONE, rule_keyword_file_filemagic},
    {"filesize", ONE, rule_keyword_file_filesize},
    {"filestore", MAY, rule_keyword_file_filestore},
    {"filemd5", ONE, rule_keyword_file_hash},
    {"filesha1", ONE, rule_keyword_file_hash},
    {"filesha256", ONE, rule_keyword_file_hash},
    {"dataset", ONE, rule_keyword_app_dataset},
    {"datarep", ONE, rule_keyword_app_datarep},
    {"lua", ONE, rule_keyword_app_lua},
    {"luajit", ONE, rule_keyword_app_lua},

    {"tls.version", ONE, rule_keyword_tls_version},
    {"ssl_version", ONE, rule_keyword_tls_ssl_version},
    {"ssl_state", ONE, rule_keyword_tls_ssl_state},
    {"tls_cert_notbefore", ONE, rule_keyword_tls_cert_date},
    {"tls_cert_notafter", ONE, rule_keyword_tls_cert_date},
    {"tls_cert_expired", NONE, rule_keyword_tls_cert_expired},
    {"tls_cert_valid", NONE, rule_keyword_tls_cert_valid},
    {"tls.store", NONE, rule_keyword_meta_ignored},
    {"tls.subject", ONE, rule_keyword_app_tls_subject},
    {"tls.issuerdn", ONE, rule_keyword_app_tls_issuer},
    {"tls.fingerprint", ONE, rule_keyword_app_tls_fingerprint},
    {"ssh.protoversion", ONE, rule_keyword_app_ssh_protocol},
    {"ssh.softwareversion", ONE, rule_keyword_app_ssh_software},
    {"mqtt.type", ONE, rule_keyword_mqtt_type},
    {"mqtt.flags", ONE, rule_keyword_mqtt_flags},
    {"mqtt.connect.flags", ONE, rule_keyword_mqtt_connect_flags},
    {"mqtt.connack.session_present", ONE, rule_keyword_mqtt_session_present},
    {"ftpbounce", NONE, rule_keyword_app_ftpbounce},
    {"ftpdata_command", ONE, rule_keyword_app_ftpdata_command},
    {"ftp.mode", ONE, rule_keyword_app_ftp_mode},
    {"ftp.reply_received", ONE, rule_keyword_app_ftp_reply_received},
    {"dcerpc.iface", ONE, rule_keyword_app_dcerpc_iface},
    {"dce_iface", ONE, rule_keyword_app_dcerpc_iface},

    /* Suricata 8 has them, and what they ask about is not read here: such a rule is right, and not used. */
    {"config", MAY, rule_keyword_app_later},
    {"flow.elephant", MAY, rule_keyword_app_later},
    {"http2.frametype", MAY, rule_keyword_app_later},
    {"http2.priority", MAY, rule_keyword_app_later},
    {"http2.window", MAY, rule_keyword_app_later},
    {"http2.size_update", MAY, rule_keyword_app_later},
    {"http2.settings", MAY, rule_keyword_app_later},
    {"krb5.weak_encryption", NONE, rule_keyword_app_later},
    {"krb5.ticket_encryption", MAY, rule_keyword_app_later},
    {"ike.chosen_sa_attribute", MAY, rule_keyword_app_later},
    {"dnp3_func", MAY, rule_keyword_app_later},
    {"dnp3_ind", MAY, rule_keyword_app_later},
    {"dnp3_obj", MAY, rule_keyword_app_later},
    {"modbus", MAY, rule_keyword_app_later},
    {"rpc", MAY, rule_keyword_app_later},
    {"l3_proto", MAY, rule_keyword_app_later},
    {"sip.user_agent", MAY, rule_keyword_app_later},
    {"cip_service", MAY, rule_keyword_app_later},
    {"enip_command", MAY, rule_keyword_app_later},
    {"enip.command", MAY, rule_keyword_app_later},
    {"enip.status", MAY, rule_keyword_app_later},
    {"enip.cip_attribute", MAY, rule_keyword_app_later},
    {"enip.cip_class", MAY, rule_keyword_app_later},
    {"enip.cip_instance", MAY, rule_keyword_app_later},
    {"enip.cip_status", MAY, rule_keyword_app_later},
    {"enip.cip_extendedstatus", MAY, rule_keyword_app_later},
    {"enip.protocol_version", MAY, rule_keyword_app_later},
    {"enip.revision", MAY, rule_keyword_app_later},
    {"enip.capabilities", MAY, rule_keyword_app_later},
    {"enip.identity_status", MAY, rule_keyword_app_later},
    {"enip.product_code", MAY, rule_keyword_app_later},
    {"enip.serial", MAY, rule_keyword_app_later},
    {"enip.state", MAY, rule_keyword_app_later},
    {"enip.vendor_id", MAY, rule_keyword_app_later},
    {"enip.device_type", MAY, rule_keyword_app_later},
};

const struct rule_keyword *
rule_keyword_table_at(size_t i)
{
	return i < LENGTH_OF(keywords) ? &keywords[i] : NULL;
}

/* The first byte decides, as a rule. */
static bool
is_name(struct bytes name, const char *text_cstr)
{
	return name.len > 0 && (uint8_t)text_cstr[0] == name.at[0] && bytes_eq(name, bytes_of_cstr(text_cstr));
}

const struct rule_keyword *
rule_keyword_table_find(struct bytes name)
{
	for (size_t i = 0; i < LENGTH_OF(keywords); i++)
		if (is_name(name, keywords[i].name_cstr))
			return &keywords[i];
	return NULL;
}

static const struct rule_field_kind fields[RULE_FIELDS] = {
#define FIELD(identifier, name, older, protocol, max) [RULE_FIELD_##identifier] = {name, older, protocol, max},
#include "detect/rules/rule_field_list.h"
#undef FIELD
};

const struct rule_field_kind *
rule_keyword_table_field_kind(enum rule_field field)
{
	return &fields[field];
}

enum rule_field
rule_keyword_table_field(struct bytes name)
{
	for (size_t i = 0; i < RULE_FIELDS; i++)
		if (is_name(name, fields[i].name_cstr) ||
		    (fields[i].older_cstr != NULL && is_name(name, fields[i].older_cstr)))
			return (enum rule_field)i;
	return RULE_FIELDS;
}
