/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_explain.h"

#include "detect/learn/learn_kernel.h"
#include "detect/learn/learn_model_state.h"

#include <math.h>
#include <stdlib.h>

enum { POINTS = 4, LEVELS = LEARN_SYMMETRIC_DEPTH_MAX, LEAVES = 1 << LEVELS };

/* Gauss-Legendre on [0, 1]: exact for polynomials of degree 7, which eight codes on a path need */
static const float point[POINTS] = {0.0694318442f, 0.3300094782f, 0.6699905218f, 0.9305681558f};
static const float weight[POINTS] = {0.1739274226f, 0.3260725774f, 0.3260725774f, 0.1739274226f};

struct table { /* of a symmetric tree */
	float share[LEAVES][LEVELS];
	uint8_t code[LEVELS]; /* whose share each column is */
};

struct learn_explain_tables {
	float base;
	float *seconds;       /* trees x nodes in heap order: the part of a node's weight that goes to its second child */
	struct table *tables; /* symmetric: one for each tree */
};

/* What a leaf says of the codes on its path: up to eight. */
struct path {
	unsigned count;
	uint8_t code[LEARN_DEPTH_MAX];
	bool held[LEARN_DEPTH_MAX];  /* the flow agrees with all tests of this code on the path */
	float rest[LEARN_DEPTH_MAX]; /* the part of the weight that agrees */
};

static void
path_add(struct path *p, uint8_t code, bool held, float part)
{
	unsigned i = 0;
	while (i < p->count && p->code[i] != code)
		i++;
	if (i == p->count) {
		p->code[i] = code;
		p->held[i] = true;
		p->rest[i] = 1;
		p->count++;
	}
	p->held[i] &= held;
	p->rest[i] *= part;
}

/* out[i] += what code i of the path owes to a leaf of this value. */
static void
path_share(const struct path *p, float value, float *out)
{
	float factor[LEARN_DEPTH_MAX][POINTS], after[LEARN_DEPTH_MAX + 1][POINTS], before[POINTS];
	for (unsigned k = 0; k < POINTS; k++) {
		after[p->count][k] = 1;
		before[k] = weight[k] * value;
	}
	for (unsigned i = p->count; i-- > 0;)
		for (unsigned k = 0; k < POINTS; k++) {
			factor[i][k] = p->rest[i] + ((float)p->held[i] - p->rest[i]) * point[k];
			after[i][k] = after[i + 1][k] * factor[i][k];
		}
	for (unsigned i = 0; i < p->count; i++) {
		float sum = 0;
		for (unsigned k = 0; k < POINTS; k++) {
			sum += before[k] * after[i + 1][k];
			before[k] *= factor[i][k];
		}
		out[i] += sum * ((float)p->held[i] - p->rest[i]);
	}
}

static float
part(float second, bool is_second)
{
	return is_second ? second : 1 - second;
}

/* The parts of each tree's weight, from its leaves up; the mean of the tree is added to *base. */
static void
weigh(const struct learn_forest *f, unsigned tree, float *seconds, double *base)
{
	size_t leaves = (size_t)1 << f->depth;
	double below[2 << LEARN_DEPTH_MAX], mean[2 << LEARN_DEPTH_MAX];
	for (size_t i = 0; i < leaves; i++) {
		below[leaves - 1 + i] = f->covers[tree * leaves + i];
		mean[leaves - 1 + i] = f->leaves[tree * leaves + i];
	}
	for (size_t n = leaves - 1; n-- > 0;) {
		size_t test = f->growth == LEARN_SYMMETRIC ? (size_t)(63 - __builtin_clzll(n + 1))
		                                           : n; /* its level, or itself */
		bool never = f->limits[tree * learn_model_tests(f->growth, f->depth) + test] == LEARN_LIMIT_NEVER;
		below[n] = below[2 * n + 1] + (never ? 0 : below[2 * n + 2]);
		/* where no training row came, both ways are as likely */
		double second = never ? 0 : below[n] > 0 ? below[2 * n + 2] / below[n] : 0.5;
		mean[n] = (1 - second) * mean[2 * n + 1] + second * mean[2 * n + 2];
		seconds[n] = (float)second;
	}
	*base += mean[0];
}

/* The path to a leaf of a symmetric tree, for a flow that reached another. */
static struct path
symmetric_path(const struct learn_forest *f, unsigned tree, const float *seconds, size_t leaf, size_t reached)
{
	struct path p = {0};
	const uint8_t *planes = f->planes + (size_t)tree * f->depth;
	size_t node = 0;
	for (unsigned level = 0; level < f->depth; level++) {
		unsigned bit = f->depth - 1 - level;
		bool second = leaf >> bit & 1;
		path_add(&p, planes[level] % FLOW_CODES, ((leaf ^ reached) >> bit & 1) == 0, part(seconds[node], second));
		node = 2 * node + 1 + second;
	}
	return p;
}

static void
make_table(const struct learn_forest *f, unsigned tree, const float *seconds, float unit, struct table *out)
{
	size_t leaves = (size_t)1 << f->depth;
	for (size_t leaf = 0; leaf < leaves; leaf++) {
		float value = (float)f->leaves[tree * leaves + leaf] * unit;
		for (size_t reached = 0; reached < leaves; reached++) {
			struct path p = symmetric_path(f, tree, seconds, leaf, reached);
			path_share(&p, value, out->share[reached]);
			memcpy(out->code, p.code, sizeof(out->code));
		}
	}
}

struct learn_explain_tables *
learn_explain_tables_new(const struct learn_forest *f)
{
	struct learn_explain_tables *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	size_t nodes = ((size_t)1 << f->depth) - 1;
	double base = (double)f->base, unit = ldexp(1, -f->exponent);
	t->seconds = calloc(f->trees * nodes, sizeof(*t->seconds));
	t->tables = f->growth == LEARN_SYMMETRIC ? calloc(f->trees, sizeof(*t->tables)) : NULL;
	if (t->seconds == NULL || (f->growth == LEARN_SYMMETRIC && t->tables == NULL)) {
		learn_explain_tables_free(t);
		return NULL;
	}
	for (unsigned tree = 0; tree < f->trees; tree++) {
		weigh(f, tree, t->seconds + tree * nodes, &base);
		if (t->tables != NULL)
			make_table(f, tree, t->seconds + tree * nodes, (float)unit, &t->tables[tree]);
	}
	t->base = (float)(base * unit);
	return t;
}

void
learn_explain_tables_free(struct learn_explain_tables *t)
{
	if (t == NULL)
		return;
	free(t->seconds);
	free(t->tables);
	free(t);
}

static void
explain_symmetric(const struct learn_model *m, const struct flow_vector *vector, float *contributions)
{
	uint8_t leaves[LEARN_TREES_MAX]; /* whole blocks of 64 trees are written */
	unsigned trees = m->forest.trees;
	learn_kernel_leaves(m->kernel, &m->packed, vector, leaves);
	for (unsigned tree = 0; tree < trees; tree++) {
		const struct table *t = &m->explain->tables[tree];
		const float *share = t->share[leaves[tree]];
		for (unsigned i = 0; i < LEVELS; i++) /* columns that are not used add nothing to code 0 */
			contributions[t->code[i]] += share[i];
	}
}

static void
explain_levels(const struct learn_model *m, const uint8_t *codes, float *contributions)
{
	const struct learn_forest *f = &m->forest;
	size_t leaves = (size_t)1 << f->depth, nodes = leaves - 1;
	for (unsigned tree = 0; tree < f->trees; tree++) {
		const uint8_t *planes = f->planes + tree * nodes, *limits = f->limits + tree * nodes;
		const float *seconds = m->explain->seconds + tree * nodes;
		for (size_t leaf = 0; leaf < leaves; leaf++) {
			struct path p = {0};
			bool possible = true; /* below a test that never holds there is no second child */
			for (size_t node = 0, level = f->depth; level-- > 0 && possible;) {
				bool second = leaf >> level & 1;
				bool never = limits[node] == LEARN_LIMIT_NEVER;
				possible = !(never && second);
				if (!never)
					path_add(&p, planes[node] % FLOW_CODES,
					    learn_kernel_holds(codes, planes[node], limits[node]) == second,
					    part(seconds[node], second));
				node = 2 * node + 1 + second;
			}
			if (!possible)
				continue;
			float share[LEARN_DEPTH_MAX] = {0};
			path_share(&p, (float)((double)f->leaves[tree * leaves + leaf] * m->unit), share);
			for (unsigned i = 0; i < p.count; i++)
				contributions[p.code[i]] += share[i];
		}
	}
}

void
learn_explain(
    const struct learn_model *m, const struct flow_vector *vector, float contributions[static FLOW_CODES], float *base)
{
	memset(contributions, 0, FLOW_CODES * sizeof(*contributions));
	*base = m->explain->base;
	if (m->forest.growth == LEARN_SYMMETRIC)
		explain_symmetric(m, vector, contributions);
	else
		explain_levels(m, vector->code, contributions);
}
