/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/quic_crypt.h"

#include <errno.h>
#include <openssl/evp.h>

#include "proto/digest.h"
#include "proto/gquic.h"

enum { TAG_SIZE = 16, SAMPLE_SIZE = 16, NUMBER_MAX = 4, SALT_SIZE = 20 };

/* One per worker: OpenSSL's contexts may not be shared between threads. */
static _Thread_local struct ciphers {
	EVP_CIPHER *ecb, *gcm;
	EVP_CIPHER_CTX *header, *packet;
} ciphers;

void
quic_crypt_stop(void)
{
	EVP_CIPHER_CTX_free(ciphers.header);
	EVP_CIPHER_CTX_free(ciphers.packet);
	EVP_CIPHER_free(ciphers.ecb);
	EVP_CIPHER_free(ciphers.gcm);
	ciphers = (struct ciphers){0};
}

int
quic_crypt_start(void)
{
	static const uint8_t zero[16] = {0};
	if (ciphers.packet != NULL)
		return 0;
	ciphers.ecb = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
	ciphers.gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
	ciphers.header = EVP_CIPHER_CTX_new();
	ciphers.packet = EVP_CIPHER_CTX_new();
	/* The algorithm is set once, with some key: later calls give a key only, and then nothing is allocated. */
	if (ciphers.ecb == NULL || ciphers.gcm == NULL || ciphers.header == NULL || ciphers.packet == NULL ||
	    EVP_EncryptInit_ex2(ciphers.header, ciphers.ecb, zero, NULL, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_padding(ciphers.header, 0) != 1 ||
	    EVP_DecryptInit_ex2(ciphers.packet, ciphers.gcm, zero, zero, NULL) != 1) {
		quic_crypt_stop();
		return -ENOMEM;
	}
	return 0;
}

/* RFC 8446 7.1: HKDF-Expand-Label with an empty context, for at most 32 bytes. */
static void
expand(struct bytes secret, struct bytes label, uint8_t *out, size_t size)
{
	uint8_t info[48], block[DIGEST_SHA256_SIZE];
	size_t n = 0;
	info[n++] = 0;
	info[n++] = (uint8_t)size;
	info[n++] = (uint8_t)(6 + label.len);
	memcpy(info + n, "tls13 ", 6);
	memcpy(info + n + 6, label.at, label.len);
	n += 6 + label.len;
	info[n++] = 0;
	digest_hmac_sha256(secret, (struct bytes){info, n}, BYTES("\x01"), block);
	memcpy(out, block, size);
}

static const uint8_t *
salt_of(uint32_t version)
{
	static const struct {
		uint32_t first, last;
		uint8_t salt[SALT_SIZE];
	} salts[] = {
	    {1, 1, /* RFC 9001 5.2 */
	        {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb,
	            0x7f, 0x0a}},
	    {QUIC_VERSION_2, QUIC_VERSION_2, /* RFC 9369 3.3.1 */
	        {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd,
	            0x2e, 0xd9}},
	    {0xff000021, 0xff000022, /* the last drafts have the salt of version 1 */
	        {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb,
	            0x7f, 0x0a}},
	    {0xff00001d, 0xff000020, /* drafts 29 to 32 */
	        {0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90,
	            0xa8, 0x99}},
	    {0xff000017, 0xff00001c, /* drafts 23 to 28 */
	        {0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9,
	            0xf5, 0x02}},
	    {GQUIC_Q050, GQUIC_Q050, /* those of Chromium */
	        {0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5,
	            0x6b, 0x45}},
	    {GQUIC_T050, GQUIC_T050,
	        {0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48,
	            0x83, 0x10}},
	    {GQUIC_T051, GQUIC_T051,
	        {0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e,
	            0x03, 0x3d}},
	    {0xfaceb002, 0xfaceb002, /* mvfst: draft 27 */
	        {0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9,
	            0xf5, 0x02}},
	};
	for (size_t i = 0; i < LENGTH_OF(salts); i++)
		if (version >= salts[i].first && version <= salts[i].last)
			return salts[i].salt;
	return NULL;
}

static struct quic_keys
keys_of(struct bytes initial_secret, struct bytes side, uint32_t version)
{
	struct quic_keys k;
	uint8_t secret[DIGEST_SHA256_SIZE];
	struct bytes s = {secret, sizeof(secret)};
	bool second = version == QUIC_VERSION_2; /* RFC 9369 3.3.2 */
	expand(initial_secret, side, secret, sizeof(secret));
	expand(s, second ? BYTES("quicv2 key") : BYTES("quic key"), k.key, sizeof(k.key));
	expand(s, second ? BYTES("quicv2 iv") : BYTES("quic iv"), k.iv, sizeof(k.iv));
	expand(s, second ? BYTES("quicv2 hp") : BYTES("quic hp"), k.hp, sizeof(k.hp));
	return k;
}

bool
quic_crypt_keys(uint32_t version, struct bytes dcid, struct quic_keys *out_client, struct quic_keys *out_server)
{
	uint8_t initial[DIGEST_SHA256_SIZE];
	const uint8_t *salt = salt_of(version);
	if (salt == NULL)
		return false;
	digest_hmac_sha256((struct bytes){salt, SALT_SIZE}, dcid, (struct bytes){0}, initial);
	*out_client = keys_of((struct bytes){initial, sizeof(initial)}, BYTES("client in"), version);
	*out_server = keys_of((struct bytes){initial, sizeof(initial)}, BYTES("server in"), version);
	return true;
}

/* RFC 9001 5.3: AEAD_AES_128_GCM, whose associated data is the header, in two parts. */
static bool
open_payload(const struct quic_keys *keys, const uint8_t nonce[static 12], struct bytes header[static 3],
    struct bytes sealed, uint8_t *room)
{
	uint8_t tag[TAG_SIZE];
	int n = 0;
	struct cursor c = cursor_of(sealed);
	struct bytes payload = cursor_take(&c, sealed.len - TAG_SIZE);
	for (size_t i = 0; i < TAG_SIZE; i++) /* OpenSSL wants it writable */
		tag[i] = cursor_u8(&c);
	if (EVP_DecryptInit_ex2(ciphers.packet, NULL, keys->key, nonce, NULL) != 1)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (EVP_DecryptUpdate(ciphers.packet, NULL, &n, header[i].at, (int)header[i].len) != 1)
			return false;
	return (payload.len == 0 || EVP_DecryptUpdate(ciphers.packet, room, &n, payload.at, (int)payload.len) == 1) &&
	    EVP_CIPHER_CTX_ctrl(ciphers.packet, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
	    EVP_DecryptFinal_ex(ciphers.packet, room, &n) == 1;
}

bool
quic_crypt_open(const struct quic_keys *keys, const struct quic_header *h, uint8_t *room, struct bytes *out_frames)
{
	uint8_t mask[SAMPLE_SIZE], nonce[12], plain_number[NUMBER_MAX];
	int n = 0;
	struct cursor c = cursor_of(h->packet);
	uint8_t first = cursor_u8(&c);
	struct bytes middle = cursor_take(&c, h->number_at > 0 ? h->number_at - 1 : 0); /* up to the packet number */
	struct cursor number = c;
	cursor_take(&c, NUMBER_MAX);
	struct bytes sample = cursor_take(&c, SAMPLE_SIZE); /* RFC 9001 5.4.2 */
	if (!cursor_ok(&c) || h->number_at == 0 || quic_crypt_start() < 0)
		return false;
	if (EVP_EncryptInit_ex2(ciphers.header, NULL, keys->hp, NULL, NULL) != 1 ||
	    EVP_EncryptUpdate(ciphers.header, mask, &n, sample.at, SAMPLE_SIZE) != 1)
		return false;
	first ^= mask[0] & 0x0f;
	size_t number_length = (first & 3u) + 1;
	memcpy(nonce, keys->iv, sizeof(nonce));
	for (size_t i = 0; i < number_length; i++) {
		plain_number[i] = cursor_u8(&number) ^ mask[1 + i];
		nonce[sizeof(nonce) - number_length + i] ^= plain_number[i];
	}
	struct bytes header[3] = {{&first, 1}, middle, {plain_number, number_length}};
	struct bytes sealed = cursor_rest(&number);
	if (sealed.len < TAG_SIZE || !open_payload(keys, nonce, header, sealed, room))
		return false;
	*out_frames = (struct bytes){room, sealed.len - TAG_SIZE};
	return true;
}
