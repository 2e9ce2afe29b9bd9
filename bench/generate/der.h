/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* der.h - X.509 certificates that every parser accepts.
 *
 * The structure is complete (RFC 5280, v3 with the usual extensions) and the key is of a
 * real size; the signature is noise, since nobody who only listens can check it.
 */
#ifndef BENCH_DER_H
#define BENCH_DER_H

#include <time.h>

#include "paper.h"

struct certificate {
	const char *subject_cn;
	const char *issuer_cn;
	const char *dns_name; /* NULL: an authority */
	time_t from;
	time_t until;
	uint64_t key; /* seed of the key and the serial number: the same for the same site */
};

void der_certificate(struct paper *p, const struct certificate *c);

#endif
