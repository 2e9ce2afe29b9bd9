/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/flow_vector.h"

#include "record/flow_numbers.h"
#include "record/observation.h"

enum { PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_ICMPV6 = 58, PROTO_SCTP = 132 };
enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_RST = 4, FLAG_ACK = 16 };

void
flow_vector_logs_plainly(const uint32_t values[static FLOW_CODES], uint8_t codes[static FLOW_CODES])
{
	for (size_t i = 0; i < FLOW_CODES; i++)
		codes[i] = flow_code_log(values[i]);
}

/* The exponent and the three top bits of the mantissa lie side by side in a float (IEEE 754), so that a conversion finds
 * both. It would round numbers above 2^24 up into the next code: the bit that decides is cleared first. Numbers are converted
 * as signed ones, so those from 2^31 are halved, and get eight steps more. Written with vectors of the compiler's, which makes
 * of them what the processor has. */
#define LOGS_BODY(LANES)                                                                                                \
	for (size_t i = 0; i < FLOW_CODES; i += (LANES)) {                                                              \
		int32_t __attribute__((vector_size((LANES)*4))) v, top;                                                 \
		memcpy(&v, values + i, sizeof(v));                                                                      \
		top = v >> 31;                                                                                          \
		v = (v & ~top) | ((v >> 1) & INT32_MAX & top);                                                          \
		v &= ~(v >> 24);                                                                                        \
		float __attribute__((vector_size((LANES)*4))) f = __builtin_convertvector(v, __typeof__(f));            \
		__typeof__(v) code;                                                                                     \
		memcpy(&code, &f, sizeof(code));                                                                        \
		code = (code >> 20) - (127 * 8 - 1) + (top & 8);                                                        \
		code &= code > 0;                                                                                       \
		code = (code & ~(code > FLOW_CODE_MAX)) | (FLOW_CODE_MAX & (code > FLOW_CODE_MAX));                     \
		uint8_t __attribute__((vector_size(LANES))) narrow = __builtin_convertvector(code, __typeof__(narrow)); \
		memcpy(codes + i, &narrow, sizeof(narrow));                                                             \
	}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512bw,avx512vl,prefer-vector-width=512"))) static void
logs_512(const uint32_t *values, uint8_t *codes)
{
	LOGS_BODY(16)
}

__attribute__((target("avx2"))) static void
logs_256(const uint32_t *values, uint8_t *codes)
{
	LOGS_BODY(8)
}
#endif

static void
logs_128(const uint32_t *values, uint8_t *codes)
{
	LOGS_BODY(4)
}

void
flow_vector_logs(const uint32_t values[static FLOW_CODES], uint8_t codes[static FLOW_CODES])
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
		logs_512(values, codes);
		return;
	}
	if (__builtin_cpu_supports("avx2")) {
		logs_256(values, codes);
		return;
	}
#endif
	logs_128(values, codes);
}

/* All from 2^32 - 2^28 on have the last code, so that nothing is lost here. */
static uint32_t
fit(uint64_t value)
{
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static void
fill(uint32_t v[static FLOW_CODES], const struct flow_numbers *n)
{
	v[FLOW_CODE_DURATION] = fit(n->duration_us);
	v[FLOW_CODE_HANDSHAKE] = fit(n->handshake_us);
	for (unsigned i = 0; i < 2; i++) {
		v[FLOW_CODE_PACKETS_OPENER + i] = fit(n->packets[i]);
		v[FLOW_CODE_BYTES_OPENER + i] = fit(n->bytes[i]);
		v[FLOW_CODE_PAYLOAD_OPENER + i] = fit(n->payload[i]);
		v[FLOW_CODE_PAYLOAD_MEAN_OPENER + i] = n->packets[i] == 0 ? 0 : fit(n->payload[i] / n->packets[i]);
		v[FLOW_CODE_SIZE_MAX_OPENER + i] = n->size_max[i];
		v[FLOW_CODE_RETRANSMITTED_OPENER + i] = n->retransmitted[i];
		unsigned gaps = i == 0 ? FLOW_CODE_GAP_MIN_OPENER : FLOW_CODE_GAP_MIN_ANSWERER;
		v[gaps] = n->gap_min_us[i];
		v[gaps + 1] = n->gap_mean_us[i];
		v[gaps + 2] = n->gap_deviation_us[i];
		v[gaps + 3] = n->gap_max_us[i];
	}
	v[FLOW_CODE_SIZE_MIN_OPENER] = n->size_min;
	v[FLOW_CODE_SYN_COUNT] = n->syns;
	v[FLOW_CODE_RST_COUNT] = n->rsts;
	for (unsigned i = 0; i < FLOW_NUMBERS_SIZES; i++) {
		int size = i < n->first_count ? n->first_sizes[i] : 0;
		v[FLOW_CODE_FIRST_SIZE_1 + i] = (uint32_t)(size < 0 ? -size : size);
	}
	v[FLOW_CODE_TLS_SUITES] = n->tls_suites;
	v[FLOW_CODE_TLS_NAME_LENGTH] = n->tls_name_length;
}

/* As flow_code_signed_log(), of a code that was found already. */
static uint8_t
signed_step(uint8_t log, bool negative)
{
	unsigned steps = (log + 1u) / 2u;
	if (steps > 126)
		steps = 126;
	return (uint8_t)(negative ? 127 - steps : 127 + steps);
}

static uint8_t
asymmetry(uint8_t opener, uint8_t answerer)
{
	int steps = ((int)answerer - (int)opener) / 2;
	return (uint8_t)(127 + (steps > 126 ? 126 : steps < -126 ? -126 : steps));
}

static uint8_t
no_missing(uint8_t value)
{
	return value < FLOW_CODE_MAX ? value : FLOW_CODE_MAX;
}

static void
fill_others(uint8_t *code, const struct flow_numbers *n)
{
	uint64_t packets = n->packets[0] + n->packets[1];
	code[FLOW_CODE_ASYMMETRY] = asymmetry(code[FLOW_CODE_BYTES_OPENER], code[FLOW_CODE_BYTES_ANSWERER]);
	for (unsigned i = 0; i < FLOW_NUMBERS_CLASSES; i++)
		code[FLOW_CODE_SIZES_128 + i] = flow_code_share(n->size_classes[i], packets);
	code[FLOW_CODE_SILENCE] = flow_code_share(n->silence_us, n->duration_us);
	code[FLOW_CODE_TCP_FLAGS_OPENER] = no_missing(n->tcp_flags[0]);
	code[FLOW_CODE_TCP_FLAGS_ANSWERER] = no_missing(n->tcp_flags[1]);
	code[FLOW_CODE_STATE] = n->state;
	code[FLOW_CODE_IP_PROTOCOL] = no_missing(n->ip_proto);
	code[FLOW_CODE_SERVICE] = n->service;
	for (unsigned i = 0; i < FLOW_NUMBERS_SIZES; i++)
		code[FLOW_CODE_FIRST_SIZE_1 + i] = signed_step(
		    code[FLOW_CODE_FIRST_SIZE_1 + i], i < n->first_count && n->first_sizes[i] < 0);
	code[FLOW_CODE_ENTROPY] = no_missing(n->entropy_x31);
	code[FLOW_CODE_TLS_CERTIFICATE] = n->tls_certificate & 3;
}

void
flow_vector_of_numbers(const struct flow_numbers *n, struct flow_vector *out)
{
	uint32_t values[FLOW_CODES] = {0};
	fill(values, n);
	flow_vector_logs(values, out->code);
	fill_others(out->code, n);
	uint64_t unknown = ~(n->known & ~FLOW_KNOWN_CONTEXT);
	for (; unknown != 0; unknown &= unknown - 1)
		out->code[__builtin_ctzll(unknown)] = FLOW_CODE_MISSING;
	out->code[FLOW_CODE_RECORD] = (uint8_t)(FLOW_VECTOR_VERSION << 4 | (n->source & 15));
}

static uint8_t
tcp_state(uint8_t opener, uint8_t answerer)
{
	bool answered = (answerer & (FLAG_SYN | FLAG_ACK)) == (FLAG_SYN | FLAG_ACK);
	if ((opener & FLAG_SYN) == 0)
		return !answered                 ? FLOW_VECTOR_OTHER
		    : (answerer & FLAG_RST) != 0 ? FLOW_VECTOR_RSTRH
		    : (answerer & FLAG_FIN) != 0 ? FLOW_VECTOR_SHR
		                                 : FLOW_VECTOR_OTHER;
	if (!answered)
		return (answerer & FLAG_RST) != 0 ? FLOW_VECTOR_REJ
		    : (opener & FLAG_RST) != 0    ? FLOW_VECTOR_RSTOS0
		    : (opener & FLAG_FIN) != 0    ? FLOW_VECTOR_SH
		    : answerer == 0               ? FLOW_VECTOR_S0
		                                  : FLOW_VECTOR_OTHER;
	if ((opener & FLAG_RST) != 0)
		return FLOW_VECTOR_RSTO;
	if ((answerer & FLAG_RST) != 0)
		return FLOW_VECTOR_RSTR;
	bool ends[2] = {(opener & FLAG_FIN) != 0, (answerer & FLAG_FIN) != 0};
	return ends[0] && ends[1] ? FLOW_VECTOR_SF : ends[0] ? FLOW_VECTOR_S2 : ends[1] ? FLOW_VECTOR_S3 : FLOW_VECTOR_S1;
}

uint8_t
flow_vector_state_of(uint8_t ip_proto, const uint8_t tcp_flags[static 2], const uint64_t packets[static 2])
{
	if (ip_proto == PROTO_TCP)
		return tcp_state(tcp_flags[0], tcp_flags[1]);
	if (ip_proto == PROTO_ICMP || ip_proto == PROTO_ICMPV6)
		return FLOW_VECTOR_OTHER; /* as Zeek has it: what answers what is not known to everybody */
	return packets[0] > 0 && packets[1] > 0 ? FLOW_VECTOR_SF
	    : packets[0] > 0                    ? FLOW_VECTOR_S0
	    : packets[1] > 0                    ? FLOW_VECTOR_SHR
	                                        : FLOW_VECTOR_OTHER;
}

/* Classes: part of the format of models. Where a protocol was not recognised, or the source cannot, ports stand for it. */
enum service {
	SERVICE_NONE, /* no ports */
	SERVICE_DNS,
	SERVICE_HTTP,
	SERVICE_TLS,
	SERVICE_SSH,
	SERVICE_DHCP,
	SERVICE_NTP,
	SERVICE_QUIC,
	SERVICE_FTP,
	SERVICE_SMTP,
	SERVICE_POP3,
	SERVICE_IMAP,
	SERVICE_TELNET,
	SERVICE_RDP,
	SERVICE_SMB,
	SERVICE_MYSQL,
	SERVICE_POSTGRESQL,
	SERVICE_REDIS,
	SERVICE_MSSQL,
	SERVICE_LDAP,
	SERVICE_SNMP,
	SERVICE_VNC,
	SERVICE_KERBEROS,
	SERVICE_SIP,
	SERVICE_MQTT,
	SERVICE_MODBUS,
	SERVICE_SSDP,
	SERVICE_MDNS,
	SERVICE_NBNS,
	SERVICE_OPENVPN,
	SERVICE_BITTORRENT,
	SERVICE_DCERPC,
	SERVICE_PRINTER,
	SERVICE_WINRM,
	SERVICE_SYSLOG,
	SERVICE_NFS,
	SERVICE_IRC,
	SERVICE_PROXY,
	SERVICE_WELL_KNOWN = 200, /* another port below 1024 */
	SERVICE_REGISTERED,       /* below 32768 */
	SERVICE_EPHEMERAL,
};

static uint8_t
service_of_app(uint8_t app)
{
	static const uint8_t classes[APP_COUNT] = {[APP_DNS] = SERVICE_DNS,
	    [APP_HTTP] = SERVICE_HTTP,
	    [APP_HTTP2] = SERVICE_HTTP,
	    [APP_TLS] = SERVICE_TLS,
	    [APP_SSH] = SERVICE_SSH,
	    [APP_DHCP] = SERVICE_DHCP,
	    [APP_NTP] = SERVICE_NTP,
	    [APP_QUIC] = SERVICE_QUIC,
	    [APP_FTP] = SERVICE_FTP,
	    [APP_FTP_DATA] = SERVICE_FTP,
	    [APP_SMTP] = SERVICE_SMTP,
	    [APP_POP3] = SERVICE_POP3,
	    [APP_IMAP] = SERVICE_IMAP,
	    [APP_TELNET] = SERVICE_TELNET,
	    [APP_RDP] = SERVICE_RDP,
	    [APP_SMB] = SERVICE_SMB,
	    [APP_MYSQL] = SERVICE_MYSQL,
	    [APP_POSTGRESQL] = SERVICE_POSTGRESQL,
	    [APP_REDIS] = SERVICE_REDIS,
	    [APP_MSSQL] = SERVICE_MSSQL,
	    [APP_LDAP] = SERVICE_LDAP,
	    [APP_SNMP] = SERVICE_SNMP,
	    [APP_VNC] = SERVICE_VNC,
	    [APP_KERBEROS] = SERVICE_KERBEROS,
	    [APP_SIP] = SERVICE_SIP,
	    [APP_MQTT] = SERVICE_MQTT,
	    [APP_MODBUS] = SERVICE_MODBUS,
	    [APP_SSDP] = SERVICE_SSDP,
	    [APP_MDNS] = SERVICE_MDNS,
	    [APP_NBNS] = SERVICE_NBNS,
	    [APP_OPENVPN] = SERVICE_OPENVPN,
	    [APP_BITTORRENT] = SERVICE_BITTORRENT,
	    [APP_DCERPC] = SERVICE_DCERPC};
	return app < APP_COUNT ? classes[app] : SERVICE_NONE;
}

static uint8_t
service_of_port(uint8_t ip_proto, uint16_t port)
{
	switch (port) {
	case 53: return SERVICE_DNS;
	case 80:
	case 8000:
	case 8008:
	case 8080:
	case 8081: return SERVICE_HTTP;
	case 443:
	case 8443: return ip_proto == PROTO_UDP ? SERVICE_QUIC : SERVICE_TLS;
	case 465:
	case 636:
	case 853:
	case 989:
	case 990:
	case 993:
	case 995:
	case 8883: return SERVICE_TLS;
	case 22: return SERVICE_SSH;
	case 67:
	case 68: return SERVICE_DHCP;
	case 123: return SERVICE_NTP;
	case 21: return SERVICE_FTP;
	case 25:
	case 587: return SERVICE_SMTP;
	case 110: return SERVICE_POP3;
	case 143: return SERVICE_IMAP;
	case 23:
	case 2323: return SERVICE_TELNET;
	case 3389: return SERVICE_RDP;
	case 139:
	case 445: return SERVICE_SMB;
	case 3306: return SERVICE_MYSQL;
	case 5432: return SERVICE_POSTGRESQL;
	case 6379: return SERVICE_REDIS;
	case 1433: return SERVICE_MSSQL;
	case 389:
	case 3268: return SERVICE_LDAP;
	case 161:
	case 162: return SERVICE_SNMP;
	case 5900: return SERVICE_VNC;
	case 88: return SERVICE_KERBEROS;
	case 5060:
	case 5061: return SERVICE_SIP;
	case 1883: return SERVICE_MQTT;
	case 502: return SERVICE_MODBUS;
	case 1900: return SERVICE_SSDP;
	case 5353: return SERVICE_MDNS;
	case 137:
	case 138: return SERVICE_NBNS;
	case 1194: return SERVICE_OPENVPN;
	case 6881: return SERVICE_BITTORRENT;
	case 135: return SERVICE_DCERPC;
	case 515:
	case 631:
	case 9100: return SERVICE_PRINTER;
	case 5985:
	case 5986: return SERVICE_WINRM;
	case 514: return ip_proto == PROTO_UDP ? SERVICE_SYSLOG : SERVICE_WELL_KNOWN;
	case 2049: return SERVICE_NFS;
	case 6667: return SERVICE_IRC;
	case 1080:
	case 3128: return SERVICE_PROXY;
	default: return port < 1024 ? SERVICE_WELL_KNOWN : port < 32768 ? SERVICE_REGISTERED : SERVICE_EPHEMERAL;
	}
}

uint8_t
flow_vector_service(uint8_t ip_proto, uint16_t port, uint8_t app)
{
	if (ip_proto != PROTO_TCP && ip_proto != PROTO_UDP && ip_proto != PROTO_SCTP)
		return SERVICE_NONE;
	uint8_t recognised = service_of_app(app);
	return recognised != SERVICE_NONE ? recognised : service_of_port(ip_proto, port);
}
