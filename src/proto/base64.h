/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/base64.h - base64 as login protocols carry it (RFC 4648 4). */
#ifndef PROTO_BASE64_H
#define PROTO_BASE64_H

#include "core/bytes.h"

/* Decodes into out as much as fits and returns the length; stops at padding, at the end, and at the
 * first byte that is not base64. */
size_t base64_decode(uint8_t *out, size_t size, struct bytes text);

#endif
