/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_known.h - whether a line was kept before: the same file again, one that has grown, the same capture read by
 * another number of threads. Only blocks of a day that were there at the start, and that are of the time of a line, are read,
 * each once.
 */
#ifndef DOSSIER_EVENTS_KNOWN_H
#define DOSSIER_EVENTS_KNOWN_H

#include "dossier/events_day.h"

struct events_known;

/* What the day has now. *out NULL: it is empty. 0 or a negative errno with diag. */
MUST_USE int events_known_new(struct events_known **out, struct events_day *day, struct diag *diag);
void events_known_free(struct events_known *known);
/* 1, 0, or a negative errno with diag. press: for inflating; what it held is lost. */
MUST_USE int events_known_has(struct events_known *known, struct events_day *day, struct events_press *press,
    struct bytes line, int64_t time_ns, struct diag *diag);

#endif
