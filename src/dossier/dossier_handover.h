/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_handover.h - an archive for whoever must be able to trust it without us, a court's expert for instance.
 *
 *	handover/export/        dossier_export.h, all or some incidents     handover/key.pem    the public key
 *	handover/ABOUT          when, what, the sizes, the journal's head   handover/HOWTO.txt  how to verify
 *	handover/MANIFEST       all of these, for sha256sum --check         handover/MANIFEST.sig
 *
 * Verified with tar, sha256sum and openssl alone. That it was made is a line of the journal, with the archive's SHA-256.
 */
#ifndef DOSSIER_DOSSIER_HANDOVER_H
#define DOSSIER_DOSSIER_HANDOVER_H

#include "dossier/dossier_export.h"

struct dossier_handover {
	struct dossier_moved moved;
	int64_t made_s, seq;
	uint64_t bytes, findings; /* of the archive; of dossier_verify() just before */
	char sha256_cstr[DOSSIER_DIGEST_TEXT], key_cstr[DOSSIER_DIGEST_TEXT], head_cstr[DOSSIER_DIGEST_TEXT];
};

/* fd: an empty file that can be read, written and sought. 0, or a negative errno with diag: the file is empty again. */
MUST_USE int dossier_handover(struct dossier *d, const struct dossier_selection *what, int fd, const char *file_cstr,
    struct dossier_handover *out, struct diag *diag);

#endif
