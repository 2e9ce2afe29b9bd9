/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_show.h - the whole file of one incident. */
#ifndef DESK_DESK_SHOW_H
#define DESK_DESK_SHOW_H

#include "desk/desk.h"
#include "record/case_file.h"

MUST_USE int desk_show_incident(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
/* {"id":...,"kind":...,"by":...,"at":...,"fields":{...}}: what is written, in every answer that has it. */
void desk_show_item(struct json *out, struct bytes key, const struct case_item *item);

#endif
