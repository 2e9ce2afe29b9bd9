/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_alert.h"

#include "app/watch_model.h"
#include "cli/dossier_folder.h"
#include "core/auto.h"
#include "dossier/dossier.h"
#include "record/model_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
learn_alert_find(struct dossier *d, const char *id_cstr, enum language language, struct dossier_alert_row *row,
    struct flow_vector *vector, struct diag *diag)
{
	struct model_verdict verdict;
	int r = dossier_alerts_find(d, id_cstr, row, diag);
	if (r == 0 && !model_words_get(&row->kept.alert, vector, &verdict))
		r = diag_say(diag, -EINVAL, "%s",
		    text_in(language, N_("this alert is not of a model: beffroi exception keeps others aside")));
	return r;
}

int
learn_alert_model(
    const struct learn_options *o, const char *place_cstr, char out[static LEARN_ALERT_PATH_MAX], struct diag *diag)
{
	bool named = o->model_cstr != NULL;
	int n = snprintf(
	    out, LEARN_ALERT_PATH_MAX, "%s%s", named ? o->model_cstr : place_cstr, named ? "" : "/" WATCH_MODEL_ACTIVE);
	if (n < 0 || n >= LEARN_ALERT_PATH_MAX || (!named && access(out, R_OK) < 0))
		return diag_say(diag, -ENOENT, "%s",
		    text_in(o->language, N_("no model is in force in this dossier: name one with --model")));
	return 0;
}

int
learn_alert_read(const struct learn_options *o, const char *id_cstr, struct flow_vector *vector,
    char model[static LEARN_ALERT_PATH_MAX], struct diag *diag)
{
	char place_cstr[MESSAGES_TEXT_MAX];
	AUTO_FREE struct dossier_alert_row *row = malloc(sizeof(*row));
	struct dossier *d = NULL;
	struct diag ignored;
	if (row == NULL)
		return diag_say(diag, -ENOMEM, "%s", text_error(ENOMEM));
	int r = dossier_folder_find(o->dossier_cstr, o->language, place_cstr, sizeof(place_cstr), diag);
	if (r == 0)
		r = dossier_open(&d, place_cstr, DOSSIER_READ, diag);
	if (r < 0)
		return r;
	r = learn_alert_find(d, id_cstr, o->language, row, vector, diag);
	if (dossier_close(d, r < 0 ? &ignored : diag) < 0 && r == 0)
		r = -EIO;
	return r < 0 ? r : learn_alert_model(o, place_cstr, model, diag);
}
