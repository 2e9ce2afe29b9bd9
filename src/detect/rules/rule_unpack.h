/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_unpack.h - the transforms gunzip and zlib_deflate. */
#ifndef DETECT_RULES_RULE_UNPACK_H
#define DETECT_RULES_RULE_UNPACK_H

#include "core/bytes.h"

struct rule_unpack; /* one per worker: its memory is taken once */

struct rule_unpack *rule_unpack_new(void); /* NULL: no memory */
void rule_unpack_free(struct rule_unpack *unpack);
/* RFC 1952 (gzip) or RFC 1950. Returns the bytes written, `max` at most, as far as the data are right. */
size_t rule_unpack_run(struct rule_unpack *unpack, bool is_gzip, struct bytes data, uint8_t *out, size_t max);

#endif
