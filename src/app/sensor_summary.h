/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/sensor_summary.h - the counts of a watch: of the pipelines into the summary, and the summary as a stats event. */
#ifndef APP_SENSOR_SUMMARY_H
#define APP_SENSOR_SUMMARY_H

#include "app/messages.h"
#include "app/pipeline.h"
#include "app/sensor_rules.h"

/* What the pipelines know; the other fields stay. */
void sensor_summary_fill(uint64_t fields[static SUMMARY_FIELDS], const struct pipeline_totals *totals);
/* A stats event, with Suricata's names where it has them; rules NULL: none; apps: what each protocol counts, NULL: not written. */
void sensor_summary_event(struct sink *sink, int64_t time_ns, const uint64_t fields[static SUMMARY_FIELDS],
    const struct sensor_rules *rules, const struct sink_of_app *apps);

#endif
