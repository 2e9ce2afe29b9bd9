/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* learn_bench - what learning costs and what it is worth, beside XGBoost's C API in the same run.
 *
 * usage: learn_bench [--rows N] [--quality SET[,SET...] random|dedup|time|SET]...
 *	SET: of beffroi learn dataset --out; the last one is what to test on
 *
 * Times are CPU time of one thread; of several passes the fastest counts.
 */
#include "detect/learn/learn_explain.h"
#include "detect/learn/learn_kernel.h"
#include "detect/learn/learn_table_file.h"
#include "detect/learn/learn_train.h"
#include "core/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <xgboost/c_api.h>

enum { PASSES = 40, TREES = 100, DEPTH = 6 };

static volatile float kept; /* what is computed, so that it cannot be left out */

static double
now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *
must(void *memory)
{
	if (memory == NULL) {
		fputs("learn_bench: not enough memory\n", stderr);
		exit(1);
	}
	return memory;
}

static void
must_xgb(int status)
{
	if (status != 0) {
		fprintf(stderr, "learn_bench: XGBoost: %s\n", XGBGetLastError());
		exit(1);
	}
}

/* ---- XGBoost ---- */

static float *
floats_of(const struct learn_table *t, const uint32_t *rows, size_t count)
{
	float *x = must(malloc(count * FLOW_CODES * sizeof(*x)));
	for (size_t i = 0; i < count; i++)
		for (unsigned c = 0; c < FLOW_CODES; c++) {
			uint8_t code = t->vectors[rows[i]].code[c];
			x[i * FLOW_CODES + c] = code == FLOW_CODE_MISSING ? NAN : code;
		}
	return x;
}

static BoosterHandle
xgb_train(const struct learn_table *t, const uint32_t *rows, size_t count, double *seconds)
{
	DMatrixHandle d;
	BoosterHandle b;
	float *x = floats_of(t, rows, count), *y = must(malloc(count * sizeof(*y)));
	for (size_t i = 0; i < count; i++)
		y[i] = t->labels[rows[i]] == LEARN_ATTACK;
	double begun = now();
	must_xgb(XGDMatrixCreateFromMat(x, count, FLOW_CODES, NAN, &d));
	must_xgb(XGDMatrixSetFloatInfo(d, "label", y, count));
	must_xgb(XGBoosterCreate(&d, 1, &b));
	static const char *const parameters[][2] = {{"objective", "binary:logistic"}, {"tree_method", "hist"},
	    {"max_depth", "6"}, {"eta", "0.2"}, {"nthread", "1"}, {"verbosity", "0"}, {"seed", "1"}};
	for (size_t i = 0; i < LENGTH_OF(parameters); i++)
		must_xgb(XGBoosterSetParam(b, parameters[i][0], parameters[i][1]));
	for (int i = 0; i < TREES; i++)
		must_xgb(XGBoosterUpdateOneIter(b, i, d));
	*seconds = now() - begun;
	must_xgb(XGDMatrixFree(d));
	free(x);
	free(y);
	return b;
}

static void
xgb_margins(BoosterHandle b, const float *x, size_t count, float *out)
{
	char array[256];
	bst_ulong const *shape;
	bst_ulong dimensions;
	float const *result;
	DMatrixHandle none;
	(void)snprintf(array, sizeof(array),
	    "{\"data\": [%zu, true], \"shape\": [%zu, %d], \"typestr\": \"<f4\", \"version\": 3}", (size_t)(uintptr_t)x,
	    count, FLOW_CODES);
	must_xgb(XGProxyDMatrixCreate(&none));
	must_xgb(XGBoosterPredictFromDense(b, array,
	    "{\"type\": 1, \"iteration_begin\": 0, \"iteration_end\": 0, \"strict_shape\": false, \"cache_id\": 0, \"missing\": NaN}",
	    none, &shape, &dimensions, &result));
	memcpy(out, result, count * sizeof(*out));
	must_xgb(XGDMatrixFree(none));
}

/* ---- Quality ---- */

struct scored {
	float margin;
	bool attack;
};

static int
by_margin(const void *a, const void *b)
{
	float x = ((const struct scored *)a)->margin, y = ((const struct scored *)b)->margin;
	return (x < y) - (x > y);
}

/* Average precision: the mean over attacks of the precision at each one's margin; equal margins count together. */
static double
pr_auc(const struct learn_table *t, const uint32_t *rows, size_t count, const float *margins)
{
	struct scored *s = must(malloc((count + 1) * sizeof(*s)));
	size_t attacks = 0, hits = 0;
	double sum = 0;
	for (size_t i = 0; i < count; i++) {
		s[i] = (struct scored){margins[i], t->labels[rows[i]] == LEARN_ATTACK};
		attacks += s[i].attack;
	}
	qsort(s, count, sizeof(*s), by_margin);
	for (size_t i = 0; i < count;) {
		size_t same = i, more = 0;
		for (; same < count && s[same].margin == s[i].margin; same++)
			more += s[same].attack;
		hits += more;
		sum += (double)more * (double)hits / (double)same;
		i = same;
	}
	free(s);
	return attacks == 0 ? 0 : sum / (double)attacks;
}

static struct learn_model *
our_train(
    const struct learn_table *t, const uint32_t *rows, size_t count, enum learn_mode mode, double sample, double *seconds)
{
	struct learn_settings s;
	struct learn_model *m = NULL;
	struct diag diag = {0};
	learn_train_defaults(&s);
	s.trees = TREES;
	s.depth = DEPTH;
	s.mode = mode;
	s.sample = sample;
	double begun = now();
	if (learn_train(t, (struct learn_rows){rows, count}, (struct learn_rows){0}, &s, NULL, &m, &diag) < 0) {
		fprintf(stderr, "learn_bench: %s\n", diag.text_cstr);
		exit(1);
	}
	*seconds = now() - begun;
	return m;
}

static float *
our_margins(const struct learn_model *m, const struct learn_table *t, const uint32_t *rows, size_t count)
{
	float *out = must(malloc((count + 1) * sizeof(*out)));
	for (size_t i = 0; i < count; i++)
		out[i] = learn_model_margin(m, &t->vectors[rows[i]]);
	return out;
}

struct split {
	uint32_t *train, *test;
	size_t trains, tests;
};

static void
compare(const char *name, const struct learn_table *t, const struct split *s)
{
	double seconds;
	BoosterHandle b = xgb_train(t, s->train, s->trains, &seconds);
	float *x = floats_of(t, s->test, s->tests), *margins = must(malloc((s->tests + 1) * sizeof(*margins)));
	xgb_margins(b, x, s->tests, margins);
	printf("%-28s %7zu + %7zu rows  XGBoost %.5f (%.2f s)", name, s->trains, s->tests,
	    pr_auc(t, s->test, s->tests, margins), seconds);
	static const char *const names[] = {"auto", "symmetric", "levels"};
	for (enum learn_mode mode = LEARN_MODE_SYMMETRIC; mode <= LEARN_MODE_LEVELS; mode++) {
		struct learn_model *m = our_train(t, s->train, s->trains, mode, 0, &seconds);
		float *ours = our_margins(m, t, s->test, s->tests);
		printf("  %s %.5f (%.2f s)", names[mode], pr_auc(t, s->test, s->tests, ours), seconds);
		free(ours);
		learn_model_free(m);
	}
	printf("\n");
	fflush(stdout);
	must_xgb(XGBoosterFree(b));
	free(x);
	free(margins);
}

static int
by_time(const void *a, const void *b, void *context)
{
	const struct learn_table *t = context;
	int64_t x = t->times_ns[*(const uint32_t *)a], y = t->times_ns[*(const uint32_t *)b];
	return (x > y) - (x < y);
}

/* Rows whose codes were seen before are left out. */
static size_t
without_twins(const struct learn_table *t, uint32_t *rows, size_t count)
{
	size_t slots = 1, kept_rows = 0;
	while (slots < count * 2)
		slots *= 2;
	uint32_t *table = must(malloc(slots * sizeof(*table)));
	memset(table, 0xff, slots * sizeof(*table));
	for (size_t i = 0; i < count; i++) {
		size_t at = hash_bytes((struct bytes){t->vectors[rows[i]].code, FLOW_CODES}, 1) & (slots - 1);
		while (table[at] != UINT32_MAX && memcmp(&t->vectors[table[at]], &t->vectors[rows[i]], FLOW_CODES) != 0)
			at = (at + 1) & (slots - 1);
		if (table[at] != UINT32_MAX)
			continue;
		table[at] = rows[i];
		rows[kept_rows++] = rows[i];
	}
	free(table);
	return kept_rows;
}

/* Adds the rows of a set, as `learn dataset --out` writes it. */
static void
read_set(const char *path, struct learn_table **t)
{
	struct learn_table_head head;
	struct learn_row row;
	struct bytes name;
	FILE *f = fopen(path, "rbe");
	uint8_t *bytes = must(malloc((size_t)1 << 30));
	size_t len = f == NULL ? 0 : fread(bytes, 1, (size_t)1 << 30, f);
	bool ok = f != NULL && learn_table_file_head((struct bytes){bytes, len}, &head) == PARSE_OK;
	struct cursor c = cursor_of(bytes_after((struct bytes){bytes, len}, LEARN_TABLE_FILE_HEAD));
	ok = ok && (*t != NULL || learn_table_new(head.schema, t) == 0);
	for (unsigned i = 0; ok && i < (unsigned)head.families + head.groups + head.codes; i++)
		ok = learn_table_file_name(&c, &name) == PARSE_OK;
	for (uint64_t i = 0; ok && i < head.rows; i++) {
		ok = learn_table_file_row(&c, &head, &row) == PARSE_OK;
		row.family = row.group = 0;
		ok = ok && learn_table_add(*t, &row) == 0;
	}
	if (!ok) {
		fprintf(stderr, "learn_bench: %s: this is no set of beffroi learn dataset --out\n", path);
		exit(1);
	}
	learn_table_finish(*t);
	fclose(f);
	free(bytes);
}

/* sets: one, or several with commas; kind: how to split, or another set to test on. */
static void
quality(char *sets, const char *kind)
{
	struct learn_table *t = NULL;
	char name[64];
	bool across = access(kind, R_OK) == 0;
	(void)snprintf(name, sizeof(name), "%.28s -> %.28s", strrchr(sets, '/') ? strrchr(sets, '/') + 1 : sets,
	    strrchr(kind, '/') ? strrchr(kind, '/') + 1 : kind);
	for (char *set = strtok(sets, ","); set != NULL; set = strtok(NULL, ","))
		read_set(set, &t);
	size_t learnt = t->rows;
	if (across)
		read_set(kind, &t);
	struct split s = {must(calloc(t->rows + 1, 4)), must(calloc(t->rows + 1, 4)), 0, 0};
	uint32_t *rows = must(calloc(t->rows + 1, 4));
	size_t count = 0;
	for (size_t i = 0; i < t->rows; i++)
		if (t->labels[i] != LEARN_UNKNOWN)
			rows[count++] = (uint32_t)i;
	if (strcmp(kind, "dedup") == 0)
		count = without_twins(t, rows, count);
	if (strcmp(kind, "time") == 0)
		qsort_r(rows, count, sizeof(*rows), by_time, t);
	for (size_t i = 0; i < count; i++) {
		bool test = across              ? rows[i] >= learnt
		    : strcmp(kind, "time") == 0 ? i >= count * 7 / 10
		                                : hash_u64(rows[i], 7) % 10 >= 7;
		if (test)
			s.test[s.tests++] = rows[i];
		else
			s.train[s.trains++] = rows[i];
	}
	compare(name, t, &s);
	free(s.train);
	free(s.test);
	free(rows);
	learn_table_free(t);
}

/* ---- Made-up flows: independent rows ---- */

static uint64_t
chance(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Twelve kinds of flow, three of them attacks, which differ from a benign kind in a few codes only. */
static struct learn_table *
made_up(size_t rows)
{
	enum { KINDS = 12, ATTACKS = 3, DIFFER = 6 };
	uint8_t middle[KINDS][FLOW_CODES], width[KINDS][FLOW_CODES];
	uint64_t state = 5;
	for (unsigned k = 0; k < KINDS; k++)
		for (unsigned c = 0; c < FLOW_CODES; c++) {
			uint64_t r = chance(&state);
			middle[k][c] = (uint8_t)(40 + r % 160);
			width[k][c] = (uint8_t)(r >> 32 & 1 ? 2 + (r >> 40) % 6 : 8 + (r >> 40) % 40);
		}
	for (unsigned k = 0; k < ATTACKS; k++) {
		memcpy(middle[k], middle[k + ATTACKS], FLOW_CODES);
		memcpy(width[k], width[k + ATTACKS], FLOW_CODES);
		for (unsigned d = 0; d < DIFFER; d++) {
			unsigned c = (unsigned)(chance(&state) % FLOW_CODES);
			middle[k][c] = (uint8_t)(middle[k][c] + width[k][c] / 2);
		}
	}
	struct learn_table *t = must(calloc(1, sizeof(*t)));
	strcpy(t->schema, "bench");
	t->present = UINT64_MAX;
	t->rows = rows;
	t->vectors = must(aligned_alloc(64, rows * sizeof(*t->vectors)));
	t->labels = must(calloc(rows, 1));
	for (size_t i = 0; i < rows; i++) {
		unsigned k = (unsigned)(chance(&state) % KINDS);
		for (unsigned c = 0; c < FLOW_CODES; c += 2) {
			uint64_t r = chance(&state);
			for (unsigned n = 0; n < 2; n++, r >>= 32) {
				int spread = (int)(r & 0xff) + (int)(r >> 8 & 0xff) + (int)(r >> 16 & 0xff) - 382;
				int code = middle[k][c + n] + spread * width[k][c + n] / 128;
				t->vectors[i].code[c + n] = (uint8_t)(code < 0 ? 0
				        : code > FLOW_CODE_MAX                 ? FLOW_CODE_MAX
				                                               : code);
			}
		}
		t->labels[i] = k < ATTACKS ? LEARN_ATTACK : LEARN_BENIGN;
	}
	return t;
}

static void
training(const struct learn_table *t, size_t rows)
{
	uint32_t *numbers = must(calloc(t->rows, 4));
	for (size_t i = 0; i < t->rows; i++)
		numbers[i] = (uint32_t)i;
	struct split s = {numbers, numbers + rows, rows, t->rows - rows};
	double seconds;
	BoosterHandle b = xgb_train(t, s.train, s.trains, &seconds);
	float *x = floats_of(t, s.test, s.tests), *margins = must(malloc(s.tests * sizeof(*margins)));
	xgb_margins(b, x, s.tests, margins);
	printf("training %zu x 64, %d trees, one thread: XGBoost hist %.2f s, PR-AUC %.5f\n", rows, TREES, seconds,
	    pr_auc(t, s.test, s.tests, margins));
	for (unsigned i = 0; i < 6; i++) {
		double sample = i / 2 == 0 ? 0 : i / 2 == 1 ? 0.5 : 1;
		struct learn_model *m = our_train(
		    t, s.train, s.trains, i % 2 ? LEARN_MODE_LEVELS : LEARN_MODE_SYMMETRIC, sample, &seconds);
		float *ours = our_margins(m, t, s.test, s.tests);
		printf("  %-10s sample %.1f: %.2f s, PR-AUC %.5f\n", i % 2 ? "levels" : "symmetric", sample, seconds,
		    pr_auc(t, s.test, s.tests, ours));
		fflush(stdout);
		free(ours);
		learn_model_free(m);
	}
	must_xgb(XGBoosterFree(b));
	free(x);
	free(margins);
	free(numbers);
}

/* ---- Scoring ---- */

/* The least CPU time of a pass, in nanoseconds for each flow. */
static double
least_ns(void (*pass)(void *context), void *context, size_t flows)
{
	double least = 1e9;
	for (unsigned i = 0; i < PASSES; i++) {
		double begun = now();
		pass(context);
		double took = now() - begun;
		least = took < least ? took : least;
	}
	return least * 1e9 / (double)flows;
}

enum { FLOWS = 128 * 64 }; /* 512 kB: what a worker has just seen */

struct scoring {
	struct learn_model *model;
	const struct learn_table *table;
	struct learn_block *blocks;
	BoosterHandle xgb;
	const float *x;
	float *out;
};

static void
pass_one(void *context)
{
	struct scoring *s = context;
	for (size_t i = 0; i < FLOWS; i++)
		s->out[i] = learn_model_margin(s->model, &s->table->vectors[i]);
}

static void
pass_blocks(void *context)
{
	struct scoring *s = context;
	learn_model_blocks(s->model, s->blocks, FLOWS / LEARN_BLOCK, s->out);
}

static void
pass_rows(void *context)
{
	struct scoring *s = context;
	learn_model_margins(s->model, s->table->vectors, FLOWS, s->out);
}

static void
pass_explain(void *context)
{
	struct scoring *s = context;
	float contributions[FLOW_CODES], base;
	for (size_t i = 0; i < FLOWS / 8; i++) {
		learn_explain(s->model, &s->table->vectors[i], contributions, &base);
		kept += contributions[i % FLOW_CODES];
	}
}

static void
pass_xgb_rows(void *context)
{
	struct scoring *s = context;
	xgb_margins(s->xgb, s->x, FLOWS, s->out);
}

static void
pass_xgb_one(void *context)
{
	struct scoring *s = context;
	for (size_t i = 0; i < FLOWS / 8; i++)
		xgb_margins(s->xgb, s->x + i * FLOW_CODES, 1, s->out + i);
}

static void
pass_xgb_explain(void *context)
{
	struct scoring *s = context;
	bst_ulong const *shape;
	bst_ulong dimensions;
	float const *result;
	DMatrixHandle d;
	must_xgb(XGDMatrixCreateFromMat(s->x, FLOWS / 32, FLOW_CODES, NAN, &d));
	must_xgb(XGBoosterPredictFromDMatrix(s->xgb, d,
	    "{\"type\": 2, \"iteration_begin\": 0, \"iteration_end\": 0, \"strict_shape\": false, \"training\": false}",
	    &shape, &dimensions, &result));
	kept += result[0];
	must_xgb(XGDMatrixFree(d));
}

static void
scoring_of(struct scoring *s, const char *name)
{
	static const char *const kernels[] = {"portable", "128-bit", "AVX2", "AVX-512"};
	for (enum learn_kernel k = LEARN_KERNEL_PLAIN; k < LEARN_KERNELS; k++) {
		if (!learn_model_kernel(s->model, k))
			continue;
		printf("%-10s %-9s one flow %6.1f ns, blocks %6.2f ns/flow, rows %6.2f ns/flow\n", name, kernels[k],
		    least_ns(pass_one, s, FLOWS), least_ns(pass_blocks, s, FLOWS), least_ns(pass_rows, s, FLOWS));
	}
	printf("%-10s exact explanation %.0f ns\n", name, least_ns(pass_explain, s, FLOWS / 8));
	fflush(stdout);
}

static void
scoring(const struct learn_table *t)
{
	double seconds;
	uint32_t *rows = must(calloc(FLOWS * 4, 4));
	for (uint32_t i = 0; i < FLOWS * 4; i++)
		rows[i] = i;
	struct scoring s = {.table = t,
	    .xgb = xgb_train(t, rows, FLOWS * 4, &seconds),
	    .x = floats_of(t, rows, FLOWS),
	    .out = must(calloc(FLOWS, sizeof(float))),
	    .blocks = must(aligned_alloc(64, FLOWS * FLOW_CODES))};
	for (size_t i = 0; i < FLOWS; i++)
		for (unsigned c = 0; c < FLOW_CODES; c++)
			s.blocks[i / LEARN_BLOCK].code[c][i % LEARN_BLOCK] = t->vectors[i].code[c];
	printf("scoring, %d trees, depth %d:\n", TREES, DEPTH);
	printf("XGBoost    one flow %.0f ns, batch of %d %.0f ns/flow, explanation %.0f ns\n",
	    least_ns(pass_xgb_one, &s, FLOWS / 8), FLOWS, least_ns(pass_xgb_rows, &s, FLOWS),
	    least_ns(pass_xgb_explain, &s, FLOWS / 32));
	for (enum learn_mode mode = LEARN_MODE_SYMMETRIC; mode <= LEARN_MODE_LEVELS; mode++) {
		s.model = our_train(t, rows, FLOWS * 4, mode, 1, &seconds);
		scoring_of(&s, mode == LEARN_MODE_SYMMETRIC ? "symmetric" : "levels");
		learn_model_free(s.model);
	}
}

int
main(int argc, char **argv)
{
	size_t rows = 0;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
			rows = (size_t)strtoull(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--quality") == 0 && i + 2 < argc) {
			quality(argv[i + 1], argv[i + 2]);
			i += 2;
		}
	}
	struct learn_table *t = made_up(rows + rows / 5 + FLOWS * 4);
	scoring(t);
	if (rows > 0)
		training(t, rows);
	return 0;
}
