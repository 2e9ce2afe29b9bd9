/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_history.h - the lines of the journal about one object. */
#ifndef DOSSIER_DOSSIER_HISTORY_H
#define DOSSIER_DOSSIER_HISTORY_H

#include "core/bytes.h"
#include "core/diag.h"

struct dossier;

struct dossier_history_line {
	int64_t seq, at_ns;
	struct bytes who, action, object, before, after; /* before and after: at == NULL when absent, or erased */
};

/* In their order. Returns how many, or a negative errno with diag. */
MUST_USE int dossier_history_each(struct dossier *dossier, const char *object_cstr,
    void (*each)(void *context, const struct dossier_history_line *line), void *context, struct diag *diag);

#endif
