/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/import_story.h - from what another sensor told to alerts and machines, inside the confined reader.
 *
 * Its observations are put in the order of time and given to the detectors; its alerts and theirs go the way of our own. What a
 * detector of ours already said in the file is not said a second time. The same file gives the same identities, so that a second
 * import, or the rest of one that was interrupted, adds only what is missing.
 */
#ifndef APP_IMPORT_STORY_H
#define APP_IMPORT_STORY_H

#include "arrival/arrival_eve.h"
#include "core/diag.h"
#include "record/asset.h"

struct import_story;

struct import_story_out {
	void (*alert)(void *context, const struct alert *alert);
	void (*asset)(void *context, const struct asset *asset);
	void *context;
};

struct import_counts {
	uint64_t observations;
	uint64_t alerts; /* in the file */
	uint64_t found;  /* by our detectors in its events */
	uint64_t over;   /* alerts beyond what one import keeps */
};

enum import_story_pace {
	IMPORT_STORY_AT_END, /* a file: alerts are told in the order of their time, when all is read */
	IMPORT_STORY_LIVE,   /* as they come; what waits is heard at import_story_catch_up() */
};

/* NULL: diag says why. */
MUST_USE struct import_story *
import_story_new(enum import_story_pace pace, const struct import_story_out *out, struct diag *diag);
void import_story_free(struct import_story *story);
/* line: a number that grows. */
void import_story_hear(struct import_story *story, const struct arrival *arrival, uint64_t line);
/* Live: what was heard until now is put in order and judged. */
void import_story_catch_up(struct import_story *story);
/* No more comes: tells all that was not told yet. 0 or -ENOMEM with diag. */
MUST_USE int import_story_end(struct import_story *story, struct import_counts *out, struct diag *diag);

#endif
