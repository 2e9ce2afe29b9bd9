/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_normal.h"

#include "app/learn_alert.h"
#include "app/learn_home.h"
#include "app/watch_model.h"
#include "cli/dossier_folder.h"
#include "cli/verb_options.h"
#include "core/auto.h"
#include "detect/learn/flow_judge.h"
#include "detect/learn/learn_site_file.h"
#include "dossier/dossier.h"
#include "dossier/dossier_case.h"
#include "dossier/dossier_journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { DAYS_USUAL = 90, DAYS_MAX = 730 };
#define DAY_NS (INT64_C(86400) * 1000000000)

struct work {
	struct learn_options o; /* with the model's name */
	uint64_t days;
	char place_cstr[MESSAGES_TEXT_MAX], model_cstr[LEARN_ALERT_PATH_MAX];
	struct dossier *dossier;
	struct dossier_alert_row row;
	struct flow_vector vector;
};

/* The example goes into the site file, which is made where there is none. */
static int
accept_flow(struct work *w, int64_t until_ns, struct diag *diag)
{
	struct learn_home home = {0};
	char path[sizeof(w->model_cstr) + sizeof(WATCH_MODEL_SITE)];
	AUTO_FREE uint8_t *bytes = malloc(learn_site_file_size());
	int r = bytes == NULL ? diag_say(diag, -ENOMEM, "%s", text_error(ENOMEM)) : learn_home_load(&w->o, &home, diag);
	if (r == 0 && home.site == NULL) {
		home.site = malloc(sizeof(*home.site));
		if (home.site == NULL)
			r = diag_say(diag, -ENOMEM, "%s", text_error(ENOMEM));
		else {
			flow_judge_site_default(home.site);
			memcpy(home.site->model, home.hash, sizeof(home.site->model));
		}
	}
	if (r == 0) {
		learn_site_accept(home.site, &w->vector, until_ns);
		learn_site_file_write(home.site, bytes);
		const char *site_cstr = w->o.site_cstr;
		(void)snprintf(path, sizeof(path), "%s" WATCH_MODEL_SITE, w->o.model_cstr);
		r = learn_keep_write(
		    site_cstr != NULL ? site_cstr : path, (struct bytes){bytes, learn_site_file_size()}, diag);
	}
	learn_home_done(&home);
	return r;
}

/* The line of the journal comes first: what cannot be written down is not done. */
static int
say_normal(struct work *w, struct diag *diag)
{
	char after[1024];
	const char *user_cstr = w->o.as_cstr != NULL ? w->o.as_cstr : getenv("USER");
	int64_t until_ns = dossier_journal_now() + (int64_t)w->days * DAY_NS;
	dossier_case_sign(w->dossier, user_cstr != NULL && user_cstr[0] != '\0' ? user_cstr : "?");
	int r = dossier_begin(w->dossier, diag);
	if (r == 0)
		r = learn_alert_find(w->dossier, w->o.files.at[0], w->o.language, &w->row, &w->vector, diag);
	if (r == 0)
		r = learn_alert_model(&w->o, w->place_cstr, w->model_cstr, diag);
	w->o.model_cstr = w->model_cstr;
	if (r == 0) {
		struct json j = json_of(after, sizeof(after) - 1);
		json_open_object(&j, (struct bytes){0});
		json_cstr(&j, JSON_KEY("because"), w->o.because_cstr);
		json_time(&j, JSON_KEY("until"), until_ns);
		json_close_object(&j);
		if (!json_ok(&j))
			r = diag_say(diag, -E2BIG, "%s", text_error(E2BIG));
		else
			after[json_length(&j)] = '\0';
	}
	if (r == 0)
		r = dossier_journal_add(w->dossier, "normal", w->row.kept.id_cstr, NULL, after, diag);
	if (r == 0)
		r = accept_flow(w, until_ns, diag);
	if (r < 0) {
		dossier_cancel(w->dossier);
		return r;
	}
	return dossier_end(w->dossier, diag);
}

int
verb_learn_normal_run(const struct learn_options *o, struct diag *diag)
{
	struct work *w = calloc(1, sizeof(*w));
	struct diag ignored;
	if (w == NULL)
		return diag_say(diag, -ENOMEM, "%s", text_error(ENOMEM));
	w->o = *o;
	w->days = o->days == 0 ? DAYS_USUAL : o->days;
	int r = 0;
	if (o->files.count != 1 || o->because_cstr == NULL || o->because_cstr[0] == '\0')
		r = diag_say(diag, -EINVAL, "%s",
		    text_in(o->language, N_("say which alert, and why: beffroi learn normal ALERT --because TEXT")));
	else if (w->days > DAYS_MAX)
		r = diag_say(diag, -EINVAL, "%s", text_in(o->language, N_("--days: 1 to 730")));
	if (r == 0)
		r = dossier_folder_find(o->dossier_cstr, o->language, w->place_cstr, sizeof(w->place_cstr), diag);
	if (r == 0)
		r = dossier_open(&w->dossier, w->place_cstr, DOSSIER_WRITE, diag);
	if (r == 0) {
		r = say_normal(w, diag);
		if (dossier_close(w->dossier, r < 0 ? &ignored : diag) < 0 && r == 0)
			r = -EIO;
	}
	if (r == 0)
		printf(
		    text_in(o->language,
		        N_("From now on, flows like that of %s are normal, for %llu days. A watch knows it from its next start.\n")),
		    w->row.kept.id_cstr, (unsigned long long)w->days);
	free(w);
	return r < 0 ? r : VERB_EXIT_DONE;
}
