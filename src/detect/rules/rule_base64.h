/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_base64.h - base64 as rules decode it: as far as it goes. */
#ifndef DETECT_RULES_RULE_BASE64_H
#define DETECT_RULES_RULE_BASE64_H

#include "detect/rules/rule.h"

/* RFC 4648: stops at the first byte that is none of the alphabet. RFC 2045: passes over such bytes. Strict: one such byte, or
 * padding that is not right, and nothing is decoded. Returns the bytes written, at most `size`. */
size_t rule_base64_decode(struct bytes text, enum rule_base64 mode, uint8_t *out, size_t size);

#endif
