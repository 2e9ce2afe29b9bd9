/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_ntp.h - an NTP message as EVE says it. */
#ifndef INSPECT_EVE_NTP_H
#define INSPECT_EVE_NTP_H

#include "core/json.h"
#include "proto/ntp.h"

/* "ntp":{...}; stratum and reference only where the mode has them. */
void eve_ntp_write(struct json *j, const struct ntp *m);

#endif
