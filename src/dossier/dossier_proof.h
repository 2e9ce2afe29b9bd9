/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_proof.h - the content of a proof, as it was kept. */
#ifndef DOSSIER_DOSSIER_PROOF_H
#define DOSSIER_DOSSIER_PROOF_H

#include "dossier/dossier.h"

enum { DOSSIER_PROOF_BYTES_MAX = 64 << 20 };

/* path_cstr: as struct kept_alert has it. *out is the caller's to free. 0, or a negative errno with diag: it is gone (-ENOENT), too
 * large, or is no longer what its name says (-EBADMSG), which `dossier verify` tells more about. */
MUST_USE int
dossier_proof_read(struct dossier *dossier, const char *path_cstr, uint8_t **out, size_t *len, struct diag *diag);

#endif
