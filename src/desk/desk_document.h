/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_document.h - documents: which there are, and each of them. */
#ifndef DESK_DESK_DOCUMENT_H
#define DESK_DESK_DOCUMENT_H

#include "desk/desk.h"

MUST_USE int desk_document_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_document_report(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
