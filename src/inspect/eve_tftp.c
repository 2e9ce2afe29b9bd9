/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_tftp.h"

void
eve_tftp_write(struct json *j, const struct tftp *m)
{
	json_open_object(j, JSON_KEY("tftp"));
	json_cstr(j, JSON_KEY("packet"), m->operation == TFTP_READ ? "read" : "write");
	json_text(j, JSON_KEY("file"), m->file);
	json_text(j, JSON_KEY("mode"), m->mode);
	json_close_object(j);
}
