/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/study_lint.h - `beffroi study lint FILE`: what is wrong with the words of requirements. */
#ifndef APP_STUDY_LINT_H
#define APP_STUDY_LINT_H

#include "app/study_session.h"

/* 0, or a negative errno with diag. */
MUST_USE int study_lint_run(struct study_session *s, struct diag *diag);

#endif
