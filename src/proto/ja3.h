/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/ja3.h - JA3 and JA3S: the hello as decimal numbers, to be hashed with MD5 (Salesforce, 2017).
 *
 * "771,4865-4866,0-11-10,29-23,0": version, ciphers, extensions, groups, point formats; GREASE left out.
 */
#ifndef PROTO_JA3_H
#define PROTO_JA3_H

#include "proto/tls.h"

/* The text, without NUL; its length, or 0 when it does not fit or does not exist (SSL 2.0). */
size_t ja3_write_client(const struct tls_client_hello *hello, char *out, size_t size);
size_t ja3_write_server(const struct tls_server_hello *hello, char *out, size_t size);

enum { JA3_HASH_SIZE = 32 };
/* MD5 of the text in hexadecimal, no NUL. */
void ja3_hash(struct bytes text, char out[static JA3_HASH_SIZE]);

/* Two characters in one byte (digits, '-' and ',' only), to keep the text in little memory.
 * ja3_pack() returns the bytes written, 0 when they do not fit or the text has another character. */
size_t ja3_pack(struct bytes text, uint8_t *out, size_t size);
/* Returns the length of the text; what does not fit is cut. */
size_t ja3_unpack(struct bytes packed, char *out, size_t size);

#endif
