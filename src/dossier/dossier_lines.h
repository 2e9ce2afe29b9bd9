/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_lines.h - the journal, read back page by page, the latest line first; and what changed since a line. */
#ifndef DOSSIER_DOSSIER_LINES_H
#define DOSSIER_DOSSIER_LINES_H

#include "dossier/dossier.h"

struct dossier_lines_query {
	const char *object_cstr, *who_cstr; /* exactly these; NULL: all */
	int64_t before_seq;                 /* 0: from the latest on */
	size_t limit;
};

struct dossier_lines_one {
	int64_t seq, at_ns;
	struct bytes who, action, object; /* valid during the call */
	struct bytes before, after;       /* JSON of ours; at == NULL: none, or erased as the law wants it */
};

/* 1: there is more; 0: there is not; or a negative errno with diag. */
MUST_USE int dossier_lines_page(struct dossier *dossier, const struct dossier_lines_query *query,
    void (*each)(void *context, const struct dossier_lines_one *line), void *context, struct diag *diag);

enum dossier_lines_change { /* ORed */
	DOSSIER_LINES_INCIDENTS = 1,
	DOSSIER_LINES_ALERTS = 2,
	DOSSIER_LINES_ASSETS = 4,
	DOSSIER_LINES_OTHERS = 8,
};
/* What kinds of things lines after *seq tell of; *seq becomes the last line. -1 in *seq: only finds the last line. 0 or a negative
 * errno with diag. Readings are no changes. */
MUST_USE int dossier_lines_since(struct dossier *dossier, int64_t *seq, unsigned *changes, struct diag *diag);

#endif
