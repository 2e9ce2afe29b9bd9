/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/study_document.h - documents of studies: D02, D04, D09, as HTML or XLSX on standard output. */
#ifndef APP_STUDY_DOCUMENT_H
#define APP_STUDY_DOCUMENT_H

#include "app/study_session.h"
#include "core/zone.h"

struct doc;
struct doc_cover;

/* --format is html or xlsx. */
bool study_document_wanted(const struct study_session *s);
/* Before rights are given up: what a document needs of the system. 0, or a negative errno with diag. */
MUST_USE int study_document_prepare(struct zone **zone, struct diag *diag);
/* Starts a document, lets build() fill it, and writes it out. */
MUST_USE int study_document_write(struct study_session *s, const struct zone *zone, const struct doc_cover *cover,
    void (*build)(void *context, struct doc *d), void *context, struct diag *diag);

/* `beffroi study document FOLDER --type study|requirements --format html|xlsx`. */
MUST_USE int study_document_run(struct study_session *s, struct diag *diag);

#endif
