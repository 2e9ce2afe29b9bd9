/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_keywords.h - the functions behind the rows of rule_keyword_table.c. */
#ifndef DETECT_RULES_RULE_KEYWORDS_H
#define DETECT_RULES_RULE_KEYWORDS_H

#include "detect/rules/rule_parser.h"

RULE_KEYWORD(rule_keyword_app_app_layer_protocol);
RULE_KEYWORD(rule_keyword_app_decode_event);
RULE_KEYWORD(rule_keyword_app_stream_event);
RULE_KEYWORD(rule_keyword_app_app_layer_event);
RULE_KEYWORD(rule_keyword_app_engine_event);
RULE_KEYWORD(rule_keyword_app_dataset);
RULE_KEYWORD(rule_keyword_app_datarep);
RULE_KEYWORD(rule_keyword_tls_version);
RULE_KEYWORD(rule_keyword_tls_ssl_version);
RULE_KEYWORD(rule_keyword_tls_ssl_state);
RULE_KEYWORD(rule_keyword_tls_cert_date);
RULE_KEYWORD(rule_keyword_tls_cert_expired);
RULE_KEYWORD(rule_keyword_tls_cert_valid);
RULE_KEYWORD(rule_keyword_app_ftpbounce);
RULE_KEYWORD(rule_keyword_mqtt_type);
RULE_KEYWORD(rule_keyword_mqtt_flags);
RULE_KEYWORD(rule_keyword_mqtt_connect_flags);
RULE_KEYWORD(rule_keyword_mqtt_session_present);
/* One of these words, as the whole of what a view shows. */
int rule_keyword_app_word_in(struct rule_parser *p, enum view view, const char *const *words, struct bytes value);
RULE_KEYWORD(rule_keyword_app_ftpdata_command);
RULE_KEYWORD(rule_keyword_app_ftp_mode);
RULE_KEYWORD(rule_keyword_app_ftp_reply_received);
RULE_KEYWORD(rule_keyword_app_dcerpc_iface);
RULE_KEYWORD(rule_keyword_app_tls_subject);
RULE_KEYWORD(rule_keyword_app_tls_issuer);
RULE_KEYWORD(rule_keyword_app_tls_fingerprint);
RULE_KEYWORD(rule_keyword_app_ssh_software);
RULE_KEYWORD(rule_keyword_app_ssh_protocol);
RULE_KEYWORD(rule_keyword_app_later);
RULE_KEYWORD(rule_keyword_app_lua);
RULE_KEYWORD(rule_keyword_bytes_byte_test);
RULE_KEYWORD(rule_keyword_bytes_byte_jump);
RULE_KEYWORD(rule_keyword_bytes_byte_extract);
RULE_KEYWORD(rule_keyword_bytes_byte_math);
RULE_KEYWORD(rule_keyword_bytes_isdataat);
RULE_KEYWORD(rule_keyword_bytes_bsize);
RULE_KEYWORD(rule_keyword_bytes_urilen);
RULE_KEYWORD(rule_keyword_bytes_base64_decode);
RULE_KEYWORD(rule_keyword_bytes_absent);
RULE_KEYWORD(rule_keyword_content_content);
RULE_KEYWORD(rule_keyword_content_uricontent);
RULE_KEYWORD(rule_keyword_content_nocase);
RULE_KEYWORD(rule_keyword_content_rawbytes);
RULE_KEYWORD(rule_keyword_content_depth);
RULE_KEYWORD(rule_keyword_content_offset);
RULE_KEYWORD(rule_keyword_content_distance);
RULE_KEYWORD(rule_keyword_content_within);
RULE_KEYWORD(rule_keyword_content_startswith);
RULE_KEYWORD(rule_keyword_content_endswith);
RULE_KEYWORD(rule_keyword_content_fast_pattern);
RULE_KEYWORD(rule_keyword_content_pcre);
RULE_KEYWORD(rule_keyword_content_xor);
RULE_KEYWORD(rule_keyword_content_pcrexform);
RULE_KEYWORD(rule_keyword_content_from_base64);
RULE_KEYWORD(rule_keyword_content_strip_whitespace);
RULE_KEYWORD(rule_keyword_content_compress_whitespace);
RULE_KEYWORD(rule_keyword_content_to_lowercase);
RULE_KEYWORD(rule_keyword_content_to_uppercase);
RULE_KEYWORD(rule_keyword_content_to_md5);
RULE_KEYWORD(rule_keyword_content_to_sha1);
RULE_KEYWORD(rule_keyword_content_to_sha256);
RULE_KEYWORD(rule_keyword_content_dotprefix);
RULE_KEYWORD(rule_keyword_content_url_decode);
RULE_KEYWORD(rule_keyword_content_header_lowercase);
RULE_KEYWORD(rule_keyword_content_strip_pseudo_headers);
RULE_KEYWORD(rule_keyword_content_domain);
RULE_KEYWORD(rule_keyword_content_tld);
RULE_KEYWORD(rule_keyword_file_filename);
RULE_KEYWORD(rule_keyword_file_fileext);
RULE_KEYWORD(rule_keyword_file_filemagic);
RULE_KEYWORD(rule_keyword_file_filesize);
RULE_KEYWORD(rule_keyword_file_filestore);
RULE_KEYWORD(rule_keyword_file_hash);
RULE_KEYWORD(rule_keyword_flow_flow);
RULE_KEYWORD(rule_keyword_flow_flowbits);
RULE_KEYWORD(rule_keyword_flow_xbits);
RULE_KEYWORD(rule_keyword_flow_hostbits);
RULE_KEYWORD(rule_keyword_flow_flowint);
RULE_KEYWORD(rule_keyword_flow_threshold);
RULE_KEYWORD(rule_keyword_flow_detection_filter);
RULE_KEYWORD(rule_keyword_flow_tag);
RULE_KEYWORD(rule_keyword_meta_msg);
RULE_KEYWORD(rule_keyword_meta_sid);
RULE_KEYWORD(rule_keyword_meta_gid);
RULE_KEYWORD(rule_keyword_meta_rev);
RULE_KEYWORD(rule_keyword_meta_priority);
RULE_KEYWORD(rule_keyword_meta_classtype);
RULE_KEYWORD(rule_keyword_meta_reference);
RULE_KEYWORD(rule_keyword_meta_metadata);
RULE_KEYWORD(rule_keyword_meta_target);
RULE_KEYWORD(rule_keyword_meta_noalert);
RULE_KEYWORD(rule_keyword_meta_alert);
RULE_KEYWORD(rule_keyword_meta_prefilter);
RULE_KEYWORD(rule_keyword_meta_bypass);
RULE_KEYWORD(rule_keyword_meta_ignored);
RULE_KEYWORD(rule_keyword_meta_requires);
/* What the value of `requires` asks for: 0: it is here; -ENOTSUP: it is not; -EINVAL; with diag. */
int rule_keyword_meta_needs(struct bytes value, struct diag *diag);
RULE_KEYWORD(rule_keyword_packet_flags);
RULE_KEYWORD(rule_keyword_packet_fragbits);
RULE_KEYWORD(rule_keyword_packet_fragoffset);
RULE_KEYWORD(rule_keyword_packet_ipopts);
RULE_KEYWORD(rule_keyword_packet_sameip);
RULE_KEYWORD(rule_keyword_packet_ip_proto);
RULE_KEYWORD(rule_keyword_packet_checksum);
RULE_KEYWORD(rule_keyword_packet_vlan_id);
RULE_KEYWORD(rule_keyword_packet_geoip);
RULE_KEYWORD(rule_keyword_packet_iprep);
RULE_KEYWORD(rule_keyword_packet_stream_size);

#endif
