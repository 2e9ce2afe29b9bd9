/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_pulse.h - how much has come in lately, and how much room all of it takes: figures for the page of today and for
 * programs that watch. */
#ifndef DOSSIER_DOSSIER_PULSE_H
#define DOSSIER_DOSSIER_PULSE_H

#include "dossier/dossier.h"

enum { DOSSIER_PULSE_HOURS = 24 };

struct dossier_pulse {
	uint64_t hourly[DOSSIER_PULSE_HOURS]; /* alerts; the last one is the hour up to now */
	uint64_t alerts_24h;
	uint64_t events_today;      /* of the day of now_ns, UTC, as events are kept */
	uint64_t alerts, incidents; /* in all */
	uint64_t disk_bytes;        /* database, proofs, events */
};
MUST_USE int dossier_pulse(struct dossier *dossier, int64_t now_ns, struct dossier_pulse *out, struct diag *diag);

#endif
