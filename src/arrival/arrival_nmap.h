/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_nmap.h - the report of nmap -oX as machines with their services, versions and operating system.
 *
 * By libexpat, block by block (decision 0023): no entity is declared, no other file is read, and depth, length of a tag and what
 * is kept of a host are bounded. What precedes a fault was told already.
 */
#ifndef ARRIVAL_ARRIVAL_NMAP_H
#define ARRIVAL_ARRIVAL_NMAP_H

#include "core/diag.h"
#include "record/machine.h"

struct arrival_nmap;

/* NULL: no memory. */
MUST_USE struct arrival_nmap *arrival_nmap_new(void (*each)(void *context, const struct machine *machine), void *context);
void arrival_nmap_free(struct arrival_nmap *nmap);
/* last: the text ends with it. 0, or -EINVAL with diag and its line: what is wrong; nothing more may be fed then. */
MUST_USE int arrival_nmap_feed(struct arrival_nmap *nmap, struct bytes text, bool last, struct diag *diag);

#endif
