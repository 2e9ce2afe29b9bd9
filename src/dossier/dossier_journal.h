/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_journal.h - who changed what, and when: lines that are only added, each with the SHA-256 of its content
 * and of the line before it, so that no line can be altered, dropped or slipped in unnoticed. dossier_verify.h looks.
 *
 * Hashed: the previous hash (32 bytes; zeros for line 1), seq and at (8 bytes each, big-endian), then who, action, object, the
 * SHA-256 of before, that of after, and the seal of the object (dossier_seal.h), each as a length (4 bytes, big-endian;
 * ffffffff when absent) and its bytes. As before and after are hashed by their digest, the law can have them erased, and the
 * chain still holds.
 */
#ifndef DOSSIER_DOSSIER_JOURNAL_H
#define DOSSIER_DOSSIER_JOURNAL_H

#include "dossier/dossier_db.h"

struct dossier_line {
	int64_t seq, at_ns;
	struct bytes who, action, object, before_sha256, after_sha256, seal; /* at == NULL: absent */
};

void dossier_journal_hash(const struct dossier_line *line, const uint8_t previous[static DOSSIER_DIGEST_SIZE],
    uint8_t out[static DOSSIER_DIGEST_SIZE]);

/* Reads the last line, on which the next one is built. */
MUST_USE int dossier_journal_start(struct dossier *d, struct diag *diag);
/* After the rows and links of the object were changed: they are sealed as they are now. before or after may be NULL. What is
 * no object of its own ("dossier", "journal") has no seal. */
MUST_USE int dossier_journal_add(struct dossier *d, const char *action_cstr, const char *object_cstr,
    const char *before_cstr, const char *after_cstr, struct diag *diag);
/* The same for a line that somebody wrote at another time. */
MUST_USE int dossier_journal_add_as(struct dossier *d, int64_t at_ns, struct bytes who, struct bytes action,
    struct bytes object, struct bytes before, struct bytes after, struct diag *diag);
/* Leaves a line "<seq> <hash>" in journal.head beside the database, when the journal grew here: a witness for `verify`, and for
 * whoever keeps it elsewhere. Its failure is not one of the dossier. */
void dossier_journal_leave_head(struct dossier *d);
int64_t dossier_journal_now(void); /* ns since 1970 */

#endif
