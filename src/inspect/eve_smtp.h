/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_smtp.h - the "smtp" object of an EVE event: the envelope of one mail. */
#ifndef INSPECT_EVE_SMTP_H
#define INSPECT_EVE_SMTP_H

#include "core/json.h"

struct eve_smtp {
	struct bytes helo, mail_from;
	const struct bytes *rcpt_to;
	size_t rcpt_to_count;
};

void eve_smtp_write(struct json *j, const struct eve_smtp *smtp);

#endif
