/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bench/learn/normal.c - what one flow costs where habits of a site are learned and asked: nanoseconds, the least of several runs. */
#include "detect/learn/learn_site.h"

#include <stdio.h>
#include <time.h>

enum { FLOWS = 4096, RUNS = 20 };

static double
now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int
main(void)
{
	static struct flow_vector v[FLOWS];
	static struct learn_normal n;
	static struct learn_drift_window w;
	float psi[FLOW_CODES];
	uint64_t at = 1;
	for (unsigned i = 0; i < FLOWS; i++)
		for (unsigned k = 0; k < FLOW_CODES; k++) {
			at = at * UINT64_C(6364136223846793005) + 1;
			v[i].code[k] = (uint8_t)(80 + (at >> 60) + (at >> 50 & 15));
		}
	double learn = 1e18, score = 1e18, adopt = 1e18, drift = 1e18;
	volatile unsigned sink = 0;
	for (unsigned r = 0; r < RUNS; r++) {
		double a = now_ns();
		for (unsigned i = 0; i < FLOWS; i++)
			learn_normal_learn(&n, &v[i]);
		double b = now_ns();
		(void)learn_normal_adopt(&n, LEARN_NORMAL_BY_PERSON, psi);
		double c = now_ns();
		for (unsigned i = 0; i < FLOWS; i++)
			sink += learn_normal_score(&n, &v[i]).tail;
		double d = now_ns();
		for (unsigned i = 0; i < FLOWS; i++)
			(void)learn_drift_add(&w, (float)(i % 10) / 10);
		double e = now_ns();
		learn = (b - a) / FLOWS < learn ? (b - a) / FLOWS : learn;
		adopt = c - b < adopt ? c - b : adopt;
		score = (d - c) / FLOWS < score ? (d - c) / FLOWS : score;
		drift = (e - d) / FLOWS < drift ? (e - d) / FLOWS : drift;
	}
	printf(
	    "learn %.1f ns, score %.1f ns, drift of a series %.1f ns a flow; once a day %.0f us; a site %zu bytes, of which a profile %zu\n",
	    learn, score, drift, adopt / 1000, sizeof(struct learn_site), sizeof(struct learn_normal));
	return 0;
}
