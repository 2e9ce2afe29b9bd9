/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_database.h - MySQL and Redis: the logins; nothing is read after one is accepted. */
#ifndef INSPECT_L7_DATABASE_H
#define INSPECT_L7_DATABASE_H

#include "inspect/l7.h"

extern const struct l7_parser l7_database_mysql_parser;
extern const struct l7_parser l7_database_redis_parser;

#endif
