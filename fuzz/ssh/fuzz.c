/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SSH: lines, packets and lists by themselves, then a conversation cut in two ways. */
#include "../l7_script.h"

#include "inspect/l7_ssh.h"
#include "proto/ssh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
	if (!condition)
		abort();
}

static void
check_kexinit(struct bytes payload)
{
	struct ssh_kexinit kexinit;
	uint8_t text[256];
	if (ssh_kexinit(payload, &kexinit) != PARSE_OK)
		return;
	size_t total = 0;
	for (size_t i = 0; i < SSH_LISTS; i++)
		total += kexinit.lists[i].len;
	must(total + 16 + 40 + 5 <= payload.len);
	size_t length = ssh_hassh_text(&kexinit, SSH_CLIENT, text, sizeof(text));
	must(length >= 3 && length <= payload.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size}, rest = bytes_after(b, 1);
	struct ssh_line line;
	struct ssh_packet packet;
	size_t used;
	if (ssh_line(rest, &used, &line) == PARSE_OK)
		must(used <= rest.len && line.protocol.len + line.software.len < used);
	if (ssh_packet(rest, &used, &packet) == PARSE_OK)
		must(used <= rest.len && packet.payload.len + 6 <= used);
	check_kexinit(rest);
	l7_script_check(&l7_ssh_parser, b);
	return 0;
}
