/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_snmp.h - SNMP over UDP: each message by itself. */
#ifndef INSPECT_L7_SNMP_H
#define INSPECT_L7_SNMP_H

#include "inspect/l7.h"

extern const struct l7_parser l7_snmp_parser;

#endif
