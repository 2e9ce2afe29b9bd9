/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/study_session.h - what the verbs of studies share: a file that somebody wrote is read into memory, all rights are given up, then
 * it is understood and told. */
#ifndef APP_STUDY_SESSION_H
#define APP_STUDY_SESSION_H

#include "cli/present.h"
#include "cli/verb_options.h"
#include "core/arena.h"
#include "core/json.h"

struct study_session {
	struct verb_options options;
	struct presenter presenter;
	struct json json; /* when options.json */
	struct arena arena;
	char *room;
	bool usage;  /* what was asked makes no sense: exit status 2 */
	bool faulty; /* it was told, and is wrong: exit status 1 */
};

/* 0, or a negative errno with diag. */
MUST_USE int study_session_open(struct study_session *s, struct diag *diag);
/* The bytes of a file, "-" for standard input; they live in the arena. One byte more than a reader takes is kept, for it to refuse. */
MUST_USE int study_session_read(struct study_session *s, const char *path_cstr, struct bytes *out, struct diag *diag);
/* No file, network or process from here on. */
MUST_USE int study_session_confine(struct diag *diag);
/* Writes the answer, or says why there is none; gives the exit status. */
MUST_USE int study_session_end(struct study_session *s, int r, const struct diag *diag);

#endif
