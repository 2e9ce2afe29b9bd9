/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/watch_model.h - the model of a watch, at its parent: found, read, checked, and handed to the sensor in a sealed memory file. */
#ifndef APP_WATCH_MODEL_H
#define APP_WATCH_MODEL_H

#include "app/watch_report.h"
#include "cli/watch_options.h"

struct watch_model {
	int fd; /* -1: no model is used */
	size_t model_len, site_len;
	char path_cstr[MESSAGES_TEXT_MAX + 32]; /* empty: none was asked for, and none is in force */
	char name_cstr[17];                     /* the first digits of learn_home_hash() */
	char why_cstr[DIAG_TEXT_MAX];           /* it is not used; empty: it is */
	char site_why_cstr[DIAG_TEXT_MAX];      /* its site file is not; empty: it is, or there is none */
};

/* The name of the model in force in a dossier's folder, and what its site file has behind the name. */
#define WATCH_MODEL_ACTIVE "models/active.model"
#define WATCH_MODEL_SITE ".site"

/* --model, else the dossier's own (folder_cstr, empty: there is none). A model that may not be used is no fault of the watch. */
void watch_model_open(struct watch_model *model, const struct watch_options *options, const char *folder_cstr);
/* To the sensor, after its CONFIG that announced it. 0 or -errno. */
MUST_USE int watch_model_send(const struct watch_model *model, int sensor_end);
void watch_model_tell(const struct watch_model *model, struct watch_report *report);
void watch_model_close(struct watch_model *model);

#endif
