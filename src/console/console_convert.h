/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_convert.h - an answer in HTML on its way through the parent's reporter, and back as ODT, DOCX or PDF.
 *
 *	console -> parent   CONSOLE_CONVERT: the request's number, the conversion (record/order.h), the length; the HTML as a memory file
 *	parent  -> console  CONSOLE_CONVERTED: the number, 1, the length; the document as a memory file.
 *	                    Or the number, 0, a sentence.
 */
#ifndef CONSOLE_CONSOLE_CONVERT_H
#define CONSOLE_CONSOLE_CONVERT_H

#include "console/console_state.h"

enum { CONSOLE_CONVERT_MS = 150000 };

/* The answer of a request that waits is to be converted: hands it on. fd: its body when that is large, else -1; taken over. False: the
 * parent does not listen. */
MUST_USE bool
console_convert_ask(struct console *console, struct console_request *request, const struct answer *answer, int fd);
/* The parent's answer; fd is taken over. */
void console_convert_take(struct console *console, struct bytes message, int fd);

#endif
