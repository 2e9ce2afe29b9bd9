/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/ftp.h"

#include "core/cursor.h"

/* Up to 5 digits; false when there is none or more than `most`. */
static bool
take_number(struct cursor *c, uint32_t most, uint32_t *out)
{
	uint32_t number = 0;
	size_t digits = 0;
	while (c->left > 0 && c->at[0] >= '0' && c->at[0] <= '9' && digits < 6) {
		number = number * 10 + (uint32_t)(cursor_u8(c) - '0');
		digits++;
	}
	*out = number;
	return digits > 0 && number <= most;
}

bool
ftp_port(struct bytes argument, struct ftp_place *out)
{
	struct cursor c = cursor_of(bytes_trim(argument));
	uint32_t n[6];
	for (size_t i = 0; i < 6; i++)
		if ((i > 0 && cursor_u8(&c) != ',') || !take_number(&c, 255, &n[i]))
			return false;
	uint8_t v4[4] = {(uint8_t)n[0], (uint8_t)n[1], (uint8_t)n[2], (uint8_t)n[3]};
	*out = (struct ftp_place){.addr = addr_v4(v4), .has_addr = true, .port = (uint16_t)(n[4] << 8 | n[5])};
	return true;
}

bool
ftp_eprt(struct bytes argument, struct ftp_place *out)
{
	argument = bytes_trim(argument);
	if (argument.len < 5)
		return false;
	uint8_t mark = argument.at[0]; /* any sign may part the fields */
	struct bytes rest = bytes_after(argument, bytes_find(bytes_after(argument, 1), mark) + 2);
	size_t length = bytes_find(rest, mark);
	struct addr addr;
	struct cursor c = cursor_of(bytes_after(rest, length + 1));
	uint32_t port;
	if (length == 0 || !take_number(&c, UINT16_MAX, &port))
		return false;
	if (!addr_parse(bytes_first(rest, length), &addr))
		return false;
	*out = (struct ftp_place){.addr = addr, .has_addr = true, .port = (uint16_t)port};
	return true;
}

/* Some leave the brackets out: the first digit begins the address. */
bool
ftp_passive(struct bytes reply, struct ftp_place *out)
{
	size_t open = bytes_find(reply, '(');
	struct bytes rest = open < reply.len ? bytes_after(reply, open + 1) : reply;
	while (rest.len > 0 && (rest.at[0] < '0' || rest.at[0] > '9'))
		rest = bytes_after(rest, 1);
	return ftp_port(rest, out);
}

bool
ftp_extended_passive(struct bytes reply, struct ftp_place *out)
{
	struct bytes rest = bytes_after(reply, bytes_find(reply, '(') + 1);
	if (rest.len < 5 || rest.at[1] != rest.at[0] || rest.at[2] != rest.at[0])
		return false;
	struct cursor c = cursor_of(bytes_after(rest, 3));
	uint32_t port;
	if (!take_number(&c, UINT16_MAX, &port))
		return false;
	*out = (struct ftp_place){.port = (uint16_t)port};
	return true;
}
