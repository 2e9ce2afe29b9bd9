/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/pgsql.h - PostgreSQL's messages, version 3.0 (its manual, chapter "Frontend/Backend Protocol": "Message Formats").
 *
 * A message is a letter, the length of what follows with the length itself, and a body; those that open a connection have no letter.
 * Bodies are borrowed from the stream.
 */
#ifndef PROTO_PGSQL_H
#define PROTO_PGSQL_H

#include "core/cursor.h"

enum {
	PGSQL_START_MAX = 10000, /* bytes of a message that opens: what the server itself accepts */
	PGSQL_VERSION_3 = 3 << 16,
	PGSQL_CANCEL = 80877102,
	PGSQL_TLS = 80877103,
	PGSQL_GSS = 80877104,
};

enum pgsql_authentication { /* of a message R */
	PGSQL_AUTH_OK = 0,
	PGSQL_AUTH_CLEARTEXT = 3,
	PGSQL_AUTH_MD5 = 5,
	PGSQL_AUTH_GSS = 7,
	PGSQL_AUTH_SSPI = 9,
	PGSQL_AUTH_SASL = 10,
	PGSQL_AUTH_SASL_CONTINUE = 11,
	PGSQL_AUTH_SASL_FINAL = 12,
};

struct pgsql_head {
	uint8_t type;  /* the letter; 0 of a message that opens */
	size_t length; /* of the body */
};

/* PARSE_BAD: no message begins so. */
MUST_USE enum parse pgsql_head(struct cursor *c, bool opens, struct pgsql_head *out);
/* Whether a client, a server, sends messages of this letter. */
bool pgsql_is_request(uint8_t type);
bool pgsql_is_response(uint8_t type);

/* Up to its NUL, which is taken too; without one, the rest. */
struct bytes pgsql_text(struct bytes *rest);
/* The parameters of a connection: name and value, up to an empty name. */
bool pgsql_next_parameter(struct bytes *rest, struct bytes *name, struct bytes *value);
/* The fields of an error or a notice: a letter and a text, up to a NUL. */
bool pgsql_next_field(struct bytes *rest, uint8_t *type, struct bytes *value);
/* "severity_localizable" for 'S'; NULL: unknown. */
const char *pgsql_field_name(uint8_t type);

#endif
