/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_info.h - what a dossier holds, counted. */
#ifndef DOSSIER_DOSSIER_INFO_H
#define DOSSIER_DOSSIER_INFO_H

#include "dossier/dossier.h"

enum { DOSSIER_INFO_KINDS_MAX = 32 };

struct dossier_info {
	uint64_t version;
	struct {
		const char *name_cstr;
		uint64_t count;
	} kinds[DOSSIER_INFO_KINDS_MAX];
	size_t kind_count;
	uint64_t links, lines, database_bytes, file_bytes;
	uint64_t event_days, events, event_bytes;
	int64_t first_ns, last_ns; /* of the journal; 0: it is empty */
	uint64_t seq;
	char head_cstr[65];
	char key_cstr[65]; /* the fingerprint of the key for hand-overs; empty: none yet */
};

MUST_USE int dossier_info(struct dossier *d, struct dossier_info *out, struct diag *diag);

#endif
