/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/case_uuid.h"

#include <openssl/evp.h>
#include <stdio.h>

/* 00abedb4-aa42-466c-9c01-fed23315a9b7 */
static const uint8_t stix_space[16] = {
    0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};
/* Drawn at random once: a7d1c3f2-5b0e-4c86-9e47-20f3b8d65a11 */
static const uint8_t our_space[16] = {
    0xa7, 0xd1, 0xc3, 0xf2, 0x5b, 0x0e, 0x4c, 0x86, 0x9e, 0x47, 0x20, 0xf3, 0xb8, 0xd6, 0x5a, 0x11};

static const char *
version_5(const uint8_t space[static 16], struct bytes name, char out[static CASE_UUID_TEXT])
{
	uint8_t d[EVP_MAX_MD_SIZE] = {0};
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	/* Without memory the name is one of zeros: still a valid document. */
	if (c != NULL && EVP_DigestInit_ex(c, EVP_sha1(), NULL) == 1 && EVP_DigestUpdate(c, space, 16) == 1 &&
	    EVP_DigestUpdate(c, name.at, name.len) == 1)
		(void)EVP_DigestFinal_ex(c, d, NULL);
	EVP_MD_CTX_free(c);
	d[6] = (uint8_t)((d[6] & 0x0f) | 0x50);
	d[8] = (uint8_t)((d[8] & 0x3f) | 0x80);
	(void)snprintf(out, CASE_UUID_TEXT, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", d[0],
	    d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12], d[13], d[14], d[15]);
	return out;
}

const char *
case_uuid_stix(struct bytes name, char out[static CASE_UUID_TEXT])
{
	return version_5(stix_space, name, out);
}

const char *
case_uuid_ours(struct bytes name, char out[static CASE_UUID_TEXT])
{
	return version_5(our_space, name, out);
}
