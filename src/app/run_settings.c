/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/run_settings.h"

#include "app/eve_output.h"
#include "core/text.h"
#include "inspect/viewer.h"

#include <errno.h>
#include <stdio.h>

enum row_kind {
	ROW_BOOL,
	ROW_U8,     /* a small whole number: a larger one is 255 */
	ROW_U32,    /* a whole number */
	ROW_SIZE32, /* bytes, "100kb" */
	ROW_SIZE64,
	ROW_TAKE,     /* a function of its own */
	ROW_FILES,    /* read elsewhere: names of files, variables */
	ROW_NEEDLESS, /* nothing has to be set here: what it asks for is always so */
};

struct row {
	const char *pattern_cstr; /* a star is one part between dots */
	enum row_kind kind;
	size_t at; /* in struct run_settings */
	int (*take)(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag);
};

#define AT(member) offsetof(struct run_settings, member)

static int
take_host_os(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag)
{
	char text[512];
	struct bytes system = flat_part(pair->key, 1), value = pair->value;
	if (value.len >= 2 && value.at[0] == '[' && value.at[value.len - 1] == ']') /* of --set: a list in one text */
		value = (struct bytes){value.at + 1, value.len - 2};
	if (value.len == 0)
		return 0;
	int len = snprintf(text, sizeof(text), "%.*s=%.*s", (int)system.len, (const char *)system.at, (int)value.len,
	    (const char *)value.at);
	size_t kept = 0;
	if (len < 0 || (size_t)len >= sizeof(text))
		return diag_say(diag, -E2BIG, "%s", _("too many networks in one line"));
	for (int i = 0; i < len; i++) /* "10.0.0.0/8, 192.168.0.0/16" */
		if (text[i] != ' ')
			text[kept++] = text[i];
	return host_policy_add(&settings->hosts, (struct bytes){(const uint8_t *)text, kept}, diag);
}

static int
take_checksums(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag)
{
	(void)diag;
	if (!bytes_eq_nocase(pair->value, BYTES("auto")))
		settings->checksums = flat_bool(pair->value) ? RUN_CHECKSUMS_ON : RUN_CHECKSUMS_OFF;
	return 0;
}

/* app-layer.protocols.snmp.enabled: yes, no, detection-only */
static int
take_protocol(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag)
{
	struct bytes name = flat_part(pair->key, 2);
	(void)diag;
	for (enum app_proto app = 0; app < APP_COUNT; app++) {
		const char *name_cstr = observation_app_name(app);
		if (app == APP_UNKNOWN || name_cstr == NULL || !bytes_eq(name, bytes_of_cstr(name_cstr)))
			continue;
		uint64_t bit = UINT64_C(1) << app;
		bool muted = bytes_eq_nocase(pair->value, BYTES("detection-only")), off = !muted && !flat_bool(pair->value);
		settings->l7.apps_off = off ? settings->l7.apps_off | bit : settings->l7.apps_off & ~bit;
		settings->l7.apps_muted = muted ? settings->l7.apps_muted | bit : settings->l7.apps_muted & ~bit;
	}
	return 0;
}

/* force-hash: [md5, sha256] */
static int
take_force_hash(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag)
{
	static const struct {
		const char *name_cstr;
		uint8_t hash;
	} names[] = {{"md5", VIEW_FILE_MD5}, {"sha1", VIEW_FILE_SHA1}, {"sha256", VIEW_FILE_SHA256}};
	(void)diag;
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_find_all(pair->value, bytes_of_cstr(names[i].name_cstr)) < pair->value.len)
			settings->l7.files.force_hash |= names[i].hash;
	return 0;
}

/* extract-urls-schemes: [http, https]; the first one takes the place of what is so without it. */
static int
take_url_scheme(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag)
{
	struct mime_url_settings *urls = &settings->l7.smtp.mime.urls;
	struct bytes scheme = bytes_first(pair->value, bytes_find_all(pair->value, BYTES("://")));
	uint64_t number;
	if (flat_number(flat_part(pair->key, 5), &number) && number == 0)
		urls->scheme_count = 0;
	if (urls->scheme_count == MIME_URL_SCHEMES || scheme.len == 0 || scheme.len >= MIME_URL_SCHEME_MAX)
		return diag_say(diag, -E2BIG, "%s", _("too many schemes of addresses, or too long ones"));
	char *out = urls->schemes[urls->scheme_count++];
	memcpy(out, scheme.at, scheme.len);
	out[scheme.len] = '\0';
	return 0;
}

/* types: - smtp: custom: [received, x-mailer] */
static int
take_mail_field(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag)
{
	static const char *const names[SMTP_CUSTOM_FIELDS] = {
#define SMTP_CUSTOM(identifier, name, how, extended) name,
#include "inspect/smtp_custom_list.h"
#undef SMTP_CUSTOM
	};
	char name[32];
	struct bytes value = bytes_first(pair->value, sizeof(name));
	(void)diag;
	for (size_t i = 0; i < value.len; i++)
		name[i] = value.at[i] == '-' ? '_' : (char)bytes_lower(value.at[i]);
	for (size_t i = 0; i < SMTP_CUSTOM_FIELDS; i++)
		if (bytes_eq(bytes_of_cstr(names[i]), (struct bytes){(const uint8_t *)name, value.len}))
			settings->l7.smtp.custom |= UINT32_C(1) << i;
	return 0;
}

/* types: - smtp: md5: [body, subject] */
static int
take_mail_md5(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag)
{
	struct smtp_settings *s = &settings->l7.smtp;
	(void)diag;
	s->md5_subject = s->md5_subject || bytes_eq_nocase(pair->value, BYTES("subject"));
	s->md5_body = s->md5_body || bytes_eq_nocase(pair->value, BYTES("body"));
	s->mime.body_md5 = s->mime.body_md5 || s->md5_body;
	return 0;
}

/* body-md5: yes, no, or auto: when an event asks for it. */
static int
take_body_md5(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag)
{
	struct smtp_settings *s = &settings->l7.smtp;
	(void)diag;
	s->mime.body_md5 = bytes_eq_nocase(pair->value, BYTES("auto")) ? s->md5_body : flat_bool(pair->value);
	return 0;
}

static int
take_fields_told(struct run_settings *settings, const struct flat_pair *pair, struct diag *diag)
{
	(void)diag;
	bool both = bytes_eq_nocase(pair->value, BYTES("both"));
	settings->l7.http.tell_request_fields = both || bytes_eq_nocase(pair->value, BYTES("request"));
	settings->l7.http.tell_response_fields = both || bytes_eq_nocase(pair->value, BYTES("response"));
	return 0;
}

/* One row for each setting; the first that matches counts. */
static const struct row rows[] = {
    /* protocols */
    {"app-layer.protocols.smtp.raw-extraction", ROW_BOOL, AT(l7.smtp.raw_extraction), NULL},
    {"app-layer.protocols.smtp.mime.decode-mime", ROW_BOOL, AT(l7.smtp.decode_mime), NULL},
    {"app-layer.protocols.smtp.mime.decode-base64", ROW_BOOL, AT(l7.smtp.mime.base64), NULL},
    {"app-layer.protocols.smtp.mime.decode-quoted-printable", ROW_BOOL, AT(l7.smtp.mime.quoted_printable), NULL},
    {"app-layer.protocols.smtp.mime.header-value-depth", ROW_U32, AT(l7.smtp.mime.header_value_depth), NULL},
    {"app-layer.protocols.smtp.mime.extract-urls", ROW_BOOL, AT(l7.smtp.mime.urls.enabled), NULL},
    {"app-layer.protocols.smtp.mime.extract-urls-schemes.*", ROW_TAKE, 0, take_url_scheme},
    {"app-layer.protocols.smtp.mime.log-url-scheme", ROW_BOOL, AT(l7.smtp.mime.urls.with_scheme), NULL},
    {"app-layer.protocols.smtp.mime.body-md5", ROW_TAKE, 0, take_body_md5},
    {"app-layer.protocols.smtp.inspected-tracker.content-limit", ROW_SIZE32, AT(l7.smtp.content.limit_bytes), NULL},
    {"app-layer.protocols.smtp.inspected-tracker.content-inspect-min-size", ROW_SIZE32, AT(l7.smtp.content.minimal_bytes),
        NULL},
    {"app-layer.protocols.smtp.inspected-tracker.content-inspect-window", ROW_SIZE32, AT(l7.smtp.content.window_bytes),
        NULL},
    {"app-layer.protocols.mqtt.max-msg-length", ROW_SIZE32, AT(l7.mqtt.message_limit_bytes), NULL},
    {"outputs.*.eve-log.types.*.mqtt.passwords", ROW_BOOL, AT(l7.mqtt.passwords), NULL},
    {"outputs.*.eve-log.types.*.pgsql.passwords", ROW_BOOL, AT(l7.pgsql_passwords), NULL},
    {"outputs.*.eve-log.types.*.mqtt.string-log-limit", ROW_SIZE32, AT(l7.mqtt.text_limit_bytes), NULL},
    {"outputs.*.eve-log.types.*.smtp.extended", ROW_BOOL, AT(l7.smtp.extended), NULL},
    {"outputs.*.eve-log.types.*.smtp.custom.*", ROW_TAKE, 0, take_mail_field},
    {"outputs.*.eve-log.types.*.smtp.md5.*", ROW_TAKE, 0, take_mail_md5},
    {"app-layer.protocols.http.libhtp.default-config.request-body-limit", ROW_SIZE32, AT(l7.http_request.limit_bytes), NULL},
    {"app-layer.protocols.http.libhtp.default-config.request-body-minimal-inspect-size", ROW_SIZE32,
        AT(l7.http_request.minimal_bytes), NULL},
    {"app-layer.protocols.http.libhtp.default-config.request-body-inspect-window", ROW_SIZE32,
        AT(l7.http_request.window_bytes), NULL},
    {"app-layer.protocols.http.libhtp.default-config.response-body-limit", ROW_SIZE32, AT(l7.http_response.limit_bytes),
        NULL},
    {"app-layer.protocols.http.libhtp.default-config.response-body-minimal-inspect-size", ROW_SIZE32,
        AT(l7.http_response.minimal_bytes), NULL},
    {"app-layer.protocols.http.libhtp.default-config.response-body-inspect-window", ROW_SIZE32,
        AT(l7.http_response.window_bytes), NULL},
    /* files */
    {"outputs.*.eve-log.types.*.files.force-magic", ROW_BOOL, AT(l7.files.force_magic), NULL},
    {"outputs.*.eve-log.types.*.files.force-hash", ROW_TAKE, 0, take_force_hash},
    {"outputs.*.eve-log.types.*.files.force-hash.*", ROW_TAKE, 0, take_force_hash},
    {"outputs.*.file-store.force-magic", ROW_BOOL, AT(l7.files.force_magic), NULL},
    {"outputs.*.file-store.force-hash", ROW_TAKE, 0, take_force_hash},
    {"outputs.*.file-store.force-hash.*", ROW_TAKE, 0, take_force_hash},
    {"file-store.force-hash.*", ROW_TAKE, 0, take_force_hash},
    {"outputs.*.file-store.enabled", ROW_BOOL, AT(l7.files.store), NULL},
    {"outputs.*.file-store.force-filestore", ROW_BOOL, AT(l7.files.store_all), NULL},
    {"outputs.*.file-store.stream-depth", ROW_SIZE64, AT(l7.files.store_depth), NULL},
    {"outputs.*.file-store.dir", ROW_FILES, 0, NULL},
    {"file-store.enabled", ROW_BOOL, AT(l7.files.store), NULL},
    {"file-store.force-filestore", ROW_BOOL, AT(l7.files.store_all), NULL},
    {"file-store.stream-depth", ROW_SIZE64, AT(l7.files.store_depth), NULL},
    {"file-store.dir", ROW_FILES, 0, NULL},
    {"file-store.limit-bytes", ROW_SIZE64, AT(store_limits.bytes), NULL},
    {"file-store.limit-files", ROW_SIZE64, AT(store_limits.files), NULL},
    {"app-layer.protocols.*.enabled", ROW_TAKE, 0, take_protocol},
    {"app-layer.protocols.smb.max-read-size", ROW_SIZE32, AT(l7.smb_max_read), NULL},
    {"app-layer.protocols.smb.max-write-size", ROW_SIZE32, AT(l7.smb_max_write), NULL},
    {"outputs.*.eve-log.types.*.http.dump-all-headers", ROW_TAKE, 0, take_fields_told},
    {"app-layer.protocols.http.libhtp.default-config.response-body-decompress-layer-limit", ROW_U8,
        AT(l7.http.coding_layers), NULL},
    {"app-layer.protocols.http.libhtp.default-config.lzma-enabled", ROW_BOOL, AT(l7.http.with_lzma), NULL},
    {"app-layer.protocols.http.libhtp.default-config.lzma-memlimit", ROW_SIZE32, AT(l7.http.coding.lzma_bytes), NULL},
    {"app-layer.protocols.http.libhtp.default-config.lzma-layer-limit", ROW_U8, AT(l7.http.lzma_layers), NULL},
    {"app-layer.protocols.http.libhtp.default-config.compression-bomb-limit", ROW_SIZE64, AT(l7.http.coding.bomb_bytes),
        NULL},
    {"app-layer.protocols.http.libhtp.default-config.double-decode-path", ROW_BOOL, AT(l7.http.uri.decode_path_twice), NULL},
    {"app-layer.protocols.http.libhtp.default-config.double-decode-query", ROW_BOOL, AT(l7.http.uri.decode_query), NULL},
    {"app-layer.protocols.http.libhtp.default-config.query-plusspace-decode", ROW_NEEDLESS, 0, NULL},
    /* what is looked into does not depend on chance here */
    {"app-layer.protocols.http.libhtp.default-config.randomize-inspection-*", ROW_NEEDLESS, 0, NULL},
    /* a protocol is known by what it says, on every port */
    {"app-layer.protocols.*.detection-ports.*", ROW_NEEDLESS, 0, NULL},
    {"app-layer.protocols.*.*.detection-ports.*", ROW_NEEDLESS, 0, NULL},
    {"packet-alert-max", ROW_U32, AT(packet_alert_max), NULL},
    /* streams */
    {"suricata.yaml", ROW_BOOL, AT(streams.as_suricata), NULL}, /* watch_rules.c: there is one */
    {"stream.inline", ROW_BOOL, AT(streams.at_once), NULL},
    {"stream.midstream", ROW_BOOL, AT(streams.midstream), NULL},
    {"stream.async-oneside", ROW_BOOL, AT(streams.async_oneside), NULL},
    {"stream.reassembly.depth", ROW_SIZE64, AT(streams.depth_bytes), NULL},
    /* flows and machines */
    {"flow-timeouts.tcp.new", ROW_U32, AT(timeouts.tcp_new), NULL},
    {"flow-timeouts.tcp.established", ROW_U32, AT(timeouts.tcp_established), NULL},
    {"flow-timeouts.tcp.closed", ROW_U32, AT(timeouts.tcp_closed), NULL},
    {"flow-timeouts.udp.new", ROW_U32, AT(timeouts.udp_new), NULL},
    {"flow-timeouts.udp.established", ROW_U32, AT(timeouts.udp_established), NULL},
    {"flow-timeouts.icmp.new", ROW_U32, AT(timeouts.icmp_new), NULL},
    {"flow-timeouts.icmp.established", ROW_U32, AT(timeouts.icmp_established), NULL},
    {"flow-timeouts.default.new", ROW_U32, AT(timeouts.other), NULL},
    {"host-os-policy.*", ROW_TAKE, 0, take_host_os},
    {"host-os-policy.*.*", ROW_TAKE, 0, take_host_os},
    {"stream.checksum-validation", ROW_TAKE, 0, take_checksums},
    {"pcap-file.checksum-checks", ROW_TAKE, 0, take_checksums},
    /* read elsewhere */
    {"vars.address-groups.*", ROW_FILES, 0, NULL},
    {"vars.port-groups.*", ROW_FILES, 0, NULL},
    {"rule-files.*", ROW_FILES, 0, NULL},
    {"default-rule-path", ROW_FILES, 0, NULL},
    {"threshold-file", ROW_FILES, 0, NULL},
    {"classification-file", ROW_FILES, 0, NULL},
    {"reference-config-file", ROW_FILES, 0, NULL},
    {"reputation-categories-file", ROW_FILES, 0, NULL},
    {"default-reputation-path", ROW_FILES, 0, NULL},
    {"reputation-files.*", ROW_FILES, 0, NULL},
    {"geoip-database", ROW_FILES, 0, NULL},
    {"datasets.*.type", ROW_FILES, 0, NULL},
    {"datasets.*.load", ROW_FILES, 0, NULL},
    {"datasets.*.state", ROW_FILES, 0, NULL},
    /* nothing to set */
    {"runmode", ROW_NEEDLESS, 0, NULL},
};

static const struct row *
row_of(struct bytes key)
{
	static const struct row of_events = {.kind = ROW_FILES}; /* eve_output_fill() reads it */
	if (eve_output_uses(key))
		return &of_events;
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (flat_matches(key, rows[i].pattern_cstr))
			return &rows[i];
	return NULL;
}

static int
refuse(const struct flat_pair *pair, struct diag *diag, const char *expected_cstr)
{
	return diag_say(diag, -EINVAL, _("%s: \"%.*s\" was given, %s was expected"), (const char *)pair->key.at,
	    (int)bytes_first(pair->value, 60).len, (const char *)pair->value.at, expected_cstr);
}

static int
apply(struct run_settings *settings, const struct row *row, const struct flat_pair *pair, struct diag *diag)
{
	uint8_t *at = (uint8_t *)settings + row->at;
	uint64_t number;
	switch (row->kind) {
	case ROW_BOOL: *(bool *)at = flat_bool(pair->value); return 0;
	case ROW_U8:
		if (!flat_number(pair->value, &number))
			return refuse(pair, diag, _("a whole number"));
		*at = number > UINT8_MAX ? UINT8_MAX : (uint8_t)number;
		return 0;
	case ROW_U32:
		if (!flat_number(pair->value, &number) || number > UINT32_MAX)
			return refuse(pair, diag, _("a whole number"));
		*(uint32_t *)(void *)at = (uint32_t)number;
		return 0;
	case ROW_SIZE32:
	case ROW_SIZE64:
		if (!flat_size(pair->value, &number))
			return refuse(pair, diag, _("a size like 100kb"));
		if (row->kind == ROW_SIZE64)
			*(uint64_t *)(void *)at = number;
		else
			*(uint32_t *)(void *)at = number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
		return 0;
	case ROW_TAKE: return row->take(settings, pair, diag);
	case ROW_FILES:
	case ROW_NEEDLESS: return 0;
	}
	return 0;
}

void
run_settings_default(struct run_settings *settings)
{
	*settings = (struct run_settings){.l7 = l7_settings_default,
	    .timeouts = flow_table_timeouts,
	    .streams = {.depth_bytes = 1 << 20},
	    .store_limits = {.bytes = FILE_STORE_BYTES, .files = FILE_STORE_FILES}};
}

int
run_settings_fill(struct run_settings *settings, const struct flat *said, struct diag *diag)
{
	settings->l7.mqtt.passwords = said->count >
	    0; /* Suricata's default; without a file of its kind ours is to write none */
	for (size_t i = 0; i < said->count; i++) {
		const struct row *row = row_of(said->pairs[i].key);
		int r = row == NULL ? 0 : apply(settings, row, &said->pairs[i], diag);
		if (r < 0)
			return r;
	}
	eve_output_fill(&settings->l7.eve, said);
	return 0;
}

/* Under which name an unused key is told: its first part; of eve-log, whose settings do much else, what is set of which type. */
static struct bytes
group_of(struct bytes key)
{
	struct bytes type = flat_part(key, 5);
	bool of_type = bytes_eq(flat_part(key, 2), BYTES("eve-log")) && bytes_eq(flat_part(key, 3), BYTES("types"));
	return of_type && type.len > 0 ? bytes_after(key, (size_t)(type.at - key.at)) : flat_part(key, 0);
}

/* Whether this name of an unused key was told for an earlier one. */
static bool
was_named(const struct flat *said, size_t before, struct bytes part)
{
	for (size_t i = 0; i < before; i++)
		if (bytes_eq(group_of(said->pairs[i].key), part) && row_of(said->pairs[i].key) == NULL)
			return true;
	return false;
}

size_t
run_settings_unused(const struct flat *said, char *names, size_t size)
{
	size_t count = 0, len = 0;
	bool is_full = false;
	names[0] = '\0';
	for (size_t i = 0; i < said->count; i++) {
		struct bytes part = group_of(said->pairs[i].key);
		if (row_of(said->pairs[i].key) != NULL)
			continue;
		count++;
		if (is_full || was_named(said, i, part))
			continue;
		is_full = part.len + 6 > size - len;
		int n = snprintf(names + len, size - len, "%s%.*s", len > 0 ? ", " : "", is_full ? 3 : (int)part.len,
		    is_full ? "..." : (const char *)part.at);
		len += n > 0 && (size_t)n < size - len ? (size_t)n : 0;
	}
	return count;
}
