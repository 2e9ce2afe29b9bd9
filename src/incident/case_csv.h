/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_csv.h - the file of an incident as a table (RFC 4180): one line per field, with what it belongs to.
 *
 * A cell that a spreadsheet would take for a formula is written behind an apostrophe, which reading takes away again.
 */
#ifndef INCIDENT_CASE_CSV_H
#define INCIDENT_CASE_CSV_H

#include "incident/case_read.h"

#include <stdio.h>

void case_csv_write(FILE *out, const struct case_file *file);
/* out->arena and out->items are the caller's. 0, or a negative errno with diag when nothing of it can be read. */
MUST_USE int case_csv_read(struct bytes text, struct case_read *out, struct diag *diag);

#endif
