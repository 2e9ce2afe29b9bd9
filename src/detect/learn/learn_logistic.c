/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_logistic.h"

#include <math.h>

enum { EPOCHS = 30, BLOCK = 64, STEPS_MAX = 40000 };

static void
measure(const struct learn_table *t, struct learn_rows rows, uint64_t mask, struct learn_logistic *l)
{
	double sum[FLOW_CODES] = {0}, squares[FLOW_CODES] = {0}, known[FLOW_CODES] = {0};
	for (size_t i = 0; i < rows.count; i++)
		for (unsigned k = 0; k < FLOW_CODES; k++) {
			uint8_t code = t->vectors[rows.at[i]].code[k];
			if (code == FLOW_CODE_MISSING)
				continue;
			sum[k] += code;
			squares[k] += (double)code * code;
			known[k]++;
		}
	for (unsigned k = 0; k < FLOW_CODES; k++) {
		l->mean[k] = known[k] > 0 ? sum[k] / known[k] : 0;
		double variance = known[k] > 0 ? squares[k] / known[k] - l->mean[k] * l->mean[k] : 0;
		l->scale[k] = mask >> k & 1 ? 1 / sqrt(variance > 1e-6 ? variance : 1) : 0;
	}
}

static void
inputs_of(const struct learn_logistic *l, const struct flow_vector *v, double out[static LEARN_LOGISTIC_INPUTS])
{
	for (unsigned k = 0; k < FLOW_CODES; k++) {
		bool known = v->code[k] != FLOW_CODE_MISSING, read = l->scale[k] > 0;
		out[k] = known && read ? ((double)v->code[k] - l->mean[k]) * l->scale[k] : 0;
		out[FLOW_CODES + k] = !known && read ? 1 : 0;
	}
}

static double
margin_of(const struct learn_logistic *l, const double x[static LEARN_LOGISTIC_INPUTS])
{
	double sum = l->base;
	for (unsigned k = 0; k < LEARN_LOGISTIC_INPUTS; k++)
		sum += l->weights[k] * x[k];
	return sum;
}

float
learn_logistic_margin(const struct learn_logistic *l, const struct flow_vector *v)
{
	double x[LEARN_LOGISTIC_INPUTS];
	inputs_of(l, v, x);
	return (float)margin_of(l, x);
}

struct adam { /* Kingma, Ba 2015 */
	double first[LEARN_LOGISTIC_INPUTS + 1], second[LEARN_LOGISTIC_INPUTS + 1];
	double decay1, decay2;
};

static void
step(struct adam *a, struct learn_logistic *l, const double gradient[static LEARN_LOGISTIC_INPUTS + 1], double rate)
{
	a->decay1 *= 0.9;
	a->decay2 *= 0.999;
	for (unsigned k = 0; k <= LEARN_LOGISTIC_INPUTS; k++) {
		double *w = k == LEARN_LOGISTIC_INPUTS ? &l->base : &l->weights[k];
		double g = gradient[k] + (k == LEARN_LOGISTIC_INPUTS ? 0 : 1e-5 * *w);
		a->first[k] = 0.9 * a->first[k] + 0.1 * g;
		a->second[k] = 0.999 * a->second[k] + 0.001 * g * g;
		*w -= rate * (a->first[k] / (1 - a->decay1)) / (sqrt(a->second[k] / (1 - a->decay2)) + 1e-8);
	}
}

void
learn_logistic_train(const struct learn_table *t, struct learn_rows rows, uint64_t mask, struct learn_logistic *out)
{
	struct learn_logistic l = {0};
	measure(t, rows, mask, &l);
	double all[2] = {0};
	for (size_t i = 0; i < rows.count; i++)
		if (t->labels[rows.at[i]] != LEARN_UNKNOWN)
			all[t->labels[rows.at[i]] == LEARN_ATTACK]++;
	double weight[2] = {
	    all[0] > 0 ? (all[0] + all[1]) / 2 / all[0] : 0, all[1] > 0 ? (all[0] + all[1]) / 2 / all[1] : 0};
	struct adam a = {.decay1 = 1, .decay2 = 1};
	size_t steps = rows.count / BLOCK * EPOCHS;
	steps = steps < 300 ? 300 : steps > STEPS_MAX ? STEPS_MAX : steps;
	uint64_t at = 1;
	for (size_t s = 0; s < steps && rows.count > 0; s++) {
		double gradient[LEARN_LOGISTIC_INPUTS + 1] = {0}, x[LEARN_LOGISTIC_INPUTS];
		for (unsigned b = 0; b < BLOCK; b++) {
			at = at * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			uint32_t row = rows.at[(at >> 33) % rows.count];
			if (t->labels[row] == LEARN_UNKNOWN)
				continue;
			unsigned is_attack = t->labels[row] == LEARN_ATTACK;
			inputs_of(&l, &t->vectors[row], x);
			double off = (1 / (1 + exp(-margin_of(&l, x))) - is_attack) * weight[is_attack] / BLOCK;
			for (unsigned k = 0; k < LEARN_LOGISTIC_INPUTS; k++)
				gradient[k] += off * x[k];
			gradient[LEARN_LOGISTIC_INPUTS] += off;
		}
		step(&a, &l, gradient, 0.02 * (1 - (double)s / (double)steps) + 1e-4);
	}
	/* Equal weights tell the odds of equal classes: the base puts those of the rows back. */
	if (all[0] > 0 && all[1] > 0)
		l.base += log(all[1] / all[0]);
	*out = l;
}
