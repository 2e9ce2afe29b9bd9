/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/krb5.h - messages between clients and the key distribution centre of Kerberos 5: RFC 4120 5.4, 5.9. */
#ifndef PROTO_KRB5_H
#define PROTO_KRB5_H

#include "core/cursor.h"

enum krb5_type {
	KRB5_AS_REQ = 10,
	KRB5_AS_REP = 11,
	KRB5_TGS_REQ = 12,
	KRB5_TGS_REP = 13,
	KRB5_AP_REQ = 14,
	KRB5_AP_REP = 15,
	KRB5_ERROR = 30,
};

enum { KRB5_NAMES_MAX = 8 };

struct krb5_name {
	size_t count; /* 0: there is none */
	struct bytes parts[KRB5_NAMES_MAX];
};

struct krb5 {
	uint8_t type;
	struct krb5_name client, service;
	struct bytes realm; /* empty: none */
	bool has_cipher, has_ticket;
	int32_t cipher, ticket_cipher; /* of an answer's own part, and of the ticket in it: RFC 3961 8 */
	int32_t error;
};

/* One message, without the length that TCP puts before it. */
enum parse krb5_parse(struct bytes message, struct krb5 *out);
/* "KRB_AS_REQ"; NULL: no such type. */
const char *krb5_type_name(uint8_t type);
/* "aes256-cts-hmac-sha1-96"; NULL. */
const char *krb5_cipher_name(int32_t cipher);
bool krb5_cipher_is_weak(int32_t cipher);
/* "KDC_ERR_PREAUTH_REQUIRED"; NULL. */
const char *krb5_error_name(int32_t error);

#endif
