/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_train.h"

#include "core/auto.h"
#include "core/text.h"
#include "detect/learn/learn_grow.h"
#include "detect/learn/learn_kernel.h"
#include "detect/learn/learn_loss.h"
#include "detect/learn/learn_model_file.h"
#include "detect/learn/learn_precision.h"
#include "detect/learn/learn_set.h"
#include "detect/learn/learn_team.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { WEIGHT_ONE = 1 << 16, SAMPLE_ENOUGH = 400000 };

static const double leaf_most = 8; /* of a weight, before the rate: e^8 to 1 is sure enough for one tree */

struct training {
	const struct learn_settings *s;
	enum learn_growth growth;
	unsigned depth;
	struct learn_loss loss;
	struct learn_set set, validation;
	struct learn_team *team;
	struct learn_grow *grow;
	struct learn_forest forest;
	struct learn_packed packed; /* the same trees */
	enum learn_kernel kernel;
	double *weights; /* of the leaves of one tree */
	uint32_t benign_weight, attack_weight;
	uint32_t *blocks; /* those that this tree sees */
	size_t block_count;
	/* by task: sums of what the gradients can reach */
	uint64_t *reach_gradient, *reach_curvature;
	uint64_t *rank_room;   /* NULL: no validation */
	double best_precision; /* of the validation rows, and after how many trees */
	unsigned best_trees;
	int gradient_shift, curvature_shift;
};

void
learn_train_defaults(struct learn_settings *out)
{
	*out = (struct learn_settings){
	    .trees = 100, .depth = 6, .rate = 0.2, .l2 = 1, .weight_min = 1, .positive_weight = 1, .threads = 1, .seed = 1};
}

/* splitmix64: a number for each count, so that nothing depends on who asks first */
static uint64_t
random_at(uint64_t seed, uint64_t count)
{
	uint64_t z = seed * UINT64_C(0xd1342543de82ef95) + (count + 1) * UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
choose_blocks(struct training *t, unsigned tree, double share)
{
	t->block_count = 0;
	uint64_t under = share >= 1 ? UINT64_MAX : (uint64_t)(share * 18446744073709549568.0);
	for (size_t b = 0; b < t->set.blocks; b++)
		if (random_at(t->s->seed ^ UINT64_C(0x5851f42d4c957f2d), ((uint64_t)tree << 32) + b) <= under)
			t->blocks[t->block_count++] = (uint32_t)b;
	if (t->block_count == 0)
		t->blocks[t->block_count++] = tree % (uint32_t)t->set.blocks;
}

static void
catch_up(const struct training *t, struct learn_set *set, size_t b)
{
	struct learn_kernel_sums sums;
	if (set->done[b] == t->packed.trees)
		return;
	learn_kernel_block(t->kernel, &t->packed, set->done[b], t->packed.trees, &set->block[b], &sums);
	for (size_t row = 0; row < LEARN_BLOCK; row++)
		set->margins[b * LEARN_BLOCK + row] += sums.of[0][row];
	set->done[b] = t->packed.trees;
}

/* Gradient and curvature of a row, of LEARN_LOSS_ONE each, with its weight. */
static void
slope(const struct training *t, size_t row, int64_t *gradient, int64_t *curvature)
{
	uint8_t label = t->set.labels[row];
	if (label == LEARN_UNKNOWN) {
		*gradient = *curvature = 0;
		return;
	}
	int64_t p = learn_loss_probability(&t->loss, t->set.margins[row], t->forest.exponent);
	int64_t weight = label == LEARN_ATTACK ? t->attack_weight : t->benign_weight;
	*gradient = (p - (label == LEARN_ATTACK ? LEARN_LOSS_ONE : 0)) * weight / WEIGHT_ONE;
	*curvature = (p * (LEARN_LOSS_ONE - p) >> 30) * weight / WEIGHT_ONE;
}

static void
reach_task(void *context, size_t number)
{
	struct training *t = context;
	size_t b = t->blocks[number];
	catch_up(t, &t->set, b);
	learn_grow_block(t->grow, number, &t->set.block[b]);
	uint64_t g = 0, h = 0, *out = learn_grow_gradients(t->grow) + number * LEARN_BLOCK;
	for (size_t i = 0; i < LEARN_BLOCK; i++) {
		int64_t gradient, curvature;
		slope(t, b * LEARN_BLOCK + i, &gradient, &curvature);
		out[i] = learn_histogram_pack((int32_t)gradient, (uint32_t)curvature); /* both are at most LEARN_LOSS_ONE */
		g += (uint64_t)(gradient < 0 ? -gradient : gradient);
		h += (uint64_t)curvature;
	}
	t->reach_gradient[number] = g;
	t->reach_curvature[number] = h;
}

/* Rounded up or down by chance, so that sums of many small ones stay true. */
static void
gradient_task(void *context, size_t number)
{
	struct training *t = context;
	uint64_t *out = learn_grow_gradients(t->grow) + number * LEARN_BLOCK;
	size_t first = (size_t)t->blocks[number] * LEARN_BLOCK;
	for (size_t i = 0; i < LEARN_BLOCK; i++) {
		int64_t gradient = learn_histogram_gradient(out[i]), curvature = learn_histogram_curvature(out[i]);
		uint64_t chance = random_at(t->s->seed, ((uint64_t)t->forest.trees << 32) + first + i);
		gradient += (int64_t)(chance & ((UINT64_C(1) << t->gradient_shift) - 1));
		curvature += (int64_t)(chance >> 32 & ((UINT64_C(1) << t->curvature_shift) - 1));
		out[i] = curvature == 0 && gradient == 0 ? 0
		                                         : learn_histogram_pack((int32_t)(gradient >> t->gradient_shift),
		                                               (uint32_t)(curvature >> t->curvature_shift));
	}
}

/* The least shift that keeps any sum of these rows within its 32 bits. */
static int
shift_for(const uint64_t *reach, size_t count, size_t rows, uint64_t most)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += reach[i];
	int shift = 0;
	while ((sum >> shift) + rows > most) /* each row may be rounded up by one */
		shift++;
	return shift;
}

static void
add_tree(struct training *t)
{
	struct learn_forest *f = &t->forest;
	size_t tests = learn_model_tests(f->growth, f->depth), leaves = (size_t)1 << f->depth;
	size_t rows = t->block_count * LEARN_BLOCK;
	learn_team_run(t->team, reach_task, t, t->block_count);
	t->gradient_shift = shift_for(t->reach_gradient, t->block_count, rows, INT32_MAX);
	t->curvature_shift = shift_for(t->reach_curvature, t->block_count, rows, UINT32_MAX);
	learn_team_run(t->team, gradient_task, t, t->block_count);
	/* the greater of both weights is WEIGHT_ONE; a benign row weighs 1 */
	double one = (double)LEARN_LOSS_ONE * t->benign_weight / WEIGHT_ONE;
	struct learn_split_rules rules = {.gradient_unit = (double)((int64_t)1 << t->gradient_shift) / one,
	    .curvature_unit = (double)((int64_t)1 << t->curvature_shift) / one,
	    .l2 = t->s->l2,
	    .weight_min = t->s->weight_min,
	    .gain_min = t->s->gain_min,
	    .leaf_max = leaf_most};
	learn_grow_tree(t->grow, rows, &rules,
	    &(struct learn_grown){
	        f->planes + f->trees * tests, f->limits + f->trees * tests, t->weights, f->covers + f->trees * leaves});
	double scale = t->s->rate * ldexp(1, f->exponent);
	for (size_t i = 0; i < leaves; i++)
		f->leaves[f->trees * leaves + i] = (int32_t)floor(t->weights[i] * scale + 0.5);
	f->trees++;
	learn_packed_add(&t->packed, f);
}

static int
make_room(struct training *t)
{
	struct learn_forest *f = &t->forest;
	size_t tests = t->s->trees * learn_model_tests(t->growth, t->depth), leaves = (size_t)t->s->trees << t->depth;
	*f = (struct learn_forest){.growth = t->growth, .depth = t->depth};
	while (t->s->rate * leaf_most * ldexp(1, f->exponent + 1) <= LEARN_LEAF_MAX)
		f->exponent++;
	f->planes = calloc(tests, 1);
	f->limits = calloc(tests, 1);
	f->leaves = calloc(leaves, sizeof(*f->leaves));
	f->covers = calloc(leaves, sizeof(*f->covers));
	t->weights = calloc((size_t)1 << t->depth, sizeof(*t->weights));
	t->blocks = calloc(t->set.blocks, sizeof(*t->blocks));
	t->reach_gradient = calloc(t->set.blocks, sizeof(*t->reach_gradient));
	t->reach_curvature = calloc(t->set.blocks, sizeof(*t->reach_curvature));
	t->team = learn_team_new(t->s->threads);
	if (f->planes == NULL || f->limits == NULL || f->leaves == NULL || f->covers == NULL || t->weights == NULL ||
	    !learn_packed_init(&t->packed, t->growth, t->depth, t->s->trees, false) || t->blocks == NULL ||
	    t->reach_gradient == NULL || t->reach_curvature == NULL || t->team == NULL)
		return -ENOMEM;
	t->grow = learn_grow_new(&(struct learn_grow_settings){
	    t->growth, t->depth, t->set.blocks * LEARN_BLOCK, t->set.mask, t->s->monotone, t->team});
	return t->grow == NULL ? -ENOMEM : 0;
}

static void
catch_up_task(void *context, size_t b)
{
	struct training *t = context;
	catch_up(t, &t->validation, b);
}

/* False: it is long ago that a tree made the validation better. */
static bool
still_better(struct training *t)
{
	if (t->rank_room == NULL)
		return true;
	learn_team_run(t->team, catch_up_task, t, t->validation.blocks);
	double precision = learn_precision(
	    t->validation.margins, t->validation.labels, t->validation.blocks * LEARN_BLOCK, t->rank_room);
	if (precision > t->best_precision) {
		t->best_precision = precision;
		t->best_trees = t->forest.trees;
	}
	return t->s->patience == 0 || t->forest.trees - t->best_trees < t->s->patience;
}

static int
boost(struct training *t, const struct learn_progress *progress)
{
	double share = t->s->sample;
	if (share <= 0)
		share = t->set.rows <= SAMPLE_ENOUGH ? 1 : fmax(0.1, SAMPLE_ENOUGH / (double)t->set.rows);
	t->attack_weight = t->benign_weight = WEIGHT_ONE;
	if (t->s->positive_weight >= 1)
		t->benign_weight = (uint32_t)(WEIGHT_ONE / t->s->positive_weight + 0.5);
	else
		t->attack_weight = (uint32_t)(WEIGHT_ONE * t->s->positive_weight + 0.5);
	t->forest.base = learn_loss_margin(&t->loss, t->set.positives * t->attack_weight,
	    t->set.positives * t->attack_weight + (t->set.rows - t->set.positives) * t->benign_weight, t->forest.exponent);
	for (size_t i = 0; i < t->set.blocks * LEARN_BLOCK; i++)
		t->set.margins[i] = (int32_t)t->forest.base;
	for (size_t i = 0; i < t->validation.blocks * LEARN_BLOCK; i++)
		t->validation.margins[i] = (int32_t)t->forest.base;
	for (unsigned tree = 0; tree < t->s->trees; tree++) {
		choose_blocks(t, tree, share);
		add_tree(t);
		if (t->s->patience > 0 && !still_better(t)) {
			t->forest.trees = t->best_trees;
			break;
		}
		if (progress != NULL && progress->tree != NULL && !progress->tree(progress->context, tree + 1, t->s->trees))
			return -ECANCELED;
	}
	if (t->s->patience == 0)
		(void)still_better(t); /* for the choice of the growth: once, at the end */
	else if (t->rank_room != NULL)
		t->forest.trees = t->best_trees;
	return 0;
}

static int
check(const struct learn_settings *s, struct diag *diag)
{
	if (s->trees < 1 || s->trees > LEARN_TREES_MAX)
		return diag_say(diag, -EINVAL, _("a model has 1 to %d trees"), LEARN_TREES_MAX);
	unsigned deepest = s->mode == LEARN_MODE_SYMMETRIC ? LEARN_SYMMETRIC_DEPTH_MAX : LEARN_DEPTH_MAX;
	if (s->depth < 1 || s->depth > deepest)
		return diag_say(diag, -EINVAL, _("a tree of this kind is 1 to %u tests deep"), deepest);
	if (!(s->rate >= 0.001 && s->rate <= 1) || !(s->l2 >= 0) || !(s->weight_min >= 0) || !(s->gain_min >= 0) ||
	    !(s->sample >= 0 && s->sample <= 1) || !(s->positive_weight >= 0.001 && s->positive_weight <= 1000))
		return diag_say(diag, -EINVAL, _("a setting of the training is out of bounds"));
	return 0;
}

static void
training_done(struct training *t)
{
	learn_grow_free(t->grow);
	learn_team_free(t->team);
	learn_packed_done(&t->packed);
	learn_set_done(&t->set);
	learn_set_done(&t->validation);
	free(t->forest.planes);
	free(t->forest.limits);
	free(t->forest.leaves);
	free(t->forest.covers);
	free(t->weights);
	free(t->blocks);
	free(t->reach_gradient);
	free(t->reach_curvature);
	free(t->rank_room);
	free(t);
}

/* Rows that can judge: both classes are among them. */
static int
take_validation(struct training *t, const struct learn_table *table, struct learn_rows rows)
{
	int r = rows.count == 0 ? -EINVAL : learn_set_make(&t->validation, table, rows, t->s->mask, t->s->seed, NULL);
	if (r == -EINVAL)
		return 0;
	if (r == 0)
		t->rank_room = calloc(t->validation.blocks * LEARN_BLOCK, sizeof(*t->rank_room));
	return r == 0 && t->rank_room == NULL ? -ENOMEM : r;
}

/* One way to grow; *precision is that of the validation rows, negative when there are none. */
static int
train(const struct learn_table *table, struct learn_rows rows, struct learn_rows validation,
    const struct learn_settings *settings, enum learn_growth growth, const struct learn_progress *progress,
    struct learn_model **out, double *precision, struct diag *diag)
{
	struct training *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return -ENOMEM;
	t->s = settings;
	t->growth = growth;
	t->depth = settings->depth;
	if (growth == LEARN_SYMMETRIC && t->depth > LEARN_SYMMETRIC_DEPTH_MAX)
		t->depth = LEARN_SYMMETRIC_DEPTH_MAX;
	t->kernel = learn_kernel_best();
	learn_loss_init(&t->loss);
	int r = learn_set_make(&t->set, table, rows, settings->mask, settings->seed, diag);
	if (r == 0)
		r = take_validation(t, table, validation);
	if (r == 0)
		r = make_room(t);
	if (r == 0)
		r = boost(t, progress);
	if (r == 0) {
		struct learn_facts facts = {
		    .mask = t->set.mask, .seed = settings->seed, .rows = t->set.rows, .positives = t->set.positives};
		memcpy(facts.schema, table->schema, sizeof(facts.schema));
		memcpy(facts.training_hash, t->set.hash, sizeof(facts.training_hash));
		learn_model_file_schema_hash(table->schema,
		    (struct bytes){(const uint8_t *)table->code_names, sizeof(table->code_names)}, facts.schema_hash);
		*precision = t->rank_room == NULL ? -1 : t->best_precision;
		r = learn_model_new(&t->forest, &facts, out, diag);
	}
	training_done(t);
	return r;
}

int
learn_train(const struct learn_table *table, struct learn_rows rows, struct learn_rows validation,
    const struct learn_settings *settings, const struct learn_progress *progress, struct learn_model **out,
    struct diag *diag)
{
	/* symmetric trees are asked five times as fast: another growth must be worth that */
	static const double enough = 0.0005;
	struct learn_model *levels = NULL, *symmetric = NULL;
	double precision_levels = -1, precision_symmetric = -1;
	int r = check(settings, diag);
	if (r == 0 && settings->mode != LEARN_MODE_SYMMETRIC)
		r = train(table, rows, validation, settings, LEARN_LEVELS, progress, &levels, &precision_levels, diag);
	if (r == 0 &&
	    (settings->mode == LEARN_MODE_SYMMETRIC || (settings->mode == LEARN_MODE_AUTO && precision_levels >= 0)))
		r = train(
		    table, rows, validation, settings, LEARN_SYMMETRIC, progress, &symmetric, &precision_symmetric, diag);
	if (r == 0 && symmetric != NULL && (levels == NULL || precision_symmetric >= precision_levels - enough))
		*out = TAKE(symmetric);
	else if (r == 0)
		*out = TAKE(levels);
	learn_model_free(levels);
	learn_model_free(symmetric);
	return r;
}
