/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_pgsql.h - "pgsql" of an event: one request and what the server answered to it. */
#ifndef INSPECT_EVE_PGSQL_H
#define INSPECT_EVE_PGSQL_H

#include "core/json.h"

#include <stdbool.h>

enum eve_pgsql_secret { EVE_PGSQL_PASSWORD, EVE_PGSQL_SASL_FIRST, EVE_PGSQL_SASL_NEXT }; /* what a message p is */

struct eve_pgsql {
	uint64_t tx_id; /* from 1 */
	bool has_request, has_response;
	bool passwords; /* may be written */
	/* The request: */
	uint8_t type;  /* its letter; 0: it opens the connection */
	uint32_t code; /* of one that opens */
	enum eve_pgsql_secret secret;
	struct bytes body; /* of what opens, after its code */
	uint32_t copy_in_messages;
	uint64_t copy_in_bytes;
	/* The response: */
	uint8_t tls_answer;   /* 'S', 'N', 0: none */
	struct bytes answers; /* each a letter, two bytes of length (big end first), a body that may be cut */
	uint32_t rows, copy_out_rows;
	uint64_t row_bytes, copy_out_bytes;
};

void eve_pgsql_write(struct json *j, const struct eve_pgsql *e);

#endif
