/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_spoken.h - which rules and detectors spoke: how often, how gravely, when last. */
#ifndef DOSSIER_DOSSIER_SPOKEN_H
#define DOSSIER_DOSSIER_SPOKEN_H

#include "dossier/dossier.h"

enum { DOSSIER_SPOKEN_MAX = 500 };

struct dossier_spoken {
	char detector_cstr[32];
	uint32_t signature_id;
	uint64_t alerts, aside; /* aside: of these, kept aside by exceptions */
	uint8_t severity;       /* the gravest */
	int64_t last_ns;
	uint16_t text_len;
	char text[ALERT_FACT_VALUE_MAX]; /* what the authors of a rule call it; empty for a detector of ours */
};

/* The most frequent first, DOSSIER_SPOKEN_MAX of them. 0, or a negative errno with diag. */
MUST_USE int dossier_spoken_each(
    struct dossier *d, void (*each)(void *context, const struct dossier_spoken *spoken), void *context, struct diag *diag);

#endif
