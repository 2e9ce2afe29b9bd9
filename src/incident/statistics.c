/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/statistics.h"

#include "incident/lifecycle.h"

#include <stdio.h>

static struct statistics_group *
group(struct statistics *s, enum statistics_by by, const char *name_cstr)
{
	for (size_t i = 0; i < s->group_count; i++)
		if (s->groups[i].by == by && strcmp(s->groups[i].name_cstr, name_cstr) == 0)
			return &s->groups[i];
	if (s->group_count == STATISTICS_GROUPS_MAX) {
		s->full = true;
		return NULL;
	}
	struct statistics_group *g = &s->groups[s->group_count++];
	*g = (struct statistics_group){.by = by};
	(void)snprintf(g->name_cstr, sizeof(g->name_cstr), "%s", name_cstr);
	return g;
}

static void
measure(struct statistics_mean *mean, const struct case_item *incident, const char *from_cstr, const char *to_cstr)
{
	int64_t from_s, to_s;
	if (!case_file_time(incident, from_cstr, &from_s) || !case_file_time(incident, to_cstr, &to_s) || to_s < from_s)
		return;
	mean->count++;
	mean->total_s += to_s - from_s;
}

static void
count(struct statistics_group *g, const struct case_file *file)
{
	const struct case_item *i = &file->incident;
	if (g == NULL)
		return;
	bool recovered = case_file_value(i, "recovered")[0] != '\0';
	g->incidents++;
	g->open += !lifecycle_is_over(i);
	measure(&g->detect, i, "happened", "seen");
	measure(&g->repair, i, "seen", recovered ? "recovered" : "closed");
}

void
statistics_add(struct statistics *s, const struct case_file *file)
{
	const struct case_item *i = &file->incident;
	char name[STATISTICS_NAME_MAX];
	if (case_file_says(i, "state", "false-positive") || case_file_says(i, "state", "merged"))
		return;
	count(group(s, STATISTICS_ALL, ""), file);
	if (case_file_value(i, "category")[0] != '\0')
		count(group(s, STATISTICS_CATEGORY, case_file_value(i, "category")), file);
	if (case_file_value(i, "component")[0] != '\0') {
		(void)snprintf(
		    name, sizeof(name), "%.80s %.60s", case_file_value(i, "component"), case_file_value(i, "version"));
		count(group(s, STATISTICS_VERSION, name), file);
	}
	const char *done[8] = {NULL}; /* each family once per incident */
	size_t done_count = 0;
	for (const struct case_item *c = NULL; (c = case_file_next(file, "cause", c)) != NULL;) {
		const char *family_cstr = case_file_value(c, "ishikawa");
		bool again = !case_file_says(c, "root", "yes") || family_cstr[0] == '\0' || done_count == LENGTH_OF(done);
		for (size_t d = 0; d < done_count; d++)
			again = again || strcmp(done[d], family_cstr) == 0;
		if (again)
			continue;
		done[done_count++] = family_cstr;
		count(group(s, STATISTICS_CAUSE, family_cstr), file);
	}
}

bool
statistics_mean_s(const struct statistics_mean *mean, int64_t *out_s)
{
	*out_s = mean->count == 0 ? 0 : mean->total_s / (int64_t)mean->count;
	return mean->count > 0;
}
