/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_word.h - words out of lines that programs write for people. */
#ifndef ARRIVAL_ARRIVAL_WORD_H
#define ARRIVAL_ARRIVAL_WORD_H

#include "core/addr.h"
#include "core/bytes.h"

/* The next bytes up to a separator, and takes both; empty at the end. */
struct bytes arrival_word_next(struct bytes *rest, uint8_t separator);
/* What follows ` key=`, up to a space or, where it begins with a quote, the next quote. Empty: no such key. */
struct bytes arrival_word_value(struct bytes line, const char *key_cstr);
bool arrival_word_has(struct bytes line, const char *text_cstr);
/* Where the text stands for the last time, or line.len: what precedes it may be a stranger's. */
size_t arrival_word_last(struct bytes line, const char *text_cstr);
/* Decimal, at most max; false for anything else. */
MUST_USE bool arrival_word_number(struct bytes text, uint64_t max, uint64_t *out);

#endif
