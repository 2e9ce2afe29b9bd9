/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* people/people_totp.h - the second factor of an account. Its secret is kept encrypted (XChaCha20-Poly1305, bound to the account) under
 * a key of its own file in the folder of the dossier: a copy of the database alone, or its PostgreSQL server, shows no code.
 */
#ifndef PEOPLE_PEOPLE_TOTP_H
#define PEOPLE_PEOPLE_TOTP_H

#include "access/totp.h"
#include "dossier/dossier_account.h"
#include "people/people.h"

struct people_totp_offer {
	char secret_cstr[TOTP_BASE32_MAX], uri_cstr[TOTP_URI_MAX];
};
struct people_totp_codes {
	char code_cstr[TOTP_RECOVERY_COUNT][TOTP_RECOVERY_MAX]; /* shown once */
};

/* A new secret, which counts once a code of it was given. -EEXIST when one is in force: remove that first. */
MUST_USE int
people_totp_begin(struct people *people, const char *name_cstr, struct people_totp_offer *out, struct diag *diag);
/* 0; -EACCES: the code is wrong. */
MUST_USE int people_totp_confirm(struct people *people, const char *name_cstr, struct bytes code, int64_t now_ns,
    struct people_totp_codes *out, struct diag *diag);
/* With a code (of the telephone or on paper), of whoever has the account. 0; -EACCES. */
MUST_USE int
people_totp_remove(struct people *people, const char *name_cstr, struct bytes code, int64_t now_ns, struct diag *diag);
/* Without: by an administrator, for a lost telephone. */
MUST_USE int people_totp_drop(struct people *people, const char *who_cstr, const char *name_cstr, struct diag *diag);

/* Uses a code up: 1; 0: it is none, or was used before. The credential is changed, and not written. */
MUST_USE int people_totp_take(struct people *people, const char *account_id_cstr, struct dossier_credential *credential,
    struct bytes code, int64_t now_ns, struct diag *diag);

#endif
