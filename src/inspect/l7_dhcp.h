/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_dhcp.h - DHCP: an event and an observation per message. */
#ifndef INSPECT_L7_DHCP_H
#define INSPECT_L7_DHCP_H

#include "inspect/l7.h"

extern const struct l7_parser l7_dhcp_parser;

#endif
