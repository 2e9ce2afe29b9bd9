/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/study_covered.h - `beffroi study coverage FOLDER`: which rules of catalogues the study covers. */
#ifndef APP_STUDY_COVERED_H
#define APP_STUDY_COVERED_H

#include "app/study_session.h"

/* 0, or a negative errno with diag. */
MUST_USE int study_covered_run(struct study_session *s, struct diag *diag);

#endif
