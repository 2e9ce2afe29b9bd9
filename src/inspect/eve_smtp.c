/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_smtp.h"

void
eve_smtp_write(struct json *j, const struct eve_smtp *smtp)
{
	json_open_object(j, JSON_KEY("smtp"));
	if (smtp->helo.len > 0)
		json_text(j, JSON_KEY("helo"), smtp->helo);
	if (smtp->mail_from.len > 0)
		json_text(j, JSON_KEY("mail_from"), smtp->mail_from);
	if (smtp->rcpt_to_count > 0) {
		json_open_array(j, JSON_KEY("rcpt_to"));
		for (size_t i = 0; i < smtp->rcpt_to_count; i++)
			json_text(j, (struct bytes){0}, smtp->rcpt_to[i]);
		json_close_array(j);
	}
	json_close_object(j);
}
