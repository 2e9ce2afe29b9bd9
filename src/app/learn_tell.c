/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_tell.h"

#include "detect/learn/learn_interval.h"

#include <math.h>
#include <stdio.h>

enum { PERCENT_ROOM = 64 };

static const char *const fold_words[LEARN_FOLD_KINDS] = {N_("left out: capture"), N_("left out: family"),
    N_("left out: the later half"), N_("left out: rows drawn"), N_("another set")};

void
learn_tell_key(struct json *j, const char *name_cstr)
{
	json_begin(j, (struct bytes){0});
	json_put_text(j, bytes_of_cstr(name_cstr));
	json_mark(j, ':');
	j->comma = false;
}

/* A number of an evaluation, or null. */
static void
say_number(struct json *j, struct bytes key, double value)
{
	if (isfinite(value))
		json_double(j, key, value, 6);
	else
		json_none(j, key);
}

static void
say_interval(struct json *j, struct bytes key, struct learn_interval i)
{
	json_open_array(j, key);
	say_number(j, (struct bytes){0}, i.low);
	say_number(j, (struct bytes){0}, i.high);
	json_close_array(j);
}

static double
share(uint64_t part, uint64_t all)
{
	return all == 0 ? NAN : (double)part / (double)all;
}

static void
say_curve(struct json *j, const struct learn_curve *c)
{
	static const char *const names[LEARN_CURVE_RATES] = {"1e-2", "1e-3", "1e-4"};
	bool both = c->positives > 0 && c->positives < c->rows;
	say_number(j, JSON_KEY("base_rate"), c->base_rate);
	say_number(j, JSON_KEY("pr_auc"), both ? c->pr_auc : NAN);
	say_number(j, JSON_KEY("roc_auc"), both ? c->roc_auc : NAN);
	json_open_object(j, JSON_KEY("recall_at_fpr"));
	for (unsigned i = 0; i < LEARN_CURVE_RATES; i++) {
		learn_tell_key(j, names[i]);
		say_number(j, (struct bytes){0}, c->recall[i].is_known ? c->recall[i].recall : NAN);
	}
	json_close_object(j);
	json_open_object(j, JSON_KEY("recall_at_fpr_unknown"));
	for (unsigned i = 0; i < LEARN_CURVE_RATES; i++) {
		if (c->recall[i].is_known)
			continue;
		char why[96];
		if (c->positives == 0)
			(void)snprintf(why, sizeof(why), "there is no attack");
		else
			(void)snprintf(why, sizeof(why), "%llu benign flows are needed, there are %llu",
			    (unsigned long long)c->recall[i].needed, (unsigned long long)(c->rows - c->positives));
		learn_tell_key(j, names[i]);
		json_text(j, (struct bytes){0}, bytes_of_cstr(why));
	}
	json_close_object(j);
}

static void
say_rate(struct json *j, struct bytes key, const struct learn_worth_rate *r)
{
	if (!r->is_known) {
		json_none(j, key);
		return;
	}
	json_open_object(j, key);
	say_number(j, JSON_KEY("margin"), (double)r->choice.margin);
	json_u64(j, JSON_KEY("set_on"), r->choice.counted);
	json_u64(j, JSON_KEY("needed"), r->choice.needed);
	json_bool(j, JSON_KEY("suffices"), r->choice.suffices);
	json_u64(j, JSON_KEY("benign"), r->benign);
	json_u64(j, JSON_KEY("alarms"), r->alarms);
	say_number(j, JSON_KEY("fpr"), share(r->alarms, r->benign));
	say_interval(j, JSON_KEY("fpr_interval"), learn_interval_share(r->alarms, r->benign));
	json_u64(j, JSON_KEY("attacks"), r->attacks);
	json_u64(j, JSON_KEY("found"), r->found);
	say_number(j, JSON_KEY("recall"), share(r->found, r->attacks));
	say_interval(j, JSON_KEY("recall_interval"), learn_interval_share(r->found, r->attacks));
	json_close_object(j);
}

static void
say_decided(struct json *j, struct bytes key, const struct learn_worth_decided *d)
{
	if (!d->is_known) {
		json_none(j, key);
		return;
	}
	json_open_object(j, key);
	say_number(j, JSON_KEY("epsilon"), d->epsilon);
	json_u64(j, JSON_KEY("flows"), d->all);
	json_u64(j, JSON_KEY("decided"), d->decided);
	json_u64(j, JSON_KEY("errors"), d->errors);
	json_u64(j, JSON_KEY("never_seen"), d->neither);
	json_u64(j, JSON_KEY("ambiguous"), d->both);
	say_number(j, JSON_KEY("coverage"), share(d->decided, d->all));
	say_number(j, JSON_KEY("error_decided"), share(d->errors, d->decided));
	say_interval(j, JSON_KEY("error_interval"), learn_interval_share(d->errors, d->decided));
	json_close_object(j);
}

static void
say_families(struct json *j, const struct learn_table *t, const struct learn_worth *w)
{
	json_open_object(j, JSON_KEY("families"));
	for (size_t i = 0; i < w->family_count; i++) {
		const struct learn_worth_family *f = &w->families[i];
		learn_tell_key(j, t->family_names.name[f->family]);
		json_open_object(j, (struct bytes){0});
		json_u64(j, JSON_KEY("rows"), f->rows);
		json_u64(j, JSON_KEY("found"), f->found);
		say_number(j, JSON_KEY("recall"), share(f->found, f->rows));
		say_interval(j, JSON_KEY("interval"), learn_interval_share(f->found, f->rows));
		json_u64(j, JSON_KEY("undecided"), f->undecided);
		json_close_object(j);
	}
	json_close_object(j);
}

static void
say_incidents(struct json *j, const struct learn_incidents *n)
{
	if (!n->is_known) {
		json_none(j, JSON_KEY("incidents"));
		return;
	}
	json_open_object(j, JSON_KEY("incidents"));
	json_u64(j, JSON_KEY("machine_hours"), n->hours);
	json_u64(j, JSON_KEY("clean_hours"), n->clean_hours);
	json_u64(j, JSON_KEY("attack_hours"), n->attacks);
	json_u64(j, JSON_KEY("attack_hours_found"), n->found);
	json_u64(j, JSON_KEY("false"), n->false_ones);
	say_number(j, JSON_KEY("false_per_day_1000"), n->clean_hours > 0 ? n->per_day_1000 : NAN);
	say_interval(j, JSON_KEY("false_per_day_1000_interval"), n->per_day_1000_interval);
	json_close_object(j);
}

static void
say_baselines(struct json *j, const struct learn_table *t, const struct learn_suite_result *r)
{
	json_open_object(j, JSON_KEY("baselines"));
	json_open_object(j, JSON_KEY("one_code"));
	json_cstr(j, JSON_KEY("code"), t->code_names[r->one_code]);
	say_number(j, JSON_KEY("pr_auc"), r->one_code_curve.pr_auc);
	json_close_object(j);
	json_open_object(j, JSON_KEY("logistic"));
	say_number(j, JSON_KEY("pr_auc"), r->logistic_curve.pr_auc);
	json_close_object(j);
	json_close_object(j);
}

static void
say_shortcuts(struct json *j, const struct learn_table *t, const struct learn_suite_result *r)
{
	json_open_array(j, JSON_KEY("shortcuts"));
	for (size_t i = 0; i < r->shortcut_count; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("code"), t->code_names[r->shortcuts[i].code]);
		say_number(j, JSON_KEY("without"), r->shortcuts[i].without);
		say_number(j, JSON_KEY("alone"), r->shortcuts[i].alone);
		json_close_object(j);
	}
	json_close_array(j);
}

void
learn_tell_json(struct json *j, const struct learn_table *t, const struct learn_suite_result *r)
{
	const struct learn_worth *w = &r->worth;
	if (r->fold == NULL)
		json_bool(j, JSON_KEY("trained_on_these"), r->trained_on_these);
	json_u64(j, JSON_KEY("rows"), w->rows);
	json_u64(j, JSON_KEY("positives"), w->attacks);
	json_u64(j, JSON_KEY("repeats"), w->repeats);
	say_curve(j, &w->curve);
	bool both = w->whole.positives > 0 && w->whole.positives < w->whole.rows;
	say_number(j, JSON_KEY("pr_auc_with_repeats"), both ? w->whole.pr_auc : NAN);
	say_number(j, JSON_KEY("ece"), w->ece);
	say_number(j, JSON_KEY("error_plain"), share(w->plain_errors, w->rows));
	const struct learn_worth_decided *d = w->frozen.is_known ? &w->frozen : &w->site;
	say_number(j, JSON_KEY("coverage"), d->is_known ? share(d->decided, d->all) : NAN);
	say_number(j, JSON_KEY("error_decided"), d->is_known ? share(d->errors, d->decided) : NAN);
	say_decided(j, JSON_KEY("decided"), &w->frozen);
	say_decided(j, JSON_KEY("decided_site"), &w->site);
	json_open_object(j, JSON_KEY("thresholds"));
	say_rate(j, JSON_KEY("frozen"), &w->rates[LEARN_WORTH_FROZEN]);
	say_rate(j, JSON_KEY("site"), &w->rates[LEARN_WORTH_SITE]);
	say_rate(j, JSON_KEY("labels"), &w->rates[LEARN_WORTH_LABELS]);
	json_close_object(j);
	say_families(j, t, w);
	say_incidents(j, &w->incidents);
	if (r->has_baselines)
		say_baselines(j, t, r);
	say_shortcuts(j, t, r);
	if (r->fold == NULL)
		return;
	json_cstr(j, JSON_KEY("split"), learn_fold_word(r->fold->kind));
	json_cstr(j, JSON_KEY("left_out"), r->fold->name_cstr);
	json_hex(j, JSON_KEY("split_hash"), (struct bytes){r->fold->hash, LEARN_FOLD_HASH}, 0);
	json_u64(j, JSON_KEY("train_rows"), r->train_rows);
	json_u64(j, JSON_KEY("kept_back"), r->kept_back);
	json_double(j, JSON_KEY("train_seconds"), r->train_seconds, 3);
}

/* "1.24 % (0.9 to 1.6)" */
static const char *
percent(enum language language, uint64_t part, uint64_t all, char out[static PERCENT_ROOM])
{
	struct learn_interval i = learn_interval_share(part, all);
	if (all == 0)
		(void)snprintf(out, PERCENT_ROOM, "-");
	else
		(void)snprintf(out, PERCENT_ROOM, text_in(language, N_("%.2f%% (%.2f to %.2f)")), 100 * share(part, all),
		    100 * i.low, 100 * i.high);
	return out;
}

static void
tell_rate(enum language language, const char *which_cstr, const struct learn_worth_rate *r)
{
	char alarms[PERCENT_ROOM], found[PERCENT_ROOM];
	if (!r->is_known)
		return;
	printf(text_in(language, N_("  %s: false alarms %s of %llu benign flows, found %s of %llu attacks\n")),
	    text_in(language, which_cstr), percent(language, r->alarms, r->benign, alarms), (unsigned long long)r->benign,
	    percent(language, r->found, r->attacks, found), (unsigned long long)r->attacks);
	if (!r->choice.suffices)
		printf(text_in(language, N_("    set on %llu benign flows, where %llu are needed to promise the target\n")),
		    (unsigned long long)r->choice.counted, (unsigned long long)r->choice.needed);
}

static void
tell_decided(enum language language, const char *which_cstr, const struct learn_worth_decided *d)
{
	char decided[PERCENT_ROOM], wrong[PERCENT_ROOM];
	if (d->is_known)
		printf(text_in(language, N_("  %s: decided %s, wrong among them %s; never seen %llu, like both %llu\n")),
		    text_in(language, which_cstr), percent(language, d->decided, d->all, decided),
		    percent(language, d->errors, d->decided, wrong), (unsigned long long)d->neither,
		    (unsigned long long)d->both);
}

static void
tell_families(enum language language, const struct learn_table *t, const struct learn_worth *w)
{
	char found[PERCENT_ROOM];
	for (size_t i = 0; i < w->family_count; i++) {
		const struct learn_worth_family *f = &w->families[i];
		printf(text_in(language, N_("    %-28s found %s of %llu flows, undecided %llu\n")),
		    t->family_names.name[f->family], percent(language, f->found, f->rows, found),
		    (unsigned long long)f->rows, (unsigned long long)f->undecided);
	}
}

static void
tell_curve(enum language language, const struct learn_table *t, const struct learn_suite_result *r)
{
	const struct learn_curve *c = &r->worth.curve;
	if (c->positives == 0 || c->positives == c->rows)
		return;
	printf(text_in(language, N_("  ranking: PR-AUC %.4f (by chance %.4f), ROC-AUC %.4f\n")), c->pr_auc, c->base_rate,
	    c->roc_auc);
	if (r->has_baselines)
		printf(
		    text_in(language, N_("    beside it: the best rule of one code (%s) %.4f, logistic regression %.4f\n")),
		    t->code_names[r->one_code], r->one_code_curve.pr_auc, r->logistic_curve.pr_auc);
	for (unsigned i = 0; i < LEARN_CURVE_RATES; i++)
		if (c->recall[i].is_known)
			printf(text_in(language, N_("    found at %g false alarms for each benign flow: %.2f%%\n")),
			    learn_curve_rates[i], 100 * c->recall[i].recall);
}

void
learn_tell_people(enum language language, const struct learn_table *t, const struct learn_suite_result *r)
{
	const struct learn_worth *w = &r->worth;
	if (r->trained_on_these)
		printf("%s",
		    text_in(language,
		        N_("These are the very rows that the model was trained on: every figure below flatters it.\n")));
	if (r->fold != NULL)
		printf("%s %s%s\n", text_in(language, fold_words[r->fold->kind]), r->fold->name_cstr,
		    r->fold->kind == LEARN_FOLD_RANDOM
		        ? text_in(language, N_("(illusion: twins of a row are on both sides)"))
		        : "");
	printf(text_in(language, N_("  %llu flows, %llu of them attacks; %llu as training had them already\n")),
	    (unsigned long long)w->rows, (unsigned long long)w->attacks, (unsigned long long)w->repeats);
	tell_curve(language, t, r);
	printf(text_in(language, N_("  told probabilities are off by %.4f; by probability a half %.2f%% are wrong\n")),
	    w->ece, 100 * share(w->plain_errors, w->rows > 0 ? w->rows : 1));
	tell_rate(language, N_("threshold frozen elsewhere"), &w->rates[LEARN_WORTH_FROZEN]);
	tell_rate(language, N_("threshold of this site"), &w->rates[LEARN_WORTH_SITE]);
	tell_rate(language, N_("with a twentieth of the labels here"), &w->rates[LEARN_WORTH_LABELS]);
	tell_decided(language, N_("bounds from training"), &w->frozen);
	tell_decided(language, N_("bounds of this site"), &w->site);
	tell_families(language, t, w);
	if (w->incidents.is_known && w->incidents.clean_hours > 0)
		printf(
		    text_in(language,
		        N_("  incidents: %llu of %llu attack hours found; false ones per day and 1000 machines: %.0f (%.0f to %.0f)\n")),
		    (unsigned long long)w->incidents.found, (unsigned long long)w->incidents.attacks,
		    w->incidents.per_day_1000, w->incidents.per_day_1000_interval.low,
		    w->incidents.per_day_1000_interval.high);
	for (size_t i = 0; i < r->shortcut_count; i++)
		printf(text_in(language, N_("  shortcut: %s (PR-AUC %.4f without it, %.4f by it alone)\n")),
		    t->code_names[r->shortcuts[i].code], r->shortcuts[i].without, r->shortcuts[i].alone);
	printf("\n");
}
