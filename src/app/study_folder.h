/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/study_folder.h - `beffroi study init | check | show | diff | freeze`: a study in a folder of YAML files, or in one file. */
#ifndef APP_STUDY_FOLDER_H
#define APP_STUDY_FOLDER_H

#include "app/study_session.h"
#include "study/study.h"

struct study_folder {
	struct study_source sources[STUDY_FILES_MAX]; /* the first is the scales that ship */
	size_t count;
};

/* All *.yaml and *.yml of a folder, in the order of their names, or the one file. 0, or a negative errno with diag. */
MUST_USE int study_folder_read(struct study_session *s, const char *path_cstr, struct study_folder *out, struct diag *diag);

/* 0, or a negative errno with diag; -EPERM without a text: what is wrong was told. */
MUST_USE int study_folder_check(struct study_session *s, struct diag *diag);
MUST_USE int study_folder_show(struct study_session *s, struct diag *diag);
MUST_USE int study_folder_diff(struct study_session *s, struct diag *diag);

#endif
