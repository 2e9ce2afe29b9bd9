/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/evidence.h - a short capture for an alert: the last packets between its ends that are at hand. */
#ifndef APP_EVIDENCE_H
#define APP_EVIDENCE_H

#include "net/decode/packet.h"
#include "record/alert.h"

enum { EVIDENCE_PACKETS_MAX = 64, EVIDENCE_SNAP_BYTES = 1024, EVIDENCE_BYTES_MAX = 65536 };

/* Writes a classic pcap (nanoseconds) and returns its bytes; 0 when none of the frames concerns the alert. See
 * less: at most EVIDENCE_SNAP_BYTES of each packet. */
size_t
evidence_write(const struct alert *alert, const struct frame *frames, size_t count, uint8_t out[static EVIDENCE_BYTES_MAX]);

#endif
