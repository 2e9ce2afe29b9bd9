/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_session.h"

#include "dossier/dossier_db.h"
#include "dossier/dossier_load.h"
#include "dossier/store.h"

static struct bytes
digest(const uint8_t hash[static DOSSIER_DIGEST])
{
	return (struct bytes){hash, DOSSIER_DIGEST};
}

static bool
take_digest(struct store_statement *s, int at, uint8_t out[static DOSSIER_DIGEST])
{
	struct bytes b = dossier_db_bytes(s, at);
	if (b.len == DOSSIER_DIGEST)
		memcpy(out, b.at, DOSSIER_DIGEST);
	return b.len == DOSSIER_DIGEST;
}

/* Begins, and runs a statement that gives no row. */
static int
run(struct dossier *d, struct store_statement *s, struct diag *diag)
{
	int r = dossier_db_begin(d, diag);
	return r < 0 ? r : dossier_db_run(d, s, diag);
}

/* ---- Sessions ---- */

int
dossier_session_add(struct dossier *d, const struct dossier_session *session, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(
	    d, "INSERT INTO session(hash, account, created, seen, expires, by_link) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
	dossier_db_bind_bytes(s, 1, digest(session->hash));
	dossier_db_bind_cstr(s, 2, session->account_cstr);
	dossier_db_bind_i64(s, 3, session->created_ns);
	dossier_db_bind_i64(s, 4, session->seen_ns);
	dossier_db_bind_i64(s, 5, session->expires_ns);
	dossier_db_bind_i64(s, 6, session->by_link);
	return run(d, s, diag);
}

int
dossier_session_find(
    struct dossier *d, const uint8_t hash[static DOSSIER_DIGEST], struct dossier_session *out, struct diag *diag)
{
	struct dossier_session found = {0};
	bool bad = false;
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT hash, account, created, seen, expires, by_link FROM session WHERE hash = ?1");
	dossier_db_bind_bytes(s, 1, digest(hash));
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	bad = !take_digest(s, 0, found.hash);
	dossier_db_cstr(s, 1, found.account_cstr, sizeof(found.account_cstr), &bad);
	found.created_ns = dossier_db_i64(s, 2);
	found.seen_ns = dossier_db_i64(s, 3);
	found.expires_ns = dossier_db_i64(s, 4);
	found.by_link = dossier_db_u64(s, 5, 1, &bad) == 1;
	store_reset(s);
	if (bad)
		return dossier_load_damaged(d, diag);
	*out = found;
	return 1;
}

int
dossier_session_seen(struct dossier *d, const uint8_t hash[static DOSSIER_DIGEST], int64_t at_ns, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "UPDATE session SET seen = ?2 WHERE hash = ?1");
	dossier_db_bind_bytes(s, 1, digest(hash));
	dossier_db_bind_i64(s, 2, at_ns);
	return run(d, s, diag);
}

int
dossier_session_end(struct dossier *d, const uint8_t hash[static DOSSIER_DIGEST], struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "DELETE FROM session WHERE hash = ?1");
	dossier_db_bind_bytes(s, 1, digest(hash));
	return run(d, s, diag);
}

int
dossier_session_end_all(struct dossier *d, const char *account_cstr, unsigned keep, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "DELETE FROM session WHERE account = ?1 AND hash NOT IN"
	    " (SELECT hash FROM session WHERE account = ?1 ORDER BY seen DESC, hash LIMIT ?2)");
	dossier_db_bind_cstr(s, 1, account_cstr);
	dossier_db_bind_i64(s, 2, keep);
	return run(d, s, diag);
}

int
dossier_session_sweep(struct dossier *d, int64_t now_ns, int64_t idle_ns, int64_t known_ns, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "DELETE FROM session WHERE expires <= ?1 OR seen <= ?2");
	dossier_db_bind_i64(s, 1, now_ns);
	dossier_db_bind_i64(s, 2, now_ns - idle_ns);
	int r = run(d, s, diag);
	s = dossier_db_sql(d, "DELETE FROM invitation WHERE expires <= ?1");
	dossier_db_bind_i64(s, 1, now_ns);
	if (r == 0)
		r = run(d, s, diag);
	s = dossier_db_sql(d, "DELETE FROM token WHERE expires <= ?1");
	dossier_db_bind_i64(s, 1, now_ns);
	if (r == 0)
		r = run(d, s, diag);
	s = dossier_db_sql(d, "DELETE FROM known_address WHERE seen <= ?1");
	dossier_db_bind_i64(s, 1, now_ns - known_ns);
	return r < 0 ? r : run(d, s, diag);
}

/* ---- Tokens ---- */

#define TOKEN_COLUMNS "id, account, name, rights, hash, created, expires, used"

int
dossier_session_add_token(struct dossier *d, const struct dossier_token *token, struct diag *diag)
{
	char rights[RIGHT_SET_TEXT_MAX];
	struct store_statement *s = dossier_db_sql(
	    d, "INSERT INTO token(" TOKEN_COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
	dossier_db_bind_cstr(s, 1, token->id_cstr);
	dossier_db_bind_cstr(s, 2, token->account_cstr);
	dossier_db_bind_cstr(s, 3, token->name_cstr);
	dossier_db_bind_cstr(s, 4, right_set_write(token->rights, rights));
	dossier_db_bind_bytes(s, 5, digest(token->hash));
	dossier_db_bind_i64(s, 6, token->created_ns);
	dossier_db_bind_i64(s, 7, token->expires_ns);
	dossier_db_bind_i64(s, 8, token->used_ns);
	return run(d, s, diag);
}

static int
read_token(struct dossier *d, struct store_statement *s, struct dossier_token *out, struct diag *diag)
{
	struct bytes unknown;
	bool bad = false;
	*out = (struct dossier_token){0};
	dossier_db_cstr(s, 0, out->id_cstr, sizeof(out->id_cstr), &bad);
	dossier_db_cstr(s, 1, out->account_cstr, sizeof(out->account_cstr), &bad);
	dossier_db_cstr(s, 2, out->name_cstr, sizeof(out->name_cstr), &bad);
	bad = !right_set_parse(dossier_db_bytes(s, 3), &out->rights, &unknown) || !take_digest(s, 4, out->hash) || bad;
	out->created_ns = dossier_db_i64(s, 5);
	out->expires_ns = dossier_db_i64(s, 6);
	out->used_ns = dossier_db_i64(s, 7);
	return bad ? dossier_load_damaged(d, diag) : 0;
}

int
dossier_session_find_token(
    struct dossier *d, const uint8_t hash[static DOSSIER_DIGEST], struct dossier_token *out, struct diag *diag)
{
	struct dossier_token found;
	struct store_statement *s = dossier_db_sql(d, "SELECT " TOKEN_COLUMNS " FROM token WHERE hash = ?1");
	dossier_db_bind_bytes(s, 1, digest(hash));
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	r = read_token(d, s, &found, diag);
	store_reset(s);
	if (r < 0)
		return r;
	*out = found;
	return 1;
}

int
dossier_session_token_used(struct dossier *d, const char *id_cstr, int64_t at_ns, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "UPDATE token SET used = ?2 WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_i64(s, 2, at_ns);
	return run(d, s, diag);
}

/* The text of the one row that a statement gives: 1; 0: there is none. */
static int
take_account(struct dossier *d, struct store_statement *s, char out[static DOSSIER_ACCOUNT_ID_MAX], struct diag *diag)
{
	bool bad = false;
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	dossier_db_cstr(s, 0, out, DOSSIER_ACCOUNT_ID_MAX, &bad);
	store_reset(s);
	return bad ? dossier_load_damaged(d, diag) : 1;
}

int
dossier_session_end_token(struct dossier *d, const char *id_cstr, const char *account_cstr,
    char out[static DOSSIER_ACCOUNT_ID_MAX], struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT account FROM token WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = take_account(d, s, out, diag);
	if (r <= 0 || (account_cstr != NULL && strcmp(account_cstr, out) != 0))
		return r < 0 ? r : 0;
	s = dossier_db_sql(d, "DELETE FROM token WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	r = run(d, s, diag);
	return r < 0 ? r : store_changes(d->store) > 0;
}

int
dossier_session_each_token(struct dossier *d, const char *account_cstr,
    void (*each)(void *context, const struct dossier_token *token), void *context, struct diag *diag)
{
	struct store_statement *s = account_cstr == NULL
	    ? dossier_db_sql(d, "SELECT " TOKEN_COLUMNS " FROM token ORDER BY account, created, id")
	    : dossier_db_sql(d, "SELECT " TOKEN_COLUMNS " FROM token WHERE account = ?1 ORDER BY created, id");
	if (account_cstr != NULL)
		dossier_db_bind_cstr(s, 1, account_cstr);
	int r, count = 0;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct dossier_token token;
		r = read_token(d, s, &token, diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
		each(context, &token);
		count++;
	}
	return r < 0 ? r : count;
}

/* ---- Links ---- */

int
dossier_session_add_link(struct dossier *d, const uint8_t hash[static DOSSIER_DIGEST], const char *account_cstr,
    int64_t expires_ns, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "DELETE FROM invitation WHERE account = ?1");
	dossier_db_bind_cstr(s, 1, account_cstr);
	int r = run(d, s, diag);
	s = dossier_db_sql(d, "INSERT INTO invitation(hash, account, expires) VALUES(?1, ?2, ?3)");
	dossier_db_bind_bytes(s, 1, digest(hash));
	dossier_db_bind_cstr(s, 2, account_cstr);
	dossier_db_bind_i64(s, 3, expires_ns);
	return r < 0 ? r : run(d, s, diag);
}

int
dossier_session_use_link(struct dossier *d, const uint8_t hash[static DOSSIER_DIGEST], int64_t now_ns,
    char out[static DOSSIER_ACCOUNT_ID_MAX], struct diag *diag)
{
	int r = dossier_db_begin(d, diag); /* so that nobody else uses it between the question and the answer */
	if (r < 0)
		return r;
	struct store_statement *s = dossier_db_sql(d, "SELECT account FROM invitation WHERE hash = ?1 AND expires > ?2");
	dossier_db_bind_bytes(s, 1, digest(hash));
	dossier_db_bind_i64(s, 2, now_ns);
	r = take_account(d, s, out, diag);
	if (r <= 0)
		return r;
	s = dossier_db_sql(d, "DELETE FROM invitation WHERE hash = ?1");
	dossier_db_bind_bytes(s, 1, digest(hash));
	r = dossier_db_run(d, s, diag);
	return r < 0 ? r : 1;
}

/* ---- Addresses ---- */

/* As access/lockout.c counts them: the /64 of IPv6, whose lower half changes every day (RFC 8981). */
static struct addr
place_of(const struct addr *address)
{
	struct addr place = *address;
	if (!addr_is_v4(address))
		memset(place.at + 8, 0, 8);
	return place;
}

int
dossier_session_know_address(
    struct dossier *d, const char *account_cstr, const struct addr *address, int64_t at_ns, struct diag *diag)
{
	struct addr place = place_of(address);
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO known_address(account, address, seen) VALUES(?1, ?2, ?3)"
	    " ON CONFLICT(account, address) DO UPDATE SET seen = excluded.seen");
	dossier_db_bind_cstr(s, 1, account_cstr);
	dossier_db_bind_addr(s, 2, &place);
	dossier_db_bind_i64(s, 3, at_ns);
	return run(d, s, diag);
}

int
dossier_session_knows_address(
    struct dossier *d, const char *account_cstr, const struct addr *address, int64_t since_ns, struct diag *diag)
{
	struct addr place = place_of(address);
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT 1 FROM known_address WHERE account = ?1 AND address = ?2 AND seen > ?3");
	dossier_db_bind_cstr(s, 1, account_cstr);
	dossier_db_bind_addr(s, 2, &place);
	dossier_db_bind_i64(s, 3, since_ns);
	int r = dossier_db_next(d, s, diag);
	if (r > 0)
		store_reset(s);
	return r;
}

int
dossier_session_forget(struct dossier *d, const char *account_cstr, struct diag *diag)
{
	static const char *const clear[] = {"DELETE FROM session WHERE account = ?1", "DELETE FROM token WHERE account = ?1",
	    "DELETE FROM invitation WHERE account = ?1", "DELETE FROM known_address WHERE account = ?1"};
	int r = 0;
	for (size_t i = 0; i < LENGTH_OF(clear) && r == 0; i++) {
		struct store_statement *s = dossier_db_sql(d, clear[i]);
		dossier_db_bind_cstr(s, 1, account_cstr);
		r = run(d, s, diag);
	}
	return r;
}
