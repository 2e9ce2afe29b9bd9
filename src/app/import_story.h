/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/import_story.h - from what another sensor told to incidents in the dossier.
 *
 * Its observations are put in the order of time and given to the detectors; its alerts and theirs go the way of our own. What a
 * detector of ours already said in the file is not said a second time. The same file gives the same identities, so that a second
 * import, or the rest of one that was interrupted, adds only what is missing.
 */
#ifndef APP_IMPORT_STORY_H
#define APP_IMPORT_STORY_H

#include "arrival/arrival_eve.h"
#include "core/diag.h"

struct dossier;
struct import_story;

struct import_counts {
	uint64_t observations;
	uint64_t alerts; /* in the file */
	uint64_t found;  /* by our detectors in its events */
	uint64_t over;   /* alerts beyond what one import keeps */
	uint64_t new_alerts, incidents, new_incidents, machines;
};

/* NULL: diag says why. */
MUST_USE struct import_story *import_story_new(struct diag *diag);
void import_story_free(struct import_story *story);
void import_story_hear(struct import_story *story, const struct arrival *arrival, uint64_t line);
/* The file is over: all goes into the dossier. 0 or a negative errno with diag. */
MUST_USE int
import_story_end(struct import_story *story, struct dossier *dossier, struct import_counts *out, struct diag *diag);

#endif
