/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/study_choose.h - `beffroi study choose FILE`: the scenarios of a file weighed, for people and for programs. */
#ifndef APP_STUDY_CHOOSE_H
#define APP_STUDY_CHOOSE_H

#include "app/study_session.h"

/* 0, or a negative errno with diag. */
MUST_USE int study_choose_run(struct study_session *s, struct diag *diag);

#endif
