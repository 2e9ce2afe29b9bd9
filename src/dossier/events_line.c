/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_line.h"

#include "core/text.h"
#include "core/timestamp.h"

#include <errno.h>

/* The place in this list is kept in files: new ones go to its end, at most 61. */
static const char *const types[] = {"alert", "anomaly", "flow", "netflow", "dns", "http", "tls", "ssh", "smtp", "ftp",
    "ftp_data", "dhcp", "ntp", "ldap", "quic", "arp", "stats", "fileinfo", "smb", "dcerpc", "krb5", "rdp", "rfb", "snmp",
    "sip", "tftp", "ike", "mqtt", "nfs", "pgsql", "mysql", "modbus", "dnp3", "http2", "telnet", "login", "drop", "packet",
    "conn", "syslog", "weird", "notice", "files", "x509", "websocket", "bittorrent_dht", "mdns", "pop3", "imap", "enip"};

uint64_t
events_line_type(struct bytes name)
{
	_Static_assert(LENGTH_OF(types) < 62, "a bit for each and one for the rest, in a signed number");
	for (size_t i = 0; i < LENGTH_OF(types); i++)
		if (bytes_eq(name, bytes_of_cstr(types[i])))
			return UINT64_C(1) << i;
	return UINT64_C(1) << 62;
}

static uint64_t
number(const struct json_value *object, struct bytes key)
{
	const struct json_value *v = json_value_get(object, key);
	return json_value_is(v, JSON_VALUE_INTEGER) && v->integer > 0 ? (uint64_t)v->integer : 0;
}

/* A short word that may stand in a table and on a page; false: it is none. */
static bool
take_word(struct bytes text, char *out, size_t max)
{
	if (text.len == 0 || text.len > max)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = bytes_lower(text.at[i]);
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
		if (!plain)
			return false;
		out[i] = (char)c;
	}
	out[text.len] = '\0';
	return true;
}

static void
read_flow(const struct json_value *event, struct events_line *l)
{
	const struct json_value *flow = json_value_get(event, BYTES("flow"));
	struct bytes app = json_value_text(json_value_get(event, BYTES("app_proto")));
	if (!json_value_is(flow, JSON_VALUE_OBJECT) ||
	    !addr_parse(json_value_text(json_value_get(event, BYTES("src_ip"))), &l->ends[0]) ||
	    !addr_parse(json_value_text(json_value_get(event, BYTES("dest_ip"))), &l->ends[1]))
		return;
	l->is_flow = true;
	l->bytes[0] = number(flow, BYTES("bytes_toserver"));
	l->bytes[1] = number(flow, BYTES("bytes_toclient"));
	if (!timestamp_read(json_value_text(json_value_get(flow, BYTES("start"))), &l->start_ns) || l->start_ns > l->time_ns)
		l->start_ns = l->time_ns;
	if (bytes_eq(app, BYTES("failed")) || !take_word(app, l->app_cstr, EVENTS_APP_MAX))
		if (!take_word(json_value_text(json_value_get(event, BYTES("proto"))), l->app_cstr, EVENTS_APP_MAX))
			memcpy(l->app_cstr, "other", sizeof("other"));
}

int
events_line_read(const struct json_value *event, struct events_line *out, struct diag *diag)
{
	struct events_line l = {0};
	struct bytes type = json_value_text(json_value_get(event, BYTES("event_type")));
	if (!take_word(type, l.type_cstr, EVENTS_TYPE_MAX))
		return diag_say(diag, -EINVAL, "%s", _("an EVE event was expected: a JSON object with an \"event_type\""));
	if (!timestamp_read(json_value_text(json_value_get(event, BYTES("timestamp"))), &l.time_ns))
		return diag_say(
		    diag, -EINVAL, "%s", _("\"timestamp\": a time like 2026-03-03T08:00:04.329855+0000 was expected"));
	l.type = events_line_type(bytes_of_cstr(l.type_cstr));
	if (bytes_eq(type, BYTES("flow")))
		read_flow(event, &l);
	*out = l;
	return 0;
}
