/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_retention.h - how long what may be kept: data/law/retention.yaml, or a table of the site. */
#ifndef DOSSIER_DOSSIER_RETENTION_H
#define DOSSIER_DOSSIER_RETENTION_H

#include "core/diag.h"
#include "core/text.h"

enum dossier_rule {
	DOSSIER_RULE_EVIDENCE,
	DOSSIER_RULE_ALERT,
	DOSSIER_RULE_CASE,
	DOSSIER_RULE_ASSET,
	DOSSIER_RULE_JOURNAL,
	DOSSIER_RULE_EVENTS,
	DOSSIER_RULES
};

struct dossier_retention {
	char checked_cstr[16];
	struct {
		unsigned days, at_most;
		char source_cstr[256], reason_cstr[256], why_cstr[2][256]; /* by language */
	} rules[DOSSIER_RULES];
};

/* Reads `shipped`, then what `site` (may be empty) says otherwise. 0, or a negative errno with diag: file, line, what is wrong. */
MUST_USE int dossier_retention_read(
    struct bytes shipped, struct bytes site, const char *site_cstr, struct dossier_retention *out, struct diag *diag);
const char *dossier_retention_word(enum dossier_rule rule); /* "evidence" */

#endif
