/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_id.h - names made from content: the same thing has the same name in every run and on every machine. */
#ifndef DOSSIER_DOSSIER_ID_H
#define DOSSIER_DOSSIER_ID_H

#include "record/alert.h"

enum { DOSSIER_ID_MAX = 72 };

/* "ALR-" and 16 digits: of what happened, between whom, when and how often; not of how it was read (threads, packet numbers). */
void dossier_id_alert(const struct alert *alert, char out[static DOSSIER_ID_MAX]);
void dossier_id_asset(const struct addr *address, char out[static DOSSIER_ID_MAX]); /* "AST-192.0.2.1" */
void dossier_id_evidence(const char *sha256_cstr, char out[static DOSSIER_ID_MAX]); /* "EVD-" and the digest */

#endif
