/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_@name@.h"

void
eve_@name@_write(struct json *j, const struct @name@ *m)
{
	json_open_object(j, JSON_KEY("@name@"));
	json_u64(j, JSON_KEY("kind"), m->kind);
	json_text(j, JSON_KEY("payload"), m->payload);
	json_close_object(j);
}
