/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/observation.h - one fact that the sensor saw, as the behaviour detectors receive it.
 *
 * Facts come in the order of the capture whatever the number of workers: (number, rank) is
 * their total order. Text is bounded and may be cut; `*_len` says how much there is here.
 */
#ifndef RECORD_OBSERVATION_H
#define RECORD_OBSERVATION_H

#include "core/addr.h"
#include "core/bytes.h"
#include "record/flow_vector.h"

enum observation_kind {
	OBSERVATION_FLOW_UPDATE, /* a flow that goes on: after 60 s, then every 300 s, and each 1024 packets */
	OBSERVATION_FLOW_END,    /* timed out, closed, evicted or capture ended */
	OBSERVATION_DNS,         /* one answer, or a query that had none */
	OBSERVATION_TLS,         /* a handshake that got as far as ServerHello or a certificate */
	OBSERVATION_HTTP,        /* one request with its response, where there is one */
	OBSERVATION_SSH,         /* both banners */
	OBSERVATION_ARP,
	OBSERVATION_DHCP,
	OBSERVATION_LOGIN,  /* a user name or password travelled, or a login was answered */
	OBSERVATION_RULE,   /* a rule in Suricata's language held; the source is who sent what it held for */
	OBSERVATION_VECTOR, /* what a model reads of a flow: at some moments, the last one right after its FLOW_END */
	OBSERVATION_KINDS
};

enum flow_state {               /* of a TCP connection; the other protocols use NEW, ESTABLISHED, CLOSED */
	FLOW_STATE_NEW,         /* one side only has spoken */
	FLOW_STATE_ESTABLISHED, /* TCP: three-way handshake seen, or midstream traffic both ways */
	FLOW_STATE_CLOSED,      /* FIN both ways, or RST after being established */
	FLOW_STATE_REFUSED,     /* RST (or ICMP unreachable) instead of an answer */
};

enum app_proto {
	APP_UNKNOWN, /* bytes were seen and nothing recognised them */
	APP_NONE,    /* no payload */
	APP_DNS,
	APP_HTTP,
	APP_TLS,
	APP_SSH,
	APP_DHCP,
	APP_NTP,
	APP_QUIC,
	APP_FTP,
	APP_SMTP,
	APP_POP3,
	APP_IMAP,
	APP_TELNET,
	APP_RDP,
	APP_SMB,
	APP_MYSQL,
	APP_POSTGRESQL,
	APP_REDIS,
	APP_MSSQL,
	APP_LDAP,
	APP_SNMP,
	APP_VNC,
	APP_KERBEROS,
	APP_SIP,
	APP_MQTT,
	APP_MODBUS,
	APP_SSDP,
	APP_MDNS,
	APP_NBNS,
	APP_HTTP2,
	APP_OPENVPN,
	APP_BITTORRENT,
	APP_DCERPC,
	APP_FTP_DATA,
	APP_TFTP,
	APP_COUNT
};

/* Suricata's name where it has one; "failed" for APP_UNKNOWN, NULL for APP_NONE. */
const char *observation_app_name(enum app_proto app);

enum { OBSERVATION_TEXT_MAX = 256 };

/* Of HTTP: the headers or the body of a request that began has not ended yet, or never will when the flow is over. */
enum observed_request {
	OBSERVED_REQUEST_COMPLETE,
	OBSERVED_REQUEST_OPEN,       /* said for the first time of this flow */
	OBSERVED_REQUEST_STILL_OPEN, /* an earlier update said it */
};

struct observed_flow {
	uint64_t packets[2], bytes[2]; /* 0: from the side that opened it, 1: from the other; IP bytes */
	uint64_t payload_bytes[2];
	int64_t first_ns, last_ns;
	uint32_t data_packets[2]; /* packets with payload */
	uint32_t longest_gap_ms;
	uint8_t tcp_flags[2];       /* all flags seen, ORed */
	uint8_t first_flags;        /* of the very first packet */
	uint8_t state;              /* enum flow_state */
	uint8_t app;                /* enum app_proto */
	uint8_t evicted;            /* 1: ended early because the budget was full */
	uint8_t request_incomplete; /* enum observed_request */
	uint8_t midstream;          /* 1: the beginning was not seen */
};

struct observed_dns {
	uint16_t type, id, answers;
	uint8_t rcode;
	bool answered;
	uint32_t query_bytes, answer_bytes; /* DNS message sizes */
	uint16_t name_len;
	char name[OBSERVATION_TEXT_MAX]; /* dotted, lower case, no final dot */
};

struct observed_tls {
	uint16_t version;
	bool has_certificate, self_signed;
	int64_t not_before_s, not_after_s; /* Unix seconds */
	uint16_t name_len, subject_len, issuer_len;
	char name[OBSERVATION_TEXT_MAX]; /* SNI */
	char subject[OBSERVATION_TEXT_MAX], issuer[OBSERVATION_TEXT_MAX];
	char ja3[33], ja4[37]; /* NUL-terminated, empty when absent */
};

struct observed_http {
	uint16_t status;                      /* 0: no response seen */
	uint64_t request_body, response_body; /* bytes */
	uint16_t method_len, host_len, path_len, agent_len;
	char method[16], host[OBSERVATION_TEXT_MAX], path[OBSERVATION_TEXT_MAX], agent[128];
};

struct observed_ssh {
	uint16_t client_len, server_len;
	char client[128], server[128]; /* software versions */
	char hassh[33], hassh_server[33];
};

struct observed_arp {
	uint16_t operation;
	uint8_t sender_mac[6], target_mac[6];
	struct addr sender_ip, target_ip;
};

struct observed_dhcp {
	uint8_t type; /* RFC 2132 9.6: 1 discover ... 5 ack */
	uint8_t client_mac[6];
	struct addr assigned, server; /* zero when absent */
	uint16_t host_len;
	char host[64];
};

enum login_outcome { LOGIN_SENT, LOGIN_ACCEPTED, LOGIN_REFUSED };

struct observed_login {
	uint8_t app;     /* enum app_proto */
	uint8_t outcome; /* enum login_outcome */
	bool cleartext;  /* the password could be read on the wire */
	uint16_t user_len;
	char user[64]; /* never the password */
};

struct observed_rule {
	uint32_t sid;
	uint8_t stage, severity; /* enum alert_stage, enum severity: what its class and priority say */
	bool to_source;          /* its author says that the receiver does it: target:src_ip */
	uint8_t app;             /* enum app_proto */
	char technique_cstr[12]; /* ATT&CK id; empty: not said */
	uint16_t text_len, category_len;
	char text[128], category[64];
};

/* The codes of the flow itself; those that need other flows are missing still (detect/learn/flow_context.h). */
struct observed_vector {
	uint8_t code[FLOW_CODES];
	int64_t first_ns, last_ns;
	uint64_t bytes[2]; /* as in observed_flow */
	uint8_t moment;    /* enum flow_vector_moment */
};

struct observation {
	int64_t time_ns;
	uint64_t number; /* packet that caused it */
	uint32_t rank;   /* order among the facts of one packet */
	uint8_t kind;    /* enum observation_kind */
	uint8_t ip_proto;
	uint16_t vlan;               /* outermost identifier, 0 when none */
	uint16_t src_port, dst_port; /* ICMP: type and code */
	uint64_t flow_id;
	struct addr src, dst;           /* src opened the flow */
	uint8_t src_mac[6], dst_mac[6]; /* zero when the link has none */
	bool has_mac;
	union {
		struct observed_flow flow;
		struct observed_dns dns;
		struct observed_tls tls;
		struct observed_http http;
		struct observed_ssh ssh;
		struct observed_arp arp;
		struct observed_dhcp dhcp;
		struct observed_login login;
		struct observed_rule rule;
		struct observed_vector vector;
	};
};

/* Bytes of an observation of this kind: only the member it uses, a multiple of 8. */
size_t observation_size(enum observation_kind kind);

/* Observations one after the other, of different sizes, in memory of the owner (aligned to 8). What
 * does not fit is dropped and counted. */
struct observation_buffer {
	uint8_t *at;
	size_t used, size; /* bytes */
	uint64_t count, dropped;
};

/* The next one, zeroed but for its kind; NULL when it does not fit. */
struct observation *observation_add(struct observation_buffer *buffer, enum observation_kind kind);
/* Walks: start with *at = 0; NULL at the end. Only `observation_size()` bytes of the result exist. */
const struct observation *observation_next(const struct observation_buffer *buffer, size_t *at);

#endif
