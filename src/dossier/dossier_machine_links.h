/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_machine_links.h - a machine that becomes known after incidents told of its address: their arrows to it. */
#ifndef DOSSIER_DOSSIER_MACHINE_LINKS_H
#define DOSSIER_DOSSIER_MACHINE_LINKS_H

#include "core/addr.h"
#include "core/diag.h"

struct dossier;

extern const char dossier_machine_links_indexes_cstr[]; /* a step of the schema */

/* The row of the machine is there. Each incident that gets an arrow has a line of the journal. 0 or a negative errno with diag. */
MUST_USE int dossier_machine_links_add(
    struct dossier *dossier, const char *machine_id_cstr, const struct addr *address, struct diag *diag);

#endif
