/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_incidents.h"

#include "core/auto.h"
#include "detect/learn/learn_table.h"

#include <errno.h>
#include <stdlib.h>

struct event {
	uint64_t hour; /* host << 32 | hour */
	bool attack, alert;
};

static int
by_hour(const void *a, const void *b)
{
	uint64_t x = ((const struct event *)a)->hour, y = ((const struct event *)b)->hour;
	return (x > y) - (x < y);
}

static void
close_hour(struct learn_incidents *n, bool attack, unsigned hits, unsigned alerts)
{
	n->hours++;
	n->attacks += attack;
	n->clean_hours += !attack;
	n->found += attack && hits >= LEARN_INCIDENTS_FLOWS;
	n->false_ones += !attack && alerts >= LEARN_INCIDENTS_FLOWS;
}

int
learn_incidents_count(const uint32_t *hosts, const int64_t *times_ns, const uint8_t *labels, const bool *alerts,
    size_t count, struct learn_incidents *out)
{
	const int64_t hour_ns = INT64_C(3600) * 1000000000;
	AUTO_FREE struct event *events = malloc((count > 0 ? count : 1) * sizeof(*events));
	if (events == NULL)
		return -ENOMEM;
	size_t used = 0;
	for (size_t i = 0; i < count; i++)
		if (labels[i] != LEARN_UNKNOWN && hosts[i] != 0 && times_ns[i] > 0)
			events[used++] = (struct event){(uint64_t)hosts[i] << 32 | (uint32_t)(times_ns[i] / hour_ns),
			    labels[i] == LEARN_ATTACK, alerts[i]};
	qsort(events, used, sizeof(*events), by_hour);
	struct learn_incidents n = {.is_known = used > 0};
	for (size_t i = 0; i < used;) {
		uint64_t hour = events[i].hour;
		bool attack = false;
		unsigned hits = 0, alarms = 0;
		for (; i < used && events[i].hour == hour; i++) {
			attack |= events[i].attack;
			hits += events[i].attack && events[i].alert;
			alarms += events[i].alert;
		}
		close_hour(&n, attack, hits, alarms);
	}
	if (n.clean_hours > 0) {
		double days_1000 = (double)n.clean_hours / 24 / 1000;
		struct learn_interval i = learn_interval_count(n.false_ones);
		n.per_day_1000 = (double)n.false_ones / days_1000;
		n.per_day_1000_interval = (struct learn_interval){i.low / days_1000, i.high / days_1000};
	}
	*out = n;
	return 0;
}
