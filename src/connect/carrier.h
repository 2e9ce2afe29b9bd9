/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* connect/carrier.h - HTTP and HTTPS to one host, by libcurl; the only file that includes curl.h.
 *
 * carrier_new() reads all that is read from elsewhere (certificates, names of hosts), so that the process can give up its files
 * before it speaks. Nothing is followed: no redirect, no proxy, no other protocol. Certificates are checked, always.
 */
#ifndef CONNECT_CARRIER_H
#define CONNECT_CARRIER_H

#include "connect/delivery.h"

struct carrier;

/* The connector is borrowed. 0, or a negative errno with diag. */
MUST_USE int carrier_new(struct carrier **out, const struct connector *connector, struct diag *diag);
void carrier_free(struct carrier *carrier);
/* The file of this address, of the same host, into a descriptor: of a status of 200, nothing of another. 0 with *out; a negative errno with
 * diag when there is no answer, or when it has more than bytes_max. */
struct courier_catch;
MUST_USE int carrier_fetch(
    struct carrier *carrier, const char *url_cstr, uint64_t bytes_max, int fd, struct courier_catch *out, struct diag *diag);
struct delivery_carrier carrier_of(struct carrier *carrier);

#endif
