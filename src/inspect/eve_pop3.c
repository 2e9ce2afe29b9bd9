/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_pop3.h"

static void
write_parts(struct json *j, struct bytes key, struct bytes text, uint8_t end)
{
	json_open_array(j, key);
	for (struct bytes rest = text; rest.len > 0; rest = bytes_after(rest, bytes_find(rest, end) + 1)) {
		struct bytes part = bytes_first(rest, bytes_find(rest, end));
		if (part.len > 0)
			json_text(j, (struct bytes){0}, part);
	}
	json_close_array(j);
}

void
eve_pop3_write(struct json *j, const struct eve_pop3 *pop3)
{
	json_open_object(j, JSON_KEY("pop3"));
	if (pop3->command.len > 0) {
		json_open_object(j, JSON_KEY("request"));
		json_text(j, JSON_KEY("command"), pop3->command);
		write_parts(j, JSON_KEY("args"), pop3->arguments, ' ');
		json_close_object(j);
	}
	if (pop3->has_answer) {
		json_open_object(j, JSON_KEY("response"));
		json_bool(j, JSON_KEY("success"), pop3->is_ok);
		json_cstr(j, JSON_KEY("status"), pop3->is_ok ? "OK" : "ERR");
		json_text(j, JSON_KEY("header"), pop3->header);
		write_parts(j, JSON_KEY("data"), pop3->data, '\n');
		json_close_object(j);
	}
	json_close_object(j);
}
