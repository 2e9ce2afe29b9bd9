/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_session.h - who is logged in, tokens of programs, one-time links, and from which addresses accounts logged in.
 * Secrets are kept as their SHA-256 only. Nothing is committed here: dossier_end() does it. Times are nanoseconds since 1970.
 */
#ifndef DOSSIER_DOSSIER_SESSION_H
#define DOSSIER_DOSSIER_SESSION_H

#include "core/addr.h"
#include "dossier/dossier_account.h"

enum { DOSSIER_TOKEN_NAME_MAX = 65 };

struct dossier_session {
	uint8_t hash[DOSSIER_DIGEST];
	char account_cstr[DOSSIER_ACCOUNT_ID_MAX]; /* its id */
	int64_t created_ns, seen_ns, expires_ns;
	bool by_link;
};

MUST_USE int dossier_session_add(struct dossier *dossier, const struct dossier_session *session, struct diag *diag);
/* 1: there is; 0: none. */
MUST_USE int dossier_session_find(
    struct dossier *dossier, const uint8_t hash[static DOSSIER_DIGEST], struct dossier_session *out, struct diag *diag);
MUST_USE int
dossier_session_seen(struct dossier *dossier, const uint8_t hash[static DOSSIER_DIGEST], int64_t at_ns, struct diag *diag);
MUST_USE int dossier_session_end(struct dossier *dossier, const uint8_t hash[static DOSSIER_DIGEST], struct diag *diag);
/* Of an account; but for the `keep` latest ones. */
MUST_USE int dossier_session_end_all(struct dossier *dossier, const char *account_cstr, unsigned keep, struct diag *diag);
/* Rows that nobody can use any more: sessions, links, tokens, addresses. */
MUST_USE int
dossier_session_sweep(struct dossier *dossier, int64_t now_ns, int64_t idle_ns, int64_t known_ns, struct diag *diag);

struct dossier_token {
	char id_cstr[PERSON_TOKEN_MAX]; /* "TOK-" and 12 digits */
	char account_cstr[DOSSIER_ACCOUNT_ID_MAX];
	char name_cstr[DOSSIER_TOKEN_NAME_MAX];
	uint32_t rights;
	uint8_t hash[DOSSIER_DIGEST];
	int64_t created_ns, expires_ns, used_ns;
};
MUST_USE int dossier_session_add_token(struct dossier *dossier, const struct dossier_token *token, struct diag *diag);
MUST_USE int dossier_session_find_token(
    struct dossier *dossier, const uint8_t hash[static DOSSIER_DIGEST], struct dossier_token *out, struct diag *diag);
MUST_USE int dossier_session_token_used(struct dossier *dossier, const char *id_cstr, int64_t at_ns, struct diag *diag);
/* account_cstr NULL: of anybody. 1: it ended, and whose it was is in out (an id); 0: there was none. */
MUST_USE int dossier_session_end_token(struct dossier *dossier, const char *id_cstr, const char *account_cstr,
    char out[static DOSSIER_ACCOUNT_ID_MAX], struct diag *diag);
/* account_cstr NULL: of all. Returns their number or a negative errno with diag. */
MUST_USE int dossier_session_each_token(struct dossier *dossier, const char *account_cstr,
    void (*each)(void *context, const struct dossier_token *token), void *context, struct diag *diag);

/* A link replaces the one before it. */
MUST_USE int dossier_session_add_link(struct dossier *dossier, const uint8_t hash[static DOSSIER_DIGEST],
    const char *account_cstr, int64_t expires_ns, struct diag *diag);
/* 1: it was valid, its account is in out (an id), and it is used up; 0: none. */
MUST_USE int dossier_session_use_link(struct dossier *dossier, const uint8_t hash[static DOSSIER_DIGEST], int64_t now_ns,
    char out[static DOSSIER_ACCOUNT_ID_MAX], struct diag *diag);

MUST_USE int dossier_session_know_address(
    struct dossier *dossier, const char *account_cstr, const struct addr *address, int64_t at_ns, struct diag *diag);
/* 1 when the account logged in from there since then; 0. */
MUST_USE int dossier_session_knows_address(
    struct dossier *dossier, const char *account_cstr, const struct addr *address, int64_t since_ns, struct diag *diag);

/* All that lets somebody in, of one account: sessions, tokens, links, addresses. */
MUST_USE int dossier_session_forget(struct dossier *dossier, const char *account_cstr, struct diag *diag);

#endif
