/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_export.h - the file of an incident in the formats that others read, each in a file of its own. CSV and JSON read
 * back identically (case_csv.h, case_json.h); STIX 2.1, MISP and IODEF v2 are for handing over.
 */
#ifndef INCIDENT_CASE_EXPORT_H
#define INCIDENT_CASE_EXPORT_H

#include "core/diag.h"
#include "core/json.h"
#include "record/case_file.h"

#include <stdio.h>

enum case_format { CASE_FORMAT_CSV, CASE_FORMAT_JSON, CASE_FORMAT_STIX, CASE_FORMAT_MISP, CASE_FORMAT_IODEF, CASE_FORMATS };

/* "csv", "json", "stix", "misp", "iodef"; CASE_FORMATS when it is none. */
enum case_format case_export_format(const char *name_cstr);
/* now_s: when it is written, for the formats that want it. 0, or a negative errno with diag. */
MUST_USE int
case_export_write(FILE *out, enum case_format format, const struct case_file *file, int64_t now_s, struct diag *diag);

/* For the writers of JSON: room for whatever this file becomes; NULL: no memory. The caller frees start. */
MUST_USE bool case_export_room(const struct case_file *file, struct json *out);
/* Each technique once, from the alerts and from what people wrote. */
void
case_export_techniques(const struct case_file *file, void (*each)(void *context, const char *technique_cstr), void *context);
/* "2026-10-24T10:00:00.000Z" */
enum { CASE_EXPORT_TIME = 32 };
const char *case_export_time(int64_t seconds, char out[static CASE_EXPORT_TIME]);
/* The title people gave, or the id. */
const char *case_export_title(const struct case_file *file);

#endif
