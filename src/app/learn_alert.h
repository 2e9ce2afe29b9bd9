/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_alert.h - an alert of a model, for the words of `beffroi learn` that speak of one. */
#ifndef APP_LEARN_ALERT_H
#define APP_LEARN_ALERT_H

#include "cli/learn_options.h"
#include "dossier/dossier_alerts.h"
#include "record/flow_vector.h"

enum { LEARN_ALERT_PATH_MAX = 4096 };

/* 0, -EINVAL: it is another detector's, or another negative errno; with diag. */
MUST_USE int learn_alert_find(struct dossier *d, const char *id_cstr, enum language language, struct dossier_alert_row *row,
    struct flow_vector *vector, struct diag *diag);
/* --model, else the one in force in the dossier. 0, or -ENOENT with diag: there is none. */
MUST_USE int learn_alert_model(
    const struct learn_options *o, const char *place_cstr, char out[static LEARN_ALERT_PATH_MAX], struct diag *diag);
/* Both, with a dossier that is opened for it. */
MUST_USE int learn_alert_read(const struct learn_options *o, const char *id_cstr, struct flow_vector *vector,
    char model[static LEARN_ALERT_PATH_MAX], struct diag *diag);

#endif
