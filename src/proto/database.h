/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/database.h - who logs in to a database and what the server answers: the few messages of
 * MySQL and Redis that say it. PostgreSQL has proto/pgsql.h. */
#ifndef PROTO_DATABASE_H
#define PROTO_DATABASE_H

#include "core/cursor.h"

enum { DATABASE_MESSAGE_MAX = 8192 }; /* a longer one is PARSE_BAD: it says nothing about a login */

enum database_says {
	DATABASE_NOTHING,
	DATABASE_USER, /* the client names its user: database_message.user */
	DATABASE_STARTS_TLS,
	DATABASE_ACCEPTS,
	DATABASE_REFUSES,
	DATABASE_OTHER, /* a command that is no login */
};

struct database_message {
	enum database_says says;
	struct bytes user;
};

/* One message at the front of a side. */
MUST_USE enum parse database_mysql_client(struct bytes stream, size_t *used, struct database_message *out);
MUST_USE enum parse database_mysql_server(struct bytes stream, size_t *used, struct database_message *out);
MUST_USE enum parse database_redis_client(struct bytes stream, size_t *used, struct database_message *out);
MUST_USE enum parse database_redis_server(struct bytes stream, size_t *used, struct database_message *out);

#endif
