/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rule_alert.h - a rule that holds, as Suricata's alert event. */
#ifndef APP_RULE_ALERT_H
#define APP_RULE_ALERT_H

#include "detect/rules/rule_engine.h"
#include "inspect/sink.h"

/* Alerts of one worker that wait for a packet of the side that they are about, at most a few dozen. NULL: no memory. */
struct rule_alert_waiting;
MUST_USE struct rule_alert_waiting *rule_alert_new(void);
void rule_alert_free(struct rule_alert_waiting *waiting);

/* Writes the event, or lets it wait. waiting NULL: it never waits. */
void rule_alert_write(
    struct rule_alert_waiting *waiting, struct sink *sink, const struct rule_hit *hit, const struct rule_set *set);
bool rule_alert_waits(const struct rule_alert_waiting *waiting);
/* Those of a flow that are about this side are told with the packet at hand. from_server -1: both, the flow is over. */
void
rule_alert_tell(struct rule_alert_waiting *waiting, struct sink *sink, uint64_t flow_id, int from_server, int64_t time_ns);

/* A packet that follows one that a rule with `tag` held on: an event of its own. */
void rule_alert_write_tagged(struct sink *sink, const struct view_packet *packet);

#endif
