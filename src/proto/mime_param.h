/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/mime_param.h - the parameters of a MIME header field: "attachment; filename=\"a.txt\"" (RFC 2045 5.1), in parts and with a
 * character set (RFC 2231), or written as encoded words (RFC 2047) where they should not be.
 */
#ifndef PROTO_MIME_PARAM_H
#define PROTO_MIME_PARAM_H

#include "core/bytes.h"

/* Up to the first ";", without blanks around it: "text/plain". */
struct bytes mime_param_main(struct bytes value);

/* The parameter of this name as the reader's mail program would show it, into out: its length, of which `size` bytes at most were
 * written. False: there is none. Quotes are taken off; what is damaged is read as far as it goes. */
bool mime_param_find(struct bytes value, struct bytes name, uint8_t *out, size_t size, size_t *length);

/* Encoded words decoded (RFC 2047 2), all other bytes as they are; character sets are not changed. Bytes written. */
size_t mime_param_words(struct bytes text, uint8_t *out, size_t size);

#endif
