/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_playbook.h - playbooks: to read, or to make the tasks of an incident of. */
#ifndef DESK_DESK_PLAYBOOK_H
#define DESK_DESK_PLAYBOOK_H

#include "desk/desk.h"
#include "record/case_file.h"

/* By name; NULL with diag: which ones there are. */
const struct data_tree *desk_playbook_find(struct desk *desk, const char *name_cstr, struct diag *diag);
/* Named, or else that of the category of the incident; NULL with diag. */
const struct data_tree *
desk_playbook_of(struct desk *desk, const struct case_file *file, const char *name_cstr, struct diag *diag);
/* Hours within which a step is to be done. */
long desk_playbook_hours(const struct data_tree *step);

MUST_USE int desk_playbook_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_playbook_tasks(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
