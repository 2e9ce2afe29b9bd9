/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_ssh.h - the "ssh" object of an EVE event. */
#ifndef INSPECT_EVE_SSH_H
#define INSPECT_EVE_SSH_H

#include "core/json.h"

struct eve_ssh_peer {
	bool seen;
	struct bytes protocol, software;
	struct bytes hassh, hassh_text; /* empty: no key exchange was seen; the text alone may be too long to keep */
};

void eve_ssh_write(struct json *j, const struct eve_ssh_peer *client, const struct eve_ssh_peer *server);

#endif
