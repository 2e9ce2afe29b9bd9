/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_journal.h - who changed what, and when: lines that are only added, each with the SHA-256 of its content
 * and of the line before it, so that no line can be altered, dropped or slipped in unnoticed.
 *
 * Hashed: the previous hash (32 bytes; zeros for line 1), seq and at (8 bytes each, big-endian), then who, action, object,
 * before and after, each as a length (4 bytes, big-endian; ffffffff when absent) and its bytes.
 */
#ifndef DOSSIER_DOSSIER_JOURNAL_H
#define DOSSIER_DOSSIER_JOURNAL_H

#include "dossier/dossier_db.h"

/* Reads the last line, on which the next one is built. */
MUST_USE int dossier_journal_start(struct dossier *d, struct diag *diag);
/* before or after may be NULL. */
MUST_USE int dossier_journal_add(struct dossier *d, const char *action_cstr, const char *object_cstr,
    const char *before_cstr, const char *after_cstr, struct diag *diag);
/* 0 and the number of lines, or -EBADMSG and the first line that is not what was written. */
MUST_USE int dossier_journal_verify(struct dossier *d, uint64_t *lines, struct diag *diag);
int64_t dossier_journal_now(void); /* ns since 1970 */

#endif
