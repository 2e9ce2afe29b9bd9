/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_pop3.h - the "pop3" object of an EVE event: one command and its answer. */
#ifndef INSPECT_EVE_POP3_H
#define INSPECT_EVE_POP3_H

#include "core/json.h"

struct eve_pop3 {
	struct bytes command, arguments; /* arguments with blanks between them */
	bool has_answer, is_ok;
	struct bytes header; /* of the answer: the rest of its first line */
	struct bytes data;   /* further lines, each followed by LF */
};

void eve_pop3_write(struct json *j, const struct eve_pop3 *pop3);

#endif
