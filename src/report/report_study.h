/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/report_study.h - D02, the risk study, and D04, the table of requirements, of a study that was read. Pure. */
#ifndef REPORT_REPORT_STUDY_H
#define REPORT_REPORT_STUDY_H

#include "report/doc.h"
#include "study/study_reckon.h"

/* Into documents that were started. */
void report_study_build(const struct study *s, const struct study_figure *figures, struct doc *d);
void report_study_requirements(const struct study *s, struct doc *d);

#endif
