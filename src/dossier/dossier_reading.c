/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_reading.h"

#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_journal.h"

#include <errno.h>
#include <stdio.h>

enum { AFTER_MAX = 64, SECOND_NS = 1000000000, LINES_LOOKED_AT = 1000 /* however long the journal of that object is */ };

static int
write_after(char after[static AFTER_MAX], const char *how_cstr, struct diag *diag)
{
	int n = snprintf(after, AFTER_MAX, "{\"by\":\"%s\"}", how_cstr);
	return n > 0 && n < AFTER_MAX ? 0 : diag_say(diag, -EINVAL, "%s", _("the name of the operation is too long"));
}

int
dossier_reading_is_noted(struct dossier *d, const char *object_cstr, const char *how_cstr, struct diag *diag)
{
	char after[AFTER_MAX];
	int r = write_after(after, how_cstr, diag);
	if (r < 0)
		return r;
	struct store_statement *s = dossier_db_sql(d,
	    "SELECT 1 FROM (SELECT action, who, after, at FROM journal WHERE object = ?1 ORDER BY seq DESC LIMIT ?5) AS latest"
	    " WHERE action = 'read' AND who = ?2 AND after = ?3 AND at > ?4 LIMIT 1");
	dossier_db_bind_cstr(s, 1, object_cstr);
	dossier_db_bind_cstr(s, 2, d->who_cstr);
	dossier_db_bind_cstr(s, 3, after);
	dossier_db_bind_i64(s, 4, dossier_journal_now() - (int64_t)DOSSIER_READING_SECONDS * SECOND_NS);
	dossier_db_bind_i64(s, 5, LINES_LOOKED_AT);
	r = dossier_db_next(d, s, diag);
	if (r > 0)
		store_reset(s);
	return r;
}

int
dossier_reading_note(struct dossier *d, const char *object_cstr, const char *how_cstr, struct diag *diag)
{
	char after[AFTER_MAX];
	int r = write_after(after, how_cstr, diag);
	if (r == 0)
		r = dossier_db_begin(d, diag);
	return r < 0 ? r : dossier_journal_add(d, "read", object_cstr, NULL, after, diag);
}
