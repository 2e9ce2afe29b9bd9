/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_purge.h - what must not be kept any longer goes: its rows, its files, the contents of its lines in the
 * journal. That it went, when and by which rule stays, as a line of the journal; the chain still holds.
 */
#ifndef DOSSIER_DOSSIER_PURGE_H
#define DOSSIER_DOSSIER_PURGE_H

#include "dossier/dossier.h"
#include "dossier/dossier_retention.h"

struct dossier_due { /* what one rule asks for */
	uint64_t objects, files, bytes, lines;
	int64_t oldest_ns;
};

struct dossier_purge {
	struct dossier_due rules[DOSSIER_RULES];
	struct dossier_due by_size; /* the oldest days of events, then the oldest evidence, until what is left fits */
	uint64_t strays;            /* files of evidence that no row names: left by a run that was stopped */
	uint64_t left_bytes;        /* of evidence and events, afterwards */
};

/* now_ns: the time that ages are counted to. max_bytes: of all evidence and events together, 0: no limit. `really` false: nothing is
 * changed, only counted. 0, or a negative errno with diag: then nothing was changed. */
MUST_USE int dossier_purge(struct dossier *d, const struct dossier_retention *retention, int64_t now_ns, uint64_t max_bytes,
    bool really, struct dossier_purge *out, struct diag *diag);

#endif
