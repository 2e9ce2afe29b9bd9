/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_json.h - the file of an incident as JSON:
 *
 *	{"format":"beffroi-case","version":1,"items":[{"id":...,"kind":...,"incident":...,"at_ns":...,"by":...,"fields":{...}}]}
 *
 * The incident itself is the first item. Several files may stand one after the other, one on each line.
 */
#ifndef INCIDENT_CASE_JSON_H
#define INCIDENT_CASE_JSON_H

#include "core/json.h"
#include "incident/case_read.h"

void case_json_write(struct json *j, const struct case_file *file);
/* One item: {"id":...,"kind":...,...,"fields":{...}}; `key` as in core/json.h. */
void case_json_item(struct json *j, struct bytes key, const struct case_item *item);
/* out->arena and out->items are the caller's. 0, or a negative errno with diag when nothing of it can be read. */
MUST_USE int case_json_read(struct bytes text, struct case_read *out, struct diag *diag);

#endif
