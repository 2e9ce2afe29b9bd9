/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rule_alert.h - a rule that holds, as Suricata's alert event. */
#ifndef APP_RULE_ALERT_H
#define APP_RULE_ALERT_H

#include "detect/rules/rule_engine.h"
#include "inspect/sink.h"

void rule_alert_write(struct sink *sink, const struct rule_hit *hit, const struct rule_set *set);

#endif
