/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/diag.h - what a person must read when something failed: filled once, where the
 * knowledge is; callers only pass it on.
 */
#ifndef CORE_DIAG_H
#define CORE_DIAG_H

#include "core/bytes.h"

enum { DIAG_FILE_MAX = 512, DIAG_TEXT_MAX = 512 };

struct diag {
	char file_cstr[DIAG_FILE_MAX]; /* empty when no file is concerned */
	uint64_t offset;               /* bytes into the file; UINT64_MAX when unknown */
	unsigned line, column;         /* from 1; 0 when unknown */
	char text_cstr[DIAG_TEXT_MAX]; /* what happened, what was expected, what to do */
};

/* Writes the text (already translated) and returns `error`, so that a failing function
 * ends in one line. A NULL diag is allowed. */
int diag_say(struct diag *diag, int error, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same, with the file and the offset in bytes where it happened. */
int
diag_say_at(struct diag *diag, int error, const char *file_cstr, uint64_t offset, const char *format, ...) PRINTF_LIKE(5, 6);

#endif
