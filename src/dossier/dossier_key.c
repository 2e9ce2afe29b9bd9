/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_key.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_file.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/random.h>
#include <sys/stat.h>

static const char file_cstr[] = "handover.key";

/* RFC 8410 7 and 4: all bytes before the 32 of the key are the same in every file. */
static const uint8_t secret_der[16] = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
static const uint8_t public_der[12] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

enum { SECRET_DER = sizeof(secret_der) + DOSSIER_KEY_SIZE, PUBLIC_DER = sizeof(public_der) + DOSSIER_KEY_SIZE };
/* Base64 of 48 bytes: 64 characters, without padding. */
#define PEM_HEAD "-----BEGIN PRIVATE KEY-----\n"
#define PEM_TAIL "\n-----END PRIVATE KEY-----\n"
enum { BASE64 = SECRET_DER / 3 * 4, SECRET_PEM = sizeof(PEM_HEAD) - 1 + BASE64 + sizeof(PEM_TAIL) - 1 };

/* Nothing outside the dossier may be opened, libcrypto's configuration neither. */
static EVP_PKEY *
load(const uint8_t secret[static DOSSIER_KEY_SIZE])
{
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return NULL;
	return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, DOSSIER_KEY_SIZE);
}

static int
derive(struct dossier_key *key)
{
	size_t len = sizeof(key->public);
	EVP_PKEY *pkey = load(key->secret);
	int r = pkey != NULL && EVP_PKEY_get_raw_public_key(pkey, key->public, &len) == 1 && len == sizeof(key->public)
	    ? 0
	    : -EIO;
	EVP_PKEY_free(pkey);
	return r;
}

static bool
parse(const char pem[static SECRET_PEM], struct dossier_key *out)
{
	uint8_t der[SECRET_DER];
	struct bytes text = {(const uint8_t *)pem, SECRET_PEM};
	bool ok = bytes_start_with(text, BYTES(PEM_HEAD)) &&
	    bytes_eq(bytes_after(text, SECRET_PEM - (sizeof(PEM_TAIL) - 1)), BYTES(PEM_TAIL)) &&
	    EVP_DecodeBlock(der, text.at + sizeof(PEM_HEAD) - 1, BASE64) == SECRET_DER &&
	    memcmp(der, secret_der, sizeof(secret_der)) == 0;
	if (ok)
		memcpy(out->secret, der + sizeof(secret_der), sizeof(out->secret));
	OPENSSL_cleanse(der, sizeof(der));
	return ok && derive(out) == 0;
}

static int
read_key(struct dossier *d, int fd, struct dossier_key *out, struct diag *diag)
{
	char pem[SECRET_PEM + 1];
	struct stat st;
	if (fstat(fd, &st) < 0 || (st.st_mode & 077) != 0)
		return dossier_db_say(d, diag, -EACCES, N_("others may read handover.key: chmod 600 it, and ask who did"));
	ssize_t n = read(fd, pem, sizeof(pem));
	bool ok = n == SECRET_PEM && parse(pem, out);
	OPENSSL_cleanse(pem, sizeof(pem));
	return ok ? 1
	          : dossier_db_say(d, diag, -EBADMSG,
	                N_("handover.key is no ed25519 key: put yours back, or rename it and a new one is made"));
}

static int
make(struct dossier *d, struct dossier_key *out, struct diag *diag)
{
	uint8_t der[SECRET_DER];
	char pem[SECRET_PEM + 1];
	memcpy(der, secret_der, sizeof(secret_der));
	int r = getrandom(out->secret, sizeof(out->secret), 0) == (ssize_t)sizeof(out->secret) ? derive(out) : -EIO;
	memcpy(der + sizeof(secret_der), out->secret, sizeof(out->secret));
	memcpy(pem, PEM_HEAD, sizeof(PEM_HEAD) - 1);
	(void)EVP_EncodeBlock((uint8_t *)pem + sizeof(PEM_HEAD) - 1, der, SECRET_DER);
	memcpy(pem + sizeof(PEM_HEAD) - 1 + BASE64, PEM_TAIL, sizeof(PEM_TAIL));
	if (r == 0)
		r = dossier_file_write(d, file_cstr, (struct bytes){(const uint8_t *)pem, SECRET_PEM});
	OPENSSL_cleanse(der, sizeof(der));
	OPENSSL_cleanse(pem, sizeof(pem));
	return r == 0 ? 1
	              : dossier_db_say(d, diag, r,
	                    N_("the key for hand-overs could not be made in this folder: check its rights and the disk"));
}

/* Two that want one at the same time get the same. */
static int
make_once(struct dossier *d, struct dossier_key *out, struct diag *diag)
{
	bool mine = !d->store->make->is_open(d->store);
	int r = dossier_db_begin(d, diag);
	if (r < 0)
		return r;
	AUTO_CLOSE int fd = dossier_file_open(d, file_cstr);
	r = fd >= 0 ? read_key(d, fd, out, diag) : make(d, out, diag);
	if (r < 0 && mine)
		dossier_db_rollback(d);
	int committed = r > 0 && mine ? dossier_db_commit(d, diag) : 0;
	return committed < 0 ? committed : r;
}

int
dossier_key_take(struct dossier *d, bool makes, struct dossier_key *out, struct diag *diag)
{
	AUTO_CLOSE int fd = dossier_file_open(d, file_cstr);
	if (fd >= 0)
		return read_key(d, fd, out, diag);
	if (fd != -ENOENT)
		return dossier_db_say(d, diag, fd, N_("handover.key cannot be read: check its rights"));
	return makes ? make_once(d, out, diag) : 0;
}

void
dossier_key_forget(struct dossier_key *key)
{
	OPENSSL_cleanse(key, sizeof(*key));
}

static void
public_bytes(const struct dossier_key *key, uint8_t der[static PUBLIC_DER])
{
	memcpy(der, public_der, sizeof(public_der));
	memcpy(der + sizeof(public_der), key->public, sizeof(key->public));
}

void
dossier_key_pem(const struct dossier_key *key, char out[static DOSSIER_KEY_PEM_MAX])
{
	uint8_t der[PUBLIC_DER], text[PUBLIC_DER / 3 * 4 + 8];
	public_bytes(key, der);
	(void)EVP_EncodeBlock(text, der, PUBLIC_DER);
	(void)snprintf(out, DOSSIER_KEY_PEM_MAX, "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n", text);
}

void
dossier_key_fingerprint(const struct dossier_key *key, char out[static DOSSIER_DIGEST_TEXT])
{
	uint8_t der[PUBLIC_DER], digest[DOSSIER_DIGEST_SIZE];
	public_bytes(key, der);
	dossier_digest_sha256((struct bytes){der, sizeof(der)}, digest);
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, out);
}

int
dossier_key_sign(const struct dossier_key *key, struct bytes text, uint8_t out[static DOSSIER_KEY_SIGNATURE])
{
	size_t len = DOSSIER_KEY_SIGNATURE;
	EVP_PKEY *pkey = load(key->secret);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool ok = pkey != NULL && context != NULL && EVP_DigestSignInit(context, NULL, NULL, NULL, pkey) == 1 &&
	    EVP_DigestSign(context, out, &len, text.at, text.len) == 1 && len == DOSSIER_KEY_SIGNATURE;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	return ok ? 0 : -EIO;
}
