/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_alert.h - an EVE alert as one of ours: what the rule's class and ATT&CK tactic say decides its stage. */
#ifndef ARRIVAL_ARRIVAL_ALERT_H
#define ARRIVAL_ARRIVAL_ALERT_H

#include "core/json_value.h"
#include "record/alert.h"
#include "record/observation.h"

/* Between the ends of `header`, at its time. *is_ours: one of our detectors wrote it, and it comes back as it was. False: there
 * is no alert in the event. */
MUST_USE bool
arrival_alert_read(const struct json_value *event, const struct observation *header, struct alert *out, bool *is_ours);

#endif
