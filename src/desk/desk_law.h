/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_law.h - the legal clocks of an incident, and drafts of notices. */
#ifndef DESK_DESK_LAW_H
#define DESK_DESK_LAW_H

#include "desk/desk.h"
#include "incident/case_clock.h"

MUST_USE int desk_law_clocks(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_law_notice(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
/* The template of a draft by its name; NULL with diag: which ones there are. */
const struct data_tree *desk_law_template(struct desk *desk, const char *name_cstr, struct diag *diag);
/* One step of a clock of an incident, as an element of a list. */
void desk_law_step(struct desk *desk, struct json *out, const struct case_file *file, const struct case_clock *clock,
    const struct case_clock_step *step);
/* "Regulation (EU) 2016/679, article 33(1)" */
const char *desk_law_text(struct desk *desk, const struct clock_step *step);
/* "waits", "runs", "now", "overdue", "sent", "sent-late" */
const char *desk_law_state(enum case_clock_state state);

#endif
