/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_seal.h"

#include "core/text.h"
#include "detect/learn/learn_model_file.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>

enum { PEM_MAX = 65536 };

/* RFC 8410: what a 32-byte ed25519 key is wrapped in */
static const uint8_t spki[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

static EVP_PKEY *
key_of(struct bytes pem, bool secret)
{
	BIO *bio = BIO_new_mem_buf(pem.at, (int)(pem.len < PEM_MAX ? pem.len : 0));
	EVP_PKEY *key = bio == NULL ? NULL
	    : secret                ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL)
	                            : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	if (key != NULL && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519)
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

int
learn_seal_sign(struct bytes pem, uint8_t **file, size_t *len, struct diag *diag)
{
	EVP_PKEY *key = key_of(pem, true);
	if (key == NULL)
		return diag_say(diag, -EINVAL, "%s",
		    _("this is no private ed25519 key in PEM: openssl genpkey -algorithm ed25519 makes one"));
	size_t size = *len + LEARN_FILE_KEY + LEARN_FILE_SIGNATURE;
	uint8_t *whole = realloc(*file, size);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int r = whole == NULL || context == NULL ? -ENOMEM : 0;
	if (whole != NULL)
		*file = whole;
	if (r == 0) {
		size_t key_len = LEARN_FILE_KEY, signature_len = LEARN_FILE_SIGNATURE;
		for (unsigned i = 0; i < 8; i++) { /* the head says what is covered, and is covered itself */
			whole[16 + i] = (uint8_t)((uint64_t)size >> (8 * i));
			whole[24 + i] = (uint8_t)((uint64_t)*len >> (8 * i));
		}
		if (EVP_PKEY_get_raw_public_key(key, whole + *len, &key_len) != 1 ||
		    EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
		    EVP_DigestSign(context, whole + *len + LEARN_FILE_KEY, &signature_len, whole, *len) != 1)
			r = diag_say(diag, -EIO, "%s", _("the model could not be signed"));
		else
			*len = size;
	}
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return r;
}

int
learn_seal_verify(const struct learn_file *f, struct diag *diag)
{
	if (f->covered.len == 0)
		return diag_say(diag, -EKEYREJECTED, "%s", _("nobody signed this model: beffroi learn approve does"));
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, f->key, sizeof(f->key));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool fits = key != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(context, f->signature, sizeof(f->signature), f->covered.at, f->covered.len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return fits ? 0 : diag_say(diag, -EKEYREJECTED, "%s", _("this model was altered after it was signed"));
}

int
learn_seal_verify_by(const struct learn_file *f, struct bytes pem, struct diag *diag)
{
	uint8_t public[LEARN_FILE_KEY];
	size_t len = sizeof(public);
	EVP_PKEY *key = key_of(pem, false);
	bool is_key = key != NULL && EVP_PKEY_get_raw_public_key(key, public, &len) == 1 && len == sizeof(public);
	EVP_PKEY_free(key);
	if (!is_key)
		return diag_say(diag, -EINVAL, "%s",
		    _("this is no public ed25519 key in PEM: openssl genpkey -algorithm ed25519 makes one"));
	int r = learn_seal_verify(f, diag);
	if (r == 0 && memcmp(public, f->key, sizeof(public)) != 0)
		r = diag_say(diag, -EKEYREJECTED, "%s", _("another key signed this model"));
	return r;
}

void
learn_seal_fingerprint(const uint8_t key[static LEARN_FILE_KEY], char out[static 65])
{
	uint8_t der[sizeof(spki) + LEARN_FILE_KEY], digest[32] = {0};
	memcpy(der, spki, sizeof(spki));
	memcpy(der + sizeof(spki), key, LEARN_FILE_KEY);
	(void)EVP_Digest(der, sizeof(der), digest, NULL, EVP_sha256(), NULL); /* without memory: a fingerprint of zeros */
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

int
learn_seal_deployable(const struct learn_file *f, const struct learn_facts *facts, int64_t now_s, struct diag *diag)
{
	int r = learn_seal_verify(f, diag);
	if (r < 0)
		return r;
	uint8_t schema_hash[LEARN_HASH];
	learn_model_file_schema_hash("fv64", (struct bytes){0}, schema_hash);
	if (memcmp(schema_hash, facts->schema_hash, sizeof(schema_hash)) != 0 && strcmp(facts->schema, "fv64") == 0)
		return diag_say(diag, -EINVAL, "%s", _("this model was made for another coding of flows: train it again"));
	if (strcmp(facts->schema, "fv64") != 0)
		return diag_say(diag, -EINVAL,
		    _("this model reads \"%s\": a sensor makes \"fv64\"; it can be evaluated, not deployed"), facts->schema);
	if (learn_file_find(f, LEARN_FILE_SHEET).len == 0)
		return diag_say(diag, -EPERM, "%s", _("this model has no data sheet: beffroi learn approve adds it"));
	if (learn_file_find(f, LEARN_FILE_APPROVAL).len == 0)
		return diag_say(diag, -EPERM, "%s", _("nobody has approved this model: beffroi learn approve does"));
	if (facts->expires_s != 0 && now_s >= facts->expires_s)
		return diag_say(diag, -EPERM, "%s", _("this model has expired: train it again, or approve it again"));
	return 0;
}
