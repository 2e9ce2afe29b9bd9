/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_check.h - an item from a file, before it is believed: its id, kind, incident and fields. */
#ifndef INCIDENT_CASE_CHECK_H
#define INCIDENT_CASE_CHECK_H

#include "incident/case_read.h"

/* Keeps the item when it is sound, else says why not. fields: of the caller, copied. */
void case_check_take(struct case_read *out, unsigned line, const struct case_item *item);
void case_check_refuse(struct case_read *out, unsigned line, const char *why_cstr);

#endif
