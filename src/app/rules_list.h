/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_list.h - `beffroi rules list FILE...`: the rules of files, and whether each is used. */
#ifndef APP_RULES_LIST_H
#define APP_RULES_LIST_H

#include "cli/verb_options.h"

/* 0; or a negative errno with diag. */
MUST_USE int rules_list_run(const struct verb_options *o, struct diag *diag);

#endif
