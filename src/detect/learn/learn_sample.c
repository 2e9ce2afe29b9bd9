/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_sample.h"

#include <errno.h>
#include <stdlib.h>

int
learn_sample_take(const struct learn_table *t, struct learn_rows rows, const bool *skip, struct learn_sample *out)
{
	size_t room = rows.count > 0 ? rows.count : 1;
	struct learn_sample s = {
	    .margins = calloc(room, sizeof(*s.margins)),
	    .labels = malloc(room * sizeof(*s.labels)),
	    .vectors = aligned_alloc(_Alignof(struct flow_vector), room * sizeof(*s.vectors)),
	    .families = malloc(room * sizeof(*s.families)),
	    .hosts = malloc(room * sizeof(*s.hosts)),
	    .times_ns = malloc(room * sizeof(*s.times_ns)),
	    .alerts = calloc(room, sizeof(*s.alerts)),
	};
	if (s.margins == NULL || s.labels == NULL || s.vectors == NULL || s.families == NULL || s.hosts == NULL ||
	    s.times_ns == NULL || s.alerts == NULL) {
		learn_sample_done(&s);
		return -ENOMEM;
	}
	for (size_t i = 0; i < rows.count; i++) {
		uint32_t row = rows.at[i];
		if (t->labels[row] == LEARN_UNKNOWN || (skip != NULL && skip[i]))
			continue;
		s.labels[s.count] = t->labels[row];
		s.vectors[s.count] = t->vectors[row];
		s.families[s.count] = t->families[row];
		s.hosts[s.count] = t->hosts[row];
		s.times_ns[s.count] = t->times_ns[row];
		s.attacks += t->labels[row] == LEARN_ATTACK;
		s.count++;
	}
	*out = s;
	return 0;
}

void
learn_sample_score(struct learn_sample *s, const struct learn_model *model)
{
	learn_model_margins(model, s->vectors, s->count, s->margins);
}

struct learn_sample
learn_sample_rest(const struct learn_sample *s, size_t first)
{
	struct learn_sample rest = *s;
	if (first > s->count)
		first = s->count;
	for (size_t i = 0; i < first; i++)
		rest.attacks -= s->labels[i] == LEARN_ATTACK;
	rest.count -= first;
	rest.margins += first;
	rest.labels += first;
	rest.vectors += first;
	rest.families += first;
	rest.hosts += first;
	rest.times_ns += first;
	rest.alerts += first;
	return rest;
}

void
learn_sample_done(struct learn_sample *s)
{
	free(s->margins);
	free(s->labels);
	free(s->vectors);
	free(s->families);
	free(s->hosts);
	free(s->times_ns);
	free(s->alerts);
	*s = (struct learn_sample){0};
}
