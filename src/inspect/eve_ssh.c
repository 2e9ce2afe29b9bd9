/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_ssh.h"

static void
write_peer(struct json *j, struct bytes key, const struct eve_ssh_peer *peer)
{
	if (!peer->seen)
		return;
	json_open_object(j, key);
	json_text(j, JSON_KEY("proto_version"), peer->protocol);
	if (peer->software.len > 0)
		json_text(j, JSON_KEY("software_version"), peer->software);
	if (peer->hassh.len > 0) {
		json_open_object(j, JSON_KEY("hassh"));
		json_text(j, JSON_KEY("hash"), peer->hassh);
		if (peer->hassh_text.len > 0)
			json_text(j, JSON_KEY("string"), peer->hassh_text);
		json_close_object(j);
	}
	json_close_object(j);
}

void
eve_ssh_write(struct json *j, const struct eve_ssh_peer *client, const struct eve_ssh_peer *server)
{
	json_open_object(j, JSON_KEY("ssh"));
	write_peer(j, JSON_KEY("client"), client);
	write_peer(j, JSON_KEY("server"), server);
	json_close_object(j);
}
