/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/text.h - the words people read, in French or English.
 *
 * The English sentence is the key (gettext's way: xgettext, msgmerge and msgfmt do the work; see data/po/). The
 * compiled French catalogue is inside the program and read by this file, because roles that are confined open no
 * file, and because one process may answer in both languages (docs/decisions/0005).
 *
 *	printf(text_in(language, N_("%u incidents")), count);
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "core/bytes.h"

enum language { LANGUAGE_EN, LANGUAGE_FR };

/* Marks a sentence for xgettext. */
#define N_(sentence) sentence
/* The same, in the language of this process. */
#define _(sentence) text_of(sentence)

/* The sentence in that language, or itself when it has no translation. */
__attribute__((__format_arg__(2))) const char *text_in(enum language language, const char *sentence_cstr);

/* The language of this process: set once, at its start, before any thread. English until then. */
void text_speak(enum language language);
enum language text_spoken(void);
__attribute__((__format_arg__(1))) const char *text_of(const char *sentence_cstr);
/* What errno means, in the language of this process. */
const char *text_error(int error);

/* One of two sentences, both marked with N_(), by a number: French says "0 incident", English "0 incidents". */
__attribute__((__format_arg__(3), __format_arg__(4))) const char *
text_plural(enum language language, uint64_t n, const char *singular_cstr, const char *plural_cstr);

enum { TEXT_DECIMAL_MAX = 32 };
/* One decimal, as people of that language write it: "9.5", "9,5". Returns out. */
const char *text_decimal(enum language language, double value, char out[static TEXT_DECIMAL_MAX]);

/* "fr", "fr_FR.UTF-8" -> French; anything else -> English. */
enum language text_language_of(const char *locale_cstr);
/* From LC_ALL, LC_MESSAGES, LANG, in this order, as POSIX has it. */
enum language text_language_of_environment(void);

#endif
