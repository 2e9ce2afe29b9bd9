/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* people/people_account.h - what an administrator does with accounts, and what each person with their own: passwords, links, tokens.
 *
 * by_cstr: who does it, for the journal. Each commits what it changed. 0, or a negative errno with a diag to show: -ENOENT, -EEXIST,
 * -EINVAL, -EACCES, or what the dossier says. The rights to do it are asked before, by whoever calls (person_may).
 */
#ifndef PEOPLE_PEOPLE_ACCOUNT_H
#define PEOPLE_PEOPLE_ACCOUNT_H

#include "dossier/dossier_account.h"
#include "dossier/dossier_session.h"
#include "people/people.h"

/* Accounts have no password before their owner sets one. */
struct people_account_form {
	const char *name_cstr;
	const char *display_cstr, *role_cstr; /* NULL: as it is; of a new one, the name and an error */
	const char *language_cstr;            /* "en", "fr"; NULL: as it is; of a new one, English */
	const char *active_cstr;              /* "yes", "no": closes it, and ends all that lets it in; NULL: as it is */
};
MUST_USE int people_account_add(
    struct people *people, const char *by_cstr, const struct people_account_form *form, int64_t now_ns, struct diag *diag);
MUST_USE int
people_account_change(struct people *people, const char *by_cstr, const struct people_account_form *form, struct diag *diag);

/* A secret that lets its owner in once, to set a password. Told to whoever asked for it, never kept. */
MUST_USE int people_account_link(struct people *people, const char *by_cstr, const char *name_cstr, int64_t now_ns,
    char out[static PEOPLE_SECRET_MAX], struct diag *diag);
/* The first start: as long as nobody has a password, a link for "admin", who is made. 1; 0: somebody has one. */
MUST_USE int
people_account_first(struct people *people, int64_t now_ns, char out[static PEOPLE_SECRET_MAX], struct diag *diag);

/* Of who is logged in: `old` is asked for unless a link brought them here. All sessions end; where no code is asked for, a new one
 * begins (out->answer is PEOPLE_IN, else PEOPLE_NEEDS_CODE: log in again). -EACCES: the old one is wrong, or PEOPLE_WAIT. */
struct people_account_password {
	struct bytes secret, old, new;
	struct addr address;
	int64_t now_ns;
};
MUST_USE int people_account_change_password(
    struct people *people, const struct people_account_password *change, struct people_entry *out, struct diag *diag);
/* On the machine itself. All sessions end. */
MUST_USE int people_account_set_password(struct people *people, const char *by_cstr, const char *name_cstr,
    struct bytes password, int64_t now_ns, struct diag *diag);

struct people_account_token {
	const char *name_cstr; /* what it is for */
	struct bytes rights;   /* words; each must be a right of the owner */
	int64_t expires_ns, now_ns;
};
/* The secret is told once. */
MUST_USE int
people_account_add_token(struct people *people, const struct person *owner, const struct people_account_token *form,
    struct dossier_token *out, char secret[static PEOPLE_SECRET_MAX], struct diag *diag);
/* owner_cstr NULL: whoever has it. -ENOENT. */
MUST_USE int people_account_end_token(
    struct people *people, const char *by_cstr, const char *owner_cstr, const char *id_cstr, struct diag *diag);

#endif
