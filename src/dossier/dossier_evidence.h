/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_evidence.h - files of proof, each under the name of its content: evidence/<sha256>.pcap. */
#ifndef DOSSIER_DOSSIER_EVIDENCE_H
#define DOSSIER_DOSSIER_EVIDENCE_H

#include "dossier/dossier_db.h"
#include "dossier/dossier_id.h"

/* Keeps the bytes once, as a file and as a row, and gives out the name of the evidence. A file is whole or absent: it is
 * written under another name, synced, then renamed. 0 or a negative errno with diag. */
MUST_USE int dossier_evidence_keep(struct dossier *d, struct bytes pcap, char id[static DOSSIER_ID_MAX], struct diag *diag);
/* The names of the new files, on the disk for good. */
MUST_USE int dossier_evidence_sync(struct dossier *d, struct diag *diag);

#endif
