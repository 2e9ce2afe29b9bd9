/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_zeek_alert.h - notice.log and intel.log as alerts of another sensor. */
#ifndef ARRIVAL_ARRIVAL_ZEEK_ALERT_H
#define ARRIVAL_ARRIVAL_ZEEK_ALERT_H

#include "arrival/arrival_zeek_row.h"
#include "record/alert.h"

/* False: it concerns no machine (a capture that loses packets, for instance). */
MUST_USE bool arrival_zeek_alert_notice(const struct arrival_zeek_row *row, int64_t time_ns, struct alert *out);
MUST_USE bool arrival_zeek_alert_intel(const struct arrival_zeek_row *row, int64_t time_ns, struct alert *out);

#endif
