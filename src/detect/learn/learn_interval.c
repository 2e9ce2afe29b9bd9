/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_interval.h"

#include <math.h>

static const double tail = 0.025;

static double
log_gamma(double x)
{
	int sign; /* lgamma() keeps it in a global */
	return lgamma_r(x, &sign);
}

/* The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
static double
beta_fraction(double a, double b, double x)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1);
	d = 1 / (fabs(d) < tiny ? tiny : d);
	double h = d;
	for (unsigned m = 1; m <= 10000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		for (unsigned k = 0; k < 2; k++) {
			double step = k == 0 ? even : odd;
			d = 1 + step * d;
			d = 1 / (fabs(d) < tiny ? tiny : d);
			c = 1 + step / c;
			c = fabs(c) < tiny ? tiny : c;
			h *= d * c;
		}
		if (fabs(d * c - 1) < 1e-14)
			break;
	}
	return h;
}

/* I_x(a, b): the chance that at least a of a + b - 1 trials of chance x succeed. */
static double
beta_share(double a, double b, double x)
{
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	double front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
	return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

static double
beta_find(double a, double b, double wanted)
{
	double low = 0, high = 1;
	for (unsigned i = 0; i < 100 && high - low > 1e-15 * high; i++) {
		double mid = (low + high) / 2;
		if (beta_share(a, b, mid) < wanted)
			low = mid;
		else
			high = mid;
	}
	return (low + high) / 2;
}

struct learn_interval
learn_interval_share(uint64_t hits, uint64_t all)
{
	double n = (double)all, k = (double)hits;
	struct learn_interval i = {0, 1};
	if (all == 0 || hits > all)
		return i;
	if (hits > 0)
		i.low = beta_find(k, n - k + 1, tail);
	if (hits < all)
		i.high = beta_find(k + 1, n - k, 1 - tail);
	return i;
}

/* P(a, x), the regularized incomplete gamma function (DLMF 8.7.1 below a + 1, 8.9.2 above): the chance of a events or more when
 * x are expected. */
static double
gamma_share(double a, double x)
{
	if (x <= 0)
		return 0;
	double front = exp(a * log(x) - x - log_gamma(a));
	if (x < a + 1) {
		double term = 1 / a, sum = term;
		for (double k = a + 1; fabs(term) > 1e-16 * fabs(sum) && k < a + 100000; k++)
			sum += term *= x / k;
		return front * sum;
	}
	double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
	for (double k = 1; k < 100000; k++) {
		double step = -k * (k - a);
		b += 2;
		d = 1 / (step * d + b);
		c = b + step / c;
		h *= d * c;
		if (fabs(d * c - 1) < 1e-15)
			break;
	}
	return 1 - front * h;
}

static double
gamma_find(double a, double wanted)
{
	double low = 0, high = a + 10 * sqrt(a) + 20;
	for (unsigned i = 0; i < 200 && high - low > 1e-14 * high; i++) {
		double mid = (low + high) / 2;
		if (gamma_share(a, mid) < wanted)
			low = mid;
		else
			high = mid;
	}
	return (low + high) / 2;
}

struct learn_interval
learn_interval_count(uint64_t events)
{
	double k = (double)events;
	return (struct learn_interval){events == 0 ? 0 : gamma_find(k, tail), gamma_find(k + 1, 1 - tail)};
}
