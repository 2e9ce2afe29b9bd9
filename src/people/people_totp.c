/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "people/people_totp.h"

#include "dossier/dossier_lockbox.h"
#include "people/people_secret.h"

#include <errno.h>
#include <sodium.h>

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	SEALED = NONCE + TOTP_SECRET + TAG,
	RECOVERY_BYTES = 10,
};
_Static_assert((int)SEALED <= (int)DOSSIER_SEALED_MAX, "room for a sealed secret");
_Static_assert((int)DOSSIER_LOCKBOX_KEY == (int)crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the key of the lock-box");

#define SECOND_NS INT64_C(1000000000)

static int
seal(struct people *p, const char *id_cstr, const uint8_t secret[static TOTP_SECRET], struct dossier_credential *c,
    struct diag *diag)
{
	uint8_t key[DOSSIER_LOCKBOX_KEY];
	int r = dossier_lockbox_key(p->dossier, DOSSIER_LOCKBOX_MAKES, key, diag);
	if (r < 0)
		return r;
	randombytes_buf(c->totp, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(
	    c->totp + NONCE, NULL, secret, TOTP_SECRET, (const uint8_t *)id_cstr, strlen(id_cstr), NULL, c->totp, key);
	c->totp_len = SEALED;
	sodium_memzero(key, sizeof(key));
	return 0;
}

/* 1; 0: it cannot be read: the key is another one, or somebody altered the row. */
static int
unseal(struct people *p, const char *id_cstr, const struct dossier_credential *c, uint8_t secret[static TOTP_SECRET],
    struct diag *diag)
{
	uint8_t key[DOSSIER_LOCKBOX_KEY];
	if (c->totp_len != SEALED)
		return 0;
	int r = dossier_lockbox_key(p->dossier, DOSSIER_LOCKBOX_READS, key, diag);
	if (r <= 0)
		return r;
	bool ok = crypto_aead_xchacha20poly1305_ietf_decrypt(secret, NULL, NULL, c->totp + NONCE, TOTP_SECRET + TAG,
	              (const uint8_t *)id_cstr, strlen(id_cstr), c->totp, key) == 0;
	sodium_memzero(key, sizeof(key));
	return ok;
}

static int
use_recovery(struct people *p, const char *id_cstr, struct bytes typed, struct diag *diag)
{
	char code[TOTP_RECOVERY_MAX];
	uint8_t hash[PEOPLE_SECRET_HASH];
	if (!totp_recovery_parse(typed, code))
		return 0;
	people_secret_hash(bytes_of_cstr(code), hash);
	int r = dossier_account_use_recovery(p->dossier, id_cstr, hash, diag);
	return r > 0 ? r : people_keep(p, r, diag); /* one that is right is kept with what it opens */
}

int
people_totp_take(struct people *p, const char *id_cstr, struct dossier_credential *c, struct bytes code, int64_t now_ns,
    struct diag *diag)
{
	uint8_t secret[TOTP_SECRET];
	int r = unseal(p, id_cstr, c, secret, diag);
	int64_t step = r > 0 ? totp_step_of(secret, bytes_trim(code), now_ns / SECOND_NS, c->totp_used) : 0;
	sodium_memzero(secret, sizeof(secret));
	if (r < 0)
		return r;
	if (step > 0) {
		c->totp_used = step;
		return 1;
	}
	return use_recovery(p, id_cstr, code, diag);
}

static int
load(struct people *p, const char *name_cstr, struct dossier_account *account, struct dossier_credential *c,
    struct diag *diag)
{
	int r = dossier_account_find(p->dossier, name_cstr, account, diag);
	if (r == 0)
		r = diag_say(diag, -ENOENT, _("there is no account %.40s: beffroi user list shows them all"), name_cstr);
	return r < 0 ? r : dossier_account_credential(p->dossier, account->id_cstr, c, diag);
}

static int
wrong_code(struct diag *diag)
{
	return diag_say(diag, -EACCES, "%s", _("this code is not right, or was used before: wait for the next one"));
}

int
people_totp_begin(struct people *p, const char *name_cstr, struct people_totp_offer *out, struct diag *diag)
{
	struct dossier_account account;
	struct dossier_credential c;
	uint8_t secret[TOTP_SECRET];
	int r = load(p, name_cstr, &account, &c, diag);
	if (r < 0)
		return r;
	if (c.totp_confirmed)
		return diag_say(diag, -EEXIST, "%s", _("codes are asked for already: remove them first"));
	randombytes_buf(secret, sizeof(secret));
	r = seal(p, account.id_cstr, secret, &c, diag);
	if (r == 0)
		r = dossier_account_set_credential(p->dossier, account.id_cstr, &c, diag);
	r = people_keep(p, r, diag);
	if (r == 0) {
		totp_base32(secret, out->secret_cstr);
		totp_uri(secret, name_cstr, "Beffroi", out->uri_cstr);
	}
	sodium_memzero(secret, sizeof(secret));
	return r;
}

static int
make_recovery(struct people *p, const char *id_cstr, struct people_totp_codes *out, struct diag *diag)
{
	uint8_t hashes[TOTP_RECOVERY_COUNT][DOSSIER_DIGEST], random[RECOVERY_BYTES];
	for (size_t i = 0; i < TOTP_RECOVERY_COUNT; i++) {
		randombytes_buf(random, sizeof(random));
		totp_recovery_write(random, out->code_cstr[i]);
		people_secret_hash(bytes_of_cstr(out->code_cstr[i]), hashes[i]);
	}
	return dossier_account_set_recovery(
	    p->dossier, id_cstr, (const uint8_t(*)[DOSSIER_DIGEST])hashes, TOTP_RECOVERY_COUNT, diag);
}

int
people_totp_confirm(struct people *p, const char *name_cstr, struct bytes code, int64_t now_ns,
    struct people_totp_codes *out, struct diag *diag)
{
	struct dossier_account account;
	struct dossier_credential c;
	uint8_t secret[TOTP_SECRET];
	int r = load(p, name_cstr, &account, &c, diag);
	if (r < 0)
		return r;
	if (c.totp_confirmed)
		return diag_say(diag, -EEXIST, "%s", _("codes are asked for already: remove them first"));
	r = unseal(p, account.id_cstr, &c, secret, diag);
	int64_t step = r > 0 ? totp_step_of(secret, bytes_trim(code), now_ns / SECOND_NS, c.totp_used) : 0;
	sodium_memzero(secret, sizeof(secret));
	if (r < 0)
		return r;
	if (step == 0)
		return wrong_code(diag);
	c.totp_confirmed = true;
	c.totp_used = step;
	r = dossier_account_set_credential(p->dossier, account.id_cstr, &c, diag);
	if (r == 0)
		r = make_recovery(p, account.id_cstr, out, diag);
	if (r == 0)
		r = dossier_account_tell(p->dossier, name_cstr, "codes-asked-for", account.id_cstr, NULL, diag);
	return people_keep(p, r, diag);
}

static int
drop(struct people *p, const char *who_cstr, const struct dossier_account *account, struct dossier_credential *c,
    struct diag *diag)
{
	c->totp_len = 0;
	c->totp_confirmed = false;
	int r = dossier_account_set_credential(p->dossier, account->id_cstr, c, diag);
	if (r == 0)
		r = dossier_account_set_recovery(p->dossier, account->id_cstr, NULL, 0, diag);
	if (r == 0)
		r = dossier_account_tell(p->dossier, who_cstr, "codes-removed", account->id_cstr, NULL, diag);
	return people_keep(p, r, diag);
}

int
people_totp_remove(struct people *p, const char *name_cstr, struct bytes code, int64_t now_ns, struct diag *diag)
{
	struct dossier_account account;
	struct dossier_credential c;
	int r = load(p, name_cstr, &account, &c, diag);
	if (r == 0 && c.totp_confirmed) {
		r = people_totp_take(p, account.id_cstr, &c, code, now_ns, diag);
		r = r == 0 ? wrong_code(diag) : r < 0 ? r : 0;
	}
	return r < 0 ? r : drop(p, name_cstr, &account, &c, diag);
}

int
people_totp_drop(struct people *p, const char *who_cstr, const char *name_cstr, struct diag *diag)
{
	struct dossier_account account;
	struct dossier_credential c;
	int r = load(p, name_cstr, &account, &c, diag);
	return r < 0 ? r : drop(p, who_cstr, &account, &c, diag);
}
