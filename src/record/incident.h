/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/incident.h - alerts of one cause, told as one story. */
#ifndef RECORD_INCIDENT_H
#define RECORD_INCIDENT_H

#include "record/alert.h"

enum { INCIDENT_PARTS_MAX = 12, INCIDENT_VICTIMS_MAX = 32, INCIDENT_ID_MAX = 24 };

/* What one detector contributed. */
struct incident_part {
	struct alert strongest; /* its most telling alert: highest severity, then count, then earliest */
	uint64_t alerts;        /* of this detector in this incident */
	uint64_t count;         /* attempts in all */
	int64_t first_ns, last_ns;
};

struct incident {
	char id_cstr[INCIDENT_ID_MAX]; /* "INC-" and 12 hexadecimal digits of its identity: the same in every run */
	struct addr attacker;          /* who did it; of a hygiene finding, whom it concerns */
	uint32_t victims_total;
	uint8_t victim_count;                      /* entries of victims */
	struct addr victims[INCIDENT_VICTIMS_MAX]; /* sorted */
	uint16_t stages;                           /* bit 1 << enum alert_stage */
	uint8_t severity;   /* enum severity, of the whole: stages together weigh more than each alone */
	uint8_t confidence; /* percent */
	int64_t first_ns, last_ns;
	uint64_t alerts;
	uint8_t part_count;
	struct incident_part parts[INCIDENT_PARTS_MAX]; /* in order of first_ns */
};

/* The part whose advice matters most: the gravest, then the latest stage. The incident has one at least. */
const struct incident_part *incident_main_part(const struct incident *incident);

#endif
