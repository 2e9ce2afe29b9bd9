/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_smtp.h - the "smtp" and "email" objects of an EVE event: the envelope of one mail, and what is in it. */
#ifndef INSPECT_EVE_SMTP_H
#define INSPECT_EVE_SMTP_H

#include "core/json.h"

struct l7_smtp_mail;

void eve_smtp_write(struct json *j, const struct l7_smtp_mail *mail);
/* with_chosen: the fields too that the site asked for (outputs.eve-log types smtp: extended, custom, md5). */
void eve_smtp_write_email(struct json *j, const struct l7_smtp_mail *mail, bool with_chosen);

#endif
