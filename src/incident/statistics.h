/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/statistics.h - how long it took to see and to repair, over many incidents: by category, family of root cause, and
 * version of the component. */
#ifndef INCIDENT_STATISTICS_H
#define INCIDENT_STATISTICS_H

#include "record/case_file.h"

enum { STATISTICS_GROUPS_MAX = 512, STATISTICS_NAME_MAX = 160 };

enum statistics_by { STATISTICS_ALL, STATISTICS_CATEGORY, STATISTICS_CAUSE, STATISTICS_VERSION };

struct statistics_mean {
	uint64_t count;
	int64_t total_s;
};

struct statistics_group {
	enum statistics_by by;
	char name_cstr[STATISTICS_NAME_MAX];
	uint64_t incidents, open;
	struct statistics_mean detect; /* from happening to being seen: MTTD */
	struct statistics_mean repair; /* from being seen to recovered, or else closed: MTTR */
};

struct statistics {
	size_t group_count;
	bool full; /* a group more would not have fitted: it is not told */
	struct statistics_group groups[STATISTICS_GROUPS_MAX];
};

/* False positives and merged incidents count nowhere. The first group is of all. */
void statistics_add(struct statistics *s, const struct case_file *file);
/* The mean; 0 and false when nothing was measured. */
bool statistics_mean_s(const struct statistics_mean *mean, int64_t *out_s);

#endif
