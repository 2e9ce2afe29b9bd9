/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* intel/cvss3.h - the equations of CVSS v3.0 (FIRST 2015, section 8) and v3.1 (FIRST 2019, section 7). */
#ifndef INTEL_CVSS3_H
#define INTEL_CVSS3_H

#include "intel/cvss.h"

/* Tenths. */
int cvss3_base(const struct cvss *vector);
int cvss3_temporal(const struct cvss *vector);
int cvss3_environmental(const struct cvss *vector);

#endif
