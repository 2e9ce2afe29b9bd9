/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/report_attack.h - ATT&CK techniques of an incident, by tactic (data/attack/techniques.yaml). */
#ifndef REPORT_REPORT_ATTACK_H
#define REPORT_REPORT_ATTACK_H

#include "report/report.h"

/* The matrix and a table for who cannot see it; nothing where no technique is known. False: there was none. */
bool report_attack_matrix(struct doc *d, const struct report_incident *incident);

#endif
