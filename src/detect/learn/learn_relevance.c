/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_relevance.h"

#include "detect/learn/learn_drift.h"
#include "detect/learn/learn_seen.h"

#include <errno.h>
#include <stdlib.h>

enum { VALUES = 256 };

/* How often each value of each code was there, by label; and in the other table. */
struct counting {
	uint32_t labelled[FLOW_CODES][VALUES][2];
	uint32_t all[FLOW_CODES][VALUES], other[FLOW_CODES][VALUES];
};

static int
compare_hosts(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* Different machines: numbers are made by who read the table, and need not follow each other. */
static int
count_hosts(const struct learn_table *t, uint64_t *out)
{
	uint32_t *hosts = malloc((t->rows + 1) * sizeof(*hosts));
	if (hosts == NULL)
		return -ENOMEM;
	memcpy(hosts, t->hosts, t->rows * sizeof(*hosts));
	qsort(hosts, t->rows, sizeof(*hosts), compare_hosts);
	*out = 0;
	for (size_t i = 0; i < t->rows; i++)
		*out += hosts[i] != 0 && (i == 0 || hosts[i] != hosts[i - 1]);
	free(hosts);
	return 0;
}

static void
count_rows(const struct learn_table *t, struct counting *c, struct learn_relevance *w)
{
	for (size_t i = 0; i < t->rows; i++) {
		unsigned label = t->labels[i];
		int64_t time_ns = t->times_ns[i];
		w->labels[label]++;
		w->families[t->families[i]].rows += label == LEARN_ATTACK || (label == LEARN_BENIGN && t->families[i] == 0);
		w->undated += time_ns == 0;
		if (time_ns != 0 && (w->first_ns == 0 || time_ns < w->first_ns))
			w->first_ns = time_ns;
		if (time_ns > w->last_ns)
			w->last_ns = time_ns;
		for (unsigned k = 0; k < FLOW_CODES; k++) {
			uint8_t value = t->vectors[i].code[k];
			c->all[k][value]++;
			if (label != LEARN_UNKNOWN)
				c->labelled[k][value][label]++;
			w->code[k].known += value != FLOW_CODE_MISSING;
		}
	}
	w->rows = t->rows;
}

/* In how many groups each family is: a bit for each pair, LEARN_NAMES_MAX of both at most. */
static int
count_groups(const struct learn_table *t, struct learn_relevance *w)
{
	size_t groups = t->group_names.count + 1, bits = groups * (w->family_count + 1);
	uint8_t *seen = calloc(bits / 8 + 1, 1);
	if (seen == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < t->rows; i++) {
		size_t bit = t->families[i] * groups + t->groups[i];
		if (t->labels[i] == LEARN_UNKNOWN || (seen[bit / 8] >> (bit % 8) & 1) != 0)
			continue;
		seen[bit / 8] |= (uint8_t)(1 << (bit % 8));
		w->families[t->families[i]].groups++;
	}
	free(seen);
	return 0;
}

/* Each value says the label that is commoner among its rows than among all. */
static double
alone(const uint32_t counts[static VALUES][2], const uint64_t labels[static 3])
{
	double found = 0, spared = 0, attacks = (double)labels[LEARN_ATTACK], benign = (double)labels[LEARN_BENIGN];
	if (attacks <= 0 || benign <= 0)
		return 0.5;
	for (size_t v = 0; v < VALUES; v++) {
		double share[2] = {(double)counts[v][LEARN_BENIGN] / benign, (double)counts[v][LEARN_ATTACK] / attacks};
		if (share[1] > share[0])
			found += share[1];
		else
			spared += share[0];
	}
	return (found + spared) / 2;
}

static int
count_same(const struct learn_table *t, struct learn_relevance *w)
{
	struct learn_seen seen;
	if (learn_seen_init(&seen, t->rows) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < t->rows; i++)
		learn_seen_add(&seen, &t->vectors[i], UINT64_MAX, (enum learn_label)t->labels[i]);
	w->distinct = seen.used;
	w->duplicates = w->labels[LEARN_BENIGN] + w->labels[LEARN_ATTACK] - seen.used;
	w->conflicts = learn_seen_conflicts(&seen);
	learn_seen_done(&seen);
	return 0;
}

/* The other one's vectors, whatever their labels. */
static int
count_leaked(const struct learn_table *t, const struct learn_table *other, struct learn_relevance *w)
{
	struct learn_seen seen;
	if (learn_seen_init(&seen, other->rows) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < other->rows; i++)
		learn_seen_add(&seen, &other->vectors[i], UINT64_MAX, LEARN_BENIGN);
	for (size_t i = 0; i < t->rows; i++)
		w->leaked += learn_seen_find(&seen, &t->vectors[i], UINT64_MAX) != NULL;
	learn_seen_done(&seen);
	return 0;
}

static int
compare(const struct learn_table *t, const struct learn_table *other, struct counting *c, struct learn_relevance *w)
{
	float psi[FLOW_CODES];
	for (size_t i = 0; i < other->rows; i++)
		for (unsigned k = 0; k < FLOW_CODES; k++)
			c->other[k][other->vectors[i].code[k]]++;
	for (unsigned k = 0; k < FLOW_CODES; k++)
		w->code[k].psi = psi[k] = k == FLOW_CODE_RECORD ? 0 : learn_drift_psi(k, c->other[k], c->all[k]);
	w->is_compared = true;
	w->other_rows = other->rows;
	w->is_unlike = learn_drift_alarm(psi, &w->worst);
	return count_leaked(t, other, w);
}

int
learn_relevance_count(const struct learn_table *t, const struct learn_table *other, struct learn_relevance *out)
{
	struct learn_relevance w = {.family_count = t->family_names.count};
	struct counting *c = calloc(1, sizeof(*c));
	w.families = calloc(w.family_count + 1, sizeof(*w.families));
	int r = c == NULL || w.families == NULL ? -ENOMEM : 0;
	if (r == 0)
		count_rows(t, c, &w);
	for (unsigned k = 0; k < FLOW_CODES && r == 0; k++) {
		w.code[k].psi = -1;
		w.code[k].alone = alone(c->labelled[k], w.labels);
		w.codes_known += w.code[k].known > 0;
		w.codes_full += w.rows > 0 && w.code[k].known == w.rows;
	}
	if (r == 0)
		r = count_groups(t, &w);
	if (r == 0)
		r = count_same(t, &w);
	if (r == 0)
		r = count_hosts(t, &w.hosts);
	if (r == 0 && other != NULL)
		r = compare(t, other, c, &w);
	free(c);
	if (r < 0) {
		free(w.families);
		return r;
	}
	*out = w;
	return 0;
}

void
learn_relevance_done(struct learn_relevance *w)
{
	free(w->families);
	*w = (struct learn_relevance){0};
}
