/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_deploy.h - `beffroi learn deploy`: a model comes into force in a dossier, with a line of its journal. */
#ifndef APP_VERB_LEARN_DEPLOY_H
#define APP_VERB_LEARN_DEPLOY_H

#include "cli/learn_options.h"

/* The status to exit with, or a negative errno with diag. */
MUST_USE int verb_learn_deploy_run(const struct learn_options *o, struct diag *diag);

#endif
