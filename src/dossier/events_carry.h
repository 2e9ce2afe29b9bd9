/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_carry.h - days of events as they are checked, and carried out of a dossier and into another one.
 *
 * An exported day is its lines in the order of their arrival, compressed: `zstd -dc events/2026-03-03.jsonl.zst`. The same lines
 * give the same file, however they arrived.
 */
#ifndef DOSSIER_EVENTS_CARRY_H
#define DOSSIER_EVENTS_CARRY_H

#include "dossier/events_day.h"

/* "events/2026-03-03.jsonl.zst" */
void events_carry_name(int64_t number, char out[static EVENTS_DAY_NAME_MAX]);
/* put: the next bytes of the file. *lines: in it. 0 or a negative errno with diag. */
MUST_USE int events_carry_out(struct events_day *day, void (*put)(void *context, struct bytes data), void *context,
    uint64_t *lines, struct diag *diag);
/* The lines of such a file go into the dossier. 0, or a negative errno with diag: which line is wrong, and why. */
MUST_USE int events_carry_in(struct dossier *d, int fd, const char *path_cstr, uint64_t *lines, struct diag *diag);
/* Looks at every block, and calls bad() for what is not as it was written. 0 or a negative errno with diag. */
MUST_USE int events_carry_check(
    struct dossier *d, int64_t number, void (*bad)(void *context, struct bytes what), void *context, struct diag *diag);
/* Takes back these days: an import that did not come to its end. */
void events_carry_undo(struct dossier *d, const int64_t *days, size_t count);

#endif
