/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_recognise.h - protocols that are recognised by content and not read further. */
#ifndef INSPECT_L7_RECOGNISE_H
#define INSPECT_L7_RECOGNISE_H

#include "inspect/l7.h"
#include "proto/recognise.h"

/* For the tables of inspect/l7_table.c: L7_RECOGNISE_TCP_ENTRIES stands for "&parser, &parser, ". */
#define L7_RECOGNISE_ENTRY(name) &l7_recognise_##name##_parser,
#define L7_RECOGNISE_TCP_ENTRIES RECOGNISE_TCP(L7_RECOGNISE_ENTRY)
#define L7_RECOGNISE_UDP_ENTRIES RECOGNISE_UDP(L7_RECOGNISE_ENTRY)

extern const struct l7_parser l7_recognise_http2_parser, l7_recognise_rdp_parser, l7_recognise_bittorrent_parser,
    l7_recognise_vnc_parser, l7_recognise_mssql_parser, l7_recognise_openvpn_parser, l7_recognise_openvpn_tcp_parser,
    l7_recognise_modbus_parser, l7_recognise_ssdp_parser, l7_recognise_nbns_parser;

#endif
