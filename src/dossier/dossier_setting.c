/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_setting.h"

#include "core/json.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_load.h"
#include "dossier/dossier_object.h"

#include <stdio.h>

enum { ID_MAX = DOSSIER_SETTING_NAME_MAX + 8, VALUE_JSON_MAX = DOSSIER_SETTING_MAX * 6 + 32 };

const char dossier_setting_tables_cstr
    [] = "CREATE TABLE setting(id TEXT PRIMARY KEY REFERENCES object(id), value TEXT NOT NULL) STRICT, WITHOUT ROWID;";

static void
write_id(const char *name_cstr, char out[static ID_MAX])
{
	(void)snprintf(out, ID_MAX, "SET-%s", name_cstr);
}

int
dossier_setting_get(struct dossier *d, const char *name_cstr, char out[static DOSSIER_SETTING_MAX], struct diag *diag)
{
	char id_cstr[ID_MAX];
	bool bad = false;
	write_id(name_cstr, id_cstr);
	struct store_statement *s = dossier_db_sql(d, "SELECT value FROM setting WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	out[0] = '\0';
	if (r <= 0)
		return r;
	dossier_db_cstr(s, 0, out, DOSSIER_SETTING_MAX, &bad);
	store_reset(s);
	return bad ? dossier_load_damaged(d, diag) : 0;
}

static const char *
value_json(const char *value_cstr, char out[static VALUE_JSON_MAX])
{
	struct json j = json_of(out, VALUE_JSON_MAX - 1);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("value"), value_cstr);
	json_close_object(&j);
	out[json_length(&j)] = '\0';
	return out;
}

int
dossier_setting_put(struct dossier *d, const char *name_cstr, const char *value_cstr, struct diag *diag)
{
	char id_cstr[ID_MAX], before_cstr[DOSSIER_SETTING_MAX], before[VALUE_JSON_MAX], after[VALUE_JSON_MAX];
	write_id(name_cstr, id_cstr);
	int r = dossier_db_begin(d, diag);
	if (r == 0)
		r = dossier_setting_get(d, name_cstr, before_cstr, diag);
	if (r < 0 || strcmp(before_cstr, value_cstr) == 0)
		return r;
	r = dossier_object_add(d, id_cstr, "setting", diag);
	if (r < 0)
		return r;
	struct store_statement *s = dossier_db_sql(
	    d, "INSERT INTO setting(id, value) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET value = excluded.value");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, value_cstr);
	r = dossier_db_run(d, s, diag);
	return r < 0
	    ? r
	    : dossier_journal_add(d, "set", id_cstr, before_cstr[0] == '\0' ? NULL : value_json(before_cstr, before),
	          value_json(value_cstr, after), diag);
}
