/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_evaluate.h"

#include "app/learn_read.h"
#include "app/learn_rows.h"
#include "app/learn_tell.h"
#include "app/learn_home.h"
#include "app/verb_learn_train.h"
#include "cli/verb_options.h"
#include "core/auto.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JSON_ROOM = 1 << 16 };

static int
share_of(const struct learn_options *o, const char *name_cstr, const char *value_cstr, double *out, struct diag *diag)
{
	if (value_cstr == NULL)
		return 0;
	char *end;
	double value = strtod(value_cstr, &end);
	if (end == value_cstr || *end != '\0' || !(value > 0 && value < 1))
		return diag_say(diag, -EINVAL, text_in(o->language, N_("%s: \"%s\" was given, %s was expected")), name_cstr,
		    value_cstr, text_in(o->language, N_("a number between 0 and 1, as 0.01")));
	*out = value;
	return 0;
}

int
verb_learn_evaluate_settings(const struct learn_options *o, struct learn_suite_settings *out, struct diag *diag)
{
	learn_suite_defaults(out);
	out->shortcuts = o->shortcuts;
	if (o->local > 0)
		out->local_flows = o->local;
	int r = verb_learn_train_settings(o, &out->training, diag);
	if (r == 0)
		r = share_of(o, "--target", o->target_cstr, &out->target, diag);
	return r < 0 ? r : share_of(o, "--epsilon", o->epsilon_cstr, &out->epsilon, diag);
}

struct work {
	const struct learn_options *o;
	struct learn_suite_settings settings;
	struct learn_table *table;
	size_t first_test;    /* rows of --test begin here */
	size_t told, skipped; /* splits */
	uint64_t wrong;       /* rows that could not be read */
	char room[JSON_ROOM];
};

static int
flush_json(struct work *w, struct json *j)
{
	json_newline(j);
	bool good = json_ok(j) && fwrite(w->room, 1, json_length(j), stdout) == json_length(j);
	return good ? 0 : -EIO;
}

static int
tell(struct work *w, const struct learn_suite_result *r)
{
	if (!w->o->json) {
		w->told++;
		learn_tell_people(w->o->language, w->table, r);
		return fflush(stdout) == 0 ? 0 : -EIO;
	}
	/* One line for each split: a long suite can be read while it runs. */
	w->told++;
	struct json j = json_of(w->room, sizeof(w->room));
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("schema"), w->table->schema);
	if (w->o->model_cstr != NULL)
		json_cstr(&j, JSON_KEY("model"), w->o->model_cstr);
	learn_tell_json(&j, w->table, r);
	json_close_object(&j);
	return flush_json(w, &j);
}

static int
run_split(struct work *w, enum learn_fold_kind kind, size_t choice, struct diag *diag)
{
	struct learn_fold fold;
	int r = learn_fold_make(w->table, kind, choice, w->first_test, w->settings.training.seed, &fold);
	if (r == -ENODATA) {
		w->skipped++;
		return 0;
	}
	if (r < 0)
		return diag_say(
		    diag, r, text_in(w->o->language, N_("there is not enough memory for %zu rows")), w->table->rows);
	AUTO_FREE struct learn_suite_result *result = calloc(1, sizeof(*result));
	AUTO_FREE uint8_t *parts = calloc(w->table->rows + 1, 1);
	r = result == NULL || parts == NULL ? -ENOMEM : learn_suite_run(w->table, &fold, &w->settings, parts, result, diag);
	if (r == 0 && w->o->keep_cstr != NULL)
		r = learn_rows_keep(w->o->keep_cstr, w->table, &fold, parts, diag);
	if (r == 0)
		r = tell(w, result);
	learn_fold_done(&fold);
	return r;
}

static bool
is_asked(const char *list_cstr, const char *word_cstr)
{
	size_t len = strlen(word_cstr);
	for (const char *at = list_cstr; at != NULL; at = strchr(at, ',')) {
		at += *at == ',';
		if (strcmp(at, "all") == 0 || (strncmp(at, word_cstr, len) == 0 && (at[len] == '\0' || at[len] == ',')))
			return true;
	}
	return false;
}

static int
run_splits(struct work *w, struct diag *diag)
{
	bool sets = w->first_test < w->table->rows;
	for (unsigned kind = 0; kind < LEARN_FOLD_KINDS; kind++) {
		if (sets ? kind != LEARN_FOLD_SETS
		         : kind == LEARN_FOLD_SETS || !is_asked(w->o->splits_cstr, learn_fold_word(kind)))
			continue;
		size_t choices = learn_fold_choices(w->table, kind);
		for (size_t i = 0; i < choices; i++) {
			int r = run_split(w, kind, i, diag);
			if (r < 0)
				return r;
		}
	}
	if (w->told == 0)
		return diag_say(diag, -ENODATA,
		    text_in(
		        w->o->language, N_("no split of these rows has %d rows on each side, and both classes to train on")),
		    LEARN_FOLD_ROWS_MIN);
	if (!w->o->json && w->skipped > 0)
		printf(text_in(w->o->language,
		           N_("%zu splits were left out: a side with fewer than %d rows, or one class only to train on\n")),
		    w->skipped, LEARN_FOLD_ROWS_MIN);
	return 0;
}

static int
read_tables(struct work *w, struct diag *diag)
{
	const struct learn_options *o = w->o;
	struct lesson_account account = {0};
	static struct learn_options_list files;
	files = o->files;
	int r = 0;
	for (size_t i = 0; i < o->test.count && r == 0; i++) {
		if (files.count == LEARN_OPTIONS_FILES_MAX)
			return diag_say(diag, -E2BIG, text_in(o->language, N_("more than %d files were given")),
			    LEARN_OPTIONS_FILES_MAX);
		files.at[files.count++] = o->test.at[i];
	}
	if (o->test.count > 0) {
		/* How many rows the first set has: a table has no other seam. */
		struct learn_table *first = NULL;
		r = learn_read(&o->files, o->mapping_cstr, o->rows_max, &first, &account, diag);
		w->first_test = first == NULL ? 0 : first->rows;
		learn_table_free(first);
		account = (struct lesson_account){0};
	}
	if (r == 0)
		r = learn_read(&files, o->mapping_cstr, o->rows_max, &w->table, &account, diag);
	w->wrong = learn_read_tell(&account, o->language);
	if (r == 0 && o->test.count == 0)
		w->first_test = w->table->rows;
	return r;
}

static int
run_model(struct work *w, struct diag *diag)
{
	struct learn_home home;
	AUTO_FREE struct learn_suite_result *result = calloc(1, sizeof(*result));
	if (result == NULL)
		return diag_say(diag, -ENOMEM, text_in(w->o->language, N_("there is not enough memory")));
	int r = learn_home_load(w->o, &home, diag);
	if (r == 0)
		r = learn_home_fits(&home, w->o, w->table, diag);
	if (r == 0)
		r = learn_suite_model(w->table, home.kept.model, home.site == NULL ? NULL : &home.site->conformal,
		    home.site == NULL ? NULL : &home.site->choice, &w->settings, result, diag);
	if (r == 0)
		r = tell(w, result);
	learn_home_done(&home);
	return r;
}

int
verb_learn_evaluate_run(const struct learn_options *o, struct diag *diag)
{
	if (o->model_cstr == NULL && o->splits_cstr == NULL && o->test.count == 0)
		return diag_say(diag, -EINVAL,
		    text_in(
		        o->language, N_("say which model (--model), or how to split (--splits all, or --test FILE...)")));
	AUTO_FREE struct work *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return diag_say(diag, -ENOMEM, text_in(o->language, N_("there is not enough memory")));
	w->o = o;
	int r = verb_learn_evaluate_settings(o, &w->settings, diag);
	if (r == 0)
		r = read_tables(w, diag);
	if (r == 0)
		r = o->model_cstr != NULL ? run_model(w, diag) : run_splits(w, diag);
	learn_table_free(w->table);
	return r < 0 ? r : w->wrong > 0 ? VERB_EXIT_PARTLY : VERB_EXIT_DONE;
}
