/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_incidents.h - alerts of flows as people get them: one incident for each machine and hour.
 *
 * A machine's hour with an alert is an incident; false when none of its flows is an attack. What was watched is counted in hours of
 * machines that had a flow, so that a rate per day and thousand machines has an exact interval; "no false one" in few
 * machine-days supports no low rate, and the interval says so.
 */
#ifndef DETECT_LEARN_LEARN_INCIDENTS_H
#define DETECT_LEARN_LEARN_INCIDENTS_H

#include "core/bytes.h"
#include "detect/learn/learn_interval.h"

enum { LEARN_INCIDENTS_FLOWS = 1 }; /* alerts that make an incident */

struct learn_incidents {
	bool is_known;               /* false: no row says machine and time */
	uint64_t hours, clean_hours; /* of machines; without any attack */
	uint64_t attacks, found;     /* hours with an attack; with an alert on one */
	uint64_t false_ones;         /* clean hours with an alert */
	double per_day_1000;         /* false ones per day and 1000 machines */
	struct learn_interval per_day_1000_interval;
};

/* alerts[i]: whether row i is called an attack. 0 or -ENOMEM. */
MUST_USE int learn_incidents_count(const uint32_t *hosts, const int64_t *times_ns, const uint8_t *labels, const bool *alerts,
    size_t count, struct learn_incidents *out);

#endif
