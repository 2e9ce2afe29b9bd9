/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_table.h - which function does which operation. */
#ifndef DESK_DESK_TABLE_H
#define DESK_DESK_TABLE_H

#include "desk/desk.h"

/* 0, or a negative errno with diag. */
typedef int desk_operation(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

/* NULL: none yet. */
desk_operation *desk_table_find(enum operation_name name);

/* Whether its changes are kept where they are made (people/): nobody begins around it. */
bool desk_table_keeps_itself(enum operation_name name);

#endif
