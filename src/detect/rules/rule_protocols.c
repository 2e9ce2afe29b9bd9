/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_protocols.h"

static const struct rule_protocol protocols[] = {
    {"ip", RULE_IP, NULL, true},
    {"ipv4", RULE_IP | RULE_IPV4, NULL, true},
    {"ip4", RULE_IP | RULE_IPV4, NULL, true},
    {"ipv6", RULE_IP | RULE_IPV6, NULL, true},
    {"ip6", RULE_IP | RULE_IPV6, NULL, true},
    {"pkthdr", RULE_IP, NULL, true},
    {"tcp", RULE_TCP, NULL, true},
    {"tcp-pkt", RULE_TCP | RULE_PACKET, NULL, true},
    {"tcp-stream", RULE_TCP | RULE_STREAM, NULL, true},
    {"udp", RULE_UDP, NULL, true},
    {"icmp", RULE_ICMP, NULL, true},
    {"icmpv4", RULE_ICMP | RULE_IPV4, NULL, true},
    {"icmpv6", RULE_ICMP | RULE_IPV6, NULL, true},
    {"sctp", RULE_SCTP, NULL, true},
    {"igmp", RULE_IGMP, NULL, true},
    {"http", RULE_TCP, "http", true},
    {"http1", RULE_TCP, "http1", true},
    {"http2", RULE_TCP, "http2", false},
    {"tls", RULE_TCP, "tls", true},
    {"ssl", RULE_TCP, "tls", true},
    {"dns", RULE_TCP | RULE_UDP, "dns", true},
    {"mdns", RULE_UDP, "mdns", true},
    {"llmnr", RULE_UDP, "llmnr", false},
    {"doh2", RULE_TCP, "doh2", false},
    {"ssh", RULE_TCP, "ssh", true},
    {"smtp", RULE_TCP, "smtp", true},
    {"ftp", RULE_TCP, "ftp", true},
    {"ftp-data", RULE_TCP, "ftp-data", true},
    {"smb", RULE_TCP, "smb", true},
    {"dcerpc", RULE_TCP | RULE_UDP, "dcerpc", true},
    {"dhcp", RULE_UDP, "dhcp", true},
    {"ntp", RULE_UDP, "ntp", true},
    {"quic", RULE_UDP, "quic", true},
    {"ldap", RULE_TCP | RULE_UDP, "ldap", true},
    {"pop3", RULE_TCP, "pop3", true},
    {"imap", RULE_TCP, "imap", true},
    {"telnet", RULE_TCP, "telnet", true},
    {"nfs", RULE_TCP | RULE_UDP, "nfs", false},
    {"tftp", RULE_UDP, "tftp", true},
    {"ike", RULE_UDP, "ike", false},
    {"ikev2", RULE_UDP, "ike", false},
    {"krb5", RULE_TCP | RULE_UDP, "krb5", true},
    {"rfb", RULE_TCP, "rfb", false},
    {"rdp", RULE_TCP, "rdp", false},
    {"snmp", RULE_UDP, "snmp", true},
    {"sip", RULE_TCP | RULE_UDP, "sip", true},
    {"mqtt", RULE_TCP, "mqtt", true},
    {"modbus", RULE_TCP, "modbus", false},
    {"dnp3", RULE_TCP, "dnp3", false},
    {"enip", RULE_TCP | RULE_UDP, "enip", false},
    {"pgsql", RULE_TCP, "pgsql", true},
    {"websocket", RULE_TCP, "websocket", false},
    {"bittorrent-dht", RULE_UDP, "bittorrent-dht", false},
    {"socks", RULE_TCP, "socks", false},
    {"template", RULE_TCP, "template", false},
};

const struct rule_protocol *
rule_protocols_at(size_t i)
{
	return i < LENGTH_OF(protocols) ? &protocols[i] : NULL;
}

const struct rule_protocol *
rule_protocols_find(struct bytes name)
{
	for (size_t i = 0; i < LENGTH_OF(protocols); i++)
		if (bytes_eq_nocase(name, bytes_of_cstr(protocols[i].name_cstr)))
			return &protocols[i];
	return NULL;
}
