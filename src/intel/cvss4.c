/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "intel/cvss4.h"

#include "core/ensure.h"

enum { EQ1, EQ2, EQ3, EQ4, EQ5, EQ6, EQS, WORST_MAX = 5 };

/* All metrics that count, with the value that counts: a letter each. */
struct effective {
	char av, ac, at, pr, ui, vc, vi, va, sc, si, sa, e, cr, ir, ar;
};

static char
pick(const struct cvss *v, bool with, enum cvss4_metric modified, enum cvss4_metric base)
{
	char value = v->values[modified];
	return !with || value == 0 || value == 'X' ? v->values[base] : value;
}

static char
or_else(char value, bool with, char otherwise)
{
	return !with || value == 0 || value == 'X' ? otherwise : value;
}

/* v4.0 3 and 4: what is not defined is taken as the worst. */
static struct effective
effective_of(const struct cvss *v, bool threat, bool environment)
{
	return (struct effective){.av = pick(v, environment, CVSS4_MAV, CVSS4_AV),
	    .ac = pick(v, environment, CVSS4_MAC, CVSS4_AC),
	    .at = pick(v, environment, CVSS4_MAT, CVSS4_AT),
	    .pr = pick(v, environment, CVSS4_MPR, CVSS4_PR),
	    .ui = pick(v, environment, CVSS4_MUI, CVSS4_UI),
	    .vc = pick(v, environment, CVSS4_MVC, CVSS4_VC),
	    .vi = pick(v, environment, CVSS4_MVI, CVSS4_VI),
	    .va = pick(v, environment, CVSS4_MVA, CVSS4_VA),
	    .sc = pick(v, environment, CVSS4_MSC, CVSS4_SC),
	    .si = pick(v, environment, CVSS4_MSI, CVSS4_SI),
	    .sa = pick(v, environment, CVSS4_MSA, CVSS4_SA),
	    .e = or_else(v->values[CVSS4_E], threat, 'A'),
	    .cr = or_else(v->values[CVSS4_CR], environment, 'H'),
	    .ir = or_else(v->values[CVSS4_IR], environment, 'H'),
	    .ar = or_else(v->values[CVSS4_AR], environment, 'H')};
}

/* v4.0 tables 24 to 29. */
static void
find_macrovector(const struct effective *m, unsigned eq[static EQS])
{
	bool any_n = m->av == 'N' || m->pr == 'N' || m->ui == 'N', all_n = m->av == 'N' && m->pr == 'N' && m->ui == 'N';
	eq[EQ1] = all_n ? 0 : any_n && m->av != 'P' ? 1 : 2;
	eq[EQ2] = m->ac == 'L' && m->at == 'N' ? 0 : 1;
	eq[EQ3] = m->vc == 'H' && m->vi == 'H' ? 0 : m->vc == 'H' || m->vi == 'H' || m->va == 'H' ? 1 : 2;
	eq[EQ4] = m->si == 'S' || m->sa == 'S' ? 0 : m->sc == 'H' || m->si == 'H' || m->sa == 'H' ? 1 : 2;
	eq[EQ5] = m->e == 'A' ? 0 : m->e == 'P' ? 1 : 2;
	bool needed = (m->cr == 'H' && m->vc == 'H') || (m->ir == 'H' && m->vi == 'H') || (m->ar == 'H' && m->va == 'H');
	eq[EQ6] = needed ? 0 : 1;
}

/* How many steps a value is below the worst one of its metric: its place in the order. */
static int
steps(const char *order_cstr, char value)
{
	const char *at = strchr(order_cstr, value);
	ENSURE(at != NULL && value != '\0'); /* cvss_parse() let pass known values only */
	return (int)(at - order_cstr);
}

static int
below(const char *order_cstr, char value, char worst)
{
	return steps(order_cstr, value) - steps(order_cstr, worst);
}

/* The worst vectors of each level (v4.0 8.2): values in the order of the metrics that the comments name. */
static const char *const worst_1[3][WORST_MAX] = {{"NNN"}, {"ANN", "NLN", "NNP"}, {"PNN", "ALP"}}; /* AV PR UI */
static const char *const worst_2[2][WORST_MAX] = {{"LN"}, {"HN", "LP"}};                           /* AC AT */
static const char *const worst_36[3][2][WORST_MAX] = {                                             /* VC VI VA CR IR AR */
    {{"HHHHHH"}, {"HHLMMH", "HHHMMM"}}, {{"LHHHHH", "HLHHHH"}, {"LHLHMH", "LHHHMM", "HLHMHM", "HLLMHH", "LLHHHM"}},
    {{NULL}, {"LLLHHH"}}};
static const char *const worst_4[3][WORST_MAX] = {{"HSS"}, {"HHH"}, {"LLL"}}; /* SC SI SA */

/* How far below the worst vectors of its level: the first of them that is nowhere below the vector itself. CVSS_NO_SCORE: not this one. */
static int
distance(const char *worst_cstr, const char *values, const char *const *orders, size_t count)
{
	int sum = 0;
	for (size_t i = 0; i < count; i++) {
		int d = below(orders[i], values[i], worst_cstr[i]);
		if (d < 0)
			return CVSS_NO_SCORE;
		sum += d;
	}
	return sum;
}

static int
distance_of(const char *const worst[static WORST_MAX], const char *values, const char *const *orders, size_t count)
{
	for (size_t i = 0; i < WORST_MAX && worst[i] != NULL; i++) {
		int d = distance(worst[i], values, orders, count);
		if (d >= 0)
			return d;
	}
	ENSURE(false); /* each vector is below some worst vector of its own level */
	return 0;
}

/* v4.0 8.2: how many steps there are within a level, its worst one included. */
static const int depth_1[] = {1, 4, 5}, depth_2[] = {1, 2}, depth_36[3][2] = {{7, 6}, {8, 8}, {0, 10}},
                 depth_4[] = {6, 5, 4};

enum { DENOMINATOR = 840 /* of all depths */ };

struct mean {
	int sum; /* of distances x available tenths / depth, in 1/DENOMINATOR of a tenth */
	int count;
};

/* One equation: the score of the next lower macrovector, where there is one, bounds how far the score can fall. */
static void
add(struct mean *mean, int value, int lower, int steps_below, int depth)
{
	if (lower == CVSS_NO_SCORE)
		return;
	mean->count++;
	mean->sum += (value - lower) * steps_below * (DENOMINATOR / depth);
}

static int
lower_score(const unsigned eq[static EQS], size_t which)
{
	unsigned next[EQS];
	memcpy(next, eq, sizeof(next));
	next[which]++;
	return cvss4_table_score(next);
}

/* Equations 3 and 6 go together: two lower macrovectors at the top, of which the higher counts. */
static int
lower_score_36(const unsigned eq[static EQS])
{
	if (eq[EQ3] == 0 && eq[EQ6] == 0) {
		int left = lower_score(eq, EQ6), right = lower_score(eq, EQ3);
		return left > right ? left : right;
	}
	return lower_score(eq, eq[EQ6] == 0 ? EQ6 : EQ3);
}

int
cvss4_score(const struct cvss *v, bool with_threat, bool with_environment, unsigned *macrovector)
{
	static const char *const orders_1[] = {"NALP", "NLH", "NPA"}, *const orders_2[] = {"LH", "NP"},
	                         *const orders_36[] = {"HLN", "HLN", "HLN", "HML", "HML", "HML"},
	                         *const orders_4[] = {"SHLN", "SHLN", "SHLN"};
	struct effective m = effective_of(v, with_threat, with_environment);
	unsigned eq[EQS];
	find_macrovector(&m, eq);
	*macrovector = 0;
	for (size_t i = 0; i < EQS; i++)
		*macrovector = *macrovector * 10 + eq[i];
	if (m.vc == 'N' && m.vi == 'N' && m.va == 'N' && m.sc == 'N' && m.si == 'N' && m.sa == 'N')
		return 0;
	int value = cvss4_table_score(eq);
	ENSURE(value != CVSS_NO_SCORE);
	const char values_1[] = {m.av, m.pr, m.ui}, values_2[] = {m.ac, m.at},
	           values_36[] = {m.vc, m.vi, m.va, m.cr, m.ir, m.ar}, values_4[] = {m.sc, m.si, m.sa};
	struct mean mean = {0};
	add(&mean, value, lower_score(eq, EQ1), distance_of(worst_1[eq[EQ1]], values_1, orders_1, 3), depth_1[eq[EQ1]]);
	add(&mean, value, lower_score(eq, EQ2), distance_of(worst_2[eq[EQ2]], values_2, orders_2, 2), depth_2[eq[EQ2]]);
	add(&mean, value, lower_score_36(eq), distance_of(worst_36[eq[EQ3]][eq[EQ6]], values_36, orders_36, 6),
	    depth_36[eq[EQ3]][eq[EQ6]]);
	add(&mean, value, lower_score(eq, EQ4), distance_of(worst_4[eq[EQ4]], values_4, orders_4, 3), depth_4[eq[EQ4]]);
	add(&mean, value, lower_score(eq, EQ5), 0, 1); /* one value to a level: never below it */
	if (mean.count == 0)
		return value;
	/* value - mean, rounded half up, all exact. */
	int whole = value * DENOMINATOR * mean.count - mean.sum, unit = DENOMINATOR * mean.count;
	return (2 * whole + unit) / (2 * unit);
}
