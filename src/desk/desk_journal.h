/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_journal.h - who changed or read what, and whether all of it is as it was written. */
#ifndef DESK_DESK_JOURNAL_H
#define DESK_DESK_JOURNAL_H

#include "desk/desk.h"

MUST_USE int desk_journal_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_journal_verify(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
