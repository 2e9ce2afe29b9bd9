/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_misp.h - the file of an incident as a MISP event (MISP core format), not published, for the own organisation. */
#ifndef INCIDENT_CASE_MISP_H
#define INCIDENT_CASE_MISP_H

#include "core/json.h"
#include "record/case_file.h"

void case_misp_write(struct json *j, const struct case_file *file);

#endif
