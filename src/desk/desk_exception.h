/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_exception.h - exceptions: which there are, what each keeps aside, making one and ending one (record/exception.h). */
#ifndef DESK_DESK_EXCEPTION_H
#define DESK_DESK_EXCEPTION_H

#include "desk/desk.h"
#include "record/incident.h"

int desk_exception_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
int desk_exception_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
int desk_exception_add(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
int desk_exception_end(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

/* ,"exceptions":[...]: those that concern an incident (dossier_exception_of_incident()). */
MUST_USE int
desk_exception_of_incident(struct desk *desk, const struct incident *story, struct json *out, struct diag *diag);

#endif
