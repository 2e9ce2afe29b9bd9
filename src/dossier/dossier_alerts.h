/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_alerts.h - alerts page by page, the latest first, whatever their number. */
#ifndef DOSSIER_DOSSIER_ALERTS_H
#define DOSSIER_DOSSIER_ALERTS_H

#include "dossier/dossier.h"
#include "record/exception.h"

enum { DOSSIER_ALERTS_CURSOR_MAX = 64, DOSSIER_ALERTS_TEXT_MAX = 256 };

struct dossier_alerts_query {
	struct bytes
	    text; /* words, all of which stand in it: addresses, detector, technique, facts, incident; small or capital */
	unsigned severity_min;     /* enum severity; 0: all */
	const char *detector_cstr; /* NULL: all */
	int64_t from_ns, to_ns;    /* of its end; to_ns 0: no end; not included */
	const char *after_cstr;    /* the `next` of a page before; NULL: from the latest on */
	size_t limit;              /* alerts; 0: 50 */
};

struct dossier_alerts_page {
	size_t count;
	bool complete;                             /* there is no more */
	int64_t searched_to;                       /* with a text a page may end before it is full: how far back it looked */
	char next_cstr[DOSSIER_ALERTS_CURSOR_MAX]; /* empty when complete */
};

struct dossier_alert_row {
	struct kept_alert kept;
	char incident_cstr[INCIDENT_ID_MAX];   /* empty: in none */
	char exception_cstr[EXCEPTION_ID_MAX]; /* that keeps it aside; empty: none */
};

/* 0; -EINVAL with diag: no place to go on from, or too long a text; another negative errno with diag. */
MUST_USE int dossier_alerts_page(struct dossier *d, const struct dossier_alerts_query *query,
    void (*each)(void *context, const struct dossier_alert_row *row), void *context, struct dossier_alerts_page *out,
    struct diag *diag);
/* One alert. 0, -ENOENT, or another negative errno; with diag. */
MUST_USE int dossier_alerts_find(struct dossier *d, const char *id_cstr, struct dossier_alert_row *out, struct diag *diag);

#endif
