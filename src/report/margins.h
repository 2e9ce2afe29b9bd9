/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/margins.h - the marking, the reference and the number of the page, on every page of what Pandoc made: it has no way to say
 * so. Text is put into the parts of the archive that say what a page looks like; nothing else changes. Pure. */
#ifndef REPORT_MARGINS_H
#define REPORT_MARGINS_H

#include "report/report.h"

/* *out is for free(). False: no such archive, or it lacks what we write into, or no memory. */
MUST_USE bool
margins_put(bool is_docx, const struct report_margins *margins, struct bytes archive, char **out, size_t *out_len);

#endif
