/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/recurrence.h - has this happened before? What two incidents have in common: a cause, a machine or component, a
 * technique. */
#ifndef INCIDENT_RECURRENCE_H
#define INCIDENT_RECURRENCE_H

#include "record/case_file.h"

enum recurrence { RECURRENCE_CAUSE = 1, RECURRENCE_ASSET = 2, RECURRENCE_TECHNIQUE = 4 }; /* ORed */

enum { RECURRENCE_WHAT_MAX = 256 };

/* What both have in common, and in `what` an example of it. 0: nothing. */
unsigned recurrence_of(const struct case_file *a, const struct case_file *b, char what[static RECURRENCE_WHAT_MAX]);

#endif
