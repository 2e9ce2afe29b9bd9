/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_ftp.h"

#include "proto/textline.h"

static void
write_replies(struct json *j, struct bytes replies)
{
	json_open_array(j, JSON_KEY("completion_code"));
	for (struct bytes rest = replies; rest.len > 0; rest = bytes_after(rest, bytes_find(rest, '\n') + 1)) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		if (textline_reply(line).code > 0)
			json_text(j, (struct bytes){0}, bytes_first(line, 3));
	}
	json_close_array(j);
	json_open_array(j, JSON_KEY("reply"));
	for (struct bytes rest = replies; rest.len > 0; rest = bytes_after(rest, bytes_find(rest, '\n') + 1))
		json_text(j, (struct bytes){0}, textline_reply(bytes_first(rest, bytes_find(rest, '\n'))).text);
	json_close_array(j);
}

void
eve_ftp_write(struct json *j, const struct eve_ftp *ftp)
{
	json_open_object(j, JSON_KEY("ftp"));
	if (ftp->command.len > 0)
		json_text(j, JSON_KEY("command"), ftp->command);
	if (ftp->data.len > 0) {
		json_text(j, JSON_KEY("command_data"), ftp->data);
		json_bool(j, JSON_KEY("command_truncated"), ftp->data_cut);
	}
	if (ftp->replies.len > 0)
		write_replies(j, ftp->replies);
	if (ftp->dynamic_port != 0)
		json_u64(j, JSON_KEY("dynamic_port"), ftp->dynamic_port);
	json_cstr(j, JSON_KEY("mode"), ftp->mode_cstr);
	json_text(j, JSON_KEY("reply_received"), ftp->replies.len > 0 ? BYTES("yes") : BYTES("no"));
	json_bool(j, JSON_KEY("reply_truncated"), ftp->replies_cut);
	json_close_object(j);
}

void
eve_ftp_write_data(struct json *j, struct bytes command, struct bytes filename)
{
	json_open_object(j, JSON_KEY("ftp_data"));
	if (filename.len > 0)
		json_text(j, JSON_KEY("filename"), filename);
	json_text(j, JSON_KEY("command"), command);
	json_close_object(j);
}
