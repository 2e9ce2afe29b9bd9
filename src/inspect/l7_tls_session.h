/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_tls_session.h - what the plain part of one TLS connection has said so far, until its one event is
 * written. Part of inspect/l7_tls.c; kept in the state of a flow, so it is small: JA3 is packed, ALPN lists are cut.
 */
#ifndef INSPECT_L7_TLS_SESSION_H
#define INSPECT_L7_TLS_SESSION_H

#include "inspect/l7.h"
#include "proto/ja3.h"
#include "proto/ja4.h"
#include "proto/x509.h"

enum {
	TLS_SESSION_JA3_MAX = 416, /* 832 characters: hellos have 100 to 700 */
	TLS_SESSION_JA3S_MAX = 64,
	TLS_SESSION_CLIENT_ALPN_MAX = 64,
	TLS_SESSION_SERVER_ALPN_MAX = 40,
};

struct tls_session {
	uint8_t before; /* enum app_proto: l7_flow.before */
	bool client_hello, server_hello, emitted;
	bool ssl2;      /* the hello was SSL 2.0's */
	bool encrypted; /* the server's side became encrypted as it should: nothing was lost before */
	bool ticket_offered, session_echoed;
	bool has_ja3, has_ja3s, has_ja4;
	uint8_t session_id_len, client_alpn_len, server_alpn_len, sni_len;
	uint16_t client_version, server_version;
	uint16_t ja3_packed_len, ja3s_packed_len;
	uint8_t session_id[32];
	char ja3[JA3_HASH_SIZE], ja3s[JA3_HASH_SIZE], ja4[JA4_SIZE];
	uint8_t ja3_packed[TLS_SESSION_JA3_MAX], ja3s_packed[TLS_SESSION_JA3S_MAX];
	uint8_t client_alpn[TLS_SESSION_CLIENT_ALPN_MAX], server_alpn[TLS_SESSION_SERVER_ALPN_MAX];
	uint8_t sni[255];
};

struct sink;

/* What a hello says; `room` is scratch memory for the text of JA3. */
void l7_tls_session_client(struct tls_session *s, const struct tls_client_hello *h, char *room, size_t room_size);
void l7_tls_session_server(struct tls_session *s, const struct tls_server_hello *h, char *room, size_t room_size);

/* The event and the observation, once per connection. x and der: the server's certificate, where it was seen (der)
 * and understood (x, else NULL). chain: the whole list as it was sent; empty: not here. */
void l7_tls_session_emit(struct tls_session *s, const struct l7_flow *flow, struct sink *sink, const struct x509 *x,
    struct bytes der, struct bytes chain);
/* "tls":{...} of what is known so far, with these fields (enum eve_tls_field). */
void l7_tls_session_write(const struct tls_session *s, struct json *j, const struct x509 *x, struct bytes der,
    struct bytes chain, uint32_t fields);

#endif
