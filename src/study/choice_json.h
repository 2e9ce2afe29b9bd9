/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/choice_json.h - a choice as JSON: the contract of `beffroi study choose --format json`. */
#ifndef STUDY_CHOICE_JSON_H
#define STUDY_CHOICE_JSON_H

#include "core/json.h"
#include "study/choice.h"

/* One object. hash_cstr: that of choice_sealed(), in hexadecimal digits. */
void choice_json_write(struct json *j, const struct choice *choice, const struct choice_outcome *outcome,
    const char *hash_cstr, enum language language);

#endif
