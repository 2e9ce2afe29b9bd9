/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_object.h - things of any kind, and the arrows between them. */
#ifndef DOSSIER_DOSSIER_OBJECT_H
#define DOSSIER_DOSSIER_OBJECT_H

#include "dossier/dossier_db.h"

/* Each: 0 (done, or there already) or a negative errno with diag. The caller tells the journal, once, after all it changes. */
MUST_USE int dossier_object_add(struct dossier *d, const char *id_cstr, const char *kind_cstr, struct diag *diag);
MUST_USE int dossier_object_link(struct dossier *d, const char *source_cstr, const char *relation_cstr,
    const char *target_cstr, const char *why_cstr, struct diag *diag);
/* Nothing where the target is not kept. */
MUST_USE int dossier_object_link_if(struct dossier *d, const char *source_cstr, const char *relation_cstr,
    const char *target_cstr, const char *why_cstr, struct diag *diag);

#endif
