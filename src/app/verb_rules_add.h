/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_rules_add.h - `beffroi rules add | sources | remove | enable | disable | modify`: the rules of a site (app/rules_store.h). */
#ifndef APP_VERB_RULES_ADD_H
#define APP_VERB_RULES_ADD_H

#include "cli/verb_options.h"

/* words[0] says which. 0, or a negative errno with diag. */
MUST_USE int verb_rules_add(const struct verb_options *o, struct diag *diag);

#endif
