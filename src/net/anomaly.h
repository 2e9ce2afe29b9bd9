/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/anomaly.h - every malformation of a packet or a stream, by the name Suricata gives it in
 * its anomaly events ("decoder.ipv4.trunc_pkt", "stream.3whs_syn_resend_diff_seq_on_syn_recv").
 *
 * The list is data: ANOMALY_LIST(X) with X(identifier, "event name").
 */
#ifndef NET_ANOMALY_H
#define NET_ANOMALY_H

#include "net/anomaly_list.h"

#define ANOMALY_ENUM(identifier, name) ANOMALY_##identifier,
enum anomaly { ANOMALY_LIST(ANOMALY_ENUM) ANOMALY_COUNT };
#undef ANOMALY_ENUM

_Static_assert(ANOMALY_COUNT <= 255, "an anomaly is kept in one byte");

/* "decoder.…" or "stream.…"; never NULL for a valid value. */
const char *anomaly_name(enum anomaly anomaly);

#endif
