/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/sheet.h - a document as a spreadsheet (XLSX, ECMA-376): the first sheet has the cover and all that is no table, each
 * table has a sheet of its own, with its heads frozen and filters on. Numbers are numbers, times are times.
 *
 * Cells are texts, never formulas; a text that could become one in another program (= + - @) begins with an apostrophe.
 */
#ifndef REPORT_SHEET_H
#define REPORT_SHEET_H

#include "report/doc.h"
#include "report/zip.h"

/* False: too big, or no memory. */
MUST_USE bool sheet_write(const struct doc *d, struct zip *out);

#endif
