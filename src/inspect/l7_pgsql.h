/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_pgsql.h - PostgreSQL: requests with what the server answers, and logins. */
#ifndef INSPECT_L7_PGSQL_H
#define INSPECT_L7_PGSQL_H

#include "inspect/l7.h"

extern const struct l7_parser l7_pgsql_parser;

#endif
