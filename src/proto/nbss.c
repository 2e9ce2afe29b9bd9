/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/nbss.h"

enum parse
nbss_parse(struct bytes stream, struct nbss *out)
{
	struct cursor c = cursor_of(stream);
	struct nbss n;
	n.type = cursor_u8(&c);
	n.length = cursor_be24(&c);
	if (cursor_ok(&c) && n.type != NBSS_MESSAGE && (n.type < NBSS_REQUEST || n.type > NBSS_KEEP_ALIVE))
		cursor_stop(&c, PARSE_BAD);
	if (cursor_ok(&c))
		*out = n;
	return c.state;
}

enum parse
nbss_recognise_smb(struct bytes stream)
{
	if (stream.len > 0 && stream.at[0] != NBSS_MESSAGE)
		return PARSE_BAD;
	struct bytes magic = bytes_after(stream, NBSS_HEADER_SIZE);
	/* Encrypted, version 2, version 1. */
	if (magic.len > 0 && (magic.at[0] < 0xfd))
		return PARSE_BAD;
	struct bytes name = bytes_first(bytes_after(magic, 1), 3);
	if (!bytes_eq(name, bytes_first(BYTES("SMB"), name.len)))
		return PARSE_BAD;
	return name.len == 3 ? PARSE_OK : PARSE_SHORT;
}
