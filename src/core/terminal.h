/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/terminal.h - text from outside, made harmless for a terminal or a log: what could be a control
 * sequence leaves as \xNN, the rest as it is. The escaping writer of that edge; JSON has its own.
 */
#ifndef CORE_TERMINAL_H
#define CORE_TERMINAL_H

#include "core/bytes.h"

/* Writes at most size - 1 bytes and a NUL; never cuts an escape or a UTF-8 sequence. Returns the length. */
size_t terminal_escape(struct bytes text, char *out, size_t size);

#endif
