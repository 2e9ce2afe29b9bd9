/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_account.h - who may use this dossier through the console or the API: accounts, as objects that the journal
 * seals and exports carry, and beside them, in tables that no export and no hand-over holds, what proves that it is them.
 *
 * Nothing is committed here: dossier_end() does it. Times are nanoseconds since 1970.
 */
#ifndef DOSSIER_DOSSIER_ACCOUNT_H
#define DOSSIER_DOSSIER_ACCOUNT_H

#include "dossier/dossier.h"
#include "record/person.h"

enum { DOSSIER_ACCOUNT_ID_MAX = PERSON_NAME_MAX + 4, DOSSIER_HASH_MAX = 128, DOSSIER_SEALED_MAX = 96, DOSSIER_DIGEST = 32 };

struct dossier_account {
	char id_cstr[DOSSIER_ACCOUNT_ID_MAX]; /* "ACC-" and the name */
	char name_cstr[PERSON_NAME_MAX], display_cstr[PERSON_DISPLAY_MAX], role_cstr[PERSON_ROLE_MAX];
	enum language language;
	bool active;
	int64_t created_ns;
};

struct dossier_credential {
	char password_cstr[DOSSIER_HASH_MAX]; /* empty: none was set */
	uint8_t totp[DOSSIER_SEALED_MAX];     /* encrypted by people/; 0 bytes: none */
	size_t totp_len;
	bool totp_confirmed;
	int64_t totp_used;             /* the last step whose code was given */
	int64_t changed_ns, log_in_ns; /* 0: never */
};

/* Who writes from now on, for the journal: the name of an account. */
void dossier_account_sign(struct dossier *dossier, const char *who_cstr);

/* 1: there is; 0: none; or a negative errno with diag. */
MUST_USE int
dossier_account_find(struct dossier *dossier, const char *name_cstr, struct dossier_account *out, struct diag *diag);
/* Adds it, or changes what is different, with a line of the journal. id_cstr is set from the name. */
MUST_USE int dossier_account_put(struct dossier *dossier, struct dossier_account *account, struct diag *diag);
/* By name. Returns their number or a negative errno with diag. */
MUST_USE int dossier_account_each(struct dossier *dossier,
    void (*each)(void *context, const struct dossier_account *account), void *context, struct diag *diag);

/* All zeros when the account has none yet. */
MUST_USE int
dossier_account_credential(struct dossier *dossier, const char *id_cstr, struct dossier_credential *out, struct diag *diag);
MUST_USE int dossier_account_set_credential(
    struct dossier *dossier, const char *id_cstr, const struct dossier_credential *credential, struct diag *diag);
/* Codes for the day the telephone is lost, by their SHA-256. Those of before end. */
MUST_USE int dossier_account_set_recovery(
    struct dossier *dossier, const char *id_cstr, const uint8_t (*hashes)[DOSSIER_DIGEST], size_t count, struct diag *diag);
/* 1: it was one, and is none any more; 0. */
MUST_USE int dossier_account_use_recovery(
    struct dossier *dossier, const char *id_cstr, const uint8_t hash[static DOSSIER_DIGEST], struct diag *diag);

/* A line of the journal that changes nothing: a log-in, a refusal, a read. after_cstr may be NULL. who_cstr NULL: nobody that is
 * known. */
MUST_USE int dossier_account_tell(struct dossier *dossier, const char *who_cstr, const char *action_cstr,
    const char *object_cstr, const char *after_cstr, struct diag *diag);
/* Their tables: a step of the schema. */
extern const char dossier_account_tables_cstr[];

#endif
