/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_sheet.h - the data sheet of a set of flows: what its numbers cannot tell. YAML, every value a text. */
#ifndef APP_LEARN_SHEET_H
#define APP_LEARN_SHEET_H

#include "core/diag.h"

enum { LEARN_SHEET_TEXT_MAX = 1024 };

/* Empty: not said. */
enum learn_sheet_entry {
	LEARN_SHEET_NAME,
	LEARN_SHEET_ORIGIN,   /* who recorded it, where, how */
	LEARN_SHEET_LICENCE,  /* what may be done with it */
	LEARN_SHEET_PERIOD,   /* when it was recorded */
	LEARN_SHEET_LABELS,   /* who gave them, by what rule */
	LEARN_SHEET_PERSONAL, /* personal data in it, and why it may be used */
	LEARN_SHEET_LIMITS,   /* what it is not good for */
	LEARN_SHEET_CONTACT,
	LEARN_SHEET_ENTRIES
};

struct learn_sheet {
	bool given;
	char text[LEARN_SHEET_ENTRIES][LEARN_SHEET_TEXT_MAX];
};

/* The key in the file, "origin"; and how people call it, a sentence for text_in(). */
const char *learn_sheet_key(enum learn_sheet_entry entry);
const char *learn_sheet_label(enum learn_sheet_entry entry);
/* 0, or a negative errno with diag (file, line, what was expected). */
MUST_USE int learn_sheet_read(const char *file_cstr, struct learn_sheet *out, struct diag *diag);

#endif
