/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_machines_compare.h - what follows from all that is said of machines: which may be one, and where the sides disagree. */
#ifndef DOSSIER_DOSSIER_MACHINES_COMPARE_H
#define DOSSIER_DOSSIER_MACHINES_COMPARE_H

#include "dossier/dossier_machines.h"

/* Those that have one MAC, and are not one yet. 0 or -ENOMEM. */
MUST_USE int dossier_machines_compare_leases(struct dossier_machines *machines);
/* What is said of each address becomes what is said of its machine; then the differences. */
void dossier_machines_compare_all(struct dossier_machines *machines);

#endif
