/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_import.h - a model of XGBoost (its JSON or UBJSON, binary:logistic, gbtree) with the same decisions. */
#ifndef DETECT_LEARN_LEARN_IMPORT_H
#define DETECT_LEARN_LEARN_IMPORT_H

#include "detect/learn/learn_cuts.h"
#include "detect/learn/learn_model.h"

enum { LEARN_IMPORT_FILE_MAX = 64 << 20, LEARN_IMPORT_NAME = 48 };

/* What a number of the model's rows is. */
enum learn_import_as {
	LEARN_IMPORT_NUMBERS, /* anything: its code is found by cuts, which are made of the tests */
	LEARN_IMPORT_CODES,   /* a code of FV64 already, NaN where it is not known */
};

struct learn_imported {
	struct learn_model *model;                 /* the caller's to free */
	struct learn_cuts cuts;                    /* LEARN_IMPORT_NUMBERS only; else no features */
	char names[FLOW_CODES][LEARN_IMPORT_NAME]; /* of the features, as the file says; NUL-terminated */
};

/* Bytes of any origin. 0; -ENOMEM; -EINVAL or -ENOTSUP with diag: what is wrong, or more than the limits allow (8 deep, 64
 * features, 1024 trees, 255 cuts a feature, no categories, one class). *out is untouched on failure. */
MUST_USE int learn_import(struct bytes file, enum learn_import_as as, struct learn_imported *out, struct diag *diag);

#endif
