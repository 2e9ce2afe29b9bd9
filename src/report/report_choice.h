/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/report_choice.h - D09: the feasibility of scenarios and the choice between them, as a document. Pure: the same choice is the same
 * bytes. */
#ifndef REPORT_REPORT_CHOICE_H
#define REPORT_REPORT_CHOICE_H

#include "report/doc.h"
#include "study/choice.h"

/* Into a document that was started. hash_cstr: the seal of the weights. */
void
report_choice_build(const struct choice *choice, const struct choice_outcome *outcome, const char *hash_cstr, struct doc *d);

#endif
