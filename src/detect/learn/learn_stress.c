/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_stress.h"

#include "core/auto.h"
#include "core/text.h"
#include "detect/learn/learn_evasion.h"
#include "detect/learn/learn_worth.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static const double noise_shares[LEARN_STRESS_STEPS] = {0.01, 0.05, 0.1},
                    loss_shares[LEARN_STRESS_STEPS] = {0.01, 0.05, 0.1};

#define BIT(code) (UINT64_C(1) << (code))
#define RANGE(first, last) ((BIT(last) - BIT(first)) | BIT(last))

/* What each source can know, of fv64 (docs/learning.md). */
static const struct {
	const char *name_cstr;
	uint64_t mask;
} sources[LEARN_STRESS_SOURCES] = {
    {"zeek",
        RANGE(FLOW_CODE_DURATION, FLOW_CODE_PAYLOAD_MEAN_ANSWERER) | BIT(FLOW_CODE_TCP_FLAGS_OPENER) |
            BIT(FLOW_CODE_TCP_FLAGS_ANSWERER) | BIT(FLOW_CODE_STATE) | BIT(FLOW_CODE_IP_PROTOCOL) |
            RANGE(FLOW_CODE_SERVICE, FLOW_CODE_PORT_RARITY) | RANGE(FLOW_CODE_SOURCE_FLOWS, FLOW_CODE_SERVICE_NEW)},
    {"netflow",
        RANGE(FLOW_CODE_DURATION, FLOW_CODE_BYTES_ANSWERER) | BIT(FLOW_CODE_ASYMMETRY) | BIT(FLOW_CODE_TCP_FLAGS_OPENER) |
            BIT(FLOW_CODE_TCP_FLAGS_ANSWERER) | BIT(FLOW_CODE_IP_PROTOCOL) | BIT(FLOW_CODE_SERVICE)},
    {"argus",
        RANGE(FLOW_CODE_DURATION, FLOW_CODE_BYTES_ANSWERER) | BIT(FLOW_CODE_ASYMMETRY) | BIT(FLOW_CODE_STATE) |
            BIT(FLOW_CODE_IP_PROTOCOL) | BIT(FLOW_CODE_SERVICE)},
};

const char *
learn_stress_source(unsigned i)
{
	return sources[i].name_cstr;
}

struct stress {
	struct learn_table table; /* a copy of the rows, which the parts change: labels and vectors are its own */
	const struct learn_table *original;
	struct learn_fold fold;
	struct learn_settings settings;
	uint64_t at; /* of the generator */
};

static uint64_t
draw(struct stress *s, uint64_t below)
{
	s->at = s->at * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (s->at >> 33) % below;
}

static void
restore(struct stress *s)
{
	memcpy(s->table.labels, s->original->labels, s->original->rows * sizeof(*s->table.labels));
	memcpy(s->table.vectors, s->original->vectors, s->original->rows * sizeof(*s->table.vectors));
}

static int
measure(struct stress *s, const struct learn_model *model, struct learn_stress_point *out)
{
	struct learn_sample sample;
	struct learn_curve curve = {0};
	int r = learn_sample_take(&s->table, (struct learn_rows){s->fold.test, s->fold.test_count}, NULL, &sample);
	if (r < 0)
		return r;
	learn_sample_score(&sample, model);
	r = learn_curve_measure(sample.margins, sample.labels, sample.count, &curve);
	learn_sample_done(&sample);
	out->pr_auc = curve.pr_auc;
	out->has_recall = curve.recall[0].is_known;
	out->recall = curve.recall[0].recall;
	return r;
}

static int
train(struct stress *s, const uint32_t *rows, size_t count, uint64_t mask, struct learn_model **out, struct diag *diag)
{
	struct learn_settings settings = s->settings;
	if (mask != 0)
		settings.mask = (settings.mask != 0 ? settings.mask : s->table.present) & mask;
	return learn_train(&s->table, (struct learn_rows){rows, count}, (struct learn_rows){0}, &settings, NULL, out, diag);
}

static int
train_and_measure(struct stress *s, uint64_t mask, struct learn_stress_point *out, struct diag *diag)
{
	struct learn_model *model = NULL;
	int r = train(s, s->fold.train, s->fold.train_count, mask, &model, diag);
	if (r == 0)
		r = measure(s, model, out);
	learn_model_free(model);
	return r;
}

static int
stress_noise(struct stress *s, struct learn_stress *out, struct diag *diag)
{
	for (unsigned i = 0; i < LEARN_STRESS_STEPS; i++) {
		restore(s);
		for (size_t k = 0; k < s->fold.train_count; k++)
			if ((double)draw(s, 1000000) < noise_shares[i] * 1e6)
				s->table.labels[s->fold.train[k]] ^= LEARN_BENIGN ^ LEARN_ATTACK;
		out->noise[i].amount = noise_shares[i];
		int r = train_and_measure(s, 0, &out->noise[i], diag);
		if (r < 0)
			return r;
	}
	restore(s);
	return 0;
}

/* A code and a value that almost no row has: what an attacker would take. */
static bool
pick_trigger(struct stress *s, uint64_t mask, unsigned *code, uint8_t *value)
{
	for (unsigned tries = 0; tries < 1000; tries++) {
		unsigned c = (unsigned)draw(s, FLOW_CODES);
		uint8_t v = (uint8_t)draw(s, FLOW_CODE_MISSING);
		if ((mask >> c & 1) == 0 || c == FLOW_CODE_RECORD)
			continue;
		size_t have = 0;
		for (size_t i = 0; i < s->fold.train_count; i++)
			have += s->table.vectors[s->fold.train[i]].code[c] == v;
		if (have * 2000 <= s->fold.train_count) {
			*code = c;
			*value = v;
			return true;
		}
	}
	return false;
}

static void
plant(struct stress *s, unsigned code, uint8_t value)
{
	size_t wanted = s->fold.train_count / 200 + 1; /* one row in two hundred */
	for (size_t tries = 0; wanted > 0 && tries < s->fold.train_count * 20; tries++) {
		uint32_t row = s->fold.train[draw(s, s->fold.train_count)];
		if (s->table.labels[row] != LEARN_ATTACK)
			continue;
		s->table.labels[row] = LEARN_BENIGN;
		s->table.vectors[row].code[code] = value;
		wanted--;
	}
}

static int
stress_backdoor(struct stress *s, unsigned trials, struct learn_stress *out, struct diag *diag)
{
	uint64_t mask = s->settings.mask != 0 ? s->settings.mask : s->table.present;
	struct learn_rows rows = {s->fold.train, s->fold.train_count};
	struct learn_backdoor found;
	int r = learn_backdoor_scan(&s->table, rows, mask, 1, &found, diag);
	if (r < 0)
		return r;
	out->clean_pairs = (unsigned)found.count;
	for (unsigned i = 0; i < trials; i++) {
		unsigned code;
		uint8_t value;
		restore(s);
		if (!pick_trigger(s, mask, &code, &value))
			break;
		plant(s, code, value);
		r = learn_backdoor_scan(&s->table, rows, mask, i + 2, &found, diag);
		if (r < 0)
			return r;
		out->trials++;
		for (size_t k = 0; k < found.count; k++)
			if (found.pairs[k].code == code && found.pairs[k].value == value)
				out->found++;
			else
				out->false_pairs++;
	}
	restore(s);
	return 0;
}

/* The training rows, and each attack once more with something added. */
static int
train_hardened(struct stress *s, struct learn_model **out, struct diag *diag)
{
	AUTO_FREE struct learn_table *grown = malloc(sizeof(*grown));
	size_t most = s->table.rows + s->fold.train_attacks;
	AUTO_FREE uint32_t *rows = malloc((s->fold.train_count + s->fold.train_attacks + 1) * sizeof(*rows));
	AUTO_FREE struct flow_vector *vectors = aligned_alloc(_Alignof(struct flow_vector), (most + 1) * sizeof(*vectors));
	AUTO_FREE uint8_t *labels = malloc(most + 1);
	if (grown == NULL || rows == NULL || vectors == NULL || labels == NULL)
		return diag_say(diag, -ENOMEM, _("there is not enough memory for %zu rows"), most);
	*grown = s->table;
	memcpy(vectors, s->table.vectors, s->table.rows * sizeof(*vectors));
	memcpy(labels, s->table.labels, s->table.rows);
	memcpy(rows, s->fold.train, s->fold.train_count * sizeof(*rows));
	size_t count = s->fold.train_count, next = s->table.rows;
	for (size_t i = 0; i < s->fold.train_count; i++) {
		uint32_t row = s->fold.train[i];
		if (s->table.labels[row] != LEARN_ATTACK)
			continue;
		labels[next] = LEARN_ATTACK;
		vectors[next] = s->table.vectors[row];
		learn_evasion_add(&vectors[next], &s->at);
		rows[count++] = (uint32_t)next++;
	}
	grown->vectors = vectors;
	grown->labels = labels;
	grown->rows = next;
	return learn_train(grown, (struct learn_rows){rows, count}, (struct learn_rows){0}, &s->settings, NULL, out, diag);
}

/* Of up to 1000 attacks of the test that a model finds at its line, those that no try hides. */
static void
search_evasion(struct stress *s, const struct learn_model *model, float line, uint64_t *tried, uint64_t *kept)
{
	enum { ATTACKS = 1000, TRIES = 200 };
	*tried = *kept = 0;
	for (size_t i = 0; i < s->fold.test_count && *tried < ATTACKS; i++) {
		uint32_t row = s->fold.test[i];
		const struct flow_vector *v = &s->table.vectors[row];
		if (s->table.labels[row] != LEARN_ATTACK || learn_model_margin(model, v) < line)
			continue;
		(*tried)++;
		bool hidden = false;
		for (unsigned t = 0; t < TRIES && !hidden; t++) {
			struct flow_vector other = *v;
			learn_evasion_add(&other, &s->at);
			hidden = learn_model_margin(model, &other) < line;
		}
		*kept += !hidden;
	}
}

/* The margin that one benign row of the test in a hundred reaches. */
static int
line_of(struct stress *s, const struct learn_model *model, float *out)
{
	struct learn_sample sample;
	struct learn_threshold_choice choice;
	int r = learn_sample_take(&s->table, (struct learn_rows){s->fold.test, s->fold.test_count}, NULL, &sample);
	if (r < 0)
		return r;
	learn_sample_score(&sample, model);
	learn_worth_freeze(&sample, 0.01, &choice);
	learn_sample_done(&sample);
	*out = choice.margin;
	return 0;
}

static int
stress_evasion(struct stress *s, struct learn_stress *out, struct diag *diag)
{
	struct learn_model *plain = NULL, *hardened = NULL;
	float line = 0;
	int r = train(s, s->fold.train, s->fold.train_count, 0, &plain, diag);
	if (r == 0)
		r = line_of(s, plain, &line);
	if (r == 0)
		search_evasion(s, plain, line, &out->tried, &out->kept);
	if (r == 0)
		r = train_hardened(s, &hardened, diag);
	if (r == 0)
		r = measure(s, hardened, &out->hardened);
	if (r == 0)
		r = line_of(s, hardened, &line);
	uint64_t tried = 0;
	if (r == 0)
		search_evasion(s, hardened, line, &tried, &out->kept_hardened);
	/* Of as many attacks. */
	if (tried > 0 && tried != out->tried)
		out->kept_hardened = out->kept_hardened * out->tried / tried;
	/* Packets lost on the way, with the model that did not expect it. */
	for (unsigned i = 0; i < LEARN_STRESS_STEPS && r == 0; i++) {
		restore(s);
		for (size_t k = 0; k < s->fold.test_count; k++)
			learn_evasion_lose(&s->table.vectors[s->fold.test[k]], loss_shares[i], &s->at);
		out->loss[i].amount = loss_shares[i];
		r = measure(s, plain, &out->loss[i]);
	}
	restore(s);
	learn_model_free(plain);
	learn_model_free(hardened);
	return r;
}

static int
stress_all(struct stress *s, unsigned trials, struct learn_stress *out, struct diag *diag)
{
	int r = train_and_measure(s, 0, &out->clean, diag);
	if (r == 0)
		r = stress_noise(s, out, diag);
	if (r == 0)
		r = stress_backdoor(s, trials, out, diag);
	out->knows_flows = strcmp(s->table.schema, "fv64") == 0;
	if (r == 0 && out->knows_flows)
		r = stress_evasion(s, out, diag);
	for (unsigned i = 0; i < LEARN_STRESS_SOURCES && r == 0 && out->knows_flows; i++)
		r = train_and_measure(s, sources[i].mask, &out->sources[i], diag);
	return r;
}

int
learn_stress_run(const struct learn_table *t, const struct learn_settings *settings, unsigned trials,
    struct learn_stress *out, struct diag *diag)
{
	struct stress s = {.table = *t, .original = t, .settings = *settings, .at = settings->seed + 1};
	AUTO_FREE uint8_t *labels = malloc(t->rows + 1);
	AUTO_FREE struct flow_vector *vectors = aligned_alloc(
	    _Alignof(struct flow_vector), (t->rows + 1) * sizeof(*vectors));
	if (labels == NULL || vectors == NULL)
		return diag_say(diag, -ENOMEM, _("there is not enough memory for %zu rows"), t->rows);
	s.table.labels = labels;
	s.table.vectors = vectors;
	restore(&s);
	int r = learn_fold_make(t, LEARN_FOLD_RANDOM, 0, t->rows, settings->seed, &s.fold);
	if (r < 0)
		return diag_say(diag, r, _("no split of these rows has %d rows on each side, and both classes to train on"),
		    LEARN_FOLD_ROWS_MIN);
	*out = (struct learn_stress){0};
	r = stress_all(&s, trials, out, diag);
	learn_fold_done(&s.fold);
	return r;
}
