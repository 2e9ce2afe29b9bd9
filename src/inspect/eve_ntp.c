/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_ntp.h"

void
eve_ntp_write(struct json *j, const struct ntp *m)
{
	json_open_object(j, JSON_KEY("ntp"));
	json_u64(j, JSON_KEY("version"), m->version);
	json_u64(j, JSON_KEY("mode"), m->mode);
	if (m->mode != NTP_CONTROL && m->mode != NTP_PRIVATE) {
		json_u64(j, JSON_KEY("stratum"), m->stratum);
		json_hex(j, JSON_KEY("reference_id"), (struct bytes){m->reference_id, sizeof(m->reference_id)}, ':');
	}
	json_close_object(j);
}
