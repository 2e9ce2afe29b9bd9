/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/ber.h - elements of BER and DER (X.690 8.1), as GSS-API, Kerberos and SNMP use them: definite lengths, tags of one byte. */
#ifndef PROTO_BER_H
#define PROTO_BER_H

#include "core/cursor.h"

enum ber_tag {
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_NULL = 0x05,
	BER_OID = 0x06,
	BER_ENUMERATED = 0x0a,
	BER_GENERAL_STRING = 0x1b,
	BER_SEQUENCE = 0x30,
};
#define BER_CONTEXT(n) (0xa0 | (n))     /* constructed */
#define BER_APPLICATION(n) (0x60 | (n)) /* constructed */

/* The next element, whatever it is. */
struct bytes ber_take(struct cursor *c, uint8_t *tag);
/* What is inside the next element, which must have this tag; else the cursor is BAD. */
struct bytes ber_take_tagged(struct cursor *c, uint8_t tag);
/* The same when it is there; empty, and nothing taken, when another or nothing is. */
struct bytes ber_take_optional(struct cursor *c, uint8_t tag, bool *found);
/* Of an INTEGER, without sign; more than eight bytes: UINT64_MAX. */
uint64_t ber_number(struct bytes value);

#endif
