/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_model_file.h - models from and to the sections of their file. */
#ifndef DETECT_LEARN_LEARN_MODEL_FILE_H
#define DETECT_LEARN_LEARN_MODEL_FILE_H

#include "detect/learn/learn_file.h"
#include "detect/learn/learn_model.h"

enum { LEARN_MODEL_FILE_FACTS = 192, LEARN_MODEL_FILE_NAMES = FLOW_CODES * 48 };

/* See learn_model_read(); borrows nothing. */
MUST_USE int learn_model_file_read(const struct learn_file *file, struct learn_model **out, struct diag *diag);
/* Puts facts and trees among the sections: *room keeps their bytes, the caller's to free after the file was written. */
MUST_USE int learn_model_file_put(const struct learn_model *model, struct learn_file *file, uint8_t **room);
/* Facts alone, changed. */
void learn_model_file_facts(const struct learn_facts *facts, uint8_t out[static LEARN_MODEL_FILE_FACTS]);
/* Of a schema: its name and the version of the coding, which say all of "fv64"; of others the names of the codes too. */
void learn_model_file_schema_hash(const char *schema_cstr, struct bytes names, uint8_t out[static LEARN_HASH]);

#endif
