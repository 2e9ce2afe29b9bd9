/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/study_likelihood.h - `beffroi study likelihood FILE`: how likely an attack is that was written down action by action. */
#ifndef APP_STUDY_LIKELIHOOD_H
#define APP_STUDY_LIKELIHOOD_H

#include "app/study_session.h"

/* 0, or a negative errno with diag. */
MUST_USE int study_likelihood_run(struct study_session *s, struct diag *diag);

#endif
