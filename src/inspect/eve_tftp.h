/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_tftp.h - a request of TFTP as EVE says it. */
#ifndef INSPECT_EVE_TFTP_H
#define INSPECT_EVE_TFTP_H

#include "core/json.h"
#include "proto/tftp.h"

/* "tftp":{...}. Field names are those of Suricata's EVE schema where it has some. */
void eve_tftp_write(struct json *j, const struct tftp *m);

#endif
