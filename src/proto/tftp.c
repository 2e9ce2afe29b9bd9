/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/tftp.h"

/* A text and its NUL; empty, or without an end: none. */
static struct bytes
take_text(struct cursor *c)
{
	struct bytes rest = cursor_rest(c);
	size_t end = bytes_find(rest, '\0');
	if (end == 0 || end == rest.len) {
		cursor_stop(c, PARSE_BAD);
		return (struct bytes){0};
	}
	struct bytes text = cursor_take(c, end);
	cursor_take(c, 1);
	return text;
}

enum parse
tftp_parse(struct bytes datagram, struct tftp *out)
{
	static const char *const modes[] = {"octet", "netascii", "mail"};
	struct cursor c = cursor_of(datagram);
	uint16_t operation = cursor_be16(&c);
	struct tftp m = {.operation = (uint8_t)operation, .file = take_text(&c), .mode = take_text(&c)};
	if (!cursor_ok(&c) || (operation != TFTP_READ && operation != TFTP_WRITE))
		return PARSE_BAD;
	for (size_t i = 0; i < LENGTH_OF(modes); i++) {
		if (bytes_eq_nocase(m.mode, bytes_of_cstr(modes[i]))) {
			*out = m;
			return PARSE_OK;
		}
	}
	return PARSE_BAD;
}
