/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_dataset_doc.h - the relevance report of a set as a page, for whoever decides whether a model may be made of it. */
#ifndef APP_LEARN_DATASET_DOC_H
#define APP_LEARN_DATASET_DOC_H

#include "app/learn_finding.h"
#include "core/diag.h"

/* HTML to standard output. 0, or a negative errno with diag. */
MUST_USE int learn_dataset_doc_page(
    enum language language, const struct learn_subject *s, const struct learn_findings *findings, struct diag *diag);

#endif
