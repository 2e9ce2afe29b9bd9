/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/study_make.h - `beffroi study init | freeze`: a starting study in a new folder; a version that changes no more. */
#ifndef APP_STUDY_MAKE_H
#define APP_STUDY_MAKE_H

#include "app/study_session.h"

/* 0, or a negative errno with diag. */
MUST_USE int study_make_init(struct study_session *s, struct diag *diag);
MUST_USE int study_make_freeze(struct study_session *s, struct diag *diag);

#endif
