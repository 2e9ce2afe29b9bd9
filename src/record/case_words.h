/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/case_words.h - the words of choices (record/case_fields.h) as documents spell them out. */
#ifndef RECORD_CASE_WORDS_H
#define RECORD_CASE_WORDS_H

#include "core/text.h"
#include "record/case_fields.h"

/* "malicious act, from outside" for "malicious-external", in the language; the value itself where the field is no choice. */
const char *case_words_of(enum language language, const struct case_field_def *def, const char *value_cstr);

#endif
