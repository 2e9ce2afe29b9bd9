/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/sensor_rules.h - the rules of a sensor: read, made ready, and run by each worker. */
#ifndef APP_SENSOR_RULES_H
#define APP_SENSOR_RULES_H

#include "app/run_settings.h"
#include "detect/rules/rule_engine.h"
#include "inspect/sink.h"

struct sensor_rules;

/* The bundle that the parent sent. 0, or a negative errno with diag. What could not be used is told by sensor_rules_set(). */
MUST_USE int sensor_rules_load(int fd, size_t size, uint64_t hash_key, struct sensor_rules **out, struct diag *diag);
void sensor_rules_free(struct sensor_rules *rules);
/* What the site has set: filled from the bundle. */
const struct run_settings *sensor_rules_settings(const struct sensor_rules *rules);
const struct rule_set *sensor_rules_set(const struct sensor_rules *rules);
/* Whether rules or the site ask what kind each file is. */
bool sensor_rules_ask_kinds(const struct sensor_rules *rules);
/* A worker's view of them, whose alerts go to its sink; until the next call for the same worker. NULL: no memory. */
const struct viewer *sensor_rules_viewer(struct sensor_rules *rules, uint16_t worker, struct sink *sink, uint64_t hash_key);

#endif
