/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/serve_certificate.h"

#include "core/auto.h"
#include "core/text.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

enum { LIFE_DAYS = 825 /* some browsers refuse more */, REST_DAYS = 30, PATH_MAX_LEN = 600, NAMES_MAX_LEN = 4096 };

static int
read_file(const char *path_cstr, char *out, size_t size, struct diag *diag)
{
	AUTO_FCLOSE FILE *f = fopen(path_cstr, "re");
	if (f == NULL)
		return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
	size_t len = fread(out, 1, size - 1, f);
	out[len] = '\0';
	if (ferror(f) || len == size - 1 || strlen(out) != len)
		return diag_say_at(
		    diag, -EINVAL, path_cstr, UINT64_MAX, "%s", _("this is no file of PEM of less than 32 kB"));
	return 0;
}

static X509 *
parse_certificate(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	BIO_free(bio);
	return x;
}

static EVP_PKEY *
parse_key(const char *pem)
{
	static char no_password[] = ""; /* or OpenSSL asks on the terminal */
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, no_password);
	BIO_free(bio);
	return key;
}

static void
write_print(X509 *x, char out[static SERVE_CERTIFICATE_PRINT_MAX])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	out[0] = '\0';
	if (X509_digest(x, EVP_sha256(), digest, &len) != 1)
		return;
	for (unsigned i = 0; i < len && i * 3 + 3 <= SERVE_CERTIFICATE_PRINT_MAX; i++)
		(void)snprintf(out + (size_t)i * 3, 4, i + 1 < len ? "%02X:" : "%02X", digest[i]);
}

int
serve_certificate_read(struct serve_certificate *out, const char *certificate_cstr, const char *key_cstr, struct diag *diag)
{
	int r = read_file(certificate_cstr, out->certificate, sizeof(out->certificate), diag);
	if (r == 0)
		r = read_file(key_cstr, out->key, sizeof(out->key), diag);
	if (r < 0)
		return r;
	X509 *x = parse_certificate(out->certificate);
	EVP_PKEY *key = parse_key(out->key);
	if (x == NULL)
		r = diag_say_at(diag, -EINVAL, certificate_cstr, UINT64_MAX, "%s", _("there is no certificate (PEM) in it"));
	else if (key == NULL)
		r = diag_say_at(
		    diag, -EINVAL, key_cstr, UINT64_MAX, "%s", _("there is no private key (PEM, without a password) in it"));
	else if (X509_check_private_key(x, key) != 1)
		r = diag_say_at(diag, -EINVAL, key_cstr, UINT64_MAX, "%s", _("this key does not belong to the certificate"));
	else if (X509_cmp_current_time(X509_get0_notAfter(x)) < 0)
		r = diag_say_at(diag, -EINVAL, certificate_cstr, UINT64_MAX, "%s", _("this certificate has ended"));
	else
		write_print(x, out->print_cstr);
	X509_free(x);
	EVP_PKEY_free(key);
	return r;
}

/* Whether a certificate that was kept will still do. */
static bool
will_do(const struct serve_certificate *c, const struct serve_certificate_names *names)
{
	time_t in_a_month = time(NULL) + (time_t)REST_DAYS * 86400;
	X509 *x = parse_certificate(c->certificate);
	EVP_PKEY *key = parse_key(c->key);
	bool good = x != NULL && key != NULL && X509_check_private_key(x, key) == 1 &&
	    X509_cmp_time(X509_get0_notAfter(x), &in_a_month) > 0;
	for (size_t i = 0; i < names->name_count && good; i++)
		good = X509_check_host(x, names->names[i], 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1;
	for (size_t i = 0; i < names->address_count && good; i++) {
		const struct addr *a = &names->addresses[i];
		good = X509_check_ip(x, addr_is_v4(a) ? a->at + 12 : a->at, addr_is_v4(a) ? 4 : 16, 0) == 1;
	}
	X509_free(x);
	EVP_PKEY_free(key);
	return good;
}

static bool
add_extension(X509 *x, int nid, const char *value_cstr)
{
	X509V3_CTX context;
	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, x, x, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value_cstr);
	bool done = extension != NULL && X509_add_ext(x, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return done;
}

/* "DNS:localhost,IP:127.0.0.1". The names are ours or were checked to be names. */
static bool
add_names(X509 *x, const struct serve_certificate_names *names)
{
	char text[NAMES_MAX_LEN], address[ADDR_TEXT_MAX];
	size_t at = 0;
	for (size_t i = 0; i < names->name_count && at < sizeof(text); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%sDNS:%s", at > 0 ? "," : "", names->names[i]);
	for (size_t i = 0; i < names->address_count && at < sizeof(text); i++) {
		(void)addr_write(&names->addresses[i], address);
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%sIP:%s", at > 0 ? "," : "", address);
	}
	return at < sizeof(text) && add_extension(x, NID_subject_alt_name, text);
}

static bool
fill(X509 *x, EVP_PKEY *key, const struct serve_certificate_names *names)
{
	uint64_t serial;
	const unsigned char *name = (const unsigned char *)"beffroi";
	if (RAND_bytes((unsigned char *)&serial, sizeof(serial)) != 1)
		return false;
	X509_NAME *subject = X509_get_subject_name(x);
	return X509_set_version(x, X509_VERSION_3) == 1 &&
	    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial >> 1) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(x), -3600) != NULL && /* clocks differ */
	    X509_gmtime_adj(X509_getm_notAfter(x), (long)LIFE_DAYS * 86400) != NULL && X509_set_pubkey(x, key) == 1 &&
	    X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC, name, -1, -1, 0) == 1 &&
	    X509_set_issuer_name(x, subject) == 1 && add_names(x, names) &&
	    add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
	    add_extension(x, NID_key_usage, "critical,digitalSignature") &&
	    add_extension(x, NID_ext_key_usage, "serverAuth") && X509_sign(x, key, EVP_sha256()) > 0;
}

static bool
write_pem(BIO *bio, char *out, size_t size)
{
	int n = BIO_read(bio, out, (int)size - 1);
	out[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static bool
make(struct serve_certificate *out, const struct serve_certificate_names *names)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	BIO *certificate_pem = BIO_new(BIO_s_mem()), *key_pem = BIO_new(BIO_s_mem());
	bool done = key != NULL && x != NULL && certificate_pem != NULL && key_pem != NULL && fill(x, key, names) &&
	    PEM_write_bio_X509(certificate_pem, x) == 1 &&
	    PEM_write_bio_PKCS8PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL) == 1 &&
	    write_pem(certificate_pem, out->certificate, sizeof(out->certificate)) &&
	    write_pem(key_pem, out->key, sizeof(out->key));
	if (done)
		write_print(x, out->print_cstr);
	BIO_free(certificate_pem);
	BIO_free(key_pem);
	X509_free(x);
	EVP_PKEY_free(key);
	return done;
}

/* Another file of the same name, or none: never half of one. */
static int
write_file(const char *path_cstr, const char *text_cstr, struct diag *diag)
{
	char temporary_cstr[PATH_MAX_LEN + 8];
	(void)snprintf(temporary_cstr, sizeof(temporary_cstr), "%s.new", path_cstr);
	(void)unlink(temporary_cstr);
	AUTO_CLOSE int fd = open(temporary_cstr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t len = strlen(text_cstr);
	ssize_t n = fd < 0 ? -1 : write(fd, text_cstr, len);
	if (n >= 0 && (size_t)n < len) {
		errno = ENOSPC; /* what a full disk leaves of a small file */
		n = -1;
	}
	if (n >= 0 && fsync(fd) == 0 && rename(temporary_cstr, path_cstr) == 0)
		return 0;
	int error = errno;
	if (fd >= 0)
		(void)unlink(temporary_cstr);
	return diag_say_at(diag, -error, path_cstr, UINT64_MAX, _("the certificate of the console cannot be kept there: %s"),
	    text_error(error));
}

int
serve_certificate_own(
    struct serve_certificate *out, const char *folder_cstr, const struct serve_certificate_names *names, struct diag *diag)
{
	char folder[PATH_MAX_LEN], certificate[PATH_MAX_LEN + 32], key[PATH_MAX_LEN + 32];
	struct diag unread;
	int n = snprintf(folder, sizeof(folder), "%s/tls", folder_cstr);
	if (n < 0 || (size_t)n >= sizeof(folder))
		return diag_say(diag, -ENAMETOOLONG, "%s", _("the path of the dossier is empty or too long"));
	(void)snprintf(certificate, sizeof(certificate), "%s/certificate.pem", folder);
	(void)snprintf(key, sizeof(key), "%s/key.pem", folder);
	if (serve_certificate_read(out, certificate, key, &unread) == 0 && will_do(out, names))
		return 0;
	if (!make(out, names))
		return diag_say(
		    diag, -EINVAL, "%s", _("no certificate could be made for these names: is each --name a host name?"));
	out->made = true;
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return diag_say_at(diag, -errno, folder, UINT64_MAX,
		    _("the certificate of the console cannot be kept there: %s"), text_error(errno));
	int r = write_file(key, out->key, diag);
	return r < 0 ? r : write_file(certificate, out->certificate, diag);
}
