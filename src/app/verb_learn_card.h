/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_card.h - `beffroi learn card`: what there is to know of a model, as a document; `deploy`: it comes into force in a dossier. */
#ifndef APP_VERB_LEARN_CARD_H
#define APP_VERB_LEARN_CARD_H

#include "cli/learn_options.h"

/* The status to exit with, or a negative errno with diag. */
MUST_USE int verb_learn_card_run(const struct learn_options *o, struct diag *diag);

#endif
