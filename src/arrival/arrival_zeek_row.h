/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_zeek_row.h - one entry of a Zeek log, in either of its forms: values by name.
 *
 * TSV says its own separators and the names of its columns in lines that begin with '#'
 * (docs.zeek.org/en/master/log-formats.html); JSON has one object a line. Which log it is stands in #path or _path, else its
 * fields tell.
 */
#ifndef ARRIVAL_ARRIVAL_ZEEK_ROW_H
#define ARRIVAL_ARRIVAL_ZEEK_ROW_H

#include "core/addr.h"
#include "core/diag.h"
#include "core/json_value.h"

/* clang-format off */
#define ARRIVAL_ZEEK_FIELDS(X) \
	X(TS, "ts") X(UID, "uid") X(ORIG_H, "id.orig_h") X(ORIG_P, "id.orig_p") X(RESP_H, "id.resp_h") X(RESP_P, "id.resp_p") \
	X(PROTO, "proto") X(SERVICE, "service") X(DURATION, "duration") X(ORIG_BYTES, "orig_bytes") X(RESP_BYTES, "resp_bytes") \
	X(CONN_STATE, "conn_state") X(HISTORY, "history") X(ORIG_PKTS, "orig_pkts") X(ORIG_IP_BYTES, "orig_ip_bytes") \
	X(RESP_PKTS, "resp_pkts") X(RESP_IP_BYTES, "resp_ip_bytes") X(VLAN, "vlan") \
	X(TRANS_ID, "trans_id") X(RTT, "rtt") X(QUERY, "query") X(QTYPE, "qtype") X(RCODE, "rcode") X(ANSWERS, "answers") \
	X(METHOD, "method") X(HOST, "host") X(URI, "uri") X(USER_AGENT, "user_agent") X(STATUS_CODE, "status_code") \
	X(REQUEST_BODY_LEN, "request_body_len") X(RESPONSE_BODY_LEN, "response_body_len") \
	X(VERSION, "version") X(CIPHER, "cipher") X(SERVER_NAME, "server_name") X(SUBJECT, "subject") X(ISSUER, "issuer") \
	X(JA3, "ja3") X(JA4, "ja4") X(CHAIN_FPS, "cert_chain_fps") X(CHAIN_FUIDS, "cert_chain_fuids") \
	X(CLIENT, "client") X(SERVER, "server") X(HASSH, "hassh") X(HASSH_SERVER, "hasshServer") X(AUTH_ATTEMPTS, "auth_attempts") \
	X(USER, "user") X(COMMAND, "command") X(REPLY_CODE, "reply_code") \
	X(MAC, "mac") X(HOST_NAME, "host_name") X(SERVER_ADDR, "server_addr") X(CLIENT_ADDR, "client_addr") \
	X(ASSIGNED_ADDR, "assigned_addr") X(MSG_TYPES, "msg_types") X(LEASE_TIME, "lease_time") \
	X(NOTE, "note") X(MSG, "msg") X(SUB, "sub") X(SRC, "src") X(DST, "dst") X(P, "p") X(N, "n") \
	X(INDICATOR, "seen.indicator") X(SOURCES, "sources") \
	X(FINGERPRINT, "fingerprint") X(ID, "id") X(CERT_SUBJECT, "certificate.subject") X(CERT_ISSUER, "certificate.issuer") \
	X(NOT_BEFORE, "certificate.not_valid_before") X(NOT_AFTER, "certificate.not_valid_after") \
	X(MAILFROM, "mailfrom") X(STRATUM, "stratum") X(FUID, "fuid") X(MIME_TYPE, "mime_type") X(WEIRD, "name") X(PATH, "_path")
/* clang-format on */

#define ARRIVAL_ZEEK_ENUM(name, text) ZEEK_##name,
enum arrival_zeek_field { ARRIVAL_ZEEK_FIELDS(ARRIVAL_ZEEK_ENUM) ZEEK_FIELDS };

enum { ARRIVAL_ZEEK_COLUMNS_MAX = 256, ARRIVAL_ZEEK_SEPARATOR_MAX = 8, ARRIVAL_ZEEK_MARK_MAX = 32 };

struct arrival_zeek_mark {
	uint8_t at[ARRIVAL_ZEEK_MARK_MAX];
	size_t len;
};

/* What the lines with '#' have said so far. */
struct arrival_zeek_head {
	struct arrival_zeek_mark separator, set_separator, empty, unset, path;
	uint8_t columns[ARRIVAL_ZEEK_COLUMNS_MAX]; /* enum arrival_zeek_field */
	size_t column_count;                       /* 0: #fields was not seen */
};

enum { ARRIVAL_ZEEK_SCRATCH = 64 << 10 };

/* A value that is unset, or not in this log, is empty. They live as long as the line, the row and the list. */
struct arrival_zeek_row {
	struct bytes values[ZEEK_FIELDS];
	struct bytes path; /* "conn"; empty: not said */
	uint8_t set_mark;  /* between the elements of a set or vector */
	size_t scratch_used;
	uint8_t scratch[ARRIVAL_ZEEK_SCRATCH];
};

void arrival_zeek_row_start(struct arrival_zeek_head *head);
/* 1: a row; 0: a line that holds none; -EINVAL with diag: what is wrong. */
MUST_USE int arrival_zeek_row_read(struct arrival_zeek_head *head, struct json_value_list *list, struct bytes line,
    struct arrival_zeek_row *out, struct diag *diag);

MUST_USE bool arrival_zeek_row_addr(const struct arrival_zeek_row *row, enum arrival_zeek_field field, struct addr *out);
uint64_t arrival_zeek_row_number(const struct arrival_zeek_row *row, enum arrival_zeek_field field, uint64_t max);
/* "1772524804.329855": seconds with a fraction, as nanoseconds. False: none, or beyond what 64 bits count. */
MUST_USE bool arrival_zeek_row_seconds(const struct arrival_zeek_row *row, enum arrival_zeek_field field, int64_t *out_ns);
/* The same of a moment; also 2026-03-03T08:00:04.329855Z, as LogAscii::json_timestamps writes. */
MUST_USE bool arrival_zeek_row_time(const struct arrival_zeek_row *row, enum arrival_zeek_field field, int64_t *out_ns);

#endif
