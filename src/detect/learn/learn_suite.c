/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_suite.h"

#include "core/auto.h"
#include "core/hash.h"
#include "core/text.h"
#include "detect/learn/learn_logistic.h"
#include "detect/learn/learn_one_code.h"
#include "detect/learn/learn_trust.h"

#include <errno.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <time.h>

void
learn_suite_defaults(struct learn_suite_settings *out)
{
	*out = (struct learn_suite_settings){
	    .target = 0.01, .epsilon = 0.01, .local_flows = 1000, .labels = true, .baselines = true};
	learn_train_defaults(&out->training);
}

static void
release_model(struct learn_model **model)
{
	learn_model_free(*model);
}
#define AUTO_MODEL __attribute__((cleanup(release_model)))
#define AUTO_SAMPLE __attribute__((cleanup(learn_sample_done)))

static double
seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t
mask_of(const struct learn_table *t, const struct learn_suite_settings *s)
{
	return s->training.mask != 0 ? s->training.mask : t->present;
}

/* The training part without a fifth, which is put behind it: twins of a row stay with it. */
static size_t
keep_back(const struct learn_table *t, const struct learn_fold *f, uint64_t seed, uint32_t *rows)
{
	size_t first = 0, last = f->train_count;
	for (size_t i = 0; i < f->train_count; i++) {
		uint64_t h = hash_bytes((struct bytes){t->vectors[f->train[i]].code, FLOW_CODES}, seed ^ UINT64_C(0x51));
		if ((h >> 32) % 5 == 0)
			rows[--last] = f->train[i];
		else
			rows[first++] = f->train[i];
	}
	return first;
}

static struct learn_rows
rows_of(const uint32_t *at, size_t count)
{
	return (struct learn_rows){.at = at, .count = count};
}

/* What the kept-back rows say: the frozen threshold, and the bounds where both classes have enough. */
static int
bounds_of(const struct learn_sample *kept, const struct learn_suite_settings *s, struct learn_threshold_choice *choice,
    struct learn_conformal *bounds, bool *has_bounds)
{
	learn_worth_freeze(kept, s->target, choice);
	AUTO_FREE float *scratch = malloc((kept->count > 0 ? kept->count : 1) * sizeof(*scratch));
	if (scratch == NULL)
		return -ENOMEM;
	*has_bounds = learn_conformal_fit(
	                  kept->margins, kept->labels, kept->vectors, kept->count, s->epsilon, scratch, bounds) == 0;
	return 0;
}

struct frozen {
	struct learn_threshold_choice choice;
	struct learn_conformal bounds;
	bool has_bounds;
};

/* The site's first benign flows, at most 30 of 100. */
static uint64_t
local_flows(const struct learn_sample *s, const struct learn_suite_settings *settings)
{
	uint64_t most = (s->count - s->attacks) * 3 / 10;
	return most < settings->local_flows ? most : settings->local_flows;
}

/* Thresholds by service have no one margin: how much they rest on is told. */
static void
say_choice(const struct learn_local_choice *local, double target, struct learn_threshold_choice *out)
{
	out->counted = local->counted;
	out->needed = (uint64_t)ceil(1 / target - 1 - 1e-9);
	out->suffices = out->counted >= out->needed;
	out->margin = NAN;
}

/* Everything but the curves: flows as they come, repeats included. set_on: where the frozen bounds were set; here they need no threshold
 * of the site beside them. */
static int
tell(struct learn_sample *s, const struct frozen *frozen, enum learn_worth_threshold set_on,
    const struct learn_suite_settings *settings, struct learn_worth *w)
{
	struct learn_trust trust;
	int r = learn_curve_measure(s->margins, s->labels, s->count, &w->whole);
	if (r < 0)
		return r;
	learn_trust_measure(s->margins, s->labels, s->count, &trust);
	w->ece = trust.error;
	w->rows = s->count;
	w->attacks = s->attacks;
	for (size_t i = 0; i < s->count; i++)
		w->plain_errors += (s->margins[i] >= 0) != (s->labels[i] == LEARN_ATTACK);
	struct learn_worth_line line = {.margin = frozen->choice.margin};
	w->rates[set_on].choice = frozen->choice;
	learn_worth_rate(s, &line, &w->rates[set_on]);
	if (frozen->has_bounds)
		learn_worth_decide(s, &frozen->bounds, NULL, set_on == LEARN_WORTH_FROZEN ? &w->frozen : &w->site);
	uint64_t flows = local_flows(s, settings);
	struct learn_local_choice local;
	if (flows > 0 && set_on == LEARN_WORTH_FROZEN) {
		size_t used;
		learn_worth_localize(s, flows, settings->target, frozen->choice.margin, &local, &used);
		struct learn_sample rest = learn_sample_rest(s, used);
		line.local = &local;
		say_choice(&local, settings->target, &w->rates[LEARN_WORTH_SITE].choice);
		learn_worth_rate(&rest, &line, &w->rates[LEARN_WORTH_SITE]);
		if (frozen->has_bounds)
			learn_worth_decide(&rest, &frozen->bounds, &local, &w->site);
	}
	learn_worth_families(s, &line, frozen->has_bounds ? &frozen->bounds : NULL, w);
	return learn_incidents_count(s->hosts, s->times_ns, s->labels, s->alerts, s->count, &w->incidents);
}

/* The worth of something else on the rows that the curve is told on. */
static int
tell_baselines(const struct learn_table *t, struct learn_rows train, struct learn_sample *fresh, uint64_t mask,
    struct learn_suite_result *out)
{
	AUTO_FREE struct learn_logistic *logistic = malloc(sizeof(*logistic));
	struct learn_one_code one;
	if (logistic == NULL)
		return -ENOMEM;
	int r = learn_one_code_find(t, train, mask, &one);
	if (r < 0)
		return r;
	out->one_code = one.code;
	for (size_t i = 0; i < fresh->count; i++)
		fresh->margins[i] = one.margins[fresh->vectors[i].code[one.code]];
	r = learn_curve_measure(fresh->margins, fresh->labels, fresh->count, &out->one_code_curve);
	if (r < 0)
		return r;
	learn_logistic_train(t, train, mask, logistic);
	for (size_t i = 0; i < fresh->count; i++)
		fresh->margins[i] = learn_logistic_margin(logistic, &fresh->vectors[i]);
	out->has_baselines = true;
	return learn_curve_measure(fresh->margins, fresh->labels, fresh->count, &out->logistic_curve);
}

/* Trained again with every twentieth row of the other side, whose label a person looked up; told on the others. */
static int
tell_with_labels(const struct learn_table *t, const struct learn_fold *f, struct learn_rows train,
    const struct learn_suite_settings *settings, float came_with, struct learn_worth_rate *out, struct diag *diag)
{
	enum { EVERY = 20 };
	AUTO_FREE uint32_t *rows = malloc((train.count + f->test_count) * sizeof(*rows));
	AUTO_FREE uint32_t *rest = malloc((f->test_count + 1) * sizeof(*rest));
	if (rows == NULL || rest == NULL)
		return -ENOMEM;
	memcpy(rows, train.at, train.count * sizeof(*rows));
	size_t count = train.count, left = 0;
	for (size_t i = 0; i < f->test_count; i++)
		if (i % EVERY == 0)
			rows[count++] = f->test[i];
		else
			rest[left++] = f->test[i];
	AUTO_MODEL struct learn_model *model = NULL;
	AUTO_SAMPLE struct learn_sample s = {0};
	int r = learn_train(t, rows_of(rows, count), rows_of(NULL, 0), &settings->training, NULL, &model, diag);
	if (r == 0)
		r = learn_sample_take(t, rows_of(rest, left), NULL, &s);
	if (r < 0)
		return r;
	learn_sample_score(&s, model);
	struct learn_local_choice local;
	size_t used;
	learn_worth_localize(&s, local_flows(&s, settings), settings->target, came_with, &local, &used);
	struct learn_sample told = learn_sample_rest(&s, used);
	struct learn_worth_line line = {.local = &local};
	say_choice(&local, settings->target, &out->choice);
	learn_worth_rate(&told, &line, out);
	return 0;
}

/* PR-AUC of a model that may not read some codes. */
static int
worth_without(const struct learn_table *t, struct learn_rows train, struct learn_sample *fresh,
    const struct learn_suite_settings *settings, uint64_t mask, double *out, struct diag *diag)
{
	struct learn_settings training = settings->training;
	training.mask = mask;
	AUTO_MODEL struct learn_model *model = NULL;
	struct learn_curve curve;
	int r = learn_train(t, train, rows_of(NULL, 0), &training, NULL, &model, diag);
	if (r < 0)
		return r;
	learn_sample_score(fresh, model);
	r = learn_curve_measure(fresh->margins, fresh->labels, fresh->count, &curve);
	*out = curve.pr_auc;
	return r;
}

static int
tell_shortcuts(const struct learn_table *t, struct learn_rows train, struct learn_sample *fresh,
    const struct learn_suite_settings *settings, uint64_t mask, struct learn_suite_result *out, struct diag *diag)
{
	for (unsigned code = 0; code < FLOW_CODES; code++) {
		if ((mask >> code & 1) == 0)
			continue;
		struct learn_one_code one;
		struct learn_suite_shortcut s = {.code = code};
		int r = learn_one_code_of(t, train, code, &one);
		if (r == 0)
			r = worth_without(t, train, fresh, settings, mask & ~(UINT64_C(1) << code), &s.without, diag);
		if (r < 0)
			return r;
		s.alone = one.pr_auc;
		bool matters = out->worth.curve.pr_auc - s.without > 0.05 || s.alone > 0.95;
		if (matters && out->shortcut_count < LEARN_SUITE_SHORTCUTS)
			out->shortcuts[out->shortcut_count++] = s;
	}
	return 0;
}

static void
say_parts(const struct learn_fold *f, struct learn_rows train, const uint32_t *kept, size_t kept_count,
    const bool *is_repeat, uint8_t *parts)
{
	for (size_t i = 0; i < train.count; i++)
		parts[train.at[i]] = LEARN_SUITE_TRAIN;
	for (size_t i = 0; i < kept_count; i++)
		parts[kept[i]] = LEARN_SUITE_KEPT_BACK;
	for (size_t i = 0; i < f->test_count; i++)
		parts[f->test[i]] = is_repeat[i] ? LEARN_SUITE_REPEAT : LEARN_SUITE_TEST;
}

int
learn_suite_run(const struct learn_table *t, struct learn_fold *fold, const struct learn_suite_settings *settings,
    uint8_t *parts, struct learn_suite_result *out, struct diag *diag)
{
	uint64_t mask = mask_of(t, settings);
	AUTO_FREE uint32_t *rows = malloc((fold->train_count + 1) * sizeof(*rows));
	AUTO_FREE bool *is_repeat = calloc(fold->test_count + 1, sizeof(*is_repeat));
	AUTO_MODEL struct learn_model *model = NULL;
	AUTO_SAMPLE struct learn_sample kept = {0}, whole = {0}, fresh = {0};
	if (rows == NULL || is_repeat == NULL)
		return diag_say(diag, -ENOMEM, _("there is not enough memory for %zu rows"), t->rows);
	struct learn_suite_result n = {.fold = fold};
	size_t train_count = keep_back(t, fold, settings->training.seed, rows);
	struct learn_rows train = rows_of(rows, train_count),
	                  back = rows_of(rows + train_count, fold->train_count - train_count);
	n.train_rows = train.count;
	n.kept_back = back.count;
	double start = seconds();
	int r = learn_train(t, train, rows_of(NULL, 0), &settings->training, NULL, &model, diag);
	n.train_seconds = seconds() - start;
	if (r < 0)
		return r;
	r = learn_fold_repeats(t, fold, mask, is_repeat);
	if (r == 0)
		r = learn_sample_take(t, back, NULL, &kept);
	if (r == 0)
		r = learn_sample_take(t, rows_of(fold->test, fold->test_count), NULL, &whole);
	if (r == 0)
		r = learn_sample_take(t, rows_of(fold->test, fold->test_count), is_repeat, &fresh);
	if (r < 0)
		return diag_say(diag, r, _("there is not enough memory for %zu rows"), t->rows);
	learn_sample_score(&kept, model);
	learn_sample_score(&whole, model);
	learn_sample_score(&fresh, model);
	struct frozen frozen = {0};
	r = bounds_of(&kept, settings, &frozen.choice, &frozen.bounds, &frozen.has_bounds);
	if (r == 0)
		r = learn_curve_measure(fresh.margins, fresh.labels, fresh.count, &n.worth.curve);
	if (r == 0)
		r = tell(&whole, &frozen, LEARN_WORTH_FROZEN, settings, &n.worth);
	n.worth.repeats = fold->repeats;
	if (r == 0 && settings->labels && fold->test_attacks > 0 && fold->kind != LEARN_FOLD_RANDOM)
		r = tell_with_labels(
		    t, fold, train, settings, frozen.choice.margin, &n.worth.rates[LEARN_WORTH_LABELS], diag);
	if (r == 0 && settings->baselines)
		r = tell_baselines(t, train, &fresh, mask, &n);
	if (r == 0 && settings->shortcuts)
		r = tell_shortcuts(t, train, &fresh, settings, mask, &n, diag);
	if (r < 0)
		return r == -ENOMEM ? diag_say(diag, r, _("there is not enough memory for %zu rows"), t->rows) : r;
	if (parts != NULL)
		say_parts(fold, train, back.at, back.count, is_repeat, parts);
	*out = n;
	return 0;
}

/* Whether the known rows of a table are those whose SHA-256 training left in the model (learn_set.h). */
static bool
are_training_rows(const struct learn_table *t, const uint8_t wanted[static LEARN_HASH])
{
	uint8_t hash[LEARN_HASH] = {0};
	static const uint8_t none[LEARN_HASH];
	EVP_MD_CTX *sum = EVP_MD_CTX_new();
	if (sum != NULL && EVP_DigestInit_ex(sum, EVP_sha256(), NULL) == 1) {
		for (size_t i = 0; i < t->rows; i++) {
			if (t->labels[i] == LEARN_UNKNOWN)
				continue;
			(void)EVP_DigestUpdate(sum, t->vectors[i].code, FLOW_CODES);
			(void)EVP_DigestUpdate(sum, &t->labels[i], 1);
		}
		(void)EVP_DigestFinal_ex(sum, hash, NULL);
	}
	EVP_MD_CTX_free(sum);
	return memcmp(wanted, none, sizeof(none)) != 0 && memcmp(hash, wanted, sizeof(hash)) == 0;
}

/* A model without its site file: every other row sets threshold and bounds, and those between are told by them; what needs neither is
 * told of all rows. */
static int
tell_halves(const struct learn_table *t, const uint32_t *rows, size_t count, const struct learn_model *model,
    const struct learn_suite_settings *settings, struct learn_suite_result *out)
{
	AUTO_FREE uint32_t *halves = malloc((count + 1) * sizeof(*halves));
	AUTO_SAMPLE struct learn_sample kept = {0}, told = {0};
	if (halves == NULL)
		return -ENOMEM;
	size_t even = (count + 1) / 2;
	for (size_t i = 0; i < count; i++)
		halves[i % 2 == 0 ? i / 2 : even + i / 2] = rows[i];
	int r = learn_sample_take(t, rows_of(halves, even), NULL, &kept);
	if (r == 0)
		r = learn_sample_take(t, rows_of(halves + even, count - even), NULL, &told);
	if (r < 0)
		return r;
	learn_sample_score(&kept, model);
	learn_sample_score(&told, model);
	struct frozen own = {0};
	r = bounds_of(&kept, settings, &own.choice, &own.bounds, &own.has_bounds);
	if (r == 0)
		r = tell(&told, &own, LEARN_WORTH_SITE, settings, &out->worth);
	out->kept_back = kept.count;
	out->has_bounds = own.has_bounds;
	out->bounds = own.bounds;
	return r;
}

/* Families, incidents and curves of all rows, whatever part set the threshold. */
static int
tell_all(struct learn_sample *all, struct learn_suite_result *out)
{
	struct learn_worth *w = &out->worth;
	struct learn_trust trust;
	learn_trust_measure(all->margins, all->labels, all->count, &trust);
	w->ece = trust.error;
	w->rows = all->count;
	w->attacks = all->attacks;
	w->plain_errors = 0;
	for (size_t i = 0; i < all->count; i++)
		w->plain_errors += (all->margins[i] >= 0) != (all->labels[i] == LEARN_ATTACK);
	struct learn_worth_line line = {.margin = w->rates[LEARN_WORTH_SITE].choice.margin};
	learn_worth_families(all, &line, out->has_bounds ? &out->bounds : NULL, w);
	int r = learn_incidents_count(all->hosts, all->times_ns, all->labels, all->alerts, all->count, &w->incidents);
	if (r == 0)
		r = learn_curve_measure(all->margins, all->labels, all->count, &w->curve);
	w->whole = w->curve;
	return r;
}

int
learn_suite_model(const struct learn_table *t, const struct learn_model *model, const struct learn_conformal *bounds,
    const struct learn_threshold_choice *choice, const struct learn_suite_settings *settings, struct learn_suite_result *out,
    struct diag *diag)
{
	AUTO_FREE uint32_t *rows = malloc((t->rows + 1) * sizeof(*rows));
	AUTO_SAMPLE struct learn_sample all = {0};
	int r = rows == NULL ? -ENOMEM : 0;
	size_t count = 0;
	for (size_t i = 0; i < t->rows && r == 0; i++)
		if (t->labels[i] != LEARN_UNKNOWN)
			rows[count++] = (uint32_t)i;
	if (r == 0)
		r = learn_fold_order(t, rows, count);
	if (r == 0)
		r = learn_sample_take(t, rows_of(rows, count), NULL, &all);
	if (r < 0)
		return diag_say(diag, r, _("there is not enough memory for %zu rows"), t->rows);
	learn_sample_score(&all, model);
	struct learn_suite_result n = {.trained_on_these = are_training_rows(t, learn_model_facts(model)->training_hash)};
	if (bounds != NULL && choice != NULL) {
		struct frozen frozen = {*choice, *bounds, true};
		r = tell(&all, &frozen, LEARN_WORTH_FROZEN, settings, &n.worth);
		n.worth.curve = n.worth.whole;
	} else {
		r = tell_halves(t, rows, count, model, settings, &n);
		if (r == 0)
			r = tell_all(&all, &n);
	}
	if (r < 0)
		return diag_say(diag, r, _("there is not enough memory for %zu rows"), t->rows);
	*out = n;
	return 0;
}
