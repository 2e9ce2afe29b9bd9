/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_dcerpc.h - DCERPC over TCP and UDP: calls with their answers, the interfaces they belong to, their stub data for rules. */
#ifndef INSPECT_L7_DCERPC_H
#define INSPECT_L7_DCERPC_H

#include "inspect/l7.h"

extern const struct l7_parser l7_dcerpc_parser, l7_dcerpc_udp_parser;

#endif
