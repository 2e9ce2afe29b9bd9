/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* intel/cvss4.h - the score of CVSS v4.0 (FIRST 2023, section 8): a macrovector, its score in a table, and how far below the worst
 * vector of its kind this one is. */
#ifndef INTEL_CVSS4_H
#define INTEL_CVSS4_H

#include "intel/cvss.h"

/* Tenths. Of all metrics, or with groups left out as if they were not defined. */
int cvss4_score(const struct cvss *vector, bool with_threat, bool with_environment, unsigned *macrovector);
/* The table: of six digits, tenths; CVSS_NO_SCORE: there is no such macrovector. */
int cvss4_table_score(const unsigned eq[static 6]);

#endif
