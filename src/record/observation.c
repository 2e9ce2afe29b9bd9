/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/observation.h"

#include "core/ensure.h"

static const char *const app_names[APP_COUNT] = {[APP_UNKNOWN] = "failed",
    [APP_DNS] = "dns",
    [APP_HTTP] = "http",
    [APP_TLS] = "tls",
    [APP_SSH] = "ssh",
    [APP_DHCP] = "dhcp",
    [APP_NTP] = "ntp",
    [APP_QUIC] = "quic",
    [APP_FTP] = "ftp",
    [APP_FTP_DATA] = "ftp-data",
    [APP_SMTP] = "smtp",
    [APP_POP3] = "pop3",
    [APP_IMAP] = "imap",
    [APP_TELNET] = "telnet",
    [APP_RDP] = "rdp",
    [APP_SMB] = "smb",
    [APP_MYSQL] = "mysql",
    [APP_POSTGRESQL] = "pgsql",
    [APP_REDIS] = "redis",
    [APP_MSSQL] = "mssql",
    [APP_LDAP] = "ldap",
    [APP_SNMP] = "snmp",
    [APP_VNC] = "rfb",
    [APP_KERBEROS] = "krb5",
    [APP_SIP] = "sip",
    [APP_MQTT] = "mqtt",
    [APP_MODBUS] = "modbus",
    [APP_SSDP] = "ssdp",
    [APP_MDNS] = "mdns",
    [APP_NBNS] = "nbns",
    [APP_HTTP2] = "http2",
    [APP_OPENVPN] = "openvpn",
    [APP_BITTORRENT] = "bittorrent",
    [APP_DCERPC] = "dcerpc",
    [APP_TFTP] = "tftp"};

const char *
observation_app_name(enum app_proto app)
{
	ENSURE((unsigned)app < APP_COUNT);
	return app_names[app];
}

size_t
observation_size(enum observation_kind kind)
{
	static const size_t bodies[OBSERVATION_KINDS] = {
	    [OBSERVATION_FLOW_UPDATE] = sizeof(struct observed_flow),
	    [OBSERVATION_FLOW_END] = sizeof(struct observed_flow),
	    [OBSERVATION_DNS] = sizeof(struct observed_dns),
	    [OBSERVATION_TLS] = sizeof(struct observed_tls),
	    [OBSERVATION_HTTP] = sizeof(struct observed_http),
	    [OBSERVATION_SSH] = sizeof(struct observed_ssh),
	    [OBSERVATION_ARP] = sizeof(struct observed_arp),
	    [OBSERVATION_DHCP] = sizeof(struct observed_dhcp),
	    [OBSERVATION_LOGIN] = sizeof(struct observed_login),
	    [OBSERVATION_RULE] = sizeof(struct observed_rule),
	    [OBSERVATION_VECTOR] = sizeof(struct observed_vector),
	};
	ENSURE((unsigned)kind < OBSERVATION_KINDS);
	return (offsetof(struct observation, flow) + bodies[kind] + 7) & ~(size_t)7;
}

struct observation *
observation_add(struct observation_buffer *buffer, enum observation_kind kind)
{
	size_t size = observation_size(kind);
	if (size > buffer->size - buffer->used) {
		buffer->dropped++;
		return NULL;
	}
	struct observation *o = (struct observation *)(void *)(buffer->at + buffer->used);
	memset(o, 0, size);
	o->kind = (uint8_t)kind;
	buffer->used += size;
	buffer->count++;
	return o;
}

const struct observation *
observation_next(const struct observation_buffer *buffer, size_t *at)
{
	if (*at >= buffer->used)
		return NULL;
	const struct observation *o = (const struct observation *)(const void *)(buffer->at + *at);
	*at += observation_size((enum observation_kind)o->kind);
	return o;
}
