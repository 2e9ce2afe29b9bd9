/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_keep.h - writes lines of EVE JSON into the days of a dossier.
 *
 * Lines are gathered into blocks. What was added before a flush that succeeded is on the disk, whatever happens then: a live
 * watch flushes every second, into small rows that are put together when the block is full; a copy of a file flushes once, at
 * its end. Lines that were kept before are known again, and a copy does not keep them twice: see events_known.h.
 */
#ifndef DOSSIER_EVENTS_KEEP_H
#define DOSSIER_EVENTS_KEEP_H

#include "core/diag.h"

struct dossier;
struct events_keep;

enum events_keep_mode { EVENTS_KEEP_LIVE, EVENTS_KEEP_COPY };
enum events_keep_what {
	EVENTS_KEEP_ALL,
	EVENTS_KEEP_NETWORK, /* all but what the sensor says of itself (stats) */
	EVENTS_KEEP_FLOWS,   /* and alerts; the others are passed over */
};

struct events_keep_counts {
	uint64_t kept, known; /* known: were there before */
};

/* The dossier must be open for writing until the keep is closed. 0 or a negative errno with diag. */
MUST_USE int events_keep_new(struct events_keep **out, struct dossier *dossier, enum events_keep_mode mode,
    enum events_keep_what what, struct diag *diag);
/* One line, without its end. 0; -EINVAL with diag: it is no event, and was left out; another negative errno with diag: nothing
 * can be kept any more. */
MUST_USE int events_keep_add(struct events_keep *keep, struct bytes line, struct diag *diag);
MUST_USE int events_keep_flush(struct events_keep *keep, struct diag *diag);
/* Flushes, and frees in any case. Takes NULL. out (may be NULL): the counts at the end. */
MUST_USE int events_keep_close(struct events_keep *keep, struct events_keep_counts *out, struct diag *diag);

#endif
