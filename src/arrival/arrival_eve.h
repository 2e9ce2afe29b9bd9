/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_eve.h - one line of another sensor's EVE JSON, as an alert or an observation of ours.
 *
 * Pure: bytes in, value out. What EVE does not tell (bytes of payload, first flags, sizes of DNS messages) is reckoned from
 * what it tells, see arrival_flow.h.
 */
#ifndef ARRIVAL_ARRIVAL_EVE_H
#define ARRIVAL_ARRIVAL_EVE_H

#include "core/diag.h"
#include "record/alert.h"
#include "record/observation.h"

enum { ARRIVAL_EVE_LINE_MAX = 1 << 20 /* bytes; Suricata's own limit is smaller */ };

enum arrival_kind {
	ARRIVAL_NOTHING, /* an event that says nothing here: stats, fileinfo, a DNS question... */
	ARRIVAL_ALERT,
	ARRIVAL_OBSERVATION,
};

struct arrival {
	enum arrival_kind kind;
	bool is_ours; /* of an alert: one of our detectors said it */
	struct alert alert;
	struct observation observation; /* `number` and `rank` are for the caller to say */
};

struct json_value_list;

/* 0, or -EINVAL with diag: what is wrong with the line. `list`: memory for the values of one line, the caller's to release. */
MUST_USE int arrival_eve_read(struct json_value_list *list, struct bytes line, struct arrival *out, struct diag *diag);

#endif
