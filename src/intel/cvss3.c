/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "intel/cvss3.h"

#include <math.h>

/* v3.1 7.4: weights of the values of each metric. PR weighs more where the scope changes. */
static double
weigh_pr(char value, bool changed)
{
	return value == 'N' ? 0.85 : value == 'L' ? (changed ? 0.68 : 0.62) : (changed ? 0.5 : 0.27);
}

static double
weigh_av(char value)
{
	return value == 'N' ? 0.85 : value == 'A' ? 0.62 : value == 'L' ? 0.55 : 0.2;
}

static double
weigh_ac(char value)
{
	return value == 'L' ? 0.77 : 0.44;
}

static double
weigh_ui(char value)
{
	return value == 'N' ? 0.85 : 0.62;
}

static double
weigh_impact(char value)
{
	return value == 'H' ? 0.56 : value == 'L' ? 0.22 : 0;
}

static double
weigh_need(char value)
{
	return value == 'H' ? 1.5 : value == 'L' ? 0.5 : 1;
}

static double
weigh_temporal(const struct cvss *v)
{
	char e = v->values[CVSS3_E], rl = v->values[CVSS3_RL], rc = v->values[CVSS3_RC];
	double exploit = e == 'U' ? 0.91 : e == 'P' ? 0.94 : e == 'F' ? 0.97 : 1;
	double remedy = rl == 'O' ? 0.95 : rl == 'T' ? 0.96 : rl == 'W' ? 0.97 : 1;
	double report = rc == 'U' ? 0.92 : rc == 'R' ? 0.96 : 1;
	return exploit * remedy * report;
}

/* v3.1 appendix A: rounding up to tenths that is the same on every machine. v3.0 says "round up" alone. Returns tenths. */
static int
round_up(const struct cvss *v, double value)
{
	if (v->version == CVSS_3_0)
		return (int)ceil(value * 10);
	long whole = lround(value * 100000);
	return (int)(whole % 10000 == 0 ? whole / 10000 : whole / 10000 + 1);
}

/* The modified metric where it is defined, otherwise the base one. */
static char
effective(const struct cvss *v, enum cvss3_metric modified, enum cvss3_metric base)
{
	char value = v->values[modified];
	return value == 0 || value == 'X' ? v->values[base] : value;
}

static double
least(double a, double b)
{
	return a < b ? a : b;
}

int
cvss3_base(const struct cvss *v)
{
	bool changed = v->values[CVSS3_S] == 'C';
	double iss = 1 -
	    (1 - weigh_impact(v->values[CVSS3_C])) * (1 - weigh_impact(v->values[CVSS3_I])) *
	        (1 - weigh_impact(v->values[CVSS3_A]));
	double impact = changed ? 7.52 * (iss - 0.029) - 3.25 * pow(iss - 0.02, 15) : 6.42 * iss;
	double exploit = 8.22 * weigh_av(v->values[CVSS3_AV]) * weigh_ac(v->values[CVSS3_AC]) *
	    weigh_pr(v->values[CVSS3_PR], changed) * weigh_ui(v->values[CVSS3_UI]);
	if (impact <= 0)
		return 0;
	return round_up(v, least(changed ? 1.08 * (impact + exploit) : impact + exploit, 10));
}

int
cvss3_temporal(const struct cvss *v)
{
	return round_up(v, cvss3_base(v) / 10.0 * weigh_temporal(v));
}

int
cvss3_environmental(const struct cvss *v)
{
	bool changed = effective(v, CVSS3_MS, CVSS3_S) == 'C';
	double miss = least(1 -
	        (1 - weigh_need(v->values[CVSS3_CR]) * weigh_impact(effective(v, CVSS3_MC, CVSS3_C))) *
	            (1 - weigh_need(v->values[CVSS3_IR]) * weigh_impact(effective(v, CVSS3_MI, CVSS3_I))) *
	            (1 - weigh_need(v->values[CVSS3_AR]) * weigh_impact(effective(v, CVSS3_MA, CVSS3_A))),
	    0.915);
	double impact = 6.42 * miss;
	if (changed && v->version == CVSS_3_0)
		impact = 7.52 * (miss - 0.029) - 3.25 * pow(miss - 0.02, 15);
	else if (changed)
		impact = 7.52 * (miss - 0.029) - 3.25 * pow(miss * 0.9731 - 0.02, 13);
	double exploit = 8.22 * weigh_av(effective(v, CVSS3_MAV, CVSS3_AV)) * weigh_ac(effective(v, CVSS3_MAC, CVSS3_AC)) *
	    weigh_pr(effective(v, CVSS3_MPR, CVSS3_PR), changed) * weigh_ui(effective(v, CVSS3_MUI, CVSS3_UI));
	if (impact <= 0)
		return 0;
	int inner = round_up(v, least(changed ? 1.08 * (impact + exploit) : impact + exploit, 10));
	return round_up(v, inner / 10.0 * weigh_temporal(v));
}
