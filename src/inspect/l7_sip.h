/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_sip.h - SIP over TCP and UDP. Each message is a transaction, as Suricata counts them. */
#ifndef INSPECT_L7_SIP_H
#define INSPECT_L7_SIP_H

#include "inspect/l7.h"

extern const struct l7_parser l7_sip_parser;

#endif
