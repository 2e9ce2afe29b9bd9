/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef NET_ANOMALY_LIST_H
#define NET_ANOMALY_LIST_H
#define ANOMALY_LIST(X) X(IPV4_PKT_TOO_SMALL, "decoder.ipv4.pkt_too_small")
#endif
