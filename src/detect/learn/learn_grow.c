/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_grow.h"

#include "detect/learn/learn_team.h"

#include <float.h>
#include <stdlib.h>

enum { NODES_MAX = 1 << LEARN_DEPTH_MAX, NONE = UINT16_MAX };

struct node {
	struct learn_node n;
	double weight;
	uint32_t start, count; /* its rows, in order[] */
	uint16_t histogram;
	bool open; /* may still be split */
	struct learn_split split;
	uint8_t feature; /* of the split: an index into codes[] */
};

struct learn_grow {
	struct learn_grow_settings s;
	unsigned features, groups;
	uint8_t codes[FLOW_CODES]; /* the code that each feature is */
	size_t stride;             /* numbers in the histogram of a node */
	uint8_t *compact;          /* groups x rows_max x 8 */
	uint64_t *gradients, *histograms;
	uint32_t *order, *scratch;
	size_t rows;
	unsigned level;
	struct learn_split_rules rules;
	struct node nodes[2][NODES_MAX];
	struct node *now, *next; /* this level's nodes, and the one's below */
	uint16_t built[NODES_MAX];
	uint16_t whole[NODES_MAX]; /* beside built[]: the node that gets its parent's sums without that one's; NONE */
	struct learn_split level_split[FLOW_CODES];
};

struct learn_grow *
learn_grow_new(const struct learn_grow_settings *settings)
{
	struct learn_grow *g = calloc(1, sizeof(*g));
	if (g == NULL)
		return NULL;
	g->s = *settings;
	for (unsigned code = 0; code < FLOW_CODES; code++)
		if (settings->mask >> code & 1)
			g->codes[g->features++] = (uint8_t)code;
	g->groups = (g->features + LEARN_LANES - 1) / LEARN_LANES;
	g->stride = (size_t)g->groups * LEARN_LANES * LEARN_BINS;
	size_t rows = (settings->rows_max + LEARN_BLOCK - 1) / LEARN_BLOCK * LEARN_BLOCK;
	g->s.rows_max = rows;
	g->compact = calloc(rows * g->groups, LEARN_LANES);
	g->gradients = calloc(rows, sizeof(*g->gradients));
	g->order = calloc(rows, sizeof(*g->order));
	g->scratch = calloc(rows, sizeof(*g->scratch));
	g->histograms = calloc(g->stride << (settings->depth - 1), sizeof(*g->histograms));
	if (g->compact == NULL || g->gradients == NULL || g->order == NULL || g->scratch == NULL || g->histograms == NULL) {
		learn_grow_free(g);
		return NULL;
	}
	return g;
}

void
learn_grow_free(struct learn_grow *g)
{
	if (g == NULL)
		return;
	free(g->compact);
	free(g->gradients);
	free(g->order);
	free(g->scratch);
	free(g->histograms);
	free(g);
}

uint64_t *
learn_grow_gradients(struct learn_grow *g)
{
	return g->gradients;
}

struct sixteen {
	uint8_t v __attribute__((vector_size(16)));
};

/* The low (or high) halves of both, by turns: pieces of 1, 2 or 4 bytes. */
#define ZIP_1(a, b, k)                                                                                                      \
	__builtin_shufflevector(a, b, k, k + 16, k + 1, k + 17, k + 2, k + 18, k + 3, k + 19, k + 4, k + 20, k + 5, k + 21, \
	    k + 6, k + 22, k + 7, k + 23)
#define ZIP_2(a, b, k)                                                                                                      \
	__builtin_shufflevector(a, b, k, k + 1, k + 16, k + 17, k + 2, k + 3, k + 18, k + 19, k + 4, k + 5, k + 20, k + 21, \
	    k + 6, k + 7, k + 22, k + 23)
#define ZIP_4(a, b, k)                                                                                                    \
	__builtin_shufflevector(a, b, k, k + 1, k + 2, k + 3, k + 16, k + 17, k + 18, k + 19, k + 4, k + 5, k + 6, k + 7, \
	    k + 20, k + 21, k + 22, k + 23)

/* Eight codes of 16 rows each become 16 rows of eight codes. */
static void
turn(const uint8_t *const codes[static LEARN_LANES], size_t row, uint8_t *to)
{
	struct sixteen a[LEARN_LANES], b[LEARN_LANES];
	for (unsigned i = 0; i < LEARN_LANES; i++)
		memcpy(&a[i].v, codes[i] + row, sizeof(a[i].v));
	for (unsigned i = 0; i < LEARN_LANES; i += 2) {
		b[i].v = ZIP_1(a[i].v, a[i + 1].v, 0);
		b[i + 1].v = ZIP_1(a[i].v, a[i + 1].v, 8);
	}
	for (unsigned i = 0; i < LEARN_LANES; i += 4)
		for (unsigned half = 0; half < 2; half++) {
			a[i + 2 * half].v = ZIP_2(b[i + half].v, b[i + 2 + half].v, 0);
			a[i + 2 * half + 1].v = ZIP_2(b[i + half].v, b[i + 2 + half].v, 8);
		}
	for (unsigned i = 0; i < 4; i++) {
		b[2 * i].v = ZIP_4(a[i].v, a[i + 4].v, 0);
		b[2 * i + 1].v = ZIP_4(a[i].v, a[i + 4].v, 8);
	}
	memcpy(to, b, sizeof(b));
}

void
learn_grow_block(struct learn_grow *g, size_t number, const struct learn_block *block)
{
	for (unsigned group = 0; group < g->groups; group++) {
		const uint8_t *codes[LEARN_LANES];
		for (unsigned i = 0; i < LEARN_LANES; i++) { /* what no feature fills is never asked for */
			unsigned f = group * LEARN_LANES + i;
			codes[i] = block->code[g->codes[f < g->features ? f : 0]];
		}
		uint8_t *to = g->compact + (group * g->s.rows_max + number * LEARN_BLOCK) * LEARN_LANES;
		for (size_t row = 0; row < LEARN_BLOCK; row += sizeof(struct sixteen))
			turn(codes, row, to + row * LEARN_LANES);
	}
}

static uint64_t *
histogram_of(struct learn_grow *g, const struct node *n)
{
	return g->histograms + n->histogram * g->stride;
}

static void
build_task(void *context, size_t number)
{
	struct learn_grow *g = context;
	size_t pair = number / g->groups, group = number % g->groups;
	struct node *n = &g->now[g->built[pair]];
	const uint32_t *rows = n->count == g->rows ? NULL : g->order + n->start;
	uint64_t *sums = histogram_of(g, n) + group * LEARN_LANES * LEARN_BINS;
	learn_histogram_add(g->compact + group * g->s.rows_max * LEARN_LANES, g->gradients, rows, n->count, sums);
	if (g->whole[pair] != NONE)
		learn_histogram_subtract(histogram_of(g, &g->now[g->whole[pair]]) + group * LEARN_LANES * LEARN_BINS, sums,
		    LEARN_LANES * LEARN_BINS);
}

static void
node_task(void *context, size_t number)
{
	struct learn_grow *g = context;
	struct node *n = &g->now[number];
	n->split = (struct learn_split){0};
	if (!n->open)
		return;
	for (unsigned f = 0; f < g->features; f++) {
		struct learn_split s = learn_split_node(
		    &g->rules, &n->n, histogram_of(g, n) + f * LEARN_BINS, g->s.monotone[g->codes[f]]);
		if (s.gain > n->split.gain) {
			n->split = s;
			n->feature = (uint8_t)f;
		}
	}
}

static void
feature_task(void *context, size_t f)
{
	struct learn_grow *g = context;
	struct learn_node open[LEARN_SPLIT_NODES];
	const uint64_t *sums[LEARN_SPLIT_NODES];
	size_t count = 0;
	for (size_t n = 0; n < (size_t)1 << g->level; n++)
		if (g->now[n].open) {
			open[count] = g->now[n].n;
			sums[count++] = histogram_of(g, &g->now[n]) + f * LEARN_BINS;
		}
	g->level_split[f] = learn_split_level(&g->rules, open, count, sums, g->s.monotone[g->codes[f]]);
}

/* One test for the whole level. False: none gains. */
static bool
split_level(struct learn_grow *g)
{
	learn_team_run(g->s.team, feature_task, g, g->features);
	struct learn_split best = {0};
	uint8_t feature = 0;
	for (unsigned f = 0; f < g->features; f++)
		if (g->level_split[f].gain > best.gain) {
			best = g->level_split[f];
			feature = (uint8_t)f;
		}
	for (size_t n = 0; n < (size_t)1 << g->level; n++) {
		g->now[n].split = best;
		g->now[n].feature = feature;
	}
	return best.gain > 0;
}

/* Rows of a node to its children, in the same order. Returns how many go to the first. */
static uint32_t
divide(struct learn_grow *g, const struct node *n)
{
	const uint8_t *codes = g->compact + (n->feature / LEARN_LANES) * g->s.rows_max * LEARN_LANES +
	    n->feature % LEARN_LANES;
	uint32_t *rows = g->order + n->start, *other = g->scratch + n->start, first = 0, second = 0;
	uint8_t turn = n->split.turned, limit = (uint8_t)(n->split.limit + turn);
	for (uint32_t i = 0; i < n->count; i++) {
		uint32_t row = rows[i];
		bool greater = (uint8_t)(codes[(size_t)row * LEARN_LANES] + turn) > limit;
		rows[first] = row; /* never ahead of i */
		other[second] = row;
		first += !greater;
		second += greater;
	}
	memcpy(rows + first, other, second * sizeof(*rows));
	return first;
}

/* A child with too little weight to speak for itself says what its parent says. */
static double
child_weight(const struct learn_grow *g, const struct node *parent, struct learn_sums sums)
{
	if ((double)sums.curvature * g->rules.curvature_unit < g->rules.weight_min)
		return parent->weight;
	return learn_split_weight(&g->rules, sums, parent->n.low, parent->n.high);
}

static void
split_task(void *context, size_t number)
{
	struct learn_grow *g = context;
	struct node *parent = &g->now[number], *a = &g->next[2 * number], *b = a + 1;
	*a = *parent;
	*b = *parent;
	if (parent->split.gain <= 0 || (g->s.growth == LEARN_LEVELS && !parent->open)) {
		b->open = a->open = false;
		b->count = 0;
		b->n.sums = (struct learn_sums){0};
		return;
	}
	a->count = divide(g, parent);
	b->start = parent->start + a->count;
	b->count = parent->count - a->count;
	if (!parent->open) { /* its weight is fixed, and its sums are not kept up */
		a->n.sums = (struct learn_sums){0};
		for (uint32_t i = 0; i < a->count; i++)
			a->n.sums.curvature += learn_histogram_curvature(g->gradients[g->order[a->start + i]]);
	} else {
		a->n.sums = learn_split_first(histogram_of(g, parent) + parent->feature * LEARN_BINS, parent->split);
	}
	b->n.sums.gradient = parent->n.sums.gradient - a->n.sums.gradient;
	b->n.sums.curvature = parent->n.sums.curvature - a->n.sums.curvature;
	if (!parent->open)
		return;
	a->weight = child_weight(g, parent, a->n.sums);
	b->weight = child_weight(g, parent, b->n.sums);
	int direction = g->s.monotone[g->codes[parent->feature]];
	if ((direction > 0 && a->weight > b->weight) || (direction < 0 && a->weight < b->weight)) {
		a->weight = b->weight = parent->weight;
		a->open = b->open = false;
	} else if (direction != 0) {
		double middle = (a->weight + b->weight) / 2;
		*(direction > 0 ? &a->n.high : &a->n.low) = middle;
		*(direction > 0 ? &b->n.low : &b->n.high) = middle;
	}
}

/* Sums of this level's open nodes: of two children the smaller is read, the other gets what the parent had without it. */
static void
build(struct learn_grow *g)
{
	size_t pairs = 0;
	if (g->level == 0) {
		g->now[0].histogram = 0;
		g->built[0] = 0;
		g->whole[0] = NONE;
		learn_team_run(g->s.team, build_task, g, g->groups);
		return;
	}
	/* histogram number of a node: that of its parent, or with the bit of this level */
	for (size_t n = 0; n < (size_t)1 << g->level; n += 2) {
		struct node *a = &g->now[n], *b = a + 1;
		if (!a->open && !b->open)
			continue;
		struct node *small = a->count <= b->count ? a : b, *large = small == a ? b : a;
		large->histogram = a->histogram; /* the parent's */
		small->histogram = (uint16_t)(a->histogram | 1u << (g->level - 1));
		g->built[pairs] = (uint16_t)(small - g->now);
		g->whole[pairs++] = (uint16_t)(large - g->now);
	}
	learn_team_run(g->s.team, build_task, g, pairs * g->groups);
}

static void
begin(struct learn_grow *g, size_t rows, const struct learn_split_rules *rules)
{
	g->rows = rows;
	g->rules = *rules;
	g->now = g->nodes[0];
	g->next = g->nodes[1];
	struct node *root = &g->now[0];
	*root = (struct node){.n = {.low = -DBL_MAX, .high = DBL_MAX}, .count = (uint32_t)rows, .open = true};
	for (size_t i = 0; i < rows; i++) {
		g->order[i] = (uint32_t)i;
		root->n.sums.gradient += learn_histogram_gradient(g->gradients[i]);
		root->n.sums.curvature += learn_histogram_curvature(g->gradients[i]);
	}
	root->weight = learn_split_weight(rules, root->n.sums, root->n.low, root->n.high);
}

/* The tests of this level; its nodes begin at node 2^level - 1 of the heap. */
static void
write_tests(const struct learn_grow *g, const struct learn_grown *out)
{
	bool symmetric = g->s.growth == LEARN_SYMMETRIC;
	size_t first = symmetric ? g->level : ((size_t)1 << g->level) - 1;
	size_t count = symmetric ? 1 : (size_t)1 << g->level;
	for (size_t i = 0; i < count; i++) {
		const struct node *n = &g->now[i];
		bool splits = n->split.gain > 0 && (symmetric || n->open);
		uint8_t code = g->codes[n->feature], turned = n->split.turned;
		out->planes[first + i] = splits ? (uint8_t)(code + turned * LEARN_PLANE_TURNED) : 0;
		out->limits[first + i] = splits ? (uint8_t)(n->split.limit + turned) : LEARN_LIMIT_NEVER;
	}
}

void
learn_grow_tree(struct learn_grow *g, size_t rows, const struct learn_split_rules *rules, const struct learn_grown *out)
{
	begin(g, rows, rules);
	for (g->level = 0; g->level < g->s.depth; g->level++) {
		size_t nodes = (size_t)1 << g->level;
		build(g);
		if (g->s.growth == LEARN_LEVELS)
			learn_team_run(g->s.team, node_task, g, nodes);
		else
			split_level(g);
		write_tests(g, out);
		learn_team_run(g->s.team, split_task, g, nodes);
		struct node *t = g->now;
		g->now = g->next;
		g->next = t;
	}
	for (size_t i = 0; i < (size_t)1 << g->s.depth; i++) {
		out->weights[i] = g->now[i].weight;
		out->covers[i] = (float)((double)g->now[i].n.sums.curvature * rules->curvature_unit);
	}
}
