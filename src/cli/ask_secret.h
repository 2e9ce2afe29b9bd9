/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/ask_secret.h - a secret that a person types, without showing it; a line of standard input where there is no terminal. */
#ifndef CLI_ASK_SECRET_H
#define CLI_ASK_SECRET_H

#include "core/diag.h"

/* The question goes to standard error. Before the sandbox. The length, without the end of the line; or a negative errno with diag:
 * nothing was typed (-ENODATA), it was interrupted (-EINTR), it does not fit (-E2BIG). */
MUST_USE int ask_secret(const char *question_cstr, char *out, size_t size, struct diag *diag);

#endif
