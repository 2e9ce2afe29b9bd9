/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/watch_datasets.h - data sets that rules fill and want kept (dataset: save, state), at the parent of a watch: one file each, in
 * rules/data of the dossier, or in the folder of --data-dir. Only names that a rule gave, and none that leads elsewhere.
 */
#ifndef APP_WATCH_DATASETS_H
#define APP_WATCH_DATASETS_H

#include "app/watch_report.h"
#include "app/watch_rules.h"

struct watch_datasets {
	size_t count;
	char names[RULES_FILES_SAVES][RULES_FILES_SAVE_NAME];
	char folder_cstr[4096]; /* empty: none is kept */
	int fd, error;          /* of the one that comes; -1: none */
	size_t at;
	uint64_t bytes;
};

void watch_datasets_begin(struct watch_datasets *d, const struct watch_rules *rules, struct watch_report *report);
/* A piece of one (app/rules_wire.h): hostile. */
void watch_datasets_take(struct watch_datasets *d, struct bytes body);
/* What could not be kept is told. */
void watch_datasets_end(struct watch_datasets *d, struct watch_report *report);

#endif
