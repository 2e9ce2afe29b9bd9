/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_sip.h - one message of SIP in events, with the session that it describes. */
#ifndef INSPECT_EVE_SIP_H
#define INSPECT_EVE_SIP_H

#include "core/json.h"
#include "proto/sip.h"

/* "sip":{...} */
void eve_sip_write(struct json *json, const struct sip *message);

#endif
