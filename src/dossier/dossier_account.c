/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_account.h"

#include "core/json.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_load.h"
#include "dossier/dossier_object.h"
#include "dossier/store.h"

#include <stdio.h>

_Static_assert((int)DOSSIER_DIGEST == (int)DOSSIER_DIGEST_SIZE, "a SHA-256");

enum { ACCOUNT_JSON_MAX = 1024 };

const char dossier_account_tables_cstr[] =
    "CREATE TABLE account(id TEXT PRIMARY KEY REFERENCES object(id), name TEXT NOT NULL UNIQUE, display TEXT NOT NULL,"
    " role TEXT NOT NULL, language TEXT NOT NULL, active INTEGER NOT NULL, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    /* What follows is no part of any object: it is neither sealed nor exported. */
    "CREATE TABLE credential(account TEXT PRIMARY KEY REFERENCES account(id), password TEXT NOT NULL, totp BLOB,"
    " totp_confirmed INTEGER NOT NULL, totp_used INTEGER NOT NULL, changed INTEGER NOT NULL, log_in INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE recovery_code(account TEXT NOT NULL REFERENCES account(id), hash BLOB NOT NULL, PRIMARY KEY(account, hash))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE session(hash BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES account(id), created INTEGER NOT NULL,"
    " seen INTEGER NOT NULL, expires INTEGER NOT NULL, by_link INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX session_account ON session(account, seen);"
    "CREATE TABLE token(id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account(id), name TEXT NOT NULL,"
    " rights TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, created INTEGER NOT NULL, expires INTEGER NOT NULL,"
    " used INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE invitation(hash BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES account(id), expires INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE known_address(account TEXT NOT NULL REFERENCES account(id), address BLOB NOT NULL, seen INTEGER NOT NULL,"
    " PRIMARY KEY(account, address)) STRICT, WITHOUT ROWID;";

#define COLUMNS "name, display, role, language, active, created"

void
dossier_account_sign(struct dossier *d, const char *who_cstr)
{
	(void)snprintf(d->who_cstr, sizeof(d->who_cstr), "%s", who_cstr);
}

static void
write_id(struct dossier_account *account)
{
	(void)snprintf(account->id_cstr, sizeof(account->id_cstr), "ACC-%s", account->name_cstr);
}

static int
read_account(struct dossier *d, struct store_statement *s, struct dossier_account *out, struct diag *diag)
{
	struct dossier_account a = {0};
	char language_cstr[8];
	bool bad = false;
	dossier_db_cstr(s, 0, a.name_cstr, sizeof(a.name_cstr), &bad);
	dossier_db_cstr(s, 1, a.display_cstr, sizeof(a.display_cstr), &bad);
	dossier_db_cstr(s, 2, a.role_cstr, sizeof(a.role_cstr), &bad);
	dossier_db_cstr(s, 3, language_cstr, sizeof(language_cstr), &bad);
	a.language = text_language_of(language_cstr);
	a.active = dossier_db_u64(s, 4, 1, &bad) == 1;
	a.created_ns = dossier_db_i64(s, 5);
	if (bad || !person_name_valid(bytes_of_cstr(a.name_cstr)))
		return dossier_load_damaged(d, diag);
	write_id(&a);
	*out = a;
	return 0;
}

int
dossier_account_find(struct dossier *d, const char *name_cstr, struct dossier_account *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT " COLUMNS " FROM account WHERE name = ?1");
	dossier_db_bind_cstr(s, 1, name_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	r = read_account(d, s, out, diag);
	store_reset(s);
	return r < 0 ? r : 1;
}

int
dossier_account_each(
    struct dossier *d, void (*each)(void *context, const struct dossier_account *account), void *context, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT " COLUMNS " FROM account ORDER BY name");
	int r, count = 0;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct dossier_account account;
		r = read_account(d, s, &account, diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
		each(context, &account);
		count++;
	}
	return r < 0 ? r : count;
}

static const char *
language_word(enum language language)
{
	return language == LANGUAGE_FR ? "fr" : "en";
}

static void
write_json(const struct dossier_account *a, char out[static ACCOUNT_JSON_MAX])
{
	struct json j = json_of(out, ACCOUNT_JSON_MAX - 1);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("display"), a->display_cstr);
	json_cstr(&j, JSON_KEY("role"), a->role_cstr);
	json_cstr(&j, JSON_KEY("language"), language_word(a->language));
	json_bool(&j, JSON_KEY("active"), a->active);
	json_close_object(&j);
	out[json_length(&j)] = '\0';
}

int
dossier_account_put(struct dossier *d, struct dossier_account *account, struct diag *diag)
{
	struct dossier_account before;
	char before_cstr[ACCOUNT_JSON_MAX], after_cstr[ACCOUNT_JSON_MAX];
	write_id(account);
	write_json(account, after_cstr);
	int r = dossier_db_begin(d, diag);
	int there = r < 0 ? r : dossier_account_find(d, account->name_cstr, &before, diag);
	if (there < 0)
		return there;
	if (there > 0) {
		write_json(&before, before_cstr);
		if (strcmp(before_cstr, after_cstr) == 0)
			return 0;
	} else {
		r = dossier_object_add(d, account->id_cstr, "account", diag);
	}
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO account(id, " COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(id) DO UPDATE SET"
	    " display = excluded.display, role = excluded.role, language = excluded.language, active = excluded.active");
	dossier_db_bind_cstr(s, 1, account->id_cstr);
	dossier_db_bind_cstr(s, 2, account->name_cstr);
	dossier_db_bind_cstr(s, 3, account->display_cstr);
	dossier_db_bind_cstr(s, 4, account->role_cstr);
	dossier_db_bind_cstr(s, 5, language_word(account->language));
	dossier_db_bind_i64(s, 6, account->active);
	dossier_db_bind_i64(s, 7, account->created_ns);
	if (r == 0)
		r = dossier_db_run(d, s, diag);
	return r < 0 ? r
	             : dossier_journal_add(d, there > 0 ? "change" : "add", account->id_cstr, there > 0 ? before_cstr : NULL,
	                   after_cstr, diag);
}

int
dossier_account_credential(struct dossier *d, const char *id_cstr, struct dossier_credential *out, struct diag *diag)
{
	struct dossier_credential c = {0};
	bool bad = false;
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT password, totp, totp_confirmed, totp_used, changed, log_in FROM credential WHERE account = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r < 0)
		return r;
	if (r > 0) {
		dossier_db_cstr(s, 0, c.password_cstr, sizeof(c.password_cstr), &bad);
		struct bytes totp = dossier_db_bytes(s, 1);
		bad = bad || totp.len > sizeof(c.totp);
		c.totp_len = bad ? 0 : totp.len;
		if (c.totp_len > 0)
			memcpy(c.totp, totp.at, totp.len);
		c.totp_confirmed = dossier_db_u64(s, 2, 1, &bad) == 1;
		c.totp_used = dossier_db_i64(s, 3);
		c.changed_ns = dossier_db_i64(s, 4);
		c.log_in_ns = dossier_db_i64(s, 5);
		store_reset(s);
	}
	if (bad)
		return dossier_load_damaged(d, diag);
	*out = c;
	return 0;
}

int
dossier_account_set_credential(struct dossier *d, const char *id_cstr, const struct dossier_credential *c, struct diag *diag)
{
	int r = dossier_db_begin(d, diag);
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO credential(account, password, totp, totp_confirmed, totp_used, changed, log_in)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(account) DO UPDATE SET password = excluded.password,"
	    " totp = excluded.totp, totp_confirmed = excluded.totp_confirmed, totp_used = excluded.totp_used,"
	    " changed = excluded.changed, log_in = excluded.log_in");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, c->password_cstr);
	if (c->totp_len > 0)
		dossier_db_bind_bytes(s, 3, (struct bytes){c->totp, c->totp_len});
	dossier_db_bind_i64(s, 4, c->totp_confirmed);
	dossier_db_bind_i64(s, 5, c->totp_used);
	dossier_db_bind_i64(s, 6, c->changed_ns);
	dossier_db_bind_i64(s, 7, c->log_in_ns);
	return r < 0 ? r : dossier_db_run(d, s, diag);
}

int
dossier_account_set_recovery(
    struct dossier *d, const char *id_cstr, const uint8_t (*hashes)[DOSSIER_DIGEST], size_t count, struct diag *diag)
{
	int r = dossier_db_begin(d, diag);
	struct store_statement *s = dossier_db_sql(d, "DELETE FROM recovery_code WHERE account = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	if (r == 0)
		r = dossier_db_run(d, s, diag);
	for (size_t i = 0; i < count && r == 0; i++) {
		s = dossier_db_sql(d, "INSERT INTO recovery_code(account, hash) VALUES(?1, ?2)");
		dossier_db_bind_cstr(s, 1, id_cstr);
		dossier_db_bind_bytes(s, 2, (struct bytes){hashes[i], DOSSIER_DIGEST});
		r = dossier_db_run(d, s, diag);
	}
	return r;
}

int
dossier_account_use_recovery(
    struct dossier *d, const char *id_cstr, const uint8_t hash[static DOSSIER_DIGEST], struct diag *diag)
{
	int r = dossier_db_begin(d, diag);
	struct store_statement *s = dossier_db_sql(d, "DELETE FROM recovery_code WHERE account = ?1 AND hash = ?2");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_bytes(s, 2, (struct bytes){hash, DOSSIER_DIGEST});
	if (r == 0)
		r = dossier_db_run(d, s, diag);
	return r < 0 ? r : store_changes(d->store) > 0;
}

int
dossier_account_tell(struct dossier *d, const char *who_cstr, const char *action_cstr, const char *object_cstr,
    const char *after_cstr, struct diag *diag)
{
	int r = dossier_db_begin(d, diag);
	struct bytes after = after_cstr == NULL ? (struct bytes){0} : bytes_of_cstr(after_cstr);
	return r < 0 ? r
	             : dossier_journal_add_as(d, dossier_journal_now(), bytes_of_cstr(who_cstr == NULL ? "?" : who_cstr),
	                   bytes_of_cstr(action_cstr), bytes_of_cstr(object_cstr), (struct bytes){0}, after, diag);
}
