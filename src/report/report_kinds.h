/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/report_kinds.h - the reports themselves, for report.c. Each fills a started document, its title first. */
#ifndef REPORT_REPORT_KINDS_H
#define REPORT_REPORT_KINDS_H

#include "report/report.h"

void report_management_build(const struct report_input *in, struct doc *d);
void report_technical_build(const struct report_input *in, struct doc *d);
void report_notice_build(const struct report_input *in, struct doc *d);
void report_period_build(const struct report_input *in, struct doc *d);
void report_committee_build(const struct report_input *in, struct doc *d);

#endif
