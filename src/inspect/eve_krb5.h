/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_krb5.h - writes a "krb5" event: one message. */
#ifndef INSPECT_EVE_KRB5_H
#define INSPECT_EVE_KRB5_H

#include "core/json.h"
#include "proto/krb5.h"

/* Writes the key "krb5" and its object. asked: type of the request that an error answers; 0: not known. */
void eve_krb5_write(struct json *j, const struct krb5 *k, uint8_t asked);

#endif
