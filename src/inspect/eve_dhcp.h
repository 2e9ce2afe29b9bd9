/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_dhcp.h - a DHCP message as EVE says it, in its extended form. */
#ifndef INSPECT_EVE_DHCP_H
#define INSPECT_EVE_DHCP_H

#include "core/json.h"
#include "proto/dhcp.h"

/* "dhcp":{...}; extended: all that the message says. */
void eve_dhcp_write(struct json *j, const struct dhcp *m, bool extended);

#endif
