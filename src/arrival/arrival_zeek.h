/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_zeek.h - one line of a Zeek log, as an alert or an observation of ours.
 *
 * conn, dns, http, ssl, ssh, ftp and dhcp tell observations; notice and intel tell alerts; x509 is remembered, for ssl names
 * certificates by their fingerprint. The other logs are right and say nothing here.
 */
#ifndef ARRIVAL_ARRIVAL_ZEEK_H
#define ARRIVAL_ARRIVAL_ZEEK_H

#include "arrival/arrival_eve.h"

struct arrival_zeek;

MUST_USE struct arrival_zeek *arrival_zeek_new(void); /* NULL: no memory */
void arrival_zeek_free(struct arrival_zeek *zeek);
/* Another file begins: its own #fields is to come. */
void arrival_zeek_begin(struct arrival_zeek *zeek);
/* 0, or -EINVAL with diag: what is wrong with the line. `list`: memory for the values of one line, the caller's to release. */
MUST_USE int arrival_zeek_read(
    struct arrival_zeek *zeek, struct json_value_list *list, struct bytes line, struct arrival *out, struct diag *diag);

#endif
