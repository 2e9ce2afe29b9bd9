/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_import.h - `beffroi learn import` and `beffroi learn export`: models of XGBoost, and for it. */
#ifndef APP_VERB_LEARN_IMPORT_H
#define APP_VERB_LEARN_IMPORT_H

#include "cli/learn_options.h"

/* The status to exit with, or a negative errno with diag. */
MUST_USE int verb_learn_import_run(const struct learn_options *o, struct diag *diag);
MUST_USE int verb_learn_import_export(const struct learn_options *o, struct diag *diag);

#endif
