/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_calibrate.h"

#include "app/learn_home.h"
#include "app/learn_read.h"
#include "app/verb_learn_evaluate.h"
#include "cli/verb_options.h"
#include "core/auto.h"
#include "core/json.h"
#include "detect/learn/learn_fold.h"
#include "detect/learn/learn_site_file.h"
#include "detect/learn/learn_worth.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_ROOM = 4096, JSON_ROOM = 4096, LOCAL_FLOWS = 5000 };

struct work {
	const struct learn_options *o;
	struct learn_suite_settings settings;
	struct learn_table *table;
	struct learn_home home;
	struct learn_sample sample;
	bool is_local; /* rows of this site only: benign ones, for a site file that is there */
};

/* Bounds, threshold and measured shares, of rows with both classes. */
static int
make_bounds(struct work *w, struct learn_site *site, struct diag *diag)
{
	struct learn_sample *s = &w->sample;
	AUTO_FREE float *scratch = malloc((s->count + 1) * sizeof(*scratch));
	if (scratch == NULL)
		return diag_say(diag, -ENOMEM, text_in(w->o->language, N_("there is not enough memory")));
	memset(site, 0, sizeof(*site));
	memcpy(site->model, w->home.hash, sizeof(site->model));
	site->target = w->settings.target;
	site->calibrate_flows = w->o->local > 0 ? w->o->local : LOCAL_FLOWS;
	learn_worth_freeze(s, site->target, &site->choice);
	if (learn_conformal_fit(
	        s->margins, s->labels, s->vectors, s->count, w->settings.epsilon, scratch, &site->conformal) < 0)
		return diag_say(diag, -ERANGE,
		    text_in(w->o->language,
		        N_("%zu attacks and %zu benign flows: bounds of decision at %g need at least %.0f of each (--epsilon), of flows that the model was not trained on")),
		    s->attacks, s->count - s->attacks, w->settings.epsilon, ceil(1 / w->settings.epsilon - 1 - 1e-9));
	for (size_t i = 0; i < s->count; i++)
		learn_confidence_count(&site->confidence, s->margins[i], s->labels[i] == LEARN_ATTACK);
	learn_confidence_fit(&site->confidence);
	learn_local_choose(&site->local, site->target, site->choice.margin, &site->thresholds);
	return 0;
}

/* The thresholds of this site, of benign rows that a person vouches for. */
static int
make_local(struct work *w, struct learn_site *site, struct diag *diag)
{
	if (w->home.site == NULL)
		return diag_say(diag, -ENODATA,
		    text_in(w->o->language,
		        N_("these rows have no attack: they can set the thresholds of a site, once a site file was made of rows with both")));
	*site = *w->home.site;
	memset(&site->local, 0, sizeof(site->local));
	for (size_t i = 0; i < w->sample.count; i++)
		learn_local_count(&site->local, w->sample.vectors[i].code[FLOW_CODE_SERVICE], w->sample.margins[i]);
	if (w->o->target_cstr != NULL)
		site->target = w->settings.target;
	site->calibrate_flows = site->local.counted;
	learn_local_choose(&site->local, site->target, site->choice.margin, &site->thresholds);
	site->is_local = true;
	w->is_local = true;
	return 0;
}

static int
write_site(const struct work *w, const struct learn_site *site, const char *path_cstr, struct diag *diag)
{
	AUTO_FREE uint8_t *bytes = malloc(learn_site_file_size());
	if (bytes == NULL)
		return diag_say(diag, -ENOMEM, text_in(w->o->language, N_("there is not enough memory")));
	learn_site_file_write(site, bytes);
	return learn_keep_write(path_cstr, (struct bytes){bytes, learn_site_file_size()}, diag);
}

static int
tell(const struct work *w, const struct learn_site *site, const char *path_cstr)
{
	enum language language = w->o->language;
	unsigned raised = 0;
	for (unsigned s = 0; s < LEARN_CONFORMAL_SERVICES; s++)
		raised += site->thresholds.margin[s] > site->choice.margin;
	if (!w->o->json && w->is_local) {
		printf(text_in(language,
		           N_("%s: thresholds of %llu benign flows of this site; raised for %u classes of services\n")),
		    path_cstr, (unsigned long long)site->local.counted, raised);
		return 0;
	}
	if (!w->o->json) {
		printf(text_in(language,
		           N_("%s: %zu benign flows and %zu attacks; benign up to a margin of %.2f, attacks from %.2f\n")),
		    path_cstr, w->sample.count - w->sample.attacks, w->sample.attacks,
		    (double)site->conformal.all.benign_most, (double)site->conformal.all.attack_least);
		if (!site->choice.suffices)
			printf(text_in(language,
			           N_("    set on %llu benign flows, where %llu are needed to promise the target\n")),
			    (unsigned long long)site->choice.counted, (unsigned long long)site->choice.needed);
		return 0;
	}
	char room[JSON_ROOM];
	struct json j = json_of(room, sizeof(room));
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("site"), path_cstr);
	json_hex(&j, JSON_KEY("model_hash"), (struct bytes){site->model, sizeof(site->model)}, 0);
	json_bool(&j, JSON_KEY("local"), w->is_local);
	json_u64(&j, JSON_KEY("benign"), w->sample.count - w->sample.attacks);
	json_u64(&j, JSON_KEY("attacks"), w->sample.attacks);
	json_double(&j, JSON_KEY("target"), site->target, 6);
	json_double(&j, JSON_KEY("epsilon"), site->conformal.epsilon, 6);
	json_double(&j, JSON_KEY("benign_most"), (double)site->conformal.all.benign_most, 4);
	json_double(&j, JSON_KEY("attack_least"), (double)site->conformal.all.attack_least, 4);
	json_bool(&j, JSON_KEY("suffices"), site->choice.suffices);
	json_u64(&j, JSON_KEY("raised"), raised);
	json_close_object(&j);
	json_newline(&j);
	return json_ok(&j) && fwrite(room, 1, json_length(&j), stdout) == json_length(&j) ? 0 : -EIO;
}

static int
score_rows(struct work *w, struct diag *diag)
{
	AUTO_FREE uint32_t *rows = malloc((w->table->rows + 1) * sizeof(*rows));
	int r = rows == NULL ? -ENOMEM : 0;
	for (size_t i = 0; r == 0 && i < w->table->rows; i++)
		rows[i] = (uint32_t)i;
	if (r == 0)
		r = learn_sample_take(w->table, (struct learn_rows){rows, w->table->rows}, NULL, &w->sample);
	if (r < 0)
		return diag_say(diag, r, text_in(w->o->language, N_("there is not enough memory")));
	learn_sample_score(&w->sample, w->home.kept.model);
	return 0;
}

static int
calibrate(struct work *w, struct diag *diag)
{
	char path[PATH_ROOM];
	int n = snprintf(path, sizeof(path), "%s%s", w->o->out_cstr != NULL ? w->o->out_cstr : w->o->model_cstr,
	    w->o->out_cstr != NULL ? "" : ".site");
	if (n < 0 || (size_t)n >= sizeof(path))
		return diag_say(diag, -ENAMETOOLONG, text_in(w->o->language, N_("the name of a file is too long")));
	AUTO_FREE struct learn_site *site = malloc(sizeof(*site));
	if (site == NULL)
		return diag_say(diag, -ENOMEM, text_in(w->o->language, N_("there is not enough memory")));
	int r = learn_home_load(w->o, &w->home, diag);
	if (r == 0)
		r = learn_home_fits(&w->home, w->o, w->table, diag);
	if (r == 0)
		r = score_rows(w, diag);
	if (r == 0)
		r = w->sample.attacks == 0 && w->sample.count > 0 ? make_local(w, site, diag) : make_bounds(w, site, diag);
	if (r == 0)
		r = write_site(w, site, path, diag);
	return r < 0 ? r : tell(w, site, path);
}

int
verb_learn_calibrate_run(const struct learn_options *o, struct diag *diag)
{
	if (o->model_cstr == NULL)
		return diag_say(diag, -EINVAL, text_in(o->language, N_("say which model: --model MODEL")));
	AUTO_FREE struct work *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return diag_say(diag, -ENOMEM, text_in(o->language, N_("there is not enough memory")));
	w->o = o;
	static struct lesson_account account;
	int r = verb_learn_evaluate_settings(o, &w->settings, diag);
	if (r == 0)
		r = learn_read(&o->files, o->mapping_cstr, o->rows_max, &w->table, &account, diag);
	uint64_t wrong = learn_read_tell(&account, o->language);
	if (r == 0)
		r = calibrate(w, diag);
	learn_sample_done(&w->sample);
	learn_home_done(&w->home);
	learn_table_free(w->table);
	return r < 0 ? r : wrong > 0 ? VERB_EXIT_PARTLY : VERB_EXIT_DONE;
}
