/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/store_postgresql.h - a store on a PostgreSQL server. The only file that includes libpq-fe.h is store_postgresql.c.
 *
 * Its tables are in the schema that the connection finds first. Two more are the store's own: beffroi_mark, and beffroi_file for
 * what is a file elsewhere (dossier_file.h). Writers take turns by an advisory lock.
 */
#ifndef DOSSIER_STORE_POSTGRESQL_H
#define DOSSIER_STORE_POSTGRESQL_H

#include "dossier/store.h"

enum store_postgresql_refusal {
	STORE_POSTGRESQL_CONNECTED,
	STORE_POSTGRESQL_ADDRESS,     /* that is no address of a database */
	STORE_POSTGRESQL_UNREACHABLE, /* nobody answers, or not in time */
	STORE_POSTGRESQL_PASSWORD,    /* or no such user */
	STORE_POSTGRESQL_DATABASE,    /* there is none of this name */
	STORE_POSTGRESQL_FULL,        /* too many connections */
	STORE_POSTGRESQL_MEMORY,
};

/* An address, "postgresql://..." or one that is refused; a folder that looks like one is given as "./..." */
bool store_postgresql_is_place(const char *place_cstr);
/* The address without what is secret in it, for people. */
void store_postgresql_label(const char *place_cstr, char *out, size_t size);
/* All that needs files and the network is done here, before a role gives them up. *out when it is connected. */
MUST_USE enum store_postgresql_refusal store_postgresql_open(struct store **out, const char *place_cstr);

#endif
