/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_stix.h - the file of an incident as a STIX 2.1 bundle: incident, what was observed, techniques, actions, notes,
 * under the TLP 2.0 marking it has. The same file gives the same bundle. */
#ifndef INCIDENT_CASE_STIX_H
#define INCIDENT_CASE_STIX_H

#include "core/json.h"
#include "record/case_file.h"

void case_stix_write(struct json *j, const struct case_file *file);

#endif
