/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_quic.h"

#include "inspect/eve_tls.h"
#include "proto/quic.h"
#include "proto/tls.h"

enum {
	EXTENSIONS_SHOWN = 128, /* a record must fit in an event */
	NAMES_SHOWN = 16,
};

/* IANA, "TLS ExtensionType Values". */
static const char *const extension_names[] = {
    "server_name",
    "max_fragment_length",
    "client_certificate_url",
    "trusted_ca_keys",
    "truncated_hmac",
    "status_request",
    "user_mapping",
    "client_authz",
    "server_authz",
    "cert_type",
    "supported_groups",
    "ec_point_formats",
    "srp",
    "signature_algorithms",
    "use_srtp",
    "heartbeat",
    "alpn",
    "status_request_v2",
    "signed_certificate_timestamp",
    "client_certificate_type",
    "server_certificate_type",
    "padding",
    "encrypt_then_mac",
    "extended_master_secret",
    "token_binding",
    "cached_info",
    "tls_lts",
    "compress_certificate",
    "record_size_limit",
    "pwd_protect",
    "pwd_clear",
    "password_salt",
    "ticket_pinning",
    "tls_cert_with_extern_psk",
    "delegated_credentials",
    "session_ticket",
    "TLMSP",
    "TLMSP_proxying",
    "TLMSP_delegate",
    "supported_ekt_ciphers",
    NULL,
    "pre_shared_key",
    "early_data",
    "supported_versions",
    "cookie",
    "psk_key_exchange_modes",
    NULL,
    "certificate_authorities",
    "oid_filters",
    "post_handshake_auth",
    "signature_algorithms_cert",
    "key_share",
    "transparency_info",
    "connection_id_deprecated",
    "connection_id",
    "external_id_hash",
    "external_session_id",
    "quic_transport_parameters",
    "ticket_request",
    "dnssec_chain",
};

static const char *
extension_name(uint16_t type)
{
	switch (type) {
	case 13172: return "next_protocol_negotiation";
	case 65281: return "renegotiation_info";
	default: return type < LENGTH_OF(extension_names) ? extension_names[type] : NULL;
	}
}

static void
write_names(struct json *j, struct bytes names)
{
	struct cursor list = cursor_of(names);
	struct bytes name;
	json_open_array(j, JSON_KEY("values"));
	for (size_t i = 0; i < NAMES_SHOWN && list.left > 0 && tls_next_name(&list, &name); i++)
		json_text(j, (struct bytes){0}, name);
	json_close_array(j);
}

static void
write_extensions(struct json *j, const struct eve_quic *e)
{
	struct cursor list = cursor_of(e->extensions);
	struct tls_extension extension;
	json_open_array(j, JSON_KEY("extensions"));
	for (size_t i = 0; i < EXTENSIONS_SHOWN && list.left > 0 && tls_next_extension(&list, &extension); i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("name"), extension_name(extension.type));
		json_u64(j, JSON_KEY("type"), extension.type);
		if (extension.type == TLS_EXTENSION_SERVER_NAME && e->sni.len > 0) {
			json_open_array(j, JSON_KEY("values"));
			json_text(j, (struct bytes){0}, e->sni);
			json_close_array(j);
		} else if (extension.type == TLS_EXTENSION_ALPN && e->alpn.len > 0) {
			write_names(j, e->alpn);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

void
eve_quic_write(struct json *j, const struct eve_quic *e)
{
	char version[QUIC_VERSION_TEXT_MAX];
	json_open_object(j, JSON_KEY("quic"));
	json_text(j, JSON_KEY("version"), (struct bytes){(const uint8_t *)version, quic_write_version(e->version, version)});
	if (e->sni.len > 0)
		json_text(j, JSON_KEY("sni"), e->sni);
	if (e->user_agent.len > 0)
		json_text(j, JSON_KEY("ua"), e->user_agent);
	if (e->cyu_text.len > 0) {
		json_open_array(j, JSON_KEY("cyu"));
		json_open_object(j, (struct bytes){0});
		json_text(j, JSON_KEY("hash"), e->cyu_hash);
		json_text(j, JSON_KEY("string"), e->cyu_text);
		json_close_object(j);
		json_close_array(j);
	}
	eve_tls_write_ja3(j, JSON_KEY("ja3"), e->ja3_text, e->ja3_hash);
	eve_tls_write_ja3(j, JSON_KEY("ja3s"), e->ja3s_text, e->ja3s_hash);
	if (e->ja4.len > 0)
		json_text(j, JSON_KEY("ja4"), e->ja4);
	if (e->extensions.len > 0)
		write_extensions(j, e);
	json_close_object(j);
}
