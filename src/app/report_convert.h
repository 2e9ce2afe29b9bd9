/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/report_convert.h - a report in HTML becomes PDF (WeasyPrint), ODT or DOCX (Pandoc), by programs that are confined. */
#ifndef APP_REPORT_CONVERT_H
#define APP_REPORT_CONVERT_H

#include "core/diag.h"
#include "report/report.h"

/* 0 when no program is needed, or it is installed; else -ENOENT with diag: which, in which package. */
MUST_USE int report_convert_check(enum report_format format, struct diag *diag);
/* *out is the caller's to free(). The caller is not confined; the programs are. */
MUST_USE int report_convert(enum report_format format, enum language language, const struct report_margins *margins,
    struct bytes html, char **out, size_t *out_len, struct diag *diag);

#endif
