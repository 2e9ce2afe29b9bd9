/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/sensor_rules.h - the rules of a sensor, run by each worker: a generation, until another takes its place. */
#ifndef APP_SENSOR_RULES_H
#define APP_SENSOR_RULES_H

#include "app/rules_generation.h"
#include "app/run_settings.h"
#include "detect/rules/rule_engine.h"
#include "inspect/sink.h"

struct sensor_rules;

/* Without any yet; the settings that came in the first bundle stay for the whole run. 0, or a negative errno with diag. */
MUST_USE int sensor_rules_new(uint64_t hash_key, int fd, size_t size, struct sensor_rules **out, struct diag *diag);
/* The rules at work, and what was counted of them by all workers, added to *sum. NULL: there are none. */
const struct rule_set *sensor_rules_set(const struct sensor_rules *rules);
void sensor_rules_total(const struct sensor_rules *rules, struct rule_engine_counters *sum);
/* What the site has set. */
const struct run_settings *sensor_rules_settings(const struct sensor_rules *rules);
/* Whether rules or the site ask what kind each file is. */
bool sensor_rules_ask_kinds(const struct sensor_rules *rules);
void sensor_rules_free(struct sensor_rules *rules);
/* A worker's view of them, whose alerts go to its sink; it stays when the generation changes. NULL: no memory. */
const struct viewer *sensor_rules_viewer(struct sensor_rules *rules, uint16_t worker, struct sink *sink);
/* Takes the generation, which it owns from then on; all workers stand still. What flows, hosts and thresholds had is carried on.
 * *before is the one that went, the caller's to free; NULL: it is the first. 0, or -ENOMEM with diag: nothing has changed. */
MUST_USE int sensor_rules_use(
    struct sensor_rules *rules, struct rules_generation *next, struct rules_generation **before, struct diag *diag);

/* The data sets that are to be kept, to the parent. buffer: of one message. */
void sensor_rules_keep_datasets(const struct sensor_rules *rules, int parent, uint8_t *buffer, size_t size);
/* Before the first generation: what holds is told here and not as events, and what each rule costs is added to the profile (one entry for
 * each signature of that generation; one worker only). Borrowed. */
void sensor_rules_listen(struct sensor_rules *rules, struct rule_profile *profile,
    void (*heard)(void *context, const struct rule_hit *hit), void *context);

#endif
