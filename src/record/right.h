/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/right.h - what a person may do, as words that roles (data/people/roles.yaml), tokens and the operations of the API
 * share. A set of rights is one bit for each.
 */
#ifndef RECORD_RIGHT_H
#define RECORD_RIGHT_H

#include "core/bytes.h"

enum right {
	RIGHT_INCIDENT_READ,
	RIGHT_INCIDENT_WRITE,
	RIGHT_INCIDENT_CLOSE,
	RIGHT_ALERT_READ,
	RIGHT_EVENT_READ,
	RIGHT_ASSET_READ,
	RIGHT_ASSET_WRITE,
	RIGHT_REPORT_READ,
	RIGHT_REPORT_TECHNICAL,
	RIGHT_NOTICE_WRITE,
	RIGHT_EVIDENCE_READ,
	RIGHT_JOURNAL_READ,
	RIGHT_PERSONAL_READ,
	RIGHT_SETTINGS_READ,
	RIGHT_SETTINGS_WRITE,
	RIGHT_USER_ADMIN,
	RIGHT_TOKEN_OWN,
	RIGHT_COUNT,
	/* What an operation needs, and nobody is given: an account of any kind; not even that. */
	RIGHT_SIGNED_IN = RIGHT_COUNT,
	RIGHT_ANYBODY
};

enum { RIGHT_SET_TEXT_MAX = 512 };

#define RIGHT_BIT(right) (UINT32_C(1) << (right))

/* "incident.read"; "" for what is none. */
const char *right_name(enum right right);
bool right_find(struct bytes name, enum right *out);

/* "incident.read alert.read", in the order of the enum; returns out. */
const char *right_set_write(uint32_t set, char out[static RIGHT_SET_TEXT_MAX]);
/* Words between spaces or commas. False when one is no right: it is in *bad then. */
bool right_set_parse(struct bytes text, uint32_t *out, struct bytes *bad);

#endif
