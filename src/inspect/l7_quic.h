/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_quic.h - QUIC: the hellos inside its Initial packets, one event each.
 *
 * A ClientHello may take several datagrams: what came of it waits in one of a few slots that each worker
 * has (64, of 8 KiB). When all are taken the oldest is given up and its connection goes on unnamed.
 */
#ifndef INSPECT_L7_QUIC_H
#define INSPECT_L7_QUIC_H

#include "inspect/l7.h"

extern const struct l7_parser l7_quic_parser;

#endif
