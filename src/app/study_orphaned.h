/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/study_orphaned.h - `beffroi study orphans FOLDER`: where the chain from the threat to the proof is broken. */
#ifndef APP_STUDY_ORPHANED_H
#define APP_STUDY_ORPHANED_H

#include "app/study_session.h"

/* 0, or a negative errno with diag. */
MUST_USE int study_orphaned_run(struct study_session *s, struct diag *diag);

#endif
