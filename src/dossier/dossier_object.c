/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_object.h"

#include "dossier/dossier_journal.h"

int
dossier_object_add(struct dossier *d, const char *id_cstr, const char *kind_cstr, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "INSERT INTO object(id, kind) VALUES(?1, ?2) ON CONFLICT DO NOTHING");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, kind_cstr);
	return dossier_db_run(d, s, diag);
}

static int
add_link(struct dossier *d, struct store_statement *s, const char *source_cstr, const char *relation_cstr,
    const char *target_cstr, const char *why_cstr, struct diag *diag)
{
	dossier_db_bind_cstr(s, 1, source_cstr);
	dossier_db_bind_cstr(s, 2, relation_cstr);
	dossier_db_bind_cstr(s, 3, target_cstr);
	dossier_db_bind_cstr(s, 4, d->who_cstr);
	dossier_db_bind_i64(s, 5, dossier_journal_now());
	dossier_db_bind_cstr(s, 6, why_cstr);
	return dossier_db_run(d, s, diag);
}

int
dossier_object_link(struct dossier *d, const char *source_cstr, const char *relation_cstr, const char *target_cstr,
    const char *why_cstr, struct diag *diag)
{
	return add_link(d,
	    dossier_db_sql(d,
	        "INSERT INTO link(source, relation, target, by, at, why) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
	        " ON CONFLICT DO NOTHING"),
	    source_cstr, relation_cstr, target_cstr, why_cstr, diag);
}

int
dossier_object_link_if(struct dossier *d, const char *source_cstr, const char *relation_cstr, const char *target_cstr,
    const char *why_cstr, struct diag *diag)
{
	return add_link(d,
	    dossier_db_sql(d,
	        "INSERT INTO link(source, relation, target, by, at, why) SELECT ?1, ?2, ?3, ?4, ?5, ?6"
	        " WHERE EXISTS(SELECT 1 FROM object WHERE id = ?3) ON CONFLICT DO NOTHING"),
	    source_cstr, relation_cstr, target_cstr, why_cstr, diag);
}
