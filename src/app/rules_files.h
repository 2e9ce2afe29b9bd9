/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_files.h - rule files from the disk into a set: files, folders (their *.rules), and the classification.config beside them. */
#ifndef APP_RULES_FILES_H
#define APP_RULES_FILES_H

#include "detect/rules/rule_set.h"

enum rules_file_kind {
	RULES_FILE_RULES,
	RULES_FILE_CLASSES,    /* classification.config */
	RULES_FILE_REFERENCES, /* reference.config */
	RULES_FILE_THRESHOLDS, /* threshold.config */
	RULES_FILE_CATEGORIES, /* of reputations of addresses */
	RULES_FILE_REPUTATIONS,
	RULES_FILE_COUNTRIES, /* geoip-database */
	RULES_FILE_LIST,      /* what a rule names: filemd5, dataset. Its path is the name as the rule writes it */
	RULES_FILE_KINDS
};

enum {
	RULES_FILES_MAX = 512,
	RULES_FILE_BYTES_MAX = 64 << 20,
	RULES_FILES_SAVES = 64,
	RULES_FILES_SAVE_NAME = RULE_DATASET_FILE_MAX
};

struct rules_files {
	struct bytes
	    folder; /* where lists are looked for first, before the folder of the rules that name them; empty: none. Borrowed */
	struct bytes
	    state_folder;  /* where what a data set had before is looked for, first of all; empty: nowhere. Borrowed */
	size_t save_count; /* files that data sets are kept in */
	char saves[RULES_FILES_SAVES][RULES_FILES_SAVE_NAME];
	size_t count;
	struct {
		enum rules_file_kind kind;
		char *path_cstr;
		uint8_t *bytes;
		size_t len;
	} files[RULES_FILES_MAX];
};

/* Reads what a path names into memory; the files stay until rules_files_free(), as the set borrows them. 0 or a negative errno with diag. */
MUST_USE int rules_files_read(struct rules_files *files, const char *path_cstr, struct diag *diag);
/* One file, which is of this kind. */
MUST_USE int
rules_files_read_as(struct rules_files *files, enum rules_file_kind kind, const char *path_cstr, struct diag *diag);
/* The kind that is read as the i-th, from 0: what others name comes before them. */
enum rules_file_kind rules_files_order(size_t i);
/* A file that the settings name as rules name theirs (`datasets`); none is there: that is no fault. */
MUST_USE int rules_files_read_list(struct rules_files *files, struct bytes name, struct diag *diag);
/* A file that a data set is kept in; what may not be one is none. */
void rules_files_note_save(struct rules_files *files, struct bytes name);
/* One file into a set, by its kind. */
MUST_USE int rules_files_load_one(
    struct rule_set *set, enum rules_file_kind kind, const char *path_cstr, struct bytes file, struct diag *diag);
/* All that was read, into the set: classes first. */
MUST_USE int rules_files_load(const struct rules_files *files, struct rule_set *set, struct diag *diag);
void rules_files_free(struct rules_files *files);

#endif
