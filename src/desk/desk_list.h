/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_list.h - lists of incidents: what is asked for, gravest first, a page at a time. */
#ifndef DESK_DESK_LIST_H
#define DESK_DESK_LIST_H

#include "desk/desk.h"
#include "dossier/dossier_brief.h"

/* All that this person may see and the order asks for, gravest and latest first. 0, or a negative errno with diag. */
MUST_USE int desk_list_select(
    struct desk *desk, const struct desk_order *order, struct dossier_brief **out, size_t *count, struct diag *diag);
MUST_USE int desk_list_incidents(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
/* "limit": how many are wanted, from 1 to DESK_LIST_MAX. 0, or -EINVAL with diag. */
MUST_USE int
desk_list_limit(struct desk *desk, const struct desk_order *order, size_t usual, size_t *out, struct diag *diag);

#endif
