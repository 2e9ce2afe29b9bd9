/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_alert.h - a behaviour alert as Suricata's alert event, so that what reads EVE reads ours. */
#ifndef INSPECT_EVE_ALERT_H
#define INSPECT_EVE_ALERT_H

#include "inspect/sink.h"
#include "record/alert.h"

/* Not written where a suricata.yaml names the types of events and "beffroi" is none of them. The whole event, opened and closed. Severity: EVE counts from 1, the gravest; ours is in metadata. */
void eve_alert_write(struct sink *sink, const struct alert *alert);

#endif
