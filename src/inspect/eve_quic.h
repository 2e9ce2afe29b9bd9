/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_quic.h - a QUIC hello as EVE says it (Suricata 8, quic). */
#ifndef INSPECT_EVE_QUIC_H
#define INSPECT_EVE_QUIC_H

#include "core/json.h"

struct eve_quic { /* what is empty is left out */
	uint32_t version;
	struct bytes sni, user_agent;
	struct bytes ja3_text, ja3_hash, ja4; /* of a client */
	struct bytes ja3s_text, ja3s_hash;    /* of a server */
	struct bytes extensions;              /* as on the wire */
	struct bytes alpn;                    /* names, each after its length */
	struct bytes cyu_text, cyu_hash;      /* Google QUIC */
};

/* "quic":{...}. */
void eve_quic_write(struct json *j, const struct eve_quic *e);

#endif
