/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_calibrate.h - `beffroi learn calibrate`: the site file of a model, made of flows that it was not trained on. */
#ifndef APP_VERB_LEARN_CALIBRATE_H
#define APP_VERB_LEARN_CALIBRATE_H

#include "cli/learn_options.h"

/* The status to exit with, or a negative errno with diag. */
MUST_USE int verb_learn_calibrate_run(const struct learn_options *o, struct diag *diag);

#endif
