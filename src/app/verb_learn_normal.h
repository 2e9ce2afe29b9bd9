/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_normal.h - `beffroi learn normal`: a person says that what a model called an attack is normal here. */
#ifndef APP_VERB_LEARN_NORMAL_H
#define APP_VERB_LEARN_NORMAL_H

#include "cli/learn_options.h"

int verb_learn_normal_run(const struct learn_options *o, struct diag *diag);

#endif
