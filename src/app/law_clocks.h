/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/law_clocks.h - the table of legal clocks: the one that ships, or a file. */
#ifndef APP_LAW_CLOCKS_H
#define APP_LAW_CLOCKS_H

#include "study/clocks.h"

/* file_cstr NULL: the table that ships. Fills the arena, which the caller ends. 0, or a negative errno with diag. */
MUST_USE int law_clocks_read(struct arena *arena, const char *file_cstr, const struct clocks **out, struct diag *diag);

#endif
