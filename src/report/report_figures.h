/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/report_figures.h - the figures of a period, for its report and for the committee. */
#ifndef REPORT_REPORT_FIGURES_H
#define REPORT_REPORT_FIGURES_H

#include "report/report.h"

/* "from 01/11/2026 to 30/11/2026". */
const char *report_figures_period(struct doc *d, const struct report_period *p);
/* The row of key figures. */
void report_figures_key(struct doc *d, const struct report_input *in);
/* A mean in words; "nothing measured" when there is none. */
const char *report_figures_mean(struct doc *d, const struct report_mean *mean);
size_t report_figures_late(const struct report_input *in);
/* A table of what is due: late things, or those to come; at most max rows. Returns how many there were in all. */
size_t report_figures_due(
    struct doc *d, const struct report_input *in, bool late, const char *caption_cstr, size_t max, size_t text_max);
/* What nobody saw: silent sensors, packets lost; says so when it is not known. */
void report_figures_unseen(struct doc *d, const struct report_period *p, size_t max, size_t letters);

#endif
