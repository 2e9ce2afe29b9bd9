/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/eve_output.h"

#include <stdio.h>

enum { OUTPUTS_MAX = 64, KEY_SIZE = 256 };

#define AT(member) offsetof(struct eve_settings, member)

/* Switches, below "outputs.*.eve-log." */
static const struct {
	const char *pattern_cstr;
	size_t at;
} switches[] = {
    {"ethernet", AT(ethernet)},
    {"community-id", AT(community_id)},
    {"metadata", AT(metadata)},
    {"pcap-file", AT(file_name)},
    {"suricata-version", AT(version)},
    {"types.*.alert.payload", AT(alert.payload)},
    {"types.*.alert.payload-printable", AT(alert.printable)},
    {"types.*.alert.packet", AT(alert.packet)},
    {"types.*.alert.tagged-packets", AT(alert.tagged_packets)},
    {"types.*.alert.verdict", AT(alert.verdict)},
    {"types.*.alert.reference", AT(alert.reference)},
    {"types.*.alert.metadata.app-layer", AT(alert.app_layer)},
    {"types.*.alert.metadata.flow", AT(alert.flow)},
    {"types.*.alert.metadata.rule.metadata", AT(alert.rule_metadata)},
    {"types.*.alert.metadata.rule.raw", AT(alert.rule_text)},
    {"types.*.alert.metadata.rule.reference", AT(alert.reference)},
    {"types.*.anomaly.types.decode", AT(anomaly.decode)},
    {"types.*.anomaly.types.stream", AT(anomaly.stream)},
    {"types.*.anomaly.types.applayer", AT(anomaly.applayer)},
    {"types.*.anomaly.packethdr", AT(anomaly.header)},
    {"types.*.dns.requests", AT(dns.requests)},
    {"types.*.dns.responses", AT(dns.responses)},
    {"types.*.dns.query", AT(dns.requests)},
    {"types.*.dns.answer", AT(dns.responses)},
    {"types.*.tls.session-resumption", AT(tls.resumption)},
    {"types.*.dhcp.extended", AT(dhcp.extended)},
};

/* Read one by one. */
static const char *const others[] = {"enabled", "filename", "filetype", "prefix", "community-id-seed", "types.*",
    "types.*.*", "types.*.*.enabled", "types.*.alert.metadata", "types.*.alert.payload-buffer-size", "types.*.dns.version",
    "types.*.dns.formats.*", "types.*.tls.extended", "types.*.tls.custom.*", "types.*.tls.ja4"};

static const struct {
	const char *name_cstr;
	uint32_t field;
} tls_fields[] = {
    {"subject", EVE_TLS_SUBJECT},
    {"issuer", EVE_TLS_ISSUER},
    {"session_resumed", EVE_TLS_RESUMED},
    {"serial", EVE_TLS_SERIAL},
    {"fingerprint", EVE_TLS_FINGERPRINT},
    {"sni", EVE_TLS_SNI},
    {"version", EVE_TLS_VERSION},
    {"not_before", EVE_TLS_NOT_BEFORE},
    {"not_after", EVE_TLS_NOT_AFTER},
    {"certificate", EVE_TLS_CERTIFICATE},
    {"chain", EVE_TLS_CHAIN},
    {"ja3", EVE_TLS_JA3},
    {"ja3s", EVE_TLS_JA3S},
    {"ja4", EVE_TLS_JA4},
    {"client", EVE_TLS_CLIENT},
    {"client_certificate", EVE_TLS_CLIENT_CERTIFICATE},
    {"client_chain", EVE_TLS_CLIENT_CHAIN},
    {"subjectaltname", EVE_TLS_ALT_NAMES},
    {"client_alpns", EVE_TLS_CLIENT_ALPNS},
    {"server_alpns", EVE_TLS_SERVER_ALPNS},
    {"client_handshake", EVE_TLS_CLIENT_HANDSHAKE},
    {"server_handshake", EVE_TLS_SERVER_HANDSHAKE},
};

/* What is behind "outputs.N.eve-log."; empty when it is another key. */
static struct bytes
below_eve_log(struct bytes key)
{
	if (!bytes_eq(flat_part(key, 0), BYTES("outputs")) || !bytes_eq(flat_part(key, 2), BYTES("eve-log")))
		return (struct bytes){0};
	struct bytes rest = flat_part(key, 3);
	return rest.len == 0 ? rest : bytes_after(key, (size_t)(rest.at - key.at));
}

bool
eve_output_uses(struct bytes key)
{
	struct bytes rest = below_eve_log(key);
	for (size_t i = 0; i < LENGTH_OF(switches) && rest.len > 0; i++)
		if (flat_matches(rest, switches[i].pattern_cstr))
			return true;
	for (size_t i = 0; i < LENGTH_OF(others) && rest.len > 0; i++)
		if (flat_matches(rest, others[i]))
			return true;
	return flat_matches(key, "outputs.*") || flat_matches(key, "outputs.*.eve-log") || flat_matches(key, "sensor-name");
}

static void
copy(char out[static EVE_TEXT_MAX], struct bytes text)
{
	text = bytes_first(text, EVE_TEXT_MAX - 1);
	if (text.len > 0)
		memcpy(out, text.at, text.len);
	out[text.len] = '\0';
}

/* The names of eve-log's types are those of its events, but for these. */
static void
add_type(struct eve_settings *s, struct bytes type)
{
	static const struct {
		const char *type_cstr, *event_cstr;
	} different[] = {{"files", "fileinfo"}, {"ftp", "ftp"}, {"ftp", "ftp_data"}, {"http2", "http"},
	    {"bittorrent-dht", "bittorrent_dht"}};
	bool is_known = false;
	for (size_t i = 0; i < LENGTH_OF(different); i++)
		if (bytes_eq(type, bytes_of_cstr(different[i].type_cstr)))
			is_known = eve_settings_add(s, bytes_of_cstr(different[i].event_cstr)) || is_known;
	if (!is_known)
		eve_settings_add(s, type);
}

static void
take_type(struct eve_settings *s, const struct flat *said, const struct flat_pair *pair, unsigned output)
{
	char key[KEY_SIZE];
	struct bytes number = flat_part(pair->key, 4), name = flat_part(pair->key, 5), value;
	if (name.len == 0)
		name = pair->value; /* "- flow" */
	if (name.len == 0 || name.len > EVE_TYPE_NAME_MAX)
		return;
	(void)snprintf(key, sizeof(key), "outputs.%u.eve-log.types.%.*s.%.*s.enabled", output, (int)number.len,
	    (const char *)number.at, (int)name.len, (const char *)name.at);
	if (!flat_get(said, key, &value) || flat_bool(value))
		add_type(s, name);
}

static void
take_metadata(struct eve_settings *s, bool wanted)
{
	s->alert.app_layer = s->alert.flow = s->alert.rule_metadata = wanted;
}

static void
take_tls_field(struct eve_settings *s, struct bytes name, bool first)
{
	if (first)
		s->tls.fields = 0;
	for (size_t i = 0; i < LENGTH_OF(tls_fields); i++)
		if (bytes_eq(name, bytes_of_cstr(tls_fields[i].name_cstr)))
			s->tls.fields |= tls_fields[i].field;
}

static void
take_other(struct eve_settings *s, struct bytes rest, struct bytes value)
{
	uint64_t number;
	if (flat_matches(rest, "types.*.tls.*") && !s->tls.said) { /* with an option of its own, it tells of those as well */
		s->tls.said = true;
		s->tls.resumption = true;
	}
	if (flat_matches(rest, "community-id-seed") && flat_number(value, &number)) {
		s->community_seed = (uint16_t)number;
	} else if (flat_matches(rest, "prefix")) {
		copy(s->prefix_cstr, value);
	} else if (flat_matches(rest, "types.*.alert.metadata") && value.len > 0) {
		take_metadata(s, flat_bool(value));
	} else if (flat_matches(rest, "types.*.alert.payload-buffer-size") && flat_size(value, &number)) {
		s->alert.payload_max = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
	} else if (flat_matches(rest, "types.*.dns.version") && flat_number(value, &number)) {
		s->dns.version = number == 3 ? 3 : 2;
	} else if (flat_matches(rest, "types.*.dns.formats.*")) {
		if (bytes_eq(flat_part(rest, 4), BYTES("0")))
			s->dns.detailed = s->dns.grouped = false;
		s->dns.detailed = s->dns.detailed || bytes_eq(value, BYTES("detailed"));
		s->dns.grouped = s->dns.grouped || bytes_eq(value, BYTES("grouped"));
	} else if (flat_matches(rest, "types.*.tls.extended")) {
		s->tls.fields = flat_bool(value) ? EVE_TLS_EXTENDED : EVE_TLS_BASIC;
	} else if (flat_matches(rest, "types.*.tls.custom.*")) {
		take_tls_field(s, value, bytes_eq(flat_part(rest, 4), BYTES("0")));
	} else {
		for (size_t i = 0; i < LENGTH_OF(switches); i++)
			if (flat_matches(rest, switches[i].pattern_cstr))
				*(bool *)((uint8_t *)s + switches[i].at) = flat_bool(value);
	}
}

/* What is not said of a type is as Suricata has it. */
static void
begin(struct eve_settings *s)
{
	*s = (struct eve_settings){.only_types = true,
	    .packet_source = true,
	    .metadata = true,
	    .alert = {.app_layer = true, .flow = true, .rule_metadata = true, .payload_max = 4096},
	    .anomaly = {.applayer = true},
	    .dns = {.version = 3, .requests = true, .responses = true, .detailed = true, .grouped = true},
	    .tls = {.fields = EVE_TLS_BASIC}};
}

static bool
get(const struct flat *said, unsigned output, const char *name_cstr, struct bytes *value)
{
	char key[KEY_SIZE];
	(void)snprintf(key, sizeof(key), "outputs.%u.eve-log.%s", output, name_cstr);
	return flat_get(said, key, value);
}

static void
fill_one(struct eve_settings *s, const struct flat *said, unsigned output)
{
	char text[16];
	(void)snprintf(text, sizeof(text), "%u", output);
	for (size_t i = 0; i < said->count; i++) {
		const struct flat_pair *pair = &said->pairs[i];
		struct bytes rest = below_eve_log(pair->key);
		if (rest.len == 0 || !bytes_eq(flat_part(pair->key, 1), bytes_of_cstr(text)))
			continue;
		if (bytes_start_with(rest, BYTES("types.")))
			take_type(s, said, pair, output);
		take_other(s, rest, pair->value);
	}
}

bool
eve_output_left_out(const struct flat *said, struct bytes *name)
{
	struct bytes value, file = {0};
	bool found = false;
	for (unsigned output = 0; output < OUTPUTS_MAX; output++) {
		if (!get(said, output, "enabled", &value) || !flat_bool(value))
			continue;
		*name = (struct bytes){0};
		(void)get(said, output, "filename", name);
		if (found && !bytes_eq(*name, file))
			return true;
		file = *name;
		found = true;
	}
	return false;
}

void
eve_output_fill(struct eve_settings *s, const struct flat *said)
{
	struct bytes value, file = {0}, sensor;
	bool any = false, found = false;
	for (size_t i = 0; i < said->count; i++)
		any = any || flat_matches(said->pairs[i].key, "outputs.*");
	if (any)
		begin(s);
	for (unsigned output = 0; output < OUTPUTS_MAX; output++) {
		struct bytes name = {0};
		/* Without a list of outputs (--set alone), what is said changes what is written otherwise. */
		if (any && (!get(said, output, "enabled", &value) || !flat_bool(value)))
			continue;
		(void)get(said, output, "filename", &name);
		if (found && !bytes_eq(name, file))
			continue;
		file = name;
		found = true;
		fill_one(s, said, output);
	}
	if (any && s->alert.tagged_packets)
		(void)eve_settings_add(s, BYTES("packet"));
	if (flat_get(said, "sensor-name", &sensor))
		copy(s->sensor_cstr, sensor);
}
