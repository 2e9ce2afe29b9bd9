/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/exception_view.h - an exception for people: until when, how much it keeps aside, what must hold, who made it and why. */
#ifndef CLI_EXCEPTION_VIEW_H
#define CLI_EXCEPTION_VIEW_H

#include "cli/present.h"
#include "record/exception.h"

/* Three lines, all but the first indented; before_cstr stands before each. */
void exception_view_lines(
    const struct presenter *p, const char *before_cstr, const struct exception *e, uint64_t hidden, int64_t now_ns);

#endif
