/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_pulse.h - how much has come in lately, and how much room all of it takes: figures for the page of today and for
 * programs that watch. */
#ifndef DOSSIER_DOSSIER_PULSE_H
#define DOSSIER_DOSSIER_PULSE_H

#include "dossier/dossier.h"

enum { DOSSIER_PULSE_HOURS = 24, DOSSIER_PULSE_ARROWS = 300 };

struct dossier_pulse {
	uint64_t hourly[DOSSIER_PULSE_HOURS]; /* alerts; the last one is the hour up to now */
	uint64_t alerts_24h, events_24h;
	uint64_t alerts, incidents; /* in all */
	uint64_t disk_bytes;        /* database, proofs, events */
};
MUST_USE int dossier_pulse(struct dossier *dossier, int64_t now_ns, struct dossier_pulse *out, struct diag *diag);

/* Who did something to whom, as alerts tell it: the most frequent first, at most DOSSIER_PULSE_ARROWS. */
struct dossier_arrow {
	struct addr source, target;
	uint64_t alerts;
	unsigned severity; /* the gravest */
};
/* 1: there are more; 0; or a negative errno with diag. */
MUST_USE int dossier_pulse_arrows(struct dossier *dossier, void (*each)(void *context, const struct dossier_arrow *arrow),
    void *context, struct diag *diag);

#endif
