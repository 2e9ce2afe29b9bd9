/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_history.h"

#include "dossier/dossier_db.h"

int
dossier_history_each(struct dossier *d, const char *object_cstr,
    void (*each)(void *context, const struct dossier_history_line *line), void *context, struct diag *diag)
{
	int r, count = 0;
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT seq, at, who, action, object, before, after FROM journal WHERE object = ?1 ORDER BY seq");
	dossier_db_bind_cstr(s, 1, object_cstr);
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		each(context,
		    &(struct dossier_history_line){.seq = dossier_db_i64(s, 0),
		        .at_ns = dossier_db_i64(s, 1),
		        .who = dossier_db_bytes(s, 2),
		        .action = dossier_db_bytes(s, 3),
		        .object = dossier_db_bytes(s, 4),
		        .before = dossier_db_bytes(s, 5),
		        .after = dossier_db_bytes(s, 6)});
		count++;
	}
	return r < 0 ? r : count;
}
