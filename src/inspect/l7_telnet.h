/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_telnet.h - Telnet: the logins that its prompts show. */
#ifndef INSPECT_L7_TELNET_H
#define INSPECT_L7_TELNET_H

#include "inspect/l7.h"

extern const struct l7_parser l7_telnet_parser;

#endif
