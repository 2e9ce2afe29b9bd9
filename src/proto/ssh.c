/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/ssh.h"

enum parse
ssh_line(struct bytes stream, size_t *used, struct ssh_line *out)
{
	struct bytes window = bytes_first(stream, SSH_LINE_MAX);
	size_t length = bytes_find(window, '\n');
	if (length == window.len)
		return stream.len >= SSH_LINE_MAX ? PARSE_BAD : PARSE_SHORT;
	struct cursor c = cursor_of(stream);
	struct bytes line = cursor_take(&c, length);
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	struct ssh_line found = {.identification = bytes_start_with(line, BYTES("SSH-"))};
	if (found.identification) {
		struct bytes rest = bytes_after(line, 4);
		size_t dash = bytes_find(rest, '-');
		if (dash == rest.len || dash == 0)
			return PARSE_BAD;
		found.protocol = bytes_first(rest, dash);
		rest = bytes_after(rest, dash + 1);
		found.software = bytes_first(rest, bytes_find(rest, ' '));
	}
	*used = length + 1;
	*out = found;
	return PARSE_OK;
}

enum parse
ssh_packet(struct bytes stream, size_t *used, struct ssh_packet *out)
{
	struct cursor c = cursor_of(stream);
	uint32_t length = cursor_be32(&c);
	if (cursor_ok(&c) && (length < 2 || length > SSH_PACKET_MAX))
		return PARSE_BAD;
	struct cursor packet = cursor_sub(&c, length);
	if (!cursor_ok(&c))
		return c.state;
	uint8_t padding = cursor_u8(&packet), type = cursor_u8(&packet);
	if (padding > packet.left)
		return PARSE_BAD;
	*used = (size_t)length + 4;
	*out = (struct ssh_packet){.type = type, .payload = cursor_take(&packet, packet.left - padding)};
	return PARSE_OK;
}

enum parse
ssh_kexinit(struct bytes payload, struct ssh_kexinit *out)
{
	struct cursor c = cursor_of(payload);
	struct ssh_kexinit kexinit;
	cursor_take(&c, 16); /* cookie */
	for (size_t i = 0; i < SSH_LISTS; i++)
		kexinit.lists[i] = cursor_take(&c, cursor_be32(&c));
	cursor_take(&c, 5); /* first_kex_packet_follows, reserved */
	if (!cursor_ok(&c))
		return PARSE_BAD; /* the packet is complete: nothing more will come */
	*out = kexinit;
	return PARSE_OK;
}

size_t
ssh_hassh_text(const struct ssh_kexinit *kexinit, enum ssh_sender sender, uint8_t *out, size_t size)
{
	static const uint8_t wanted[2][4] = {{SSH_KEX, SSH_CIPHER_TO_SERVER, SSH_MAC_TO_SERVER, SSH_COMPRESSION_TO_SERVER},
	    {SSH_KEX, SSH_CIPHER_TO_CLIENT, SSH_MAC_TO_CLIENT, SSH_COMPRESSION_TO_CLIENT}};
	size_t length = 0;
	for (size_t i = 0; i < 4; i++) {
		struct bytes list = kexinit->lists[wanted[sender][i]];
		if (i > 0) {
			if (length < size)
				out[length] = ';';
			length++;
		}
		size_t fits = length < size ? bytes_first(list, size - length).len : 0;
		if (fits > 0)
			memcpy(out + length, list.at, fits);
		length += list.len;
	}
	return length;
}
