/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_model.h"

#include "core/text.h"
#include "detect/learn/learn_explain.h"
#include "detect/learn/learn_kernel.h"
#include "detect/learn/learn_model_file.h"
#include "detect/learn/learn_model_state.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static int
check(const struct learn_forest *f, struct diag *diag)
{
	bool symmetric = f->growth == LEARN_SYMMETRIC;
	if (f->growth != LEARN_SYMMETRIC && f->growth != LEARN_LEVELS)
		return diag_say(diag, -EINVAL, _("this model grows its trees in a way that is not known here"));
	if (f->trees < 1 || f->trees > LEARN_TREES_MAX)
		return diag_say(diag, -EINVAL, _("a model has 1 to %d trees, this one %u"), LEARN_TREES_MAX, f->trees);
	unsigned most = symmetric ? LEARN_SYMMETRIC_DEPTH_MAX : LEARN_DEPTH_MAX;
	if (f->depth < 1 || f->depth > most)
		return diag_say(diag, -EINVAL, _("a tree of this kind is 1 to %u tests deep, this one %u"), most, f->depth);
	if (f->exponent < LEARN_EXPONENT_MIN || f->exponent > LEARN_EXPONENT_MAX || f->base < -((int64_t)1 << 40) ||
	    f->base > (int64_t)1 << 40)
		return diag_say(diag, -EINVAL, _("the scale of this model's margins is out of bounds"));
	size_t tests = f->trees * learn_model_tests(f->growth, f->depth);
	for (size_t i = 0; i < tests; i++)
		if (f->planes[i] >= 2 * LEARN_PLANE_TURNED)
			return diag_say(diag, -EINVAL, _("test %zu reads code %u: there are 64"), i, f->planes[i]);
	for (size_t i = 0; i < (size_t)f->trees << f->depth; i++)
		if (f->leaves[i] < -LEARN_WIDE_MAX || f->leaves[i] > LEARN_WIDE_MAX)
			return diag_say(diag, -EINVAL, _("leaf %zu is out of bounds"), i);
		else if (!(f->covers[i] >= 0) || f->covers[i] > 1e30f)
			return diag_say(diag, -EINVAL, _("leaf %zu has no weight that makes sense"), i);
	return 0;
}

static void *
copy_of(const void *from, size_t size)
{
	void *to = malloc(size);
	if (to != NULL)
		memcpy(to, from, size);
	return to;
}

static bool
is_wide(const struct learn_forest *f)
{
	for (size_t i = 0; i < (size_t)f->trees << f->depth; i++)
		if (f->leaves[i] < -LEARN_LEAF_MAX || f->leaves[i] > LEARN_LEAF_MAX)
			return true;
	return false;
}

int
learn_model_new(const struct learn_forest *f, const struct learn_facts *facts, struct learn_model **out, struct diag *diag)
{
	int r = check(f, diag);
	if (r < 0)
		return r;
	struct learn_model *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return -ENOMEM;
	size_t tests = f->trees * learn_model_tests(f->growth, f->depth), leaves = (size_t)f->trees << f->depth;
	m->facts = *facts;
	m->forest = *f;
	m->unit = ldexp(1, -f->exponent);
	m->kernel = learn_kernel_best();
	m->forest.planes = copy_of(f->planes, tests);
	m->forest.limits = copy_of(f->limits, tests);
	m->forest.leaves = copy_of(f->leaves, leaves * sizeof(*f->leaves));
	m->forest.covers = copy_of(f->covers, leaves * sizeof(*f->covers));
	if (m->forest.planes != NULL && m->forest.limits != NULL && m->forest.leaves != NULL && m->forest.covers != NULL)
		m->explain = learn_explain_tables_new(&m->forest);
	if (m->explain == NULL || !learn_packed_init(&m->packed, f->growth, f->depth, f->trees, is_wide(f))) {
		learn_model_free(m);
		return -ENOMEM;
	}
	while (m->packed.trees < f->trees)
		learn_packed_add(&m->packed, &m->forest);
	*out = m;
	return 0;
}

int
learn_model_read(struct bytes bytes, struct learn_model **out, struct diag *diag)
{
	struct learn_file file;
	int r = learn_file_read(bytes, &file, diag);
	return r < 0 ? r : learn_model_file_read(&file, out, diag);
}

void
learn_model_free(struct learn_model *m)
{
	if (m == NULL)
		return;
	free(m->forest.planes);
	free(m->forest.limits);
	free(m->forest.leaves);
	free(m->forest.covers);
	learn_explain_tables_free(m->explain);
	learn_packed_done(&m->packed);
	free(m);
}

const struct learn_forest *
learn_model_forest(const struct learn_model *m)
{
	return &m->forest;
}

const struct learn_facts *
learn_model_facts(const struct learn_model *m)
{
	return &m->facts;
}

bool
learn_model_kernel(struct learn_model *m, enum learn_kernel kernel)
{
	if (!learn_kernel_can(kernel))
		return false;
	m->kernel = kernel;
	return true;
}

static inline float
margin_of(const struct learn_model *m, int64_t sum)
{
	return (float)((double)(m->forest.base + sum) * m->unit);
}

float
learn_model_margin(const struct learn_model *m, const struct flow_vector *v)
{
	return margin_of(m, learn_kernel_one(m->kernel, &m->packed, v));
}

static void
write_margins(const struct learn_model *m, const struct learn_kernel_sums *sums, size_t rows, float *out)
{
	for (size_t row = 0; row < rows; row++)
		out[row] = margin_of(m, learn_kernel_total(&m->packed, sums->of[0][row], sums->of[1][row]));
}

void
learn_model_blocks(const struct learn_model *m, const struct learn_block *blocks, size_t count, float *out)
{
	struct learn_kernel_sums sums[2];
	size_t b = 0;
	while (b + 2 <= count && learn_kernel_pair(m->kernel, &m->packed, &blocks[b], sums)) {
		write_margins(m, &sums[0], LEARN_BLOCK, out + b * LEARN_BLOCK);
		write_margins(m, &sums[1], LEARN_BLOCK, out + (b + 1) * LEARN_BLOCK);
		b += 2;
	}
	for (; b < count; b++) {
		learn_kernel_block(m->kernel, &m->packed, 0, m->packed.trees, &blocks[b], &sums[0]);
		write_margins(m, &sums[0], LEARN_BLOCK, out + b * LEARN_BLOCK);
	}
}

void
learn_model_margins(const struct learn_model *m, const struct flow_vector *vectors, size_t rows, float *out)
{
	struct learn_block blocks[2];
	float margins[2 * LEARN_BLOCK];
	memset(&blocks[0], 0, sizeof(blocks[0])); /* a last block that is not full is scored whole */
	while (rows >= 2 * LEARN_BLOCK) {
		learn_kernel_turn(m->kernel, vectors, LEARN_BLOCK, &blocks[0]);
		learn_kernel_turn(m->kernel, vectors + LEARN_BLOCK, LEARN_BLOCK, &blocks[1]);
		learn_model_blocks(m, blocks, 2, out);
		vectors += 2 * LEARN_BLOCK;
		out += 2 * LEARN_BLOCK;
		rows -= 2 * LEARN_BLOCK;
	}
	while (rows > 0) {
		size_t some = rows < LEARN_BLOCK ? rows : LEARN_BLOCK;
		learn_kernel_turn(m->kernel, vectors, some, &blocks[0]);
		learn_model_blocks(m, blocks, 1, margins);
		memcpy(out, margins, some * sizeof(*out));
		vectors += some;
		out += some;
		rows -= some;
	}
}

float
learn_model_probability(float margin)
{
	return 1.0f / (1.0f + expf(-margin));
}
