/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_import.h - one line of an import, for the fuzz target; dossier_import() is in dossier_export.h. */
#ifndef DOSSIER_DOSSIER_IMPORT_H
#define DOSSIER_DOSSIER_IMPORT_H

#include "dossier/dossier_db.h"
#include "dossier/dossier_kind.h"

/* kind NULL: a link. 0; -EINVAL with a diag: the line is not right; another negative errno. */
MUST_USE int dossier_import_line(struct dossier *d, const struct dossier_kind *kind, struct bytes line, struct diag *diag);

#endif
