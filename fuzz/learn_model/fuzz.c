/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/learn_model - the file of a model, from anybody.
 *
 * Oracles: refused with a reason, or every kernel gives the same margin, the explanation adds up to it, nothing is deployable
 * that nobody signed, and what is written again reads back as the same trees.
 */
#include "core/ensure.h"
#include "detect/learn/learn_explain.h"
#include "detect/learn/learn_kernel.h"
#include "detect/learn/learn_model_file.h"
#include "detect/learn/learn_seal.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ask(struct learn_model *m, const struct flow_vector *v)
{
	float contributions[FLOW_CODES], base;
	(void)learn_model_kernel(m, LEARN_KERNEL_PLAIN);
	float margin = learn_model_margin(m, v);
	for (enum learn_kernel k = LEARN_KERNEL_128; k < LEARN_KERNELS; k++) {
		float one, rows;
		if (!learn_model_kernel(m, k))
			continue;
		one = learn_model_margin(m, v);
		learn_model_margins(m, v, 1, &rows);
		ENSURE(memcmp(&one, &margin, sizeof(one)) == 0 && memcmp(&rows, &margin, sizeof(rows)) == 0);
	}
	learn_explain(m, v, contributions, &base);
	const struct learn_forest *f = learn_model_forest(m);
	double sum = (double)base, size = fabs((double)base), most = 0;
	for (size_t i = 0; i < (size_t)f->trees << f->depth; i++) /* what is added and taken away on the way */
		most = fmax(most, fabs(ldexp((double)f->leaves[i], -f->exponent)));
	size += most * f->trees;
	for (unsigned code = 0; code < FLOW_CODES; code++) {
		sum += (double)contributions[code];
		size += fabs((double)contributions[code]);
	}
	ENSURE(fabs(sum - (double)margin) <= 1e-4 * (size + fabs((double)margin)) + 1e-30);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct learn_file file;
	struct learn_model *m = NULL, *again = NULL;
	struct diag diag = {0};
	struct bytes bytes = {data, size};
	if (learn_file_read(bytes, &file, &diag) < 0 || learn_model_file_read(&file, &m, &diag) < 0) {
		ENSURE(m == NULL && diag.text_cstr[0] != '\0');
		return 0;
	}
	ENSURE(file.covered.len > 0 || learn_seal_deployable(&file, learn_model_facts(m), 0, &diag) < 0);
	struct flow_vector v;
	for (unsigned i = 0; i < FLOW_CODES; i++)
		v.code[i] = (uint8_t)(data[i % size] * 7 + i);
	ask(m, &v);
	struct learn_file out = {0};
	uint8_t *room = NULL, *written = NULL;
	size_t len = 0;
	ENSURE(learn_model_file_put(m, &out, &room) == 0 && learn_file_write(&out, &written, &len) == 0);
	ENSURE(learn_model_read((struct bytes){written, len}, &again, &diag) == 0);
	(void)learn_model_kernel(m, LEARN_KERNEL_PLAIN);
	float before = learn_model_margin(m, &v), after = learn_model_margin(again, &v);
	ENSURE(memcmp(&before, &after, sizeof(before)) == 0);
	learn_model_free(m);
	learn_model_free(again);
	free(room);
	free(written);
	return 0;
}
