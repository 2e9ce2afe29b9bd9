/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_reading.h - who read what: a line of the journal for each reading of personal data. */
#ifndef DOSSIER_DOSSIER_READING_H
#define DOSSIER_DOSSIER_READING_H

#include "dossier/dossier.h"

/* How long the same person may read the same thing in the same way without another line. */
enum { DOSSIER_READING_SECONDS = 3600 };

/* 1: it was written down already; 0: it was not; a negative errno with diag. A dossier that is only read can answer this. */
MUST_USE int
dossier_reading_is_noted(struct dossier *dossier, const char *object_cstr, const char *how_cstr, struct diag *diag);
/* A line "read" about that object, signed by who is signed (dossier_case_sign). how_cstr: the operation. 0, or a negative errno with diag. */
MUST_USE int dossier_reading_note(struct dossier *dossier, const char *object_cstr, const char *how_cstr, struct diag *diag);

#endif
