/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/event_intake.h - the other end of an event_outlet: pieces of a text become lines again, which the dossier keeps. What comes
 * is hostile: a line that is no event is left out and counted.
 */
#ifndef APP_EVENT_INTAKE_H
#define APP_EVENT_INTAKE_H

#include "dossier/events_keep.h"

struct event_intake;

struct event_intake_counts {
	struct events_keep_counts kept;
	uint64_t refused; /* lines that are no events */
};

/* 0, or a negative errno with diag. */
MUST_USE int event_intake_new(struct event_intake **out, struct dossier *dossier, enum events_keep_mode mode,
    enum events_keep_what what, struct diag *diag);
/* Each: 0, or a negative errno with diag: nothing can be kept any more. */
MUST_USE int event_intake_take(struct event_intake *intake, struct bytes piece, struct diag *diag);
/* Live: what came is on the disk. Costs little when nothing came. */
MUST_USE int event_intake_flush(struct event_intake *intake, struct diag *diag);
/* Frees in any case. Takes NULL. */
MUST_USE int event_intake_close(struct event_intake *intake, struct event_intake_counts *out, struct diag *diag);

#endif
