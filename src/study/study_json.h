/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/study_json.h - what the answers of studies need of JSON beside core/json.h. */
#ifndef STUDY_STUDY_JSON_H
#define STUDY_STUDY_JSON_H

#include "core/decimal.h"
#include "core/json.h"

/* A decimal as it is, without zeros at the end: 3.45. */
void study_json_decimal(struct json *j, struct bytes key, int64_t value);
/* A key that people chose: the bare value follows, with an empty key. */
void study_json_key(struct json *j, const char *key_cstr);
/* A text, or null where there is none. */
void study_json_maybe(struct json *j, struct bytes key, const char *text_cstr);

#endif
