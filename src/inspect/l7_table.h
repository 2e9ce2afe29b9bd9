/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_table.h - what the program understands, in the order in which it is tried. */
#ifndef INSPECT_L7_TABLE_H
#define INSPECT_L7_TABLE_H

#include "inspect/l7.h"

extern const struct l7_parser *const l7_table_tcp[];
extern const struct l7_parser *const l7_table_udp[];
extern const size_t l7_table_tcp_count, l7_table_udp_count;

#endif
