/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_settings.h - which events are written, and which of their fields: what eve-log of suricata.yaml says, with our defaults.
 *
 * app/eve_output.c fills them.
 */
#ifndef INSPECT_EVE_SETTINGS_H
#define INSPECT_EVE_SETTINGS_H

#include "core/bytes.h"

enum { EVE_TYPES_MAX = 64, EVE_TYPE_NAME_MAX = 20, EVE_TEXT_MAX = 128, EVE_FILE_NAME_MAX = 1024 };

/* Fields of the tls event that can be chosen one by one. */
enum eve_tls_field {
	EVE_TLS_SUBJECT = 1,
	EVE_TLS_ISSUER = 1 << 1,
	EVE_TLS_RESUMED = 1 << 2,
	EVE_TLS_SERIAL = 1 << 3,
	EVE_TLS_FINGERPRINT = 1 << 4,
	EVE_TLS_SNI = 1 << 5,
	EVE_TLS_VERSION = 1 << 6,
	EVE_TLS_NOT_BEFORE = 1 << 7,
	EVE_TLS_NOT_AFTER = 1 << 8,
	EVE_TLS_CERTIFICATE = 1 << 9,
	EVE_TLS_CHAIN = 1 << 10,
	EVE_TLS_JA3 = 1 << 11,
	EVE_TLS_JA3S = 1 << 12,
	EVE_TLS_JA4 = 1 << 13,
	EVE_TLS_CLIENT = 1 << 14, /* names of the client's certificate */
	EVE_TLS_CLIENT_CERTIFICATE = 1 << 15,
	EVE_TLS_CLIENT_CHAIN = 1 << 16,
	EVE_TLS_ALT_NAMES = 1 << 17,
	EVE_TLS_CLIENT_ALPNS = 1 << 18,
	EVE_TLS_SERVER_ALPNS = 1 << 19,
	EVE_TLS_CLIENT_HANDSHAKE = 1 << 20,
	EVE_TLS_SERVER_HANDSHAKE = 1 << 21,
	EVE_TLS_FROM = 1 << 22,
	EVE_TLS_BASIC = EVE_TLS_SUBJECT | EVE_TLS_ISSUER | EVE_TLS_RESUMED | EVE_TLS_ALT_NAMES | EVE_TLS_FROM,
	EVE_TLS_EXTENDED = EVE_TLS_BASIC | EVE_TLS_SERIAL | EVE_TLS_FINGERPRINT | EVE_TLS_SNI | EVE_TLS_VERSION |
	    EVE_TLS_NOT_BEFORE | EVE_TLS_NOT_AFTER | EVE_TLS_JA3 | EVE_TLS_JA3S | EVE_TLS_JA4 | EVE_TLS_CLIENT |
	    EVE_TLS_CLIENT_ALPNS | EVE_TLS_SERVER_ALPNS,
};

struct eve_settings {
	bool only_types; /* those of the list; else also all that are not on request */
	uint8_t type_count;
	struct {
		uint8_t len;
		char name[EVE_TYPE_NAME_MAX];
	} types[EVE_TYPES_MAX];

	/* of every event */
	bool packet_source, ethernet, community_id, file_name, version, metadata;
	uint16_t community_seed;
	char sensor_cstr[EVE_TEXT_MAX]; /* "host"; empty: not written */
	char prefix_cstr[EVE_TEXT_MAX]; /* before each line */

	struct {
		bool payload, printable, packet, tagged_packets, app_layer, flow, rule_metadata, rule_text, reference,
		    verdict;
		uint32_t payload_max;
	} alert;
	struct {
		bool decode, stream, applayer, header;
	} anomaly;
	struct {
		uint8_t version; /* 2 or 3 */
		bool requests, responses, detailed, grouped;
	} dns;
	struct {
		uint32_t fields; /* enum eve_tls_field */
		bool resumption; /* sessions that were resumed have events too */
		bool said;       /* an option of tls was read */
	} tls;
	struct {
		bool extended;
	} dhcp;
};

/* Whether events of this type are written. */
bool eve_settings_has(const struct eve_settings *settings, struct bytes event_type);
/* Adds it to the list. False: no room. */
bool eve_settings_add(struct eve_settings *settings, struct bytes event_type);

#endif
