/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_machines_json.h - a machine as `asset --format json` and the API print it, and the words of it. */
#ifndef DOSSIER_DOSSIER_MACHINES_JSON_H
#define DOSSIER_DOSSIER_MACHINES_JSON_H

#include "dossier/dossier_machines.h"

struct json;

void dossier_machines_json(struct json *json, struct bytes key, const struct dossier_machine *machine);
/* Of "never-seen"; 0 for what is none. */
unsigned dossier_machines_json_difference_of(const char *word_cstr);
/* "serious"; "" for 0. */
const char *dossier_machines_json_value(uint8_t value);

#endif
