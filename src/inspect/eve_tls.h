/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_tls.h - a TLS handshake as EVE says it (Suricata 8, tls, extended). */
#ifndef INSPECT_EVE_TLS_H
#define INSPECT_EVE_TLS_H

#include "core/json.h"
#include "inspect/eve_settings.h"
#include "proto/x509.h"

struct eve_tls {                        /* what is empty or 0 is left out */
	uint32_t fields;                /* enum eve_tls_field: those that are written */
	const struct x509 *certificate; /* NULL: none, or not understood */
	struct bytes certificate_der;   /* for the fingerprint */
	struct bytes chain;             /* all certificates, each after three bytes of length */
	struct bytes sni;
	uint16_t version;
	struct bytes ja3_text, ja3_hash, ja3s_text, ja3s_hash, ja4;
	struct bytes client_alpns, server_alpns; /* as on the wire: each name after its length */
	bool session_resumed;
	const char *before_cstr; /* the protocol that handed over; NULL: none did */
};

/* "tls":{...}. Names are cut so that the record always fits in an event. */
void eve_tls_write(struct json *j, const struct eve_tls *e);

/* {"hash":...,"string":...} under this key; nothing when there is no hash. Used for QUIC as well. */
void eve_tls_write_ja3(struct json *j, struct bytes key, struct bytes text, struct bytes hash);

#endif
