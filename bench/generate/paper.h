/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* paper.h - a message being written, field by field, in network order.
 *
 * A length that is only known later is opened and closed around its content. A message
 * that does not fit is a mistake of this program, which stops.
 */
#ifndef BENCH_PAPER_H
#define BENCH_PAPER_H

#include <stddef.h>
#include <stdint.h>

#include "noise.h"

enum { PAPER_SIZE = 8192 };

struct paper {
	size_t len;
	uint8_t at[PAPER_SIZE];
};

void paper_u8(struct paper *p, uint32_t value);
void paper_be16(struct paper *p, uint32_t value);
void paper_be24(struct paper *p, uint32_t value);
void paper_be32(struct paper *p, uint32_t value);
void paper_le16(struct paper *p, uint32_t value);
void paper_le32(struct paper *p, uint32_t value);
void paper_bytes(struct paper *p, const void *at, size_t len);
void paper_zero(struct paper *p, size_t len);
void paper_noise(struct paper *p, struct noise *n, size_t len);
void paper_str(struct paper *p, const char *cstr);
void paper_printf(struct paper *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for a length of `width` bytes; closing writes how much was added since. */
size_t paper_open(struct paper *p, size_t width);
void paper_close(struct paper *p, size_t mark, size_t width);

/* The same for DER, where the length takes as few bytes as it can. */
size_t paper_der_open(struct paper *p, uint8_t tag);
void paper_der_close(struct paper *p, size_t mark);

#endif
