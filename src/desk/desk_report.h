/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_report.h - what reports need (report/report.h), read from the dossier. Shared by the verb and the console. */
#ifndef DESK_DESK_REPORT_H
#define DESK_DESK_REPORT_H

#include "dossier/dossier.h"
#include "incident/vocabulary.h"
#include "report/report.h"
#include "study/clocks.h"

/* Where it is read from; the arena holds all that is read. */
struct desk_report_source {
	struct dossier *dossier;
	struct arena *arena;
	const struct vocabulary *vocabulary;
	const struct clocks *clocks;
	const struct zone *zone;
	int64_t now_s;
};

struct desk_report_request {
	enum report_kind kind;
	enum language language;
	bool is_public;
	const char *incident_cstr; /* an id or the beginning of one; of the first three kinds */
	const char *notice_cstr;   /* "gdpr", "nis2"; NULL: gdpr */
	int64_t from_s, to_s;      /* of the others */
	struct doc_cover cover;    /* what people said; NULL or empty texts are filled */
};

/* 0, or a negative errno with diag. */
MUST_USE int desk_report_read(const struct desk_report_source *from, const struct desk_report_request *request,
    struct report_input *out, struct diag *diag);

#endif
